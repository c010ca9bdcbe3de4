//! The `Accept-Language` field, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4).

use http::{HeaderMap, HeaderValue, header::ACCEPT_LANGUAGE};

use crate::challenge::list;

/// The place of the language that the caller reads best, by lookup as of
/// [RFC 4647](https://www.rfc-editor.org/rfc/rfc4647#section-3.4): `de-AT` finds `de`, but `de` does
/// not find `de-AT`. The first language is the default.
///
/// Members of the field that break the grammar are ignored; so is `*`, which names no language.
///
/// # Grammar
///
/// ```text
/// Accept-Language = [ ( language-range [ weight ] ) *( OWS "," OWS ( language-range [ weight ] ) ) ]
/// language-range  = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"
/// ```
///
/// # Example values
///
/// - `de-AT, de;q=0.9, en;q=0.5`
/// - `*`
pub(super) fn choose<'a>(
    headers: &HeaderMap,
    languages: impl Iterator<Item = &'a str> + Clone,
) -> usize {
    let members = || {
        let fields = headers.get_all(ACCEPT_LANGUAGE).iter();
        fields
            .map(HeaderValue::as_bytes)
            .flat_map(list::members)
            .filter_map(parse)
    };
    // Collected first, so that the time per member does not grow with the field.
    let mut refused = vec![false; languages.clone().count()];
    for (range, _) in members().filter(|(_, weight)| *weight == 0) {
        for (language, refused) in languages.clone().zip(&mut refused) {
            *refused |= range.eq_ignore_ascii_case(language);
        }
    }
    let mut best = (0, 0);
    for (range, weight) in members() {
        if weight <= best.1 {
            continue;
        }
        let found = prefixes(range).find_map(|prefix| {
            let mut offered = languages.clone().zip(&refused);
            offered
                .position(|(language, refused)| !refused && prefix.eq_ignore_ascii_case(language))
        });
        if let Some(place) = found {
            best = (place, weight);
        }
    }
    best.0
}

/// The range and its weight.
fn parse(member: &[u8]) -> Option<(&str, u16)> {
    let mut parts = list::parts(member, b';').map(std::str::from_utf8);
    let range = parts.next()?.ok()?;
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => match parameter.ok()?.split_once('=')? {
            ("q" | "Q", value) => list::weight(value)?,
            _ => return None,
        },
    };
    Some((range, weight))
}

/// A range, then its prefixes as subtags are cut off its end. A single letter introduces the subtag
/// that follows, and is cut off with it.
fn prefixes(range: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(range), |range| {
        let (shorter, _) = range.rsplit_once('-')?;
        match shorter.rsplit_once('-') {
            Some((before, introduces)) if introduces.len() == 1 => Some(before),
            _ => Some(shorter),
        }
    })
    // A caller may send thousands of subtags; no language has more than this.
    .take(8)
}
