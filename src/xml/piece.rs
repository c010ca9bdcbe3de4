//! Writing a few parts of a document together.

use std::mem;

use super::escape::{SHORT, copy_clean};

/// Parts that are written one after the other into space that was checked once.
///
/// Everything is inlined: a constant part becomes a few stores, and the space that is left behind it is known
/// to the compiler, too.
pub(crate) struct Piece<'b> {
    /// The space that is left.
    rest: &'b mut [u8],
    /// The whole space.
    most: usize,
}

// === impl Piece ===

impl<'b> Piece<'b> {
    #[inline(always)]
    pub(super) fn new(room: &'b mut [u8]) -> Self {
        Self {
            most: room.len(),
            rest: room,
        }
    }

    #[inline(always)]
    pub(crate) fn put(&mut self, part: &[u8]) {
        self.rest[..part.len()].copy_from_slice(part);
        self.advance(part.len());
    }

    /// Puts the front of an array, copying all of it, which takes no loop; the rest is overwritten by the
    /// next part.
    #[inline(always)]
    pub(crate) fn put_front<const N: usize>(&mut self, array: &[u8; N], len: usize) {
        self.rest[..N].copy_from_slice(array);
        self.advance(len);
    }

    /// Puts a part as its two ends, which overlap, so that there is nothing to count.
    #[inline(always)]
    pub(super) fn put_ends(&mut self, part: &[u8]) {
        match part.len() {
            8..=16 => self.put_both::<8>(part),
            4..8 => self.put_both::<4>(part),
            _ => self.put(part),
        }
    }

    #[inline(always)]
    fn put_both<const N: usize>(&mut self, part: &[u8]) {
        if let (Some(first), Some(last)) = (part.first_chunk::<N>(), part.last_chunk::<N>()) {
            let room = &mut self.rest[..2 * N];
            room[..N].copy_from_slice(first);
            room[part.len() - N..][..N].copy_from_slice(last);
            self.advance(part.len());
        }
    }

    /// Puts a text if it is short and needs no escaping. Returns whether it is.
    #[inline(always)]
    pub(crate) fn put_clean(&mut self, text: &str) -> bool {
        let room = self.rest.first_chunk_mut::<SHORT>();
        let is_clean = room.is_some_and(|room| copy_clean(text.as_bytes(), room));
        if is_clean {
            self.advance(text.len());
        }
        is_clean
    }

    /// Lets `write` put a part into as much space as it may need, and return its length.
    #[inline(always)]
    pub(crate) fn put_with<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N]) -> usize) {
        let room = self.rest.first_chunk_mut().expect("room was made");
        let length = write(room);
        self.advance(length);
    }

    /// The length of all parts.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.most - self.rest.len()
    }

    #[inline(always)]
    fn advance(&mut self, length: usize) {
        self.rest = &mut mem::take(&mut self.rest)[length..];
    }
}
