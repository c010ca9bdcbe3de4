//! The `If` header.

mod evaluate;
mod grammar;

use std::{fmt, str::FromStr, sync::Arc};

use http::{HeaderMap, HeaderName};

pub use self::evaluate::{IfState, Unmet};
use super::{
    LockToken,
    header::{self, InvalidHeader},
    href::Href,
};

/// The conditions of a request, and the tokens of the locks that its sender holds.
///
/// [RFC 4918, section 10.4](https://www.rfc-editor.org/rfc/rfc4918#section-10.4)
///
/// The conditions are in lists: the header holds if one list does, and a list holds if all its conditions do.
/// [`check`](Self::check) returns that list, or that the answer is 412. Apart from that, every token in the
/// header is *submitted*, wherever it stands. [`check_write`](Self::check_write) combines both, and tells 412
/// from 423.
///
/// A missing header is an `If` without lists, which always holds and submits nothing.
///
/// # Grammar
///
/// ```text
/// If           = ( 1*No-tag-list | 1*Tagged-list )
/// No-tag-list  = List
/// Tagged-list  = Resource-Tag 1*List
/// List         = "(" 1*Condition ")"
/// Condition    = ["Not"] (State-token | "[" entity-tag "]")
/// State-token  = Coded-URL
/// Resource-Tag = "<" Simple-ref ">"
/// ```
///
/// # Example values
///
/// * `(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> ["I am an ETag"]) (["I am another ETag"])`
/// * `(Not <urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> <urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092>)`
/// * `</resource1> (<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>)`
/// * `(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>) (Not <DAV:no-lock>)`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::{Href, dav::{If, IfState, LockToken, Unmet}};
///
/// /// A server with one file that is locked.
/// struct Server;
///
/// impl IfState for Server {
///     fn etag(&self, resource: &Href<'_>) -> Option<String> {
///         (resource.encoded() == "/a.txt").then(|| r#""1""#.to_owned())
///     }
///
///     fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
///         let token = LockToken::new("urn:uuid:1").expect("a URI");
///         vec![(token, Href::collection("/"))]
///     }
/// }
///
/// let file = Href::path("/a.txt");
/// let mut headers = HeaderMap::new();
/// let nothing = If::from_headers(&headers)?;
/// assert_eq!(nothing.check_write(&file, &Server), Err(Unmet::Locked(Href::collection("/").into())));
///
/// headers.insert("if", HeaderValue::from_static(r#"(<urn:uuid:1> ["1"])"#));
/// assert_eq!(If::from_headers(&headers)?.check_write(&file, &Server), Ok(()));
///
/// headers.insert("if", HeaderValue::from_static(r#"(<urn:uuid:1> ["2"])"#));
/// assert_eq!(If::from_headers(&headers)?.check_write(&file, &Server), Err(Unmet::Failed));
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct If {
    lists: Vec<IfList>,
}

/// Conditions about one resource that have to hold together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct IfList {
    /// Shared by all lists with the same tag.
    resource: Option<Arc<Href<'static>>>,
    conditions: Vec<IfCondition>,
}

/// A condition about a resource.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct IfCondition {
    /// Whether it is preceded by `Not`.
    pub negated: bool,
    /// What the condition is about.
    pub kind: IfConditionKind,
}

/// What a condition is about.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum IfConditionKind {
    /// The resource has this entity tag, as it stands in an `ETag` header. Weak tags match nothing.
    EntityTag(Box<str>),
    /// The resource has a lock with this token, or this is its sync-token. `DAV:no-lock` is the token of no
    /// lock.
    StateToken(LockToken),
}

// === impl If ===

impl If {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("if");

    /// Reads the header; a missing one has no lists.
    ///
    /// # Errors
    ///
    /// When the value does not follow the grammar, or when there are several values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map_or(Ok(Self::default()), str::parse)
    }

    /// The lists, in the order of the header.
    #[must_use]
    pub fn lists(&self) -> &[IfList] {
        &self.lists
    }

    /// The tokens that are submitted: all that are in the header, whatever is said of them
    /// ([section 10.4.1](https://www.rfc-editor.org/rfc/rfc4918#section-10.4.1)).
    pub fn tokens(&self) -> impl Iterator<Item = &LockToken> {
        let conditions = self.lists.iter().flat_map(|list| &list.conditions);
        conditions.filter_map(|condition| match &condition.kind {
            IfConditionKind::EntityTag(_) => None,
            IfConditionKind::StateToken(token) => Some(token),
        })
    }

    /// Whether a token is submitted.
    #[must_use]
    pub fn submits(&self, token: &LockToken) -> bool {
        self.tokens().any(|submitted| submitted == token)
    }
}

/// Writes the value of the header; nothing when there are no lists.
impl fmt::Display for If {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for (index, list) in self.lists.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            if let Some(resource) = list.resource().filter(|it| before != Some(*it)) {
                write!(f, "<{resource}> ")?;
            }
            before = list.resource();
            fmt::Display::fmt(list, f)?;
        }
        Ok(())
    }
}

impl FromStr for If {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        let lists = grammar::lists(value).map_err(|rule| InvalidHeader::new(&Self::NAME, rule))?;
        Ok(Self { lists })
    }
}

// === impl IfList ===

impl IfList {
    /// The resource that the conditions are about; `None` for the target of the request. It begins with
    /// the mount, if there is one ([`Href::below`]).
    #[must_use]
    pub fn resource(&self) -> Option<&Href<'static>> {
        self.resource.as_deref()
    }

    /// The conditions, at least one.
    #[must_use]
    pub fn conditions(&self) -> &[IfCondition] {
        &self.conditions
    }
}

/// Writes the list as in the header, without the resource.
impl fmt::Display for IfList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, IfCondition { negated, kind }) in self.conditions.iter().enumerate() {
            f.write_str(if index == 0 { "(" } else { " " })?;
            f.write_str(if *negated { "Not " } else { "" })?;
            match kind {
                IfConditionKind::EntityTag(tag) => write!(f, "[{tag}]")?,
                IfConditionKind::StateToken(token) => fmt::Display::fmt(token, f)?,
            }
        }
        f.write_str(")")
    }
}
