//! The `RateLimit` header.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use crate::quota::{
    LimitName,
    structured::{ByteSequence, Integer, List, Text},
};

/// What is left of the quotas that a request was counted against.
///
/// [draft-ietf-httpapi-ratelimit-headers-11, section
/// 4](https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11#section-4)
///
/// Several lines of the field make one list.
///
/// # Grammar
///
/// ```text
/// RateLimit  = sf-list            ; of Strings, each the name of a policy
/// parameters = ";r=" sf-integer   ; what is left
///              [ ";t=" sf-integer ] ; for so many seconds there is no more than that
///              [ ";pk=" sf-binary ] ; for this part of the server's callers
/// ```
///
/// # Example values
///
/// * `"default";r=50;t=30`
/// * `"burst";r=4;t=12, "month";r=9000;t=86400;pk=:dHJpYWw=:`
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use statuary::quota::{LimitName, RateLimit, ServiceLimit};
///
/// let left = ServiceLimit::new(LimitName::from_static("default"), 50)
///     .with_effective_window(Duration::from_secs(30));
/// let field = RateLimit::from_iter([left]);
/// assert_eq!(field.to_string(), r#""default";r=50;t=30"#);
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct RateLimit(Vec<ServiceLimit>);

/// What is left of one quota, as a member of [`RateLimit`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct ServiceLimit {
    name: LimitName,
    available: u64,
    effective_window: Option<Duration>,
    partition_key: Option<Bytes>,
}

// === impl RateLimit ===

impl RateLimit {
    /// The name of the field.
    pub const NAME: HeaderName = HeaderName::from_static("ratelimit");

    /// What is left of each quota, in the order of the field.
    pub fn limits(&self) -> &[ServiceLimit] {
        &self.0
    }

    /// The value of the field; `None` if the list is empty, and the field to be left out.
    #[must_use]
    pub fn to_header_value(&self) -> Option<HeaderValue> {
        List(self.0.iter()).to_header_value()
    }
}

/// In the form of the field.
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        List(self.0.iter()).fmt(f)
    }
}

impl FromIterator<ServiceLimit> for RateLimit {
    fn from_iter<I: IntoIterator<Item = ServiceLimit>>(limits: I) -> Self {
        Self(limits.into_iter().collect())
    }
}

// === impl ServiceLimit ===

impl ServiceLimit {
    /// This many units are left under the policy of this name.
    pub const fn new(name: LimitName, available: u64) -> Self {
        Self {
            name,
            available,
            effective_window: None,
            partition_key: None,
        }
    }

    /// Says for how long no more than this is left, in whole seconds, rounded up. Default: not
    /// said.
    pub const fn with_effective_window(mut self, window: Duration) -> Self {
        self.effective_window = Some(window);
        self
    }

    /// Names the part of the server's callers that share the quota. Default: none.
    ///
    /// Callers see it: keep secrets out of it.
    pub fn with_partition_key(mut self, key: impl Into<Bytes>) -> Self {
        self.partition_key = Some(key.into());
        self
    }

    /// The name of the policy.
    #[must_use]
    pub const fn name(&self) -> &LimitName {
        &self.name
    }

    /// The units left.
    #[must_use]
    pub const fn available(&self) -> u64 {
        self.available
    }

    /// For how long no more than this is left, if that is said.
    #[must_use]
    pub const fn effective_window(&self) -> Option<Duration> {
        self.effective_window
    }

    /// The part of the server's callers that share the quota, if it is named.
    #[must_use]
    pub fn partition_key(&self) -> Option<&[u8]> {
        self.partition_key.as_deref()
    }
}

/// In the form of the field.
impl fmt::Display for ServiceLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, left) = (Text(self.name.as_str()), Integer(self.available));
        write!(f, "{name};r={left}")?;
        if let Some(window) = self.effective_window {
            write!(f, ";t={}", Integer::seconds(window))?;
        }
        if let Some(key) = &self.partition_key {
            write!(f, ";pk={}", ByteSequence(key))?;
        }
        Ok(())
    }
}
