//! Where the resources of a streamed answer come from, and who watches.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use statuary::{DavError, Href, Resource, prop, xml::Name};
use tokio::{
    sync::oneshot::{self, error::TryRecvError},
    time::sleep,
};

/// A source that never ends.
pub(crate) struct Endless {
    made: Arc<AtomicUsize>,
    _here: oneshot::Sender<Infallible>,
}

/// Sees how far a source is, and whether it is still there.
pub(crate) struct Watch {
    made: Arc<AtomicUsize>,
    gone: oneshot::Receiver<Infallible>,
}

pub(crate) fn endless() -> (Endless, Watch) {
    let made = Arc::new(AtomicUsize::new(0));
    let (here, gone) = oneshot::channel();
    let source = Endless {
        made: Arc::clone(&made),
        _here: here,
    };
    (source, Watch { made, gone })
}

/// The folder, and then its members.
pub(crate) fn href(index: usize) -> Href<'static> {
    match index {
        0 => Href::collection("/folder"),
        _ => Href::path(&format!("/folder/member {index}")).into_owned(),
    }
}

/// One property of each is missing.
pub(crate) fn member(index: usize) -> Resource {
    Resource::new(href(index))
        .prop(prop::GetContentLength(index as u64))
        .missing(&Name::dav("getetag"))
}

pub(crate) fn members(
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
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Waits until the first resource is made.
    pub(crate) async fn begun(&self) {
        while self.made() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// How many resources were made once no more are: the clock goes on when all tasks wait.
    pub(crate) async fn standstill(&self) -> usize {
        sleep(Duration::from_millis(1)).await;
        self.made()
    }

    /// Whether the source is dropped.
    pub(crate) fn is_gone(&mut self) -> bool {
        self.gone.try_recv() == Err(TryRecvError::Closed)
    }

    /// Waits until the source is dropped.
    pub(crate) async fn dropped(self) {
        assert!(self.gone.await.is_err());
    }
}
