//! PROPFIND and PROPPATCH.

use roxmltree::{Document, Node};

use crate::server::{Answer, Drive};

/// Changes properties of the namespace `urn:x`, prefix `x`.
async fn patch(drive: &Drive, path: &str, changes: &str) -> Answer {
    let body = format!(
        "<D:propertyupdate xmlns:D=\"DAV:\" xmlns:x=\"urn:x\">{changes}</D:propertyupdate>"
    );
    drive.ask("PROPPATCH", path).body(body).answer().await
}

fn set(properties: &str) -> String {
    format!("<D:set><D:prop>{properties}</D:prop></D:set>")
}

/// Asks for properties; returns the status and the value of each one, by its local name.
async fn find(drive: &Drive, path: &str, wanted: &str) -> Vec<(String, u16, String)> {
    let body = format!("<D:propfind xmlns:D=\"DAV:\" xmlns:x=\"urn:x\">{wanted}</D:propfind>");
    let answer = drive
        .ask("PROPFIND", path)
        .header("depth", "0")
        .body(body)
        .answer()
        .await;
    assert_eq!(answer.status, 207, "{}", answer.text());
    properties(&answer)
}

fn properties(answer: &Answer) -> Vec<(String, u16, String)> {
    let document = Document::parse(answer.text()).expect("a 207 is well formed");
    let mut found = Vec::new();
    for propstat in document
        .descendants()
        .filter(|node| node.has_tag_name(("DAV:", "propstat")))
    {
        let child = |name| {
            propstat
                .children()
                .find(|node| node.has_tag_name(("DAV:", name)))
        };
        let status = child("status")
            .and_then(|status| status.text())
            .expect("a propstat has a status");
        let status = status[9..12].parse().expect("a status line");
        for property in child("prop").expect("a propstat has a prop").children() {
            let texts = property.descendants().filter(Node::is_text);
            let value = texts.filter_map(|node| node.text()).collect();
            found.push((property.tag_name().name().to_owned(), status, value));
        }
    }
    found
}

async fn color(drive: &Drive, path: &str) -> (u16, String) {
    let mut found = find(drive, path, "<D:prop><x:color/></D:prop>").await;
    let (_, status, value) = found.pop().expect("it was asked for");
    (status, value)
}

