//! Where the resources come from, and who watches.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use statuary::{DavError, Href, Resource, prop, xml::Name};
use tokio::{sync::oneshot, time::sleep};

/// A source that never ends.
pub(super) struct Endless {
    made: Arc<AtomicUsize>,
    _here: oneshot::Sender<Infallible>,
}

/// Sees how far a source is, and whether it is still there.
pub(super) struct Watch {
    made: Arc<AtomicUsize>,
    gone: oneshot::Receiver<Infallible>,
}

pub(super) fn endless() -> (Endless, Watch) {
    let made = Arc::new(AtomicUsize::new(0));
    let (here, gone) = oneshot::channel();
    let source = Endless {
        made: Arc::clone(&made),
        _here: here,
    };
    (source, Watch { made, gone })
}

/// The folder, and then its members; one property of each is missing.
pub(super) fn member(index: usize) -> Resource {
    let path = format!("/folder/member {index}");
    let href = match index {
        0 => Href::collection("/folder"),
        _ => Href::path(&path),
    };
    Resource::new(href)
        .prop(prop::GetContentLength(index as u64))
        .missing(&Name::dav("getetag"))
}

pub(super) fn members(
    count: usize,
) -> impl Iterator<Item = Result<Resource, DavError>> + Send + 'static {
    (0..count).map(|index| Ok(member(index)))
}

// === impl Endless ===

impl Iterator for Endless {
    type Item = Result<Resource, DavError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(Ok(member(self.made.fetch_add(1, Ordering::Relaxed))))
    }
}

// === impl Watch ===

impl Watch {
    /// How many resources were made.
    pub(super) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Waits until the first resource is made.
    pub(super) async fn begun(&self) {
        while self.made() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// How many resources were made once no more are: the clock goes on when all tasks wait.
    pub(super) async fn standstill(&self) -> usize {
        sleep(Duration::from_millis(1)).await;
        self.made()
    }

    /// Waits until the source is dropped.
    pub(super) async fn dropped(self) {
        assert!(self.gone.await.is_err());
    }
}
