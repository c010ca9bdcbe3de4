//! What the owner settles once for all refusals.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{HeaderValue, header};

use crate::{
    challenge::{Page, RenderProblem},
    subscription::Remedies,
    vary::Vary,
};

/// What the owner settles once for all refusals.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) authenticate: HeaderValue,
    pub(crate) page: Arc<Page>,
    pub(crate) problem_base: Cow<'static, str>,
    pub(crate) remedies: Remedies,
    pub(crate) renderer: Option<Renderer>,
    pub(crate) retry_after: Duration,
    pub(crate) vary: Vary,
}

/// The owner's renderer.
#[derive(Clone)]
pub(crate) struct Renderer(pub(crate) Arc<dyn RenderProblem>);

// === impl Terms ===

impl Default for Terms {
    fn default() -> Self {
        Self {
            authenticate: HeaderValue::from_static(r#"Bearer realm="subscription""#),
            page: Arc::default(),
            problem_base: Cow::Borrowed("urn:statuary:problem:"),
            remedies: Remedies::new(),
            renderer: None,
            retry_after: Duration::from_secs(5),
            vary: Vary::new([header::AUTHORIZATION]),
        }
    }
}

// === impl Renderer ===

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<dyn RenderProblem>")
    }
}
