//! MKCOL, DELETE, COPY, MOVE and the other methods, status by status.

use std::fs;

use crate::server::{Answer, Drive};

#[tokio::test]
async fn mkcol() {
    let drive = Drive::start();
    assert_eq!(drive.status("MKCOL", "/a").await, 201);
    assert_eq!(drive.status("MKCOL", "/a/").await, 405);
    assert_eq!(drive.status("MKCOL", "/").await, 405);
    assert_eq!(drive.status("MKCOL", "/b/c/").await, 409);
    assert_eq!(drive.ask("MKCOL", "/d/").body("<x/>").status().await, 415);
    drive.put("/file", "x").await;
    assert_eq!(drive.status("MKCOL", "/file").await, 405);
    assert_eq!(drive.status("MKCOL", "/file/c").await, 409);
    assert!(drive.root().join("a").is_dir());
    assert!(!drive.root().join("d").exists());
}

#[tokio::test]
async fn a_body_that_would_be_ignored_is_refused() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    for method in ["DELETE", "COPY", "MOVE"] {
        let request = drive.ask(method, "/a.txt").header("destination", "/b.txt");
        assert_eq!(request.body("<x/>").status().await, 415, "{method}");
    }
    assert!(drive.root().join("a.txt").exists() && !drive.root().join("b.txt").exists());
}

#[tokio::test]
async fn delete() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    assert_eq!(
        drive
            .ask("DELETE", "/a.txt")
            .header("if-match", "\"another\"")
            .status()
            .await,
        412
    );
    assert_eq!(drive.status("DELETE", "/a.txt").await, 204);
    assert_eq!(drive.status("DELETE", "/a.txt").await, 404);
    assert_eq!(drive.status("DELETE", "/none/a.txt").await, 404);
    tree(&drive, "/tree").await;
    assert_eq!(
        drive
            .ask("DELETE", "/tree/")
            .header("depth", "0")
            .status()
            .await,
        400
    );
    assert_eq!(
        drive
            .ask("DELETE", "/tree/")
            .header("depth", "infinity")
            .status()
            .await,
        204
    );
    assert!(!drive.root().join("tree").exists());
    assert_eq!(drive.status("DELETE", "/").await, 403);
    assert_eq!(
        drive.ask("DELETE", "/premium/").by("alice").status().await,
        403
    );
}

#[tokio::test]
async fn copy_and_move() {
    for method in ["COPY", "MOVE"] {
        let drive = Drive::start();
        let go = async |from: &str, to: &str, overwrite: &str| {
            let ask = drive.ask(method, from).header("destination", to);
            ask.header("overwrite", overwrite).status().await
        };
        drive.put("/a.txt", "a").await;
        assert_eq!(go("/a.txt", "/b.txt", "F").await, 201);
        assert_eq!(drive.root().join("a.txt").exists(), method == "COPY");
        drive.put("/a.txt", "new").await;
        assert_eq!(go("/a.txt", "/b.txt", "F").await, 412);
        assert_eq!(go("/a.txt", "/b.txt", "T").await, 204);
        assert_eq!(drive.ask("GET", "/b.txt").answer().await.text(), "new");

        tree(&drive, "/tree").await;
        assert_eq!(go("/tree/", "/wood/", "T").await, 201);
        assert_eq!(
            drive.ask("GET", "/wood/leaf/green").answer().await.text(),
            "x"
        );
        assert_eq!(drive.root().join("tree").exists(), method == "COPY");
        tree(&drive, "/tree").await;
        drive.put("/wood/own", "x").await;
        assert_eq!(go("/tree", "/wood", "F").await, 412);
        assert_eq!(go("/tree", "/wood", "T").await, 204);
        assert_eq!(
            drive.status("GET", "/wood/own").await,
            404,
            "what is replaced, is gone"
        );

        tree(&drive, "/tree").await;
        assert_eq!(
            go("/wood", "/b.txt", "T").await,
            204,
            "a folder may replace a file"
        );
        drive.put("/c.txt", "c").await;
        assert_eq!(
            go("/c.txt", "/b.txt", "T").await,
            204,
            "and a file a folder"
        );
        assert_eq!(drive.ask("GET", "/b.txt").answer().await.text(), "c");

        assert_eq!(go("/none", "/d", "T").await, 404);
        assert_eq!(go("/tree", "/none/d", "T").await, 409);
        assert_eq!(go("/tree", "/tree", "T").await, 403);
        assert_eq!(go("/tree", "/tree/leaf/tree", "T").await, 403);
        assert_eq!(go("/tree/leaf", "/tree", "T").await, 403);
        assert_eq!(go("/", "/d", "T").await, 403);
        assert_eq!(go("/tree", "/", "T").await, 403);
    }
}