#[tokio::test]
async fn live_properties() {
    let drive = Drive::start();
    drive.put("/a%20b.txt", "12345").await;
    let etag = drive
        .ask("HEAD", "/a%20b.txt")
        .answer()
        .await
        .header("etag")
        .to_owned();
    let modified = drive
        .ask("HEAD", "/a%20b.txt")
        .answer()
        .await
        .header("last-modified")
        .to_owned();

    let all = find(&drive, "/a%20b.txt", "<D:allprop/>").await;
    let value = |name: &str| {
        let found = all.iter().find(|(local, ..)| local == name);
        found
            .map(|(_, status, value)| (*status, &**value))
            .unwrap_or_else(|| panic!("{name}: {all:?}"))
    };
    assert_eq!(value("displayname"), (200, "a b.txt"));
    assert_eq!(value("getcontentlength"), (200, "5"));
    assert_eq!(value("getcontenttype"), (200, "text/plain"));
    assert_eq!(value("getetag"), (200, &*etag));
    assert_eq!(value("getlastmodified"), (200, &*modified));
    assert_eq!(value("resourcetype"), (200, ""));

    let folder = "<D:prop><D:resourcetype/><D:getcontentlength/><D:displayname/></D:prop>";
    let mut folder = find(&drive, "/", folder).await;
    folder.sort();
    assert_eq!(folder[0], ("displayname".into(), 200, "/".into()));
    assert_eq!(folder[1], ("getcontentlength".into(), 404, "".into()));
    assert_eq!(folder[2], ("resourcetype".into(), 200, "".into()));

    let names = find(&drive, "/a%20b.txt", "<D:propname/>").await;
    assert_eq!(names.len(), all.len());
    assert!(
        names
            .iter()
            .all(|(_, status, value)| *status == 200 && value.is_empty()),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_collection_answers_without_its_slash() {
    let drive = Drive::start();
    assert_eq!(drive.status("MKCOL", "/a").await, 201);
    for path in ["/a", "/a/"] {
        let answer = drive.ask("PROPFIND", path).answer().await;
        assert_eq!(answer.hrefs(), ["/a/"]);
        assert_eq!(answer.headers["content-location"], "/a/");
    }
}

#[tokio::test]
async fn dead_properties_are_kept_and_removed() {
    let drive = Drive::start();
    drive.put("/a.txt", "x").await;
    for path in ["/a.txt", "/"] {
        assert_eq!(color(&drive, path).await, (404, String::new()));
        let patched = patch(
            &drive,
            path,
            &set("<x:color xml:lang=\"fr\">bleu</x:color>"),
        )
        .await;
        assert_eq!(properties(&patched), [("color".into(), 200, String::new())]);
        assert_eq!(color(&drive, path).await, (200, "bleu".into()));
        let both = format!(
            "<D:remove><D:prop><x:color/></D:prop></D:remove>{}",
            set("<x:n>1</x:n>")
        );
        assert_eq!(patch(&drive, path, &both).await.status, 207);
        assert_eq!(color(&drive, path).await.0, 404);
        let all = find(&drive, path, "<D:allprop/>").await;
        assert!(all.contains(&("n".into(), 200, "1".into())), "{all:?}");
    }
    let listed = drive
        .ask("PROPFIND", "/")
        .header("depth", "infinity")
        .answer()
        .await
        .hrefs();
    assert_eq!(
        listed,
        ["/", "/a.txt", "/premium/"],
        "where they are kept is not listed"
    );
    assert_eq!(patch(&drive, "/none", &set("<x:n/>")).await.status, 404);
}

#[tokio::test]
async fn a_value_comes_back_as_it_was_given() {
    let drive = Drive::start();
    let value = "<x:v xmlns:y=\"urn:y\" y:a=\"1\"> mixed <y:b><y:c/>\u{1f980} &amp; </y:b>\n</x:v>";
    assert_eq!(patch(&drive, "/", &set(value)).await.status, 207);
    let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><v xmlns=\"urn:x\"/></D:prop></D:propfind>";
    let answer = drive
        .ask("PROPFIND", "/")
        .header("depth", "0")
        .body(body)
        .answer()
        .await;
    let document = Document::parse(answer.text()).expect("a 207 is well formed");
    let found = document
        .descendants()
        .find(|node| node.has_tag_name(("urn:x", "v")))
        .expect("it is there");
    assert_eq!(found.attribute(("urn:y", "a")), Some("1"));
    let texts: String = found
        .descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(texts, " mixed \u{1f980} & \n");
    assert!(
        found
            .descendants()
            .any(|node| node.has_tag_name(("urn:y", "c")))
    );
}

#[tokio::test]
async fn all_changes_or_none() {
    let drive = Drive::start();
    let mut patched = properties(
        &patch(
            &drive,
            "/",
            &set("<x:color>red</x:color><D:getetag>\"x\"</D:getetag>"),
        )
        .await,
    );
    patched.sort();
    assert_eq!(
        patched,
        [
            ("color".into(), 424, String::new()),
            ("getetag".into(), 403, String::new())
        ]
    );
    assert_eq!(color(&drive, "/").await.0, 404);
    let answer = patch(&drive, "/", &set("<D:resourcetype/>")).await;
    assert!(
        answer.text().contains("cannot-modify-protected-property"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn properties_travel_and_die() {
    let drive = Drive::start();
    assert_eq!(drive.status("MKCOL", "/tree").await, 201);
    drive.put("/tree/leaf", "x").await;
    drive.put("/file", "x").await;
    for path in ["/tree", "/tree/leaf", "/file"] {
        patch(&drive, path, &set(&format!("<x:color>of {path}</x:color>"))).await;
    }
    let go = async |method: &str, from: &str, to: &str| {
        let status = drive
            .ask(method, from)
            .header("destination", to)
            .status()
            .await;
        assert!(
            matches!(status, 201 | 204),
            "{method} {from} {to}: {status}"
        );
    };
    go("COPY", "/tree", "/copy").await;
    go("COPY", "/file", "/copy/file").await;
    go("MOVE", "/copy", "/moved").await;
    go("MOVE", "/moved/file", "/moved/other").await;
    for (path, value) in [
        ("/moved", "of /tree"),
        ("/moved/leaf", "of /tree/leaf"),
        ("/moved/other", "of /file"),
        ("/tree", "of /tree"),
        ("/tree/leaf", "of /tree/leaf"),
        ("/file", "of /file"),
    ] {
        assert_eq!(color(&drive, path).await, (200, value.to_owned()), "{path}");
    }
    let shallow = drive
        .ask("COPY", "/tree")
        .header("destination", "/bare")
        .header("depth", "0");
    assert_eq!(shallow.status().await, 201);
    assert_eq!(color(&drive, "/bare").await.1, "of /tree");

    // What is written over keeps its properties; what replaces it brings its own.
    drive.put("/file", "y").await;
    assert_eq!(color(&drive, "/file").await.1, "of /file");
    drive.put("/plain", "z").await;
    go("COPY", "/plain", "/file").await;
    assert_eq!(color(&drive, "/file").await.0, 404);

    for (method, path) in [("DELETE", "/moved/leaf"), ("DELETE", "/tree")] {
        assert_eq!(drive.status(method, path).await, 204);
    }
    drive.put("/moved/leaf", "x").await;
    assert_eq!(drive.status("MKCOL", "/tree").await, 201);
    for path in ["/moved/leaf", "/tree"] {
        assert_eq!(color(&drive, path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn preferences() {
    let drive = Drive::start();
    let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:displayname/><none xmlns=\"urn:x\"/></D:prop></D:propfind>";
    let ask = || drive.ask("PROPFIND", "/").header("depth", "1").body(body);
    let minimal = ask().header("prefer", "return=minimal").answer().await;
    assert!(!minimal.text().contains("404"), "{}", minimal.text());
    let noroot = ask().header("prefer", "depth-noroot").answer().await;
    assert_eq!(noroot.hrefs(), ["/premium/"]);
}
