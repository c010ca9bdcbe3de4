//! The `Timeout` header.

use std::{convert::Infallible, fmt, str::FromStr, time::Duration};

use http::{HeaderMap, HeaderName};

use super::header::InvalidHeader;

/// How long a client would like a lock to last, the most wanted first.
///
/// [RFC 4918, section 10.7](https://www.rfc-editor.org/rfc/rfc4918#section-10.7)
///
/// It is a wish: the server [chooses](Self::choose). Unknown members of the list are ignored, and a missing
/// header is an empty list.
///
/// # Grammar
///
/// ```text
/// Timeout       = 1#TimeType
/// TimeType      = "Second-" DAVTimeOutVal | "Infinite"
/// DAVTimeOutVal = 1*DIGIT
/// ```
///
/// # Example values
///
/// * `Infinite, Second-4100000000`
/// * `Second-3600`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::{TimeType, Timeout};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("timeout", HeaderValue::from_static("Infinite, Second-4100, Second-600"));
///
/// let timeout = Timeout::from_headers(&headers);
/// assert_eq!(timeout.choose(3_600), TimeType::Second(600));
/// assert_eq!(timeout.choose(60), TimeType::Second(60), "no more than the server's own");
/// assert_eq!(timeout.choose(3_600).to_string(), "Second-600");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Timeout(Vec<TimeType>);

/// How long a lock lasts, as in the header and the element `timeout`
/// ([RFC 4918, section 14.29](https://www.rfc-editor.org/rfc/rfc4918#section-14.29)).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum TimeType {
    /// This many seconds.
    Second(u32),
    /// For ever.
    Infinite,
}

// === impl Timeout ===

impl Timeout {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("timeout");

    /// Reads the header.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(&Self::NAME).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        lines.flat_map(read).collect()
    }

    /// The times that were asked for, the most wanted first.
    #[must_use]
    pub fn times(&self) -> &[TimeType] {
        &self.0
    }

    /// Grants the first time that is not longer than `most` seconds; if there is none, `most`.
    #[must_use]
    pub fn choose(&self, most: u32) -> TimeType {
        let most = TimeType::Second(most);
        let granted = self.0.iter().find(|&&time| time <= most);
        granted.copied().unwrap_or(most)
    }
}

/// Writes the value of the header; nothing when no time was asked for.
impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, time) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            fmt::Display::fmt(time, f)?;
        }
        Ok(())
    }
}

impl FromIterator<TimeType> for Timeout {
    fn from_iter<I: IntoIterator<Item = TimeType>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

/// Reads the value of the header: unknown members are ignored.
impl FromStr for Timeout {
    type Err = Infallible;

    fn from_str(value: &str) -> Result<Self, Infallible> {
        Ok(read(value).collect())
    }
}

// === impl TimeType ===

impl TimeType {
    /// The duration; `None` if it is infinite.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::Second(seconds) => Some(Duration::from_secs(seconds.into())),
            Self::Infinite => None,
        }
    }
}

/// Writes the time as in the header.
impl fmt::Display for TimeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Second(seconds) => write!(f, "Second-{seconds}"),
            Self::Infinite => f.write_str("Infinite"),
        }
    }
}

impl FromStr for TimeType {
    type Err = InvalidHeader;

    fn from_str(time: &str) -> Result<Self, InvalidHeader> {
        const SECOND: &str = "second-";
        const RULE: &str = "be `Infinite`, or `Second-` and a number";

        if time.eq_ignore_ascii_case("infinite") {
            return Ok(Self::Infinite);
        }
        let halves = time.split_at_checked(SECOND.len());
        let digits = halves.filter(|(unit, _)| unit.eq_ignore_ascii_case(SECOND));
        match digits {
            Some((_, digits))
                if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                // A time longer than the RFC allows is taken for the longest.
                Ok(Self::Second(digits.parse().unwrap_or(u32::MAX)))
            }
            _ => Err(InvalidHeader::new(&Timeout::NAME, RULE)),
        }
    }
}

// === helpers ===

/// The times in a line.
fn read(line: &str) -> impl Iterator<Item = TimeType> {
    let times = line.split(',');
    times.filter_map(|time| time.trim_ascii().parse().ok())
}
