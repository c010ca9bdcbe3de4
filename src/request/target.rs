//! The target of a request.

use http::Uri;

use super::Rejection;
use crate::dav::{Href, InvalidHrefKind};

impl<'a> Href<'a> {
    /// The target of a request: the path of its URI, without the query.
    ///
    /// Bytes that the client should have encoded, such as `|`, `"` and those of `ü`, are encoded here.
    /// Several slashes at the start become one. [`same_path`](Self::same_path) and
    /// [`segments`](Self::segments) decode.
    ///
    /// A router strips the path of a mount, so the href does not have it:
    /// [`mounted_at`](crate::MultiStatusLayer::mounted_at) puts it back. An href of the URI as it was sent,
    /// axum's `OriginalUri`, is [of the whole server](Self::of_server), and has to say so.
    ///
    /// With axum, `Href<'static>` is also an extractor, which gives the target as the router sees it.
    ///
    /// # Errors
    ///
    /// When the path has a `%` without two hexadecimal digits or a dot segment, encoded or not, or when there
    /// is no path, as in `OPTIONS *`: 400.
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
