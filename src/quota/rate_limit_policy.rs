//! The `RateLimit-Policy` header.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use crate::quota::{
    LimitName,
    structured::{ByteSequence, Integer, List, Text},
};

/// The quotas that a request was counted against.
///
/// [draft-ietf-httpapi-ratelimit-headers-11, section
/// 3](https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11#section-3)
///
/// [`RateLimit`](super::RateLimit) says what is left of them.
///
/// # Grammar
///
/// ```text
/// RateLimit-Policy = sf-list            ; of Strings, each the name of a policy
/// parameters       = ";q=" sf-integer   ; how many units there are
///                    [ ";qu=" sf-string ] ; of what; "requests", if it is not said
///                    [ ";w=" sf-integer ] ; in so many seconds
///                    [ ";pk=" sf-binary ] ; for this part of the server's callers
/// ```
///
/// # Example values
///
/// * `"burst";q=100;w=60, "daily";q=1000;w=86400`
/// * `"peruser";q=65535;qu="content-bytes";w=10;pk=:c2RmakxKVU9VSA==:`
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use statuary::quota::{LimitName, QuotaPolicy, QuotaUnit, RateLimitPolicy};
///
/// let policy = QuotaPolicy::new(LimitName::from_static("peruser"), 65_535)
///     .with_unit(QuotaUnit::ContentBytes)
///     .with_window(Duration::from_secs(10));
/// let field = RateLimitPolicy::from_iter([policy]);
/// assert_eq!(field.to_string(), r#""peruser";q=65535;qu="content-bytes";w=10"#);
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct RateLimitPolicy(Vec<QuotaPolicy>);

/// One quota, as a member of [`RateLimitPolicy`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct QuotaPolicy {
    name: LimitName,
    quota: u64,
    unit: QuotaUnit,
    window: Option<Duration>,
    partition_key: Option<Bytes>,
}

/// What a quota is counted in.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum QuotaUnit {
    /// Requests that are answered at the same time.
    ConcurrentRequests,
    /// Bytes of content.
    ContentBytes,
    /// Requests; one may count for many, or for none.
    #[default]
    Requests,
}

// === impl RateLimitPolicy ===

impl RateLimitPolicy {
    /// The name of the field.
    pub const NAME: HeaderName = HeaderName::from_static("ratelimit-policy");

    /// The quotas, in the order of the field.
    pub fn policies(&self) -> &[QuotaPolicy] {
        &self.0
    }

    /// The value of the field; `None` if the list is empty, and the field to be left out.
    #[must_use]
    pub fn to_header_value(&self) -> Option<HeaderValue> {
        List(self.0.iter()).to_header_value()
    }
}

/// In the form of the field.
impl fmt::Display for RateLimitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        List(self.0.iter()).fmt(f)
    }
}

impl FromIterator<QuotaPolicy> for RateLimitPolicy {
    fn from_iter<I: IntoIterator<Item = QuotaPolicy>>(policies: I) -> Self {
        Self(policies.into_iter().collect())
    }
}

// === impl QuotaPolicy ===

impl QuotaPolicy {
    /// A policy of this name, for this many requests.
    pub const fn new(name: LimitName, quota: u64) -> Self {
        Self {
            name,
            quota,
            unit: QuotaUnit::Requests,
            window: None,
            partition_key: None,
        }
    }

    /// Says what is counted. Default: requests.
    pub const fn with_unit(mut self, unit: QuotaUnit) -> Self {
        self.unit = unit;
        self
    }

    /// Says within what time the quota may be used, in whole seconds, rounded up; at least one.
    /// Default: not said.
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
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

    /// The units of the quota.
    #[must_use]
    pub const fn quota(&self) -> u64 {
        self.quota
    }

    /// What is counted.
    #[must_use]
    pub const fn unit(&self) -> QuotaUnit {
        self.unit
    }

    /// Within what time the quota may be used, if that is said.
    #[must_use]
    pub const fn window(&self) -> Option<Duration> {
        self.window
    }

    /// The part of the server's callers that share the quota, if it is named.
    #[must_use]
    pub fn partition_key(&self) -> Option<&[u8]> {
        self.partition_key.as_deref()
    }
}

/// In the form of the field.
impl fmt::Display for QuotaPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, quota) = (Text(self.name.as_str()), Integer(self.quota));
        write!(f, "{name};q={quota}")?;
        if self.unit != QuotaUnit::Requests {
            write!(f, ";qu={}", Text(self.unit.as_str()))?;
        }
        if let Some(window) = self.window {
            // A window is at least a second.
            write!(
                f,
                ";w={}",
                Integer::seconds(window.max(Duration::from_secs(1)))
            )?;
        }
        if let Some(key) = &self.partition_key {
            write!(f, ";pk={}", ByteSequence(key))?;
        }
        Ok(())
    }
}

// === impl QuotaUnit ===

impl QuotaUnit {
    /// The name in the registry of the draft.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConcurrentRequests => "concurrent-requests",
            Self::ContentBytes => "content-bytes",
            Self::Requests => "requests",
        }
    }
}