#[tokio::test]
async fn destinations() {
    let drive = Drive::start();
    drive.put("/a.txt", "a").await;
    let here = drive.address();
    for (destination, status) in [
        ("/b%20c.txt", 201),
        (&format!("http://{here}/d.txt"), 201),
        (&format!("HTTP://{here}/e.txt"), 201),
        ("http://example.com/b.txt", 502),
        ("http://127.0.0.1/b.txt", 502),
        ("relative.txt", 400),
        ("", 400),
        ("http://", 400),
        ("/..", 400),
        ("/a%2Fb", 400),
        ("/a%00b", 400),
        ("/.drive/b", 403),
    ] {
        let copy = drive
            .ask("COPY", "/a.txt")
            .header("destination", destination)
            .status()
            .await;
        assert_eq!(copy, status, "{destination:?}");
    }
    assert_eq!(
        drive.status("COPY", "/a.txt").await,
        400,
        "without a destination"
    );
    assert_eq!(
        drive.status("MOVE", "/a.txt").await,
        400,
        "without a destination"
    );
    let wrong = drive
        .ask("COPY", "/a.txt")
        .header("destination", "/x")
        .header("overwrite", "maybe");
    assert_eq!(wrong.status().await, 400);
    assert!(drive.root().join("b c.txt").is_file());
}

#[tokio::test]
async fn copy_has_a_depth() {
    let drive = Drive::start();
    tree(&drive, "/tree").await;
    let copy = |depth, to| {
        drive
            .ask("COPY", "/tree/")
            .header("depth", depth)
            .header("destination", to)
            .status()
    };
    assert_eq!(copy("0", "/bare/").await, 201);
    assert_eq!(
        fs::read_dir(drive.root().join("bare"))
            .expect("it is there")
            .count(),
        0
    );
    assert_eq!(copy("infinity", "/full/").await, 201);
    assert!(drive.root().join("full/leaf/green").exists());
    assert_eq!(copy("1", "/half/").await, 400);
    let shallow = drive
        .ask("MOVE", "/tree/")
        .header("depth", "0")
        .header("destination", "/half/");
    assert_eq!(shallow.status().await, 400);
}

#[tokio::test]
async fn a_member_that_fails_is_named_and_nothing_else() {
    let drive = Drive::start();
    // A path that no call takes, made in two halves.
    let long = "x".repeat(250);
    let half = format!("{long}/{long}/{long}/{long}/{long}/{long}/{long}");
    fs::create_dir_all(drive.root().join("deep").join(&half)).expect("half is not too long");
    fs::create_dir_all(drive.root().join("from").join(&half).join(&half)).expect("nor is one more");
    fs::write(drive.root().join("from/kept"), "x").expect("a file can be made");

    let to = format!("/deep/{half}/from");
    let copy = drive
        .ask("COPY", "/from")
        .header("destination", &to)
        .answer()
        .await;
    let failed = copy.members();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].0.starts_with(&to) && failed[0].0.len() > to.len(),
        "{failed:?}"
    );
    assert!(
        drive.root().join(&to[1..]).join("kept").exists(),
        "the rest is copied"
    );
}

#[tokio::test]
async fn other_methods() {
    let drive = Drive::start();
    let Answer {
        status, headers, ..
    } = drive.ask("OPTIONS", "/").answer().await;
    assert_eq!(status, 200);
    assert_eq!(headers["dav"], "1");
    let allowed = headers["allow"]
        .to_str()
        .expect("a list of methods")
        .to_owned();
    for method in ["LOCK", "UNLOCK", "POST", "PATCH", "TRACE"] {
        let answer = drive.ask(method, "/").answer().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, &*allowed),
            "{method}"
        );
    }
    let answer = drive.ask("REPORT", "/").answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (501, &*allowed)
    );
    assert!(
        drive
            .raw(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .contains(" 200 ")
    );
}

/// Makes a tree of three levels.
async fn tree(drive: &Drive, path: &str) {
    let leaf = drive.root().join(&path[1..]).join("leaf");
    fs::create_dir_all(&leaf).expect("a folder can be made");
    fs::write(leaf.join("green"), "x").expect("a file can be made");
}
