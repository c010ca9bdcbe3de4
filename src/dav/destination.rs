//! The `Destination` header.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName, Uri, header::HOST, uri::Authority};

use super::{
    header::{self, InvalidHeader},
    href::{Href, InvalidHrefKind, authority_range},
};

/// The destination of a COPY or MOVE.
///
/// [RFC 4918, section 10.3](https://www.rfc-editor.org/rfc/rfc4918#section-10.3)
///
/// Clients send a whole URI or only its path. If a whole URI is not [of this server](Self::is_here), the
/// application should answer 502. The [path](Self::path) is as it was sent, still percent-encoded, and none
/// of its [segments](Self::segments) is `.` or `..`, percent-encoded or not: those are refused, so that the
/// path that is checked is the one that is written to. Every destination is a valid [`Href`](Self::href). The
/// axum extractor rejects a missing header with 400; where it is optional, extract `Option<Destination>`, or
/// read it by [`optional_from_headers`](Self::optional_from_headers).
///
/// The path begins with the mount, if there is one, which the routes below do not know: they write to
/// [`href().below(…)`](Href::below).
///
/// # Grammar
///
/// ```text
/// Destination  = Simple-ref
/// Simple-ref   = absolute-URI | ( path-absolute [ "?" query ] )
/// ```
///
/// # Example values
///
/// * `http://www.example.com/users/f/fielding/index.html`
/// * `/users/f/fielding/index.html`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue, Uri};
/// use statuary::{Href, dav::Destination};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("host", HeaderValue::from_static("example.com:8080"));
/// headers.insert("destination", HeaderValue::from_static("http://example.com:8080/a%20b/"));
///
/// let destination = Destination::from_headers(&headers)?;
/// assert_eq!(destination.path(), "/a%20b/");
/// assert_eq!(destination.href(), Href::collection("/a b"));
/// assert!(destination.is_here(&Uri::from_static("/a"), &headers));
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Destination {
    scheme: Option<Box<str>>,
    authority: Option<Authority>,
    /// Checked, and beginning with one `/`.
    path_and_query: Box<str>,
}

// === impl Destination ===

impl Destination {
    /// The name of the header.
    pub const NAME: HeaderName = HeaderName::from_static("destination");

    /// Reads the header.
    ///
    /// # Errors
    ///
    /// When the header is missing, when its value is neither a URI with a host nor an absolute path, has a
    /// fragment, user information or a dot-segment, or holds what a URI cannot, or when there are several
    /// values that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let read = Self::optional_from_headers(headers)?;
        read.ok_or_else(|| InvalidHeader::new(&Self::NAME, "be there"))
    }

    /// Reads the header as [`from_headers`](Self::from_headers) does; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When there is a header that cannot be read.
    pub fn optional_from_headers(headers: &HeaderMap) -> Result<Option<Self>, InvalidHeader> {
        let value = header::find(headers, &Self::NAME)?;
        value.map(str::parse).transpose()
    }

    /// The scheme, when a whole URI was sent.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// The host and port, when a whole URI was sent.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// Whether it is of this server: a path, or a URI with the host and port to which a request with this URI
    /// and these headers was sent. A missing port is the default port of the scheme in the destination.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue, Uri};
    /// use statuary::dav::Destination;
    ///
    /// let (uri, mut headers) = (Uri::from_static("/a"), HeaderMap::new());
    /// headers.insert("host", HeaderValue::from_static("example.com"));
    /// let is_here = |to: &str| Ok(to.parse::<Destination>()?.is_here(&uri, &headers));
    /// assert!(is_here("/b")?);
    /// assert!(is_here("http://Example.com:80/b")?);
    /// assert!(!is_here("http://example.org/b")?, "502");
    /// # Ok::<(), statuary::dav::InvalidHeader>(())
    /// ```
    #[must_use]
    pub fn is_here(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let Some(there) = &self.authority else {
            return true;
        };
        let host = || headers.get(HOST)?.to_str().ok()?.parse().ok();
        let here: Option<Authority> = uri.authority().cloned().or_else(host);
        let default = match self.scheme() {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => Some(443),
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => Some(80),
            _ => None,
        };
        let port = |of: &Authority| of.port_u16().or(default);
        here.is_some_and(|here| {
            here.host().eq_ignore_ascii_case(there.host()) && port(&here) == port(there)
        })
    }

    /// The path, percent-encoded as it was sent; it starts with one `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        let path = self.path_and_query.split('?').next();
        path.unwrap_or_default()
    }

    /// The segments of the path, decoded; a `/` inside one, which was sent as `%2F`, stays inside.
    ///
    /// Decoding the path as a whole would take such a `/` for a separator.
    #[must_use]
    pub fn segments(&self) -> Vec<Vec<u8>> {
        self.href().segments()
    }

    /// What comes after the `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        let (_, query) = self.path_and_query.split_once('?')?;
        Some(query)
    }

    /// The path and the query as an href: the form in which a server names its own resources.
    #[must_use]
    pub fn href(&self) -> Href<'_> {
        Href::of_encoded(&*self.path_and_query).of_server()
    }

    fn parse(reference: &str) -> Result<Self, &'static str> {
        const FORM: &str = "be a URI with a host, or an absolute path";

        let href = Href::parse(reference).map_err(|invalid| match invalid.kind() {
            InvalidHrefKind::Character if reference[invalid.position()..].starts_with('%') => {
                "have two hexadecimal digits after each `%`"
            }
            InvalidHrefKind::Character | InvalidHrefKind::Fragment => {
                "not hold `#`, white space, or characters that a URI cannot hold"
            }
            InvalidHrefKind::DotSegment => "not hold `.` or `..` as a segment",
            _ => FORM,
        })?;
        if href.is_path() {
            return Ok(Self {
                scheme: None,
                authority: None,
                path_and_query: reference.into(),
            });
        }
        let span = authority_range(reference);
        let authority = Authority::try_from(&reference[span.clone()]).map_err(|_| FORM)?;
        if authority.as_str().contains('@') {
            return Err("not hold a user name");
        }
        // A comma means that several lines were joined.
        if authority.host().contains(',') {
            return Err(FORM);
        }
        let (scheme, _) = reference.split_once(':').ok_or(FORM)?;
        let path_and_query = reference[span.end..].trim_start_matches('/');
        Ok(Self {
            scheme: Some(scheme.into()),
            authority: Some(authority),
            path_and_query: format!("/{path_and_query}").into(),
        })
    }
}

/// Writes the value of the header.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(scheme), Some(authority)) = (&self.scheme, &self.authority) {
            write!(f, "{scheme}://{authority}")?;
        }
        f.write_str(&self.path_and_query)
    }
}

impl FromStr for Destination {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        Self::parse(value).map_err(|rule| InvalidHeader::new(&Self::NAME, rule))
    }
}
