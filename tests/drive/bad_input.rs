//! What no client should send, and what it gets for it.

use crate::server::Drive;

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let drive = Drive::start();
    for (body, status) in [
        ("", 207),
        (
            "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>",
            207,
        ),
        (
            "<D:propfind xmlns:D=\"DAV:\"><D:allprop/><D:propname/></D:propfind>",
            400,
        ),
        ("<D:propfind xmlns:D=\"DAV:\"/>", 400),
        ("<D:propfind xmlns:D=\"DAV:\"><D:prop>", 400),
        ("<D:propfind><D:allprop/></D:propfind>", 400),
        ("<D:propertyupdate xmlns:D=\"DAV:\"/>", 400),
        ("not XML", 400),
        ("\0", 400),
        (
            "<!DOCTYPE x [<!ENTITY a \"b\">]><D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>",
            403,
        ),
    ] {
        let ask = drive
            .ask("PROPFIND", "/")
            .header("depth", "0")
            .body(body.to_owned());
        assert_eq!(ask.status().await, status, "{body:.60}");
    }
    for (body, status) in [
        ("", 400),
        ("<D:propertyupdate xmlns:D=\"DAV:\"/>", 400),
        (
            "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>",
            400,
        ),
        (
            "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><x></D:prop></D:set></D:propertyupdate>",
            400,
        ),
    ] {
        let ask = drive.ask("PROPPATCH", "/").body(body.to_owned());
        assert_eq!(ask.status().await, status, "{body:.60}");
    }
}

/// Nothing is sent that the drive does not read before it answers: it closes the connection then, and a
/// client that still writes may see that instead of the answer.
#[tokio::test]
async fn a_body_that_is_too_long() {
    const MOST: usize = 1 << 20;
    let drive = Drive::start();
    for method in ["PROPFIND", "PROPPATCH"] {
        let head = format!("{method} / HTTP/1.1\r\nHost: x\r\n");
        let announced = format!("{head}Content-Length: {}\r\n\r\n", MOST + 1);
        let answer = drive.raw(announced.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{method}: {answer}");

        let comment = format!("<!--{}", "x".repeat(MOST - 3));
        let size = comment.len();
        assert_eq!(size, MOST + 1);
        let chunk = format!("{head}Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{comment}");
        let answer = drive.raw(chunk.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{method}: {answer}");
    }
}

#[tokio::test]
async fn a_media_type_that_is_not_xml() {
    let drive = Drive::start();
    let body = "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>";
    for (media_type, status) in [
        ("application/xml", 207),
        ("text/xml; charset=\"utf-8\"", 207),
        ("application/json", 415),
    ] {
        let ask = drive
            .ask("PROPFIND", "/")
            .header("content-type", media_type)
            .header("depth", "0");
        assert_eq!(ask.body(body).status().await, status, "{media_type}");
    }
}

#[tokio::test]
async fn depths() {
    let drive = Drive::start();
    for (depth, status) in [
        ("0", 207),
        ("1", 207),
        ("infinity", 207),
        ("Infinity", 207),
        ("2", 400),
        ("-1", 400),
        ("", 400),
    ] {
        let ask = drive.ask("PROPFIND", "/").header("depth", depth);
        assert_eq!(ask.status().await, status, "{depth:?}");
    }
    assert_eq!(drive.status("PROPFIND", "/none").await, 404);
}

#[tokio::test]
async fn what_is_no_request_does_no_harm() {
    let drive = Drive::start();
    for bytes in [
        &b"GET\r\n\r\n"[..],
        b"\r\n\r\nGET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PROPFIND /\x80\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"COPY / HTTP/1.1\r\nHost: x\r\nDestination: \xff\xfe\r\n\r\n",
        b"MOVE / HTTP/1.1\r\nHost: x\r\nDestination: /a\r\nDestination: /b\r\n\r\n",
        b"PROPFIND / HTTP/1.1\r\nHost: x\r\nDepth: 0\r\nDepth: 1\r\n\r\n",
        b"PROPFIND / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let answer = drive.raw(bytes).await;
        let said = String::from_utf8_lossy(bytes);
        assert!(
            !answer.contains(" 500 ") && !answer.contains(" 20"),
            "{said}: {answer}"
        );
    }
    assert_eq!(drive.status("GET", "/").await, 200);
}
