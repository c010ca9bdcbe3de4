//! The layer.

use std::sync::Arc;

use http::uri::{Authority, Scheme};
use tower_layer::Layer;

use super::{mount::Mount, service::MultiStatusService};

/// Adapts every [`MultiStatus`](crate::MultiStatus) that a service answers with to the request.
///
/// See the [module documentation](crate::reply) for what that means, and for an example.
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

    /// Sets the path under which the routes are mounted. It is put before every href that is a path, since a
    /// client has to see hrefs as it would request them
    /// ([RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)), and before the
    /// [`Content-Location`](crate::MultiStatus::located_at). Default: none.
    ///
    /// The href of the root is then `/dav/`, with the slash of a collection, and clients will request that.
    /// axum's `Router::nest("/dav", …)` serves `/dav` and everything below, but answers 404 to `/dav/`
    /// itself; `nest_service` serves all three, and `nest("/dav/", …)` all but `/dav`, for which a redirect
    /// can be added.
    ///
    /// Give the path as it is in a request, but not encoded; a `/` at its end is ignored. The layer stands
    /// inside the nested router, where the path is already stripped from requests, or around the outer one.
    /// The hrefs in the bodies of requests have the path in either case: a handler takes the
    /// [`Mount`](crate::dav::Mount) and looks [below](crate::Href::below) it. An href that is not below the
    /// mount has to [say so](crate::Href::of_server), and a property that was stored as a whole stays as it
    /// is. If a [`SettleLayer`](crate::SettleLayer) inside has charged for an answer whose hrefs have to
    /// change, or an [`IdempotencyLayer`](crate::IdempotencyLayer) inside has kept it, it is too late for
    /// that: the client gets a 503 instead. What was kept is [replayed as it
    /// is](crate::idempotency#order-of-layers).
    ///
    /// A router that is nested may have a layer of its own. Their paths are joined then: `/dav` outside and
    /// `/cal` inside make `/dav/cal`.
    ///
    /// A [layer over members](crate::MemberPaywall::layer) inside learns the path from the request. If a
    /// handler asks a [`MemberPaywall`](crate::MemberPaywall) itself, it has to tell the mount to
    /// [its rules](crate::MemberRules::mounted_at): otherwise they let members pass that a client has named
    /// by their hrefs.
    ///
    /// # Mounts with parameters
    ///
    /// A route such as `/dav/{user}` is not one path, since each user has another. Here the layer has no
    /// mount and stands around the outer router, and the handlers write the whole path of each href:
    ///
    /// ```
    /// use axum::{Router, extract::Path};
    /// use http::StatusCode;
    /// use statuary::{DavError, Href, MultiStatus, MultiStatusLayer, Resource};
    ///
    /// async fn propfind(Path(user): Path<String>) -> Result<MultiStatus, DavError> {
    ///     let home = Href::from_segments(["dav", &*user]).map_err(|_| StatusCode::NOT_FOUND)?;
    ///     let home = home.into_collection();
    ///     let todo = home.member("todo.txt")?;
    ///     Ok([home, todo].into_iter().map(Resource::new).collect())
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
    /// If the path has a parameter or a wildcard, as `/dav/{user}` has.
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
    /// ([RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)). If some are absolute
    /// URIs, as those of other servers are, the paths become URIs of this origin. An answer whose hrefs agree
    /// stays as it is, and so does a [streamed](crate::MultiStatusStream) one whose first chunk agrees.
    /// Without an origin, the hrefs stay mixed; [`MultiStatus::hrefs_agree`](crate::MultiStatus::hrefs_agree)
    /// says whether they are.
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

/// Whether a path is the pattern of a route rather than the path of a request.
pub(crate) fn has_parameter(path: &str) -> bool {
    path.split('/')
        .any(|segment| matches!(segment.split_once('{'), Some((_, rest)) if rest.contains('}')))
}
