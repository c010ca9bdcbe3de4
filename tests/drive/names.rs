//! Names: all that a file may be called comes through.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt};

use percent_encoding::percent_decode_str;

use crate::server::Drive;

/// Each of them has broken some server.
const NAMES: &[&[u8]] = &[
    b"plain",
    b" leading and trailing ",
    b"new\nline and\ttab and\rreturn",
    b"\x01\x08\x0b\x1b\x1f\x7f control",
    b"not UTF-8: \xff\xfe\xc3\x28",
    b"half a surrogate: \xed\xa0\x80",
    "\u{fffe}\u{ffff} no characters".as_bytes(),
    "\u{1f980} crab, \u{5d0}\u{5d1} right to left, e\u{301} combining".as_bytes(),
    "\u{85}\u{2028} other line ends".as_bytes(),
    b"a & b < c > d ]]> ' \" <!-- -->",
    b"&amp; &lt; &#0; <D:href>",
    b"# ? % %41 %zz ( ) ; : @ = + , $ ! * ~",
    b"back\\slash",
    b"...",
    b"..hidden",
    b"-",
    b"C:",
    b"nul",
];

#[tokio::test]
async fn all_names_are_listed_and_found() {
    let drive = Drive::start();
    for name in NAMES {
        fs::write(drive.root().join(OsStr::from_bytes(name)), name).expect("a file can be made");
    }
    let listed = drive
        .ask("PROPFIND", "/")
        .header("depth", "1")
        .answer()
        .await
        .hrefs();
    assert_eq!(listed.len(), NAMES.len() + 2, "{listed:?}");
    for name in NAMES {
        let href = listed.iter().find(|href| {
            let bytes: Vec<u8> = percent_decode_str(href).collect();
            bytes[1..] == **name
        });
        let href = href.unwrap_or_else(|| panic!("{name:?} is not in {listed:?}"));
        let got = drive.ask("GET", href).answer().await;
        assert_eq!((got.status.as_u16(), &got.body[..]), (200, *name), "{href}");
        let itself = drive
            .ask("PROPFIND", href)
            .header("depth", "0")
            .answer()
            .await
            .hrefs();
        assert_eq!(itself, [&**href]);
    }
    assert_eq!(drive.status("GET", "/").await, 200);
}

#[tokio::test]
async fn all_names_are_written_copied_and_moved() {
    let drive = Drive::start();
    assert_eq!(drive.status("MKCOL", "/to").await, 201);
    for name in NAMES {
        let encoded = percent_encoding::percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let from = format!("/{encoded}");
        assert_eq!(
            drive.ask("PUT", &from).body(*name).status().await,
            201,
            "{from}"
        );
        for (method, to) in [
            ("COPY", format!("/to/{encoded}")),
            ("MOVE", format!("/to/{encoded}%3F")),
        ] {
            let ask = drive.ask(method, &from).header("destination", &to);
            assert_eq!(ask.status().await, 201, "{method} {from}");
            assert_eq!(
                drive.ask("GET", &to).answer().await.body,
                **name,
                "{method} {from}"
            );
        }
        assert!(
            drive
                .root()
                .join("to")
                .join(OsStr::from_bytes(name))
                .exists()
        );
        let folder = format!("/{encoded}/");
        assert_eq!(drive.status("MKCOL", &folder).await, 201, "{folder}");
        assert_eq!(drive.status("DELETE", &folder).await, 204, "{folder}");
    }
}
