//! The values of properties as text, as the peers need them.
//!
//! First as an application would make them, by the crates that are known for it, a `String` each.
//! Then by hand, into text that is there already, for those peers that are to be as fast as can be.

use std::{
    fmt::{self, Display, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::workload::Entry;

pub const PAINT: &str = "http://example.com/ns/paint";
pub const OWNCLOUD: &str = "http://owncloud.org/ns";
pub const FOUND: &str = "HTTP/1.1 200 OK";
pub const MISSING: &str = "HTTP/1.1 404 Not Found";
pub const LOCK_ENTRIES: &str = "<D:lockentry><D:lockscope><D:exclusive/></D:lockscope>\
    <D:locktype><D:write/></D:locktype></D:lockentry>\
    <D:lockentry><D:lockscope><D:shared/></D:lockscope>\
    <D:locktype><D:write/></D:locktype></D:lockentry>";

// === as an application would ===

/// What may stand in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'&');

pub fn href(entry: &Entry) -> String {
    let mut href = utf8_percent_encode(&entry.path, PATH).to_string();
    if entry.folder {
        href.push('/');
    }
    href
}

pub fn created(entry: &Entry) -> String {
    humantime::format_rfc3339_seconds(entry.created).to_string()
}

pub fn modified(entry: &Entry) -> String {
    httpdate::fmt_http_date(entry.modified)
}

pub fn etag(entry: &Entry) -> String {
    format!("\"{}\"", entry.etag)
}

// === by hand ===

/// A value that is written into text that is there already. None of them has a way to fail of its own.
pub trait Value {
    fn write(&self, out: &mut impl Write) -> fmt::Result;
}

/// A value between format strings.
pub struct Formatted<V>(pub V);

/// An href, percent-encoded and escaped.
pub struct Href<'a>(pub &'a Entry);
/// Text, escaped.
pub struct Escaped<'a>(pub &'a str);
/// An entity-tag in its quotes.
pub struct Etag<'a>(pub &'a str);
/// A number.
pub struct Decimal(pub u64);
/// A time as in RFC 3339.
pub struct Rfc3339(pub SystemTime);
/// A time as in HTTP.
pub struct HttpDate(pub SystemTime);

impl<V: Value> Display for Formatted<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f)
    }
}

impl Value for Href<'_> {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        let path = &self.0.path;
        let mut clean = 0;
        for (at, byte) in path.bytes().enumerate() {
            if PLAIN[usize::from(byte)] {
                continue;
            }
            // Between two bytes of one character nothing is clean.
            if clean < at {
                out.write_str(&path[clean..at])?;
            }
            clean = at + 1;
            if byte == b'&' {
                out.write_str("&amp;")?;
            } else {
                let hex = |digit: u8| b"0123456789ABCDEF"[usize::from(digit)];
                put(out, &[b'%', hex(byte >> 4), hex(byte & 15)])?;
            }
        }
        out.write_str(&path[clean..])?;
        out.write_str(if self.0.folder { "/" } else { "" })
    }
}

impl Value for Escaped<'_> {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        let text = self.0;
        let mut clean = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => continue,
            };
            out.write_str(&text[clean..at])?;
            out.write_str(escape)?;
            clean = at + 1;
        }
        out.write_str(&text[clean..])
    }
}

impl Value for Etag<'_> {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        out.write_str("\"")?;
        out.write_str(self.0)?;
        out.write_str("\"")
    }
}

impl Value for Decimal {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        let (mut digits, mut at, mut rest) = ([0; 20], 20, self.0);
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                return put(out, &digits[at..]);
            }
        }
    }
}

impl Value for Rfc3339 {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        let (days, second) = split(self.0);
        let (year, month, day) = civil(days);
        let mut text = *b"0000-00-00T00:00:00Z";
        two(&mut text, 0, year / 100);
        two(&mut text, 2, year % 100);
        two(&mut text, 5, month);
        two(&mut text, 8, day);
        two(&mut text, 11, second / 3600);
        two(&mut text, 14, second / 60 % 60);
        two(&mut text, 17, second % 60);
        put(out, &text)
    }
}

impl Value for HttpDate {
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        let (days, second) = split(self.0);
        let (year, month, day) = civil(days);
        let mut text = *b"Thu, 00 Jan 0000 00:00:00 GMT";
        let weekday = days as usize % 7 * 3;
        text[..3].copy_from_slice(&b"ThuFriSatSunMonTueWed"[weekday..weekday + 3]);
        two(&mut text, 5, day);
        let name = month as usize * 3 - 3;
        text[8..11].copy_from_slice(&b"JanFebMarAprMayJunJulAugSepOctNovDec"[name..name + 3]);
        two(&mut text, 12, year / 100);
        two(&mut text, 14, year % 100);
        two(&mut text, 17, second / 3600);
        two(&mut text, 20, second / 60 % 60);
        two(&mut text, 23, second % 60);
        put(out, &text)
    }
}

// === helpers ===

/// The bytes that stay as they are in a path.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let marks = matches!(byte as u8, b'/' | b'.' | b'-' | b'_' | b'~');
        plain[byte] = (byte as u8).is_ascii_alphanumeric() || marks;
        byte += 1;
    }
    plain
};

/// Days since 1970-01-01, and seconds of the day.
fn split(time: SystemTime) -> (u32, u32) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    ((seconds / 86_400) as u32, (seconds % 86_400) as u32)
}

/// Year, month and day, after Howard Hinnant's `civil_from_days`.
fn civil(days: u32) -> (u32, u32, u32) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u32::from(month <= 2), month, day)
}

fn two(text: &mut [u8], at: usize, number: u32) {
    text[at] = b'0' + (number / 10) as u8;
    text[at + 1] = b'0' + (number % 10) as u8;
}

/// Writes ASCII.
fn put(out: &mut impl Write, ascii: &[u8]) -> fmt::Result {
    out.write_str(str::from_utf8(ascii).unwrap_or_default())
}
