//! Filters of properties and of their parameters, in CalDAV and CardDAV.

use super::TimeRange;
use crate::{
    request::walk::{self, CALDAV},
    xml::{Error, ErrorKind, Parser},
};

/// The conditions on a property of a calendar component or of a contact
/// ([RFC 4791, section 9.7.2](https://www.rfc-editor.org/rfc/rfc4791#section-9.7.2),
/// [RFC 6352, section 10.5.1](https://www.rfc-editor.org/rfc/rfc6352#section-10.5.1)).
///
/// An empty filter asks that the property exist.
///
/// # Examples
///
/// ```
/// use statuary::request::report::{FilterTest, MatchType, PropFilter, TextMatch};
///
/// /// Whether a contact, which is a list of properties, passes.
/// fn passes(contact: &[(&str, &str)], filter: &PropFilter) -> bool {
///     let named = contact.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&filter.name));
///     let values: Vec<_> = named.map(|(_, value)| *value).collect();
///     let mut texts = filter.text_matches.iter();
///     let mut has = |text: &TextMatch| values.iter().any(|value| text.matches(value) == Some(true));
///     match filter.test {
///         _ if filter.is_not_defined => values.is_empty(),
///         _ if filter.text_matches.is_empty() => !values.is_empty(),
///         FilterTest::AllOf => texts.all(has),
///         _ => texts.any(has),
///     }
/// }
///
/// let mut text = TextMatch::new("@example.com", "i;ascii-casemap");
/// text.match_type = MatchType::EndsWith;
/// let mut filter = PropFilter::new("EMAIL");
/// filter.text_matches.push(text);
///
/// assert!(passes(&[("FN", "Ann"), ("email", "ann@Example.com")], &filter));
/// assert!(!passes(&[("FN", "Bob")], &filter));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PropFilter {
    /// The name of the property, such as `SUMMARY` or `EMAIL`.
    pub name: String,
    /// Whether the property has to be absent; there are no other conditions then.
    pub is_not_defined: bool,
    /// Whether one of the following is enough; a query of calendars asks for all of them.
    pub test: FilterTest,
    /// The span of time that the property has to fall into; only in queries of calendars.
    pub time_range: Option<TimeRange>,
    /// The texts that the value has to match; at most one in queries of calendars.
    pub text_matches: Vec<TextMatch>,
    /// The conditions on the parameters.
    pub params: Vec<ParamFilter>,
}

/// The conditions on a parameter of a property
/// ([RFC 4791, section 9.7.3](https://www.rfc-editor.org/rfc/rfc4791#section-9.7.3),
/// [RFC 6352, section 10.5.2](https://www.rfc-editor.org/rfc/rfc6352#section-10.5.2)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParamFilter {
    /// The name of the parameter, such as `PARTSTAT` or `TYPE`.
    pub name: String,
    /// Whether the parameter has to be absent.
    pub is_not_defined: bool,
    /// The text that the value has to match.
    pub text_match: Option<TextMatch>,
}

/// A text to be matched
/// ([RFC 4791, section 9.7.5](https://www.rfc-editor.org/rfc/rfc4791#section-9.7.5),
/// [RFC 6352, section 10.5.4](https://www.rfc-editor.org/rfc/rfc6352#section-10.5.4)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TextMatch {
    /// The text, including white space.
    pub text: String,
    /// The collation to compare by. If the request names none, or `default`, it is `i;ascii-casemap` in
    /// calendars and `i;unicode-casemap` in address books. A collation that the server does not support is
    /// answered by [`Caldav::SupportedCollation`](crate::dav::condition::Caldav) or
    /// [`Carddav::SupportedCollation`](crate::dav::condition::Carddav).
    pub collation: String,
    /// Whether the value must not match.
    pub negated: bool,
    /// Which part of the value the text is compared with; in calendars, always any part.
    pub match_type: MatchType,
}

