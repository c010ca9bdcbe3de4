//! The buffer that documents are written into.

use std::{fmt, ops::Deref};

use super::piece::Piece;

/// Bytes that are written one after the other.
///
/// Its memory is zeroed ahead of what is written, and the written length is counted separately. So a piece
/// costs one capacity check and a few stores, where a `Vec` checks and counts for each part of the piece: see
/// [`piece`](Self::piece). The zeros are written a page at a time, just before they are overwritten, and only
/// once if a buffer is kept.
#[derive(Clone, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// How many of them are written.
    len: usize,
}

/// How many zeros are written at once.
const PAGE: usize = 4096;

// === impl Buffer ===

impl Buffer {
    /// A buffer with this capacity, whose first page is zeroed.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.resize(capacity.min(PAGE), 0);
        Self { bytes, len: 0 }
    }

    /// The number of bytes written.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The next `N` bytes, which become a part of the buffer when they are [counted](Self::count).
    #[inline]
    pub(crate) fn room<const N: usize>(&mut self) -> &mut [u8; N] {
        if !self.has_room(N) {
            self.grow(N);
            return self.there();
        }
        self.there()
    }

    /// Space for parts of up to this many bytes in all.
    #[inline(always)]
    pub(crate) fn piece(&mut self, most: usize) -> Piece<'_> {
        Piece::new(self.space(most))
    }

    /// The next `most` bytes, which become a part of the buffer when they are [counted](Self::count).
    #[inline(always)]
    pub(crate) fn space(&mut self, most: usize) -> &mut [u8] {
        if !self.has_room(most) {
            self.grow(most);
            return &mut self.bytes[self.len..][..most];
        }
        &mut self.bytes[self.len..][..most]
    }

    /// Counts bytes that were written into [`room`](Self::room) or a [`piece`](Self::piece).
    #[inline]
    pub(crate) fn count(&mut self, written: usize) {
        self.len += written;
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        *self.room() = [byte];
        self.len += 1;
    }

    #[inline]
    pub(crate) fn extend_from_slice(&mut self, piece: &[u8]) {
        let rest = self.bytes.get_mut(self.len..);
        match rest.and_then(|rest| rest.get_mut(..piece.len())) {
            Some(room) => {
                room.copy_from_slice(piece);
                self.len += piece.len();
            }
            None => self.append(piece),
        }
    }

    /// Appends a piece for which no memory is zeroed, and needs none.
    #[inline(never)]
    fn append(&mut self, piece: &[u8]) {
        self.bytes.truncate(self.len);
        self.bytes.extend_from_slice(piece);
        self.len = self.bytes.len();
    }

    pub(crate) fn extend_from_within(&mut self, range: std::ops::Range<usize>) {
        let (start, length) = (range.start, range.len());
        if !self.has_room(length) {
            self.grow(length);
        }
        self.bytes.copy_within(start..start + length, self.len);
        self.len += length;
    }

    /// Inserts a piece between the written bytes.
    pub(crate) fn insert(&mut self, at: usize, piece: &[u8]) {
        let end = self.len;
        self.extend_from_slice(piece);
        self.bytes.copy_within(at..end, at + piece.len());
        self.bytes[at..at + piece.len()].copy_from_slice(piece);
    }

    /// Copies bytes over earlier ones.
    pub(crate) fn copy_within(&mut self, range: std::ops::Range<usize>, to: usize) {
        self.bytes.copy_within(range, to);
    }

    /// Moves the last bytes before all others.
    pub(crate) fn move_to_front(&mut self, count: usize) {
        self.bytes[..self.len].rotate_right(count);
    }

    /// Removes bytes from between the others.
    pub(crate) fn remove(&mut self, range: std::ops::Range<usize>) {
        self.bytes.copy_within(range.end..self.len, range.start);
        self.len -= range.len();
    }

    #[inline]
    fn there<const N: usize>(&mut self) -> &mut [u8; N] {
        let rest = &mut self.bytes[self.len..];
        rest.first_chunk_mut().expect("room was made")
    }

    /// Whether this many bytes are zeroed already.
    #[inline(always)]
    fn has_room(&self, more: usize) -> bool {
        let rest = self.bytes.get(self.len..);
        rest.is_some_and(|rest| rest.len() >= more)
    }

    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Reserves memory for this many more.
    pub(crate) fn reserve(&mut self, more: usize) {
        let needed = self.len.saturating_add(more);
        self.bytes.reserve(needed.saturating_sub(self.bytes.len()));
    }

    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        self.reserve(more);
        let ahead = (self.bytes.len() + PAGE).min(self.bytes.capacity());
        self.bytes.resize(ahead.max(self.len + more), 0);
    }
}

impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self))
    }
}

impl Eq for Buffer {}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
