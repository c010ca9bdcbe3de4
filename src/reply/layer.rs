//! The layer.

use std::sync::Arc;

use tower_layer::Layer;

use super::{service::MultiStatusService, view::Mount};
use crate::dav::Href;

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

    /// Sets the path under which the routes are mounted, as they are by `Router::nest`. It is put before
    /// every href that is a path, since the client must see them as it would request them
    /// ([RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)). Default: none.
    ///
    /// The path is given as it is written in the route, not encoded. A `/` at its end does not count. The
    /// layer belongs inside the nested router, where requests have lost the path already. An href that
    /// is not below the mount says so ([`Href::of_server`]), and a property that was stored as a whole
    /// stays as it is.
    pub fn mounted_at(mut self, path: &str) -> Self {
        let mount = Href::path(path.trim_end_matches('/'));
        self.mount = (mount.encoded() != "/").then(|| Arc::new(Mount::new(&mount)));
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