/// Which part of a value a [`TextMatch`] is compared with
/// ([RFC 6352, section 10.5.4](https://www.rfc-editor.org/rfc/rfc6352#section-10.5.4)).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MatchType {
    /// Any part. The default.
    #[default]
    Contains,
    /// The end.
    EndsWith,
    /// The whole.
    Equals,
    /// The start.
    StartsWith,
}

/// Whether all of some conditions have to hold, or one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FilterTest {
    /// All of them.
    AllOf,
    /// At least one.
    AnyOf,
}

// === impl PropFilter ===

impl PropFilter {
    /// A filter that asks for a property with this name. All conditions that are added to it have
    /// to hold.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_not_defined: false,
            test: FilterTest::AllOf,
            time_range: None,
            text_matches: Vec::new(),
            params: Vec::new(),
        }
    }

    /// Reads the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>, namespace: &str) -> Result<Self, Error> {
        let is_calendar = namespace == CALDAV;
        let mut filter = Self::new(walk::attribute(parser, "name")?);
        if !is_calendar {
            filter.test = FilterTest::read(parser, FilterTest::AnyOf)?;
        }
        while parser.enter()? {
            if walk::is(parser, namespace, "is-not-defined") {
                filter.is_not_defined = true;
                parser.skip()?;
            } else if walk::is(parser, namespace, "time-range") && is_calendar {
                let range = TimeRange::read(parser)?;
                let sentence = "`prop-filter` holds more than one `time-range`";
                walk::once(&mut filter.time_range, range, parser, sentence)?;
            } else if walk::is(parser, namespace, "text-match") {
                filter
                    .text_matches
                    .push(TextMatch::read(parser, namespace)?);
            } else if walk::is(parser, namespace, "param-filter") {
                filter.params.push(ParamFilter::read(parser, namespace)?);
            } else {
                parser.skip()?;
            }
            filter.check(parser, is_calendar)?;
        }
        Ok(filter)
    }

    fn check(&self, parser: &Parser<'_>, is_calendar: bool) -> Result<(), Error> {
        let values = usize::from(self.time_range.is_some()) + self.text_matches.len();
        if self.is_not_defined && values + self.params.len() > 0 {
            return Err(parser.error(ErrorKind::Conflict, BESIDE_NOT_DEFINED));
        }
        if is_calendar && values > 1 {
            let sentence = "`prop-filter` holds more than one of `time-range` and `text-match`";
            return Err(parser.error(ErrorKind::Conflict, sentence));
        }
        Ok(())
    }
}

pub(super) const BESIDE_NOT_DEFINED: &str = "a filter holds something beside `is-not-defined`";

// === impl ParamFilter ===

impl ParamFilter {
    /// A filter that asks for a parameter with this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_not_defined: false,
            text_match: None,
        }
    }

    fn read(parser: &mut Parser<'_>, namespace: &str) -> Result<Self, Error> {
        let mut filter = Self::new(walk::attribute(parser, "name")?);
        while parser.enter()? {
            if walk::is(parser, namespace, "is-not-defined") {
                filter.is_not_defined = true;
                parser.skip()?;
            } else if walk::is(parser, namespace, "text-match") {
                let read = TextMatch::read(parser, namespace)?;
                let sentence = "`param-filter` holds more than one `text-match`";
                walk::once(&mut filter.text_match, read, parser, sentence)?;
            } else {
                parser.skip()?;
            }
            if filter.is_not_defined && filter.text_match.is_some() {
                return Err(parser.error(ErrorKind::Conflict, BESIDE_NOT_DEFINED));
            }
        }
        Ok(filter)
    }
}

// === impl TextMatch ===

