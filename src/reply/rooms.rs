//! The room that chunks are written in. It comes back once a chunk is sent, so that a long answer is
//! written in the room of its first chunks, and nothing is copied out of it.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use smallvec::SmallVec;

use crate::xml::Buffer;

/// The room for the chunks of one answer.
pub(super) struct Rooms(Arc<Shared>);

struct Shared {
    /// Those that came back.
    vacant: Mutex<Vacant>,
    /// How large each of them is at first.
    capacity: usize,
}

type Vacant = SmallVec<[Buffer; MOST_VACANT]>;

/// A chunk on its way. Once its answer is gone, nobody has a use for the room.
struct Lent {
    chunk: Buffer,
    rooms: Weak<Shared>,
}

/// As many as hyper gathers before it sends them, of 64 KiB each, and one.
const MOST_VACANT: usize = 8;

/// How much room is made at once; a larger chunk makes its own as it grows.
const MOST_RESERVED: usize = 4 * 1024 * 1024;

/// How much room a chunk of this size should have: it may end with a resource that puts something on
/// top.
pub(super) fn room_of(chunk_size: usize) -> usize {
    let chunk = chunk_size.min(MOST_RESERVED);
    chunk + chunk / 8
}

// === impl Rooms ===

impl Rooms {
    pub(super) fn of_chunks(chunk_size: usize) -> Self {
        Self(Arc::new(Shared {
            vacant: Mutex::default(),
            capacity: room_of(chunk_size),
        }))
    }

    /// An empty room.
    pub(super) fn take(&self) -> Buffer {
        let vacant = self.0.lock().pop();
        vacant.unwrap_or_else(|| Buffer::with_capacity(self.0.capacity))
    }

    /// Lets a chunk go, until it is dropped.
    pub(super) fn lend(&self, chunk: Buffer) -> Bytes {
        Bytes::from_owner(Lent {
            chunk,
            rooms: Arc::downgrade(&self.0),
        })
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vacant> {
        // A room is put there or taken, which cannot go wrong halfway.
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
        let Some(rooms) = self.rooms.upgrade() else {
            return;
        };
        let mut vacant = rooms.lock();
        // One that had to grow is too large to be kept.
        if vacant.len() < MOST_VACANT && self.chunk.len() <= rooms.capacity {
            self.chunk.clear();
            vacant.push(mem::take(&mut self.chunk));
        }
    }
}
