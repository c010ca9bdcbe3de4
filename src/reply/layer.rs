//! The layer.

use std::sync::Arc;

use http::uri::{Authority, Scheme};
use tower_layer::Layer;

use super::{service::MultiStatusService, view::Mount};

/// Lets every [`MultiStatus`](crate::MultiStatus) that a service answers follow the request.
///
/// See the [module documentation](crate::reply) for what that means and for an example.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct MultiStatusLayer {
    mount: Option<Arc<Mount>>,
}

// === impl MultiStatusLayer ===

impl MultiStatusLayer {
    /// Makes the layer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the path under which the routes are mounted. It is put before every href that is a path, since
    /// the client must see them as it would request them
    /// ([RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)), and before
    /// [where an answer is](crate::MultiStatus::located_at). Default: none.
    ///
    /// The href of the root is then `/dav/`, with the slash of a collection, and clients come back for it.
    /// axum's `Router::nest("/dav", …)` serves `/dav` and what is below, but answers 404 to `/dav/` itself;
    /// `nest_service` serves all three.
    ///
    /// The path is given as it is in a request, but not encoded. A `/` at its end does not count. The layer
    /// stands inside the nested router, where requests have lost the path already, or around the outer one.
    /// The hrefs in the bodies of requests have the path [in either case](crate::Href::below). An href that
    /// is not below the mount [says so](crate::Href::of_server), and a property that was stored as a whole
    /// stays as it is. Where a [`SettleLayer`](crate::SettleLayer) inside charges for an answer with hrefs to
    /// move, or an [`IdempotencyLayer`](crate::IdempotencyLayer) keeps it, it is too late for that, and 503
    /// takes its place.
    ///
    /// A [layer over members](crate::MemberPaywall::layer) inside learns the path by the request. Where a
    /// handler asks a [`MemberPaywall`](crate::MemberPaywall) itself, its rules have to be
    /// [told](crate::MemberRules::mounted_at): they would let pass what a client has asked for by its href.
    ///
    /// # Mounts with parameters
    ///
    /// A route such as `/dav/{user}` is no path: each user has another. There the layer has no mount and
    /// stands around the outer router, and the handlers write the whole of each path:
    ///
    /// ```
    /// use axum::{Router, extract::Path};
    /// use statuary::{Href, MultiStatus, MultiStatusLayer, Resource};
    ///
    /// async fn propfind(Path(user): Path<String>) -> MultiStatus {
    ///     let home = ["", "todo.txt"].map(|name| format!("/dav/{user}/{name}"));
    ///     home.iter().map(|path| Resource::new(Href::path(path))).collect()
    /// }
    ///
    /// let dav: Router = Router::new().fallback(propfind);
    /// let app: Router = Router::new()
    ///     .nest_service("/dav/{user}", dav)
    ///     .layer(MultiStatusLayer::new());
    /// ```
    ///
    /// # Panics
    ///
    /// When the path has a parameter or a wildcard, as `/dav/{user}` has.
    #[doc(alias = "nest")]
    #[track_caller]
    pub fn mounted_at(self, path: &str) -> Self {
        assert!(
            !has_parameter(path),
            "a mount is the path of requests, which has no parameters: `{path}`"
        );
        self.mount(|mount| mount.set_path(path))
    }

    /// Sets the scheme and the authority under which clients know this server. Default: none.
    ///
    /// The hrefs of one body must have one form
    /// ([RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)). Where some are
    /// absolute URIs, as those of other servers are, the paths become URIs of this origin. An answer
    /// whose hrefs agree stays as it is, and so does a [streamed](crate::MultiStatusStream) one whose
    /// first chunk agrees. Without an origin nothing can be done about it;
    /// [`MultiStatus::hrefs_agree`](crate::MultiStatus::hrefs_agree) tells.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::uri::{Authority, Scheme};
    /// use statuary::MultiStatusLayer;
    ///
    /// let authority = Authority::from_static("dav.example.com");
    /// let layer = MultiStatusLayer::new().origin(Scheme::HTTPS, authority);
    /// # let _ = layer;
    /// ```
    pub fn origin(self, scheme: Scheme, authority: Authority) -> Self {
        self.mount(|mount| mount.set_origin(&scheme, &authority))
    }

    fn mount(mut self, set: impl FnOnce(&mut Mount)) -> Self {
        set(Arc::make_mut(self.mount.get_or_insert_default()));
        self
    }
}

impl<S> Layer<S> for MultiStatusLayer {
    type Service = MultiStatusService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MultiStatusService {
            inner,
            mount: self.mount.clone(),
        }
    }
}

// === helpers ===

/// Whether a path is the pattern of a route, and not that of a request.
pub(crate) fn has_parameter(path: &str) -> bool {
    path.split('/')
        .any(|segment| matches!(segment.split_once('{'), Some((_, rest)) if rest.contains('}')))
}