impl TextMatch {
    /// A text that any part of a value has to match, by this collation.
    #[must_use]
    pub fn new(text: impl Into<String>, collation: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            collation: collation.into(),
            negated: false,
            match_type: MatchType::Contains,
        }
    }

    /// Whether a value passes: it matches, or is not to match and does not. `None` if the
    /// [collation](Self::collation) is none of these three:
    ///
    /// * `i;octet` ([RFC 4790, section 9.3](https://www.rfc-editor.org/rfc/rfc4790#section-9.3)), which tells
    ///   all characters apart;
    /// * `i;ascii-casemap` ([section 9.2](https://www.rfc-editor.org/rfc/rfc4790#section-9.2)), which ignores
    ///   the case of ASCII letters;
    /// * `i;unicode-casemap` ([RFC 5051](https://www.rfc-editor.org/rfc/rfc5051)), which ignores the case of
    ///   all letters. That characters are decomposed is left out: an `é` of one character and one of two
    ///   differ, unless both sides are normalized before.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{DavError, dav::condition::Caldav, request::report::TextMatch};
    ///
    /// fn matches(summary: &str, text: &TextMatch) -> Result<bool, DavError> {
    ///     Ok(text.matches(summary).ok_or(Caldav::SupportedCollation)?)
    /// }
    ///
    /// let lunch = TextMatch::new("lunch", "i;ascii-casemap");
    /// assert_eq!(matches("Lunch with Ann", &lunch), Ok(true));
    /// let strange = TextMatch::new("lunch", "i;pig-latin");
    /// assert_eq!(matches("Lunch with Ann", &strange).unwrap_err().status(), 403);
    /// ```
    #[must_use]
    pub fn matches(&self, value: &str) -> Option<bool> {
        let text = &*self.text;
        let is_match = match &*self.collation {
            "i;octet" => self.match_type.matches(value, text),
            "i;ascii-casemap" => {
                let (value, text) = (value.to_ascii_lowercase(), text.to_ascii_lowercase());
                self.match_type.matches(&value, &text)
            }
            "i;unicode-casemap" => self.match_type.matches(&one_case(value), &one_case(text)),
            _ => return None,
        };
        Some(is_match != self.negated)
    }

    fn read(parser: &mut Parser<'_>, namespace: &str) -> Result<Self, Error> {
        let is_calendar = namespace == CALDAV;
        let collation = match is_calendar {
            true => "i;ascii-casemap",
            false => "i;unicode-casemap",
        };
        let collation = parser
            .attribute("", "collation")
            .filter(|&named| named != "default")
            .unwrap_or(collation)
            .to_owned();
        let negated = walk::yes(parser, "negate-condition")?;
        let match_type = match parser.attribute("", "match-type") {
            Some(word) if !is_calendar => MatchType::parse(word).ok_or_else(|| {
                let sentence = "`match-type` is not one of `contains`, `ends-with`, `equals` and \
                                `starts-with`";
                walk::invalid(parser, sentence)
            })?,
            _ => MatchType::Contains,
        };
        Ok(Self {
            text: parser.untrimmed_content()?,
            collation,
            negated,
            match_type,
        })
    }
}

// === impl MatchType ===

impl MatchType {
    fn matches(self, value: &str, text: &str) -> bool {
        match self {
            Self::Contains => value.contains(text),
            Self::EndsWith => value.ends_with(text),
            Self::Equals => value == text,
            Self::StartsWith => value.starts_with(text),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        match word {
            "contains" => Some(Self::Contains),
            "ends-with" => Some(Self::EndsWith),
            "equals" => Some(Self::Equals),
            "starts-with" => Some(Self::StartsWith),
            _ => None,
        }
    }
}

// === impl FilterTest ===

impl FilterTest {
    /// Reads the attribute `test` of the element just entered.
    pub(super) fn read(parser: &Parser<'_>, default: Self) -> Result<Self, Error> {
        match parser.attribute("", "test") {
            None => Ok(default),
            Some("allof") => Ok(Self::AllOf),
            Some("anyof") => Ok(Self::AnyOf),
            Some(_) => Err(walk::invalid(
                parser,
                "`test` is neither `allof` nor `anyof`",
            )),
        }
    }
}

// === helpers ===

/// The text in one case, letter by letter: one that would become several, such as `ß`, stays as it is.
fn one_case(text: &str) -> String {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(upper), None) => upper,
            _ => c,
        }
    };
    text.chars().map(upper).collect()
}
