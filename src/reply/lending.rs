//! The buffers that chunks are written in. A buffer comes back once its chunk is sent, so that a
//! long answer is written in the buffers of its first chunks, and nothing is copied out of them.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use smallvec::SmallVec;

use crate::xml::Buffer;

/// Lends buffers for the chunks of one answer.
pub(super) struct Lender(Arc<Shared>);

struct Shared {
    /// The buffers that came back.
    vacant: Mutex<Vacant>,
    /// The initial capacity of each buffer.
    capacity: usize,
}

type Vacant = SmallVec<[Buffer; MOST_VACANT]>;

/// A chunk on its way. Once its answer is gone, its buffer is not needed any more.
struct Lent {
    chunk: Buffer,
    lender: Weak<Shared>,
}

/// As many as hyper gathers before it sends them, of 64 KiB each, and one.
const MOST_VACANT: usize = 8;

/// The most that is reserved at once; a larger chunk grows by itself.
const MOST_RESERVED: usize = 4 * 1024 * 1024;

/// The capacity for a chunk of this size, which may exceed it by part of its last resource.
pub(super) fn room_of(chunk_size: usize) -> usize {
    let chunk = chunk_size.min(MOST_RESERVED);
    chunk + chunk / 8
}

// === impl Lender ===

impl Lender {
    pub(super) fn of_chunks(chunk_size: usize) -> Self {
        Self(Arc::new(Shared {
            vacant: Mutex::default(),
            capacity: room_of(chunk_size),
        }))
    }

    /// An empty buffer.
    pub(super) fn take(&self) -> Buffer {
        let vacant = self.0.lock().pop();
        vacant.unwrap_or_else(|| Buffer::with_capacity(self.0.capacity))
    }

    /// Lends a chunk until it is dropped.
    pub(super) fn lend(&self, chunk: Buffer) -> Bytes {
        Bytes::from_owner(Lent {
            chunk,
            lender: Arc::downgrade(&self.0),
        })
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vacant> {
        // A buffer is pushed or popped, which a panic cannot interrupt.
        self.vacant.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Lent ===

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.chunk
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(lender) = self.lender.upgrade() else {
            return;
        };
        let mut vacant = lender.lock();
        // A buffer that had to grow is too large to keep.
        if vacant.len() < MOST_VACANT && self.chunk.len() <= lender.capacity {
            self.chunk.clear();
            vacant.push(mem::take(&mut self.chunk));
        }
    }
}
