//! GET, HEAD and PUT.

use std::fs;

use tokio::{io::AsyncWriteExt, net::TcpStream, time};

use crate::server::{Drive, PATIENCE};

#[tokio::test]
async fn a_file_comes_back_as_it_was_put() {
    let drive = Drive::start();
    let put = drive.ask("PUT", "/a.txt").body("one").answer().await;
    assert_eq!(put.status, 201);
    let got = drive.ask("GET", "/a.txt").answer().await;
    assert_eq!((got.status.as_u16(), got.text()), (200, "one"));
    assert_eq!(got.header("content-type"), "text/plain");
    assert_eq!(got.header("etag"), put.header("etag"));

    let head = drive.ask("HEAD", "/a.txt").answer().await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length")),
        (200, "3")
    );
    assert_eq!(head.header("etag"), put.header("etag"));
    assert!(head.body.is_empty());

    assert_eq!(drive.ask("PUT", "/a.txt").body("two").status().await, 204);
    assert_eq!(drive.ask("GET", "/a.txt").answer().await.text(), "two");
}

#[tokio::test]
async fn ranges_and_conditions() {
    let drive = Drive::start();
    drive.put("/a.txt", "0123456789").await;
    let part = drive
        .ask("GET", "/a.txt")
        .header("range", "bytes=2-4")
        .answer()
        .await;
    assert_eq!((part.status.as_u16(), part.text()), (206, "234"));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(
        drive
            .ask("GET", "/a.txt")
            .header("range", "bytes=20-")
            .status()
            .await,
        416
    );

    let etag = drive
        .ask("HEAD", "/a.txt")
        .answer()
        .await
        .header("etag")
        .to_owned();
    assert_eq!(
        drive
            .ask("GET", "/a.txt")
            .header("if-none-match", &etag)
            .status()
            .await,
        304
    );

    let put = |name, value| {
        drive
            .ask("PUT", "/a.txt")
            .header(name, value)
            .body("new")
            .status()
    };
    assert_eq!(put("if-match", "\"another\"").await, 412);
    assert_eq!(put("if-none-match", "*").await, 412);
    assert_eq!(put("if-none-match", &etag).await, 412);
    assert_eq!(
        drive.ask("GET", "/a.txt").answer().await.text(),
        "0123456789"
    );
    assert_eq!(put("if-match", &format!("\"another\", {etag}")).await, 204);
    let fresh = drive
        .ask("PUT", "/b.txt")
        .header("if-none-match", "*")
        .body("new");
    assert_eq!(fresh.status().await, 201);
    assert_eq!(
        drive
            .ask("PUT", "/c.txt")
            .header("if-match", "*")
            .status()
            .await,
        412
    );
}

#[tokio::test]
async fn a_condition_is_met_or_refused_and_never_passed_over() {
    let drive = Drive::start();
    drive.put("/a.txt", "old").await;
    let etag = drive.ask("HEAD", "/a.txt").answer().await;
    let etag = etag.header("etag").to_owned();
    let put = |name, value: String| {
        let ask = drive.ask("PUT", "/a.txt").header(name, &value);
        async move { ask.body("new").status().await }
    };
    // A tag may have bytes that are no ASCII, and a comma.
    assert_eq!(put("if-match", "\"é\"".to_owned()).await, 412);
    assert_eq!(put("if-match", "\"a,*,b\"".to_owned()).await, 412);
    // Who writes has to know what they write over; who does not want it, does not want its like.
    assert_eq!(put("if-match", format!("W/{etag}")).await, 412);
    assert_eq!(put("if-none-match", format!("W/{etag}")).await, 412);
    assert_eq!(put("if-none-match", format!("\"é\", {etag}")).await, 412);
    for none in ["é", "a", "\"a", "w/\"a\"", "W/", "*, \"a\""] {
        assert_eq!(put("if-match", none.to_owned()).await, 400, "{none}");
        assert_eq!(put("if-none-match", none.to_owned()).await, 400, "{none}");
    }
    let unchanged = drive.ask("GET", "/a.txt").answer().await;
    assert_eq!(unchanged.text(), "old");
    assert_eq!(put("if-match", format!("\"é\",{etag}")).await, 204);
    assert_eq!(put("if-none-match", "W/\"a\", \"é\"".to_owned()).await, 204);
}

#[tokio::test]
async fn a_folder_is_a_page() {
    let drive = Drive::start();
    drive.put("/%3Cb%3E&.txt", "x").await;
    for path in ["/", "/premium", "/premium/"] {
        let page = drive.ask("GET", path).by("alice").answer().await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert_eq!(drive.ask("HEAD", path).by("alice").status().await, 200);
    }
    let page = drive.ask("GET", "/").answer().await;
    assert!(
        page.text()
            .contains("<a href=\"/%3Cb%3E&amp;.txt\">&lt;b>&amp;.txt</a>"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn what_cannot_be_put() {
    let drive = Drive::start();
    assert_eq!(drive.status("GET", "/none").await, 404);
    assert_eq!(drive.status("HEAD", "/none/none").await, 404);
    assert_eq!(drive.status("PUT", "/none/a.txt").await, 409);
    assert_eq!(drive.status("PUT", "/").await, 405);
    assert_eq!(drive.ask("PUT", "/premium").by("alice").status().await, 405);
    drive.put("/a.txt", "x").await;
    assert_eq!(drive.status("PUT", "/a.txt/b.txt").await, 409);
    let part = drive
        .ask("PUT", "/a.txt")
        .header("content-range", "bytes 0-1/9")
        .body("yy");
    assert_eq!(part.status().await, 400);
    assert_eq!(drive.ask("GET", "/a.txt").answer().await.text(), "x");
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_the_old_file() {
    let drive = Drive::start();
    drive.put("/a.txt", "the old one").await;
    for head in [
        "Content-Length: 100\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let mut client = TcpStream::connect(drive.address())
            .await
            .expect("the drive listens");
        let request = format!("PUT /a.txt HTTP/1.1\r\nHost: {}\r\n{head}", drive.address());
        client
            .write_all(request.as_bytes())
            .await
            .expect("the drive reads");
        // Until the drive is in the middle of it: there is a second file.
        wait_for(|| count(&drive) == 3).await;
        assert_eq!(
            fs::read(drive.root().join("a.txt")).expect("it is there"),
            b"the old one"
        );
        drop(client);
        wait_for(|| count(&drive) == 2).await;
        assert_eq!(
            drive.ask("GET", "/a.txt").answer().await.text(),
            "the old one"
        );
    }
}

fn count(drive: &Drive) -> usize {
    fs::read_dir(drive.root())
        .expect("the root is there")
        .count()
}

async fn wait_for(condition: impl Fn() -> bool) {
    let come_to_pass = async {
        while !condition() {
            time::sleep(time::Duration::from_millis(10)).await;
        }
    };
    let waited = time::timeout(PATIENCE, come_to_pass).await;
    waited.expect("it comes to pass");
}
