//! What a request is about.

use http::Uri;

use super::Rejection;
use crate::dav::{Href, InvalidHrefKind};

impl<'a> Href<'a> {
    /// What a request is about: the path of its URI, without the query.
    ///
    /// A client may leave bytes as they are that belong encoded, such as `|`, `"` and those of `ü`, and
    /// they are encoded here. Several slashes at the start become one. [`same_path`](Self::same_path) and
    /// [`segments`](Self::segments) decode.
    ///
    /// Below a mount, a router has taken the path of it off, and so the href is without it:
    /// [`mounted_at`](crate::MultiStatusLayer::mounted_at) puts it back. Of the URI as it was sent, which
    /// axum has as `OriginalUri`, the href is [of the whole server](Self::of_server), and has to say so.
    ///
    /// With axum it is an extractor, too: a handler that takes an `Href<'static>` has the target as the
    /// router sees it.
    ///
    /// # Errors
    ///
    /// When the path has a `%` without two hexadecimal digits or a dot segment, encoded or not, or is none,
    /// as that of `OPTIONS *`: 400.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Uri;
    /// use statuary::Href;
    ///
    /// let uri: Uri = "/docs/a|b%20c?page=2".parse()?;
    /// let target = Href::of_request(&uri)?;
    /// assert_eq!(target, Href::path("/docs/a|b c"));
    /// assert_eq!(target.segments(), [&b"docs"[..], b"a|b c"]);
    ///
    /// let climbing = Uri::from_static("/docs/%2E%2E/secret");
    /// assert_eq!(Href::of_request(&climbing).unwrap_err().status(), 400);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "from_uri")]
    pub fn of_request(uri: &'a Uri) -> Result<Self, Rejection> {
        Self::parse_target(uri.path()).map_err(|invalid| {
            Rejection::target(match invalid.kind() {
                InvalidHrefKind::Character => "have two hexadecimal digits after each `%`",
                InvalidHrefKind::DotSegment => "not hold `.` or `..` as a segment",
                _ => "begin with `/`",
            })
        })
    }
}
