//! Bodies without end, in the smallest chunks: memory is bounded, and no byte is looked at again and again.

use allocation_counter::measure;
use statuary::{
    read::Decoder,
    xml::{ErrorKind, Limits},
};

const START: &str = "<multistatus xmlns='DAV:'><response><href>/</href>";

/// Feeds a start, and then the same bytes again and again, byte by byte. Returns how many responses
/// there were, what is wrong, and how much memory it took.
fn flood(
    start: &str,
    again: &str,
    times: usize,
    limits: &Limits,
) -> (usize, Option<ErrorKind>, u64) {
    let (mut count, mut kind) = (0, None);
    let info = measure(|| {
        let mut decoder = Decoder::with_limits(limits);
        'fed: for byte in start.bytes().chain(again.repeat(times).bytes()) {
            decoder.feed(&[byte]);
            loop {
                match decoder.next() {
                    Ok(Some(_)) => count += 1,
                    Ok(None) => break,
                    Err(error) => {
                        kind = Some(error.kind());
                        break 'fed;
                    }
                }
            }
        }
    });
    // What is fed is made before, as one text.
    let fed = (again.len() * times) as u64;
    (count, kind, info.bytes_max - fed)
}

/// A megabyte in a piece of each kind, with what could be taken for its end all over it. If each chunk
/// led to a look at all that came before, this would take hours.
#[test]
fn a_piece_of_great_length() {
    let limits = Limits::stream();
    for (begin, again) in [
        ("", "text "),
        ("", "]]"),
        ("<!-- ", "> -"),
        ("<![CDATA[", "]> ]"),
        ("<?p ", "? >"),
        ("<a b='", "> \" /"),
        ("</", "href"),
        ("<", "href"),
        ("<a ", " "),
    ] {
        let (count, kind, bytes) = flood(&format!("{START}{begin}"), again, 200_000, &limits);
        assert_eq!((count, kind), (0, None), "{begin}{again}");
        assert!(bytes < 4 << 20, "{begin}{again} takes {bytes} bytes");
    }
}

#[test]
fn a_response_without_end() {
    let limits = Limits::stream().resource(10_000);
    for again in [
        "text",
        "<!-- a -->",
        "<a/>",
        "<x:y xmlns:x='urn:x' z='1'>a</x:y>",
        "<propstat/>",
        "<error><a/></error>",
    ] {
        let (count, kind, bytes) = flood(START, again, 4_000, &limits);
        assert_eq!(
            (count, kind),
            (0, Some(ErrorKind::ResourceTooLarge)),
            "{again}"
        );
        assert!(bytes < 1 << 20, "{again} takes {bytes} bytes");
    }
}

#[test]
fn what_is_passed_over_is_not_kept() {
    let start = "<multistatus xmlns='DAV:'>";
    for again in [
        "<!-- a comment -->",
        "<?an instruction?>",
        " text <!-- and a comment -->",
        "<other><a/></other>",
        "<response><href>/</href></response>",
        "<response><href>/</href><a b='c'/></response>",
        "<sync-token>a</sync-token>",
    ] {
        let (_, kind, bytes) = flood(start, again, 20_000, &Limits::stream());
        assert_eq!(kind, None, "{again}");
        assert!(bytes < 100_000, "{again} takes {bytes} bytes");
    }
}

/// Each response has a shape of its own, and each is as long as a shape can be.
#[test]
fn shapes_without_end() {
    let mut body = String::from(START);
    body += "</response>";
    for at in 0..200 {
        body += &format!("<response><p{at}/>{}</response>", "<a/>".repeat(3_000));
    }
    let (count, kind, bytes) = flood(&body, "", 0, &Limits::stream());
    assert_eq!((count, kind), (201, None));
    assert!(bytes < 1 << 20, "{bytes} bytes");
}
