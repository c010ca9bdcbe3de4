//! The path under which routes are mounted.

use std::{fmt, sync::Arc};

use http::{Extensions, request::Parts};

/// The path under which the routes are mounted, not encoded, as the
/// [`MultiStatusLayer`](crate::MultiStatusLayer::mounted_at) outside knows it.
///
/// A router strips it from the URI of a request, but not from the hrefs in its body and its headers.
/// [`Href::below`](super::Href::below) does that. If a handler asks a
/// [`MemberPaywall`](crate::MemberPaywall) itself, it has to [give it to the
/// rules](crate::MemberRules::mounted_at), too.
///
/// Without a layer, or with one that has no mount, it is empty, and nothing is stripped. With axum, it is an
/// extractor.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::any};
/// use statuary::{DavError, Href, MultiStatus, MultiStatusLayer, dav::Mount, prop};
/// use statuary::request::report::CalendarMultiget;
///
/// async fn report(mount: Mount, report: CalendarMultiget) -> MultiStatus {
///     report.outcome(|href, answer| match href.below(&mount) {
///         Some(path) if path == Href::path("/a.ics") => Ok(answer.prop(prop::GetContentLength(3))),
///         _ => Err(DavError::new(http::StatusCode::NOT_FOUND)),
///     })
/// }
///
/// let dav = Router::new().fallback(report).layer(MultiStatusLayer::new().mounted_at("/dav"));
/// let app: Router = Router::new().nest_service("/dav", dav);
/// # tokio_test::block_on(async {
/// # use http_body_util::BodyExt;
/// # use tower::ServiceExt;
/// # let body = "<C:calendar-multiget xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns='DAV:'><prop>\
/// #     <getcontentlength/></prop><href>/dav/a.ics</href></C:calendar-multiget>";
/// # let request = http::Request::builder().method("REPORT").uri("/dav/").body(body.to_owned())?;
/// # let answer = app.oneshot(request).await?.into_body().collect().await?.to_bytes();
/// # assert!(answer.windows(6).any(|part| part == b"200 OK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Mount(Arc<str>);

// === impl Mount ===

impl Mount {
    /// The mount that a layer outside has left in the head of a request; empty if there is none.
    #[must_use]
    pub fn of_request(head: &Parts) -> Self {
        Self::find(&head.extensions).unwrap_or_default()
    }

    /// The path, not encoded: it begins with a `/`, does not end with one, and is empty where there is no
    /// mount.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0
    }

    /// One path has one spelling.
    pub(crate) fn new(path: &str) -> Self {
        Self(match path.trim_matches('/') {
            "" => Arc::default(),
            path => format!("/{path}").into(),
        })
    }

    pub(crate) fn find(request: &Extensions) -> Option<Self> {
        request.get().cloned()
    }

    /// Tells the layers and the handler inside.
    pub(crate) fn leave_in(&self, request: &mut Extensions) {
        request.insert(self.clone());
    }
}

impl AsRef<str> for Mount {
    fn as_ref(&self) -> &str {
        self.path()
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
