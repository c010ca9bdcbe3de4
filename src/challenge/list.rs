//! Fields that are lists, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1), and the
//! weights of their members.

/// The members of a list, trimmed; a comma inside of quotes does not separate.
pub(crate) fn members(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    parts(field, b',').filter(|member| !member.is_empty())
}

/// The parts between separators, trimmed; a separator inside of quotes does not separate.
pub(super) fn parts(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            byte if byte == separator => return !quoted,
            _ => {}
        }
        false
    })
    .map(<[u8]>::trim_ascii)
}

/// A weight in thousandths, [section
/// 12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2); `None` if it is malformed.
///
/// # Grammar
///
/// ```text
/// qvalue = ( "0" [ "." 0*3DIGIT ] )
///        / ( "1" [ "." 0*3("0") ] )
/// ```
pub(super) fn weight(qvalue: &str) -> Option<u16> {
    let (whole, decimals) = match qvalue.as_bytes() {
        [whole] => (whole, &[][..]),
        [whole, b'.', decimals @ ..] if decimals.len() <= 3 => (whole, decimals),
        _ => return None,
    };
    let mut thousandths = match whole {
        b'0' => 0,
        b'1' => 1000,
        _ => return None,
    };
    let mut place = 100;
    for digit in decimals {
        if !digit.is_ascii_digit() {
            return None;
        }
        thousandths += u16::from(digit - b'0') * place;
        place /= 10;
    }
    (thousandths <= 1000).then_some(thousandths)
}
