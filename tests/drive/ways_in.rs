//! The ways into the paid collection: one for those who paid, none for the others.

use std::{fs, os::unix::fs::symlink};

use crate::server::Drive;

const SECRET: &str = "here be dragons";

/// A drive with something worth paying for.
async fn drive() -> Drive {
    let drive = Drive::start();
    drive.put("/premium/atlas.txt", SECRET).await;
    drive
}

#[tokio::test]
async fn by_the_door() {
    let drive = drive().await;
    let get = async |name: &str, password: &str| {
        drive
            .ask("GET", "/premium/atlas.txt")
            .credentials(name, password)
            .answer()
            .await
    };
    assert_eq!(get("alice", "alice").await.text(), SECRET);
    assert_eq!(get("carol", "carol").await.text(), SECRET);
    for name in ["bob", "dave"] {
        let answer = get(name, name).await;
        assert_eq!(answer.status, 402);
        assert!(
            answer.header("link").contains("rel=\"payment\""),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    for (name, password) in [("alice", "wrong"), ("alice", ""), ("eve", "eve"), ("", "")] {
        let answer = get(name, password).await;
        assert_eq!(answer.status, 401, "{name}:{password}");
        assert!(
            answer.header("www-authenticate").starts_with("Basic "),
            "{:?}",
            answer.headers
        );
    }
    assert_eq!(drive.status("GET", "/premium/atlas.txt").await, 401);
    for malformed in [
        "Basic",
        "Basic !",
        "Basic YWxpY2U=",
        "Bearer YWxpY2U6YWxpY2U=",
        "",
    ] {
        let ask = drive
            .ask("GET", "/premium/atlas.txt")
            .header("authorization", malformed);
        assert_eq!(ask.status().await, 401, "{malformed}");
    }
}

#[tokio::test]
async fn every_method_but_options_is_at_the_door() {
    let drive = drive().await;
    for method in [
        "GET",
        "HEAD",
        "PUT",
        "DELETE",
        "MKCOL",
        "COPY",
        "MOVE",
        "PROPFIND",
        "PROPPATCH",
        "LOCK",
        "FOO",
    ] {
        for (path, name, status) in [
            ("/premium/atlas.txt", None, 401),
            ("/premium/atlas.txt", Some("bob"), 402),
            ("/premium", Some("dave"), 402),
            ("/premium/none/such", Some("dave"), 402),
        ] {
            let ask = drive.ask(method, path).header("destination", "/free.txt");
            let ask = if let Some(name) = name {
                ask.by(name)
            } else {
                ask
            };
            assert_eq!(ask.status().await, status, "{method} {path} {name:?}");
        }
    }
    assert_eq!(drive.status("OPTIONS", "/premium/").await, 200);
    assert!(drive.root().join("premium/atlas.txt").exists());
    assert!(!drive.root().join("free.txt").exists());
}

#[tokio::test]
async fn by_another_spelling() {
    let drive = drive().await;
    for path in [
        "/%70remium/atlas.txt",
        "/%70%72%65%6d%69%75%6D/atlas.txt",
        "//premium/atlas.txt",
        "///premium//atlas.txt",
        "/premium/atlas.txt/",
        "/premium/atlas.txt?free",
    ] {
        let line = format!("GET {path} HTTP/1.1\r\nHost: x\r\n");
        let answer = drive.raw(format!("{line}\r\n").as_bytes()).await;
        assert!(answer.contains(" 401 "), "{path}: {answer}");
        let bob = format!("{line}Authorization: Basic Ym9iOmJvYg==\r\n\r\n");
        let answer = drive.raw(bob.as_bytes()).await;
        assert!(answer.contains(" 402 "), "{path}: {answer}");
        let alice = format!("{line}Authorization: Basic YWxpY2U6YWxpY2U=\r\n\r\n");
        let answer = drive.raw(alice.as_bytes()).await;
        assert!(answer.contains(" 200 "), "{path}: {answer}");
    }
    let absolute = drive
        .raw(b"GET http://x/%70remium/atlas.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert!(absolute.contains(" 401 "), "{absolute}");
}

#[tokio::test]
async fn by_no_spelling_at_all() {
    let drive = drive().await;
    for (path, status) in [
        ("/premium%2Fatlas.txt", 400),
        ("/x%2f..%2fpremium/atlas.txt", 400),
        ("/premium%00/atlas.txt", 400),
        ("/..", 400),
        ("/premium/../../premium/atlas.txt", 400),
        ("/%2e%2e/etc/passwd", 400),
        ("/./premium/atlas.txt", 400),
        ("/x/../premium/atlas.txt", 400),
        ("/%2e/premium/atlas.txt", 400),
        ("/x/%2e%2E/premium/atlas.txt", 400),
        ("/x/.%2e/premium/./atlas.txt", 400),
        ("/premium/../premium/atlas.txt", 400),
        ("/premium%zz/atlas.txt", 400),
        ("/PREMIUM/atlas.txt", 404),
        ("/premium%5Catlas.txt", 404),
        ("/premium%20/atlas.txt", 404),
        ("/.drive/of/atlas.txt", 403),
        ("/%2edrive", 403),
    ] {
        let answer = drive
            .raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
            .await;
        assert!(answer.contains(&format!(" {status} ")), "{path}: {answer}");
    }
    let long = format!("/{}", "x".repeat(256));
    assert_eq!(drive.status("GET", &long).await, 414);
    let deep = "/x".repeat(4000);
    assert_eq!(drive.status("GET", &deep).await, 414);
}

#[tokio::test]
async fn by_a_destination() {
    let drive = drive().await;
    drive.put("/free.txt", "free").await;
    for method in ["COPY", "MOVE"] {
        for (from, to) in [
            ("/premium/atlas.txt", "/out.txt"),
            ("/premium", "/out"),
            ("/free.txt", "/premium/atlas.txt"),
            ("/free.txt", "/%70remium/new.txt"),
            ("/free.txt", "/premium"),
        ] {
            let ask = || drive.ask(method, from).header("destination", to);
            assert_eq!(ask().status().await, 401, "{method} {from} {to}");
            assert_eq!(ask().by("bob").status().await, 402, "{method} {from} {to}");
        }
        for from in ["/", "/premium"] {
            let ask = drive
                .ask(method, from)
                .header("destination", "/premium/inside")
                .by("alice");
            assert_eq!(ask.status().await, 403, "{method} {from}");
        }
    }
    let taken = drive
        .ask("MOVE", "/premium")
        .header("destination", "/out")
        .by("alice");
    assert_eq!(taken.status().await, 403);
    let replaced = drive
        .ask("MOVE", "/free.txt")
        .header("destination", "/premium")
        .by("alice");
    assert_eq!(replaced.status().await, 403);
    let copy = drive
        .ask("COPY", "/premium/atlas.txt")
        .header("destination", "/mine.txt")
        .by("carol");
    assert_eq!(copy.status().await, 201);
}

#[tokio::test]
async fn by_a_listing_from_above() {
    let drive = drive().await;
    drive.put("/free.txt", "free").await;
    for depth in ["1", "infinity"] {
        for (name, status) in [(None, 401), (Some("bob"), 402), (Some("dave"), 402)] {
            let ask = drive.ask("PROPFIND", "/").header("depth", depth);
            let ask = if let Some(name) = name {
                ask.by(name)
            } else {
                ask
            };
            let members = ask.answer().await.members();
            let hrefs: Vec<_> = members.iter().map(|(href, _)| &**href).collect();
            assert_eq!(hrefs, ["/", "/free.txt", "/premium/"], "{name:?}");
            assert_eq!(members[2].1, [status], "{name:?}");
        }
        for name in ["alice", "carol"] {
            let all = drive
                .ask("PROPFIND", "/")
                .header("depth", depth)
                .by(name)
                .answer()
                .await;
            assert_eq!(
                all.hrefs().contains(&"/premium/atlas.txt".to_owned()),
                depth == "infinity"
            );
            assert!(!all.text().contains(" 402 "));
        }
    }
    let itself = drive
        .ask("PROPFIND", "/")
        .header("depth", "0")
        .answer()
        .await;
    assert_eq!(itself.hrefs(), ["/"]);
    let page = drive.status("GET", "/").await;
    assert_eq!(page, 200);
}

#[tokio::test]
async fn by_a_link() {
    let drive = drive().await;
    let outside = tempfile::tempdir().expect("a folder can be made");
    fs::write(outside.path().join("secret.txt"), "secret").expect("a file can be made");
    let root = drive.root();
    symlink(root.join("premium"), root.join("side-door")).expect("a link can be made");
    symlink(outside.path(), root.join("out")).expect("a link can be made");
    symlink(outside.path().join("secret.txt"), root.join("out.txt")).expect("a link can be made");
    symlink("/no/such/file", root.join("nowhere")).expect("a link can be made");
    symlink("loop", root.join("loop")).expect("a link can be made");
    drive.put("/free.txt", "free").await;
    fs::create_dir(root.join("tree")).expect("a folder can be made");
    symlink(outside.path(), root.join("tree/out")).expect("a link can be made");
    fs::write(root.join("tree/leaf"), "x").expect("a file can be made");

    for path in [
        "/side-door/atlas.txt",
        "/side-door",
        "/out/secret.txt",
        "/out/none",
        "/out.txt",
        "/nowhere",
        "/loop",
    ] {
        for method in ["GET", "PUT", "PROPFIND", "DELETE", "MKCOL"] {
            assert_eq!(drive.status(method, path).await, 403, "{method} {path}");
        }
        for (from, to) in [(path, "/new.txt"), ("/free.txt", path)] {
            for method in ["COPY", "MOVE"] {
                let ask = drive.ask(method, from).header("destination", to);
                assert_eq!(ask.status().await, 403, "{method} {from} {to}");
            }
        }
    }
    let listed = drive
        .ask("PROPFIND", "/")
        .header("depth", "infinity")
        .by("alice")
        .answer()
        .await;
    assert_eq!(
        listed.hrefs(),
        [
            "/",
            "/free.txt",
            "/premium/",
            "/premium/atlas.txt",
            "/tree/",
            "/tree/leaf"
        ]
    );
    assert!(!drive.ask("GET", "/").answer().await.text().contains("out"));

    let copy = drive
        .ask("COPY", "/tree")
        .header("destination", "/copy")
        .status()
        .await;
    assert_eq!(copy, 201);
    assert!(!root.join("copy/out").exists(), "a link is not copied");
    assert_eq!(drive.status("DELETE", "/tree").await, 204);
    assert!(!root.join("tree").exists(), "a link is removed");
    assert!(
        outside.path().join("secret.txt").exists(),
        "and not what it leads to"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_pipe_does_not_block() {
    let drive = drive().await;
    let pipe = drive.root().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    assert_eq!(drive.status("GET", "/pipe").await, 403);
    let listed = drive
        .ask("PROPFIND", "/")
        .header("depth", "1")
        .answer()
        .await;
    assert_eq!(listed.hrefs(), ["/", "/premium/"]);
}
