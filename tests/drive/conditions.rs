//! The `If` header of RFC 4918, section 10.4, on a drive that has entity tags and no locks.

use crate::server::Drive;

const NO_LOCK: &str = "urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2";

#[tokio::test]
async fn a_change_waits_for_the_entity_tag() {
    let drive = Drive::start();
    drive.put("/a.txt", "old").await;
    let etag = etag(&drive, "/a.txt").await;
    let put = |lists: String| {
        let ask = drive
            .ask("PUT", "/a.txt")
            .header("if", &lists)
            .body("newer");
        async move { ask.status().await }
    };
    assert_eq!(put("([\"another\"])".to_owned()).await, 412);
    assert_eq!(put(format!("(Not [{etag}])")).await, 412);
    assert_eq!(put(format!("([{etag}] [\"another\"])")).await, 412);
    assert_eq!(text(&drive, "/a.txt").await, "old");
    assert_eq!(put(format!("([\"another\"]) ([{etag}])")).await, 204);
    assert_eq!(text(&drive, "/a.txt").await, "newer");
    // The file has another tag now: it is longer, as its time may be the same.
    assert_eq!(put(format!("([{etag}])")).await, 412);
}

#[tokio::test]
async fn no_token_is_that_of_a_lock() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    let etag = etag(&drive, "/a.txt").await;
    let delete = |lists: String| {
        let ask = drive.ask("DELETE", "/a.txt").header("if", &lists);
        async move { ask.status().await }
    };
    assert_eq!(delete(format!("(<{NO_LOCK}>)")).await, 412);
    assert_eq!(delete(format!("(<{NO_LOCK}> [{etag}])")).await, 412);
    assert_eq!(delete("(<DAV:no-lock>)".to_owned()).await, 412);
    assert!(drive.root().join("a.txt").exists());
    assert_eq!(
        delete(format!("(<{NO_LOCK}>) (Not <DAV:no-lock>)")).await,
        204
    );
    assert!(!drive.root().join("a.txt").exists());
}

#[tokio::test]
async fn what_is_not_there_has_no_tag() {
    let drive = Drive::start();
    let put = |lists: &str| drive.ask("PUT", "/new.txt").header("if", lists).status();
    assert_eq!(put("([\"any\"])").await, 412);
    assert_eq!(put("(Not [\"any\"])").await, 201);
}

#[tokio::test]
async fn each_method_that_changes_something_asks() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    let body = "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop>\
                <D:displayname>b</D:displayname></D:prop></D:set></D:propertyupdate>";
    let asks = [
        drive.ask("COPY", "/a.txt").header("destination", "/b.txt"),
        drive.ask("DELETE", "/a.txt"),
        drive.ask("MKCOL", "/folder"),
        drive.ask("MOVE", "/a.txt").header("destination", "/b.txt"),
        drive.ask("PROPPATCH", "/a.txt").body(body),
        drive.ask("PUT", "/a.txt").body("y"),
    ];
    for ask in asks {
        let said = format!("{ask:?}");
        assert_eq!(
            ask.header("if", "([\"other\"])").status().await,
            412,
            "{said}"
        );
    }
    assert_eq!(text(&drive, "/a.txt").await, "x");
    assert!(!drive.root().join("b.txt").exists() && !drive.root().join("folder").exists());
}

#[tokio::test]
async fn a_list_may_be_about_another_resource() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    let etag = etag(&drive, "/a.txt").await;
    let here = drive.address();
    let put = |lists: String| {
        let ask = drive.ask("PUT", "/b.txt").header("if", &lists);
        async move { ask.status().await }
    };
    assert_eq!(put(format!("</none.txt> ([{etag}])")).await, 412);
    assert_eq!(
        put(format!("<http://example.com/a.txt> ([{etag}])")).await,
        412
    );
    assert_eq!(put(format!("</%61.txt> ([{etag}])")).await, 201);
    assert_eq!(put(format!("<http://{here}/a.txt> ([{etag}])")).await, 204);
}

#[tokio::test]
async fn a_header_that_is_none_is_refused() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    for lists in [
        "",
        "()",
        "[\"a\"]",
        "([a])",
        "(<no uri>)",
        "(Not)",
        "</a.txt>",
    ] {
        let ask = drive.ask("DELETE", "/a.txt").header("if", lists);
        assert_eq!(ask.status().await, 400, "{lists}");
    }
    assert!(drive.root().join("a.txt").exists());
}

/// A tag of something that has to be paid for is no less its content than its length is.
#[tokio::test]
async fn what_has_to_be_paid_for_is_not_guessed_from_outside() {
    let drive = Drive::start();
    drive.put("/premium/a.txt", "x").await;
    let answer = drive
        .ask("HEAD", "/premium/a.txt")
        .by("alice")
        .answer()
        .await;
    let etag = answer.header("etag").to_owned();
    let lists = format!("</premium/a.txt> ([{etag}])");
    let outside = drive.ask("PUT", "/b.txt").header("if", &lists);
    assert_eq!(outside.status().await, 412);
    let inside = drive.ask("PUT", "/premium/b.txt").header("if", &lists);
    assert_eq!(inside.by("alice").status().await, 201);
}

// === helpers ===

async fn etag(drive: &Drive, path: &str) -> String {
    let answer = drive.ask("HEAD", path).answer().await;
    answer.header("etag").to_owned()
}

async fn text(drive: &Drive, path: &str) -> String {
    drive.ask("GET", path).answer().await.text().to_owned()
}
