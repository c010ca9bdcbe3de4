//! The hrefs that have their response: each may occur once in a multistatus
//! ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)).

use std::{
    hash::{BuildHasher, RandomState},
    hint::black_box,
    mem,
};

use super::responses::Entry;
use crate::xml::Buffer;

/// The hrefs that are taken, and which forms they have.
///
/// As long as the responses are there, this is exact: where two hashes agree, the texts are compared. Of
/// responses that were sent, only the latest hashes are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    memory: Memory,
    seeds: Option<Seeds>,
    has_paths: bool,
    has_uris: bool,
}

/// An href that is to be taken: its hash, and where its text begins in the responses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) place: usize,
    hash: u64,
}

#[derive(Clone, Debug)]
enum Memory {
    /// A part of the hash of each href, and its place in the responses.
    Places {
        table: Table,
        /// Entries that are not looked up yet, in their order.
        waiting: Vec<u64>,
    },
    /// The hashes alone. Once `latest` has `LATEST` of them, it becomes `before`, whose hashes are forgotten.
    Hashes { latest: Table, before: Table },
}

/// A hash table with linear probing. An entry is never zero, and begins with the bits of a hash that say
/// where it stands; if that slot is occupied, it stands behind, with no gap between.
#[derive(Clone, Debug, Default)]
struct Table {
    /// None, or a power of two, at least twice as many as there are entries.
    slots: Vec<u64>,
    len: usize,
}

/// Random seeds, so that nobody can choose hrefs whose hashes agree.
#[derive(Clone, Copy, Debug)]
struct Seeds([u64; 4]);

/// How many hrefs of a stream are remembered at least. Two tables of twice as many slots are 64 KiB.
const LATEST: usize = 2048;

/// The bits of an entry that belong to the hash. The others hold a place in up to 64 GiB.
const TAG: u64 = u64::MAX << 36;

const FIRST_SLOTS: usize = 64;

/// From this many slots on, a table does not stay in the processor's cache.
const MANY_SLOTS: usize = 1 << 16;

/// How many hrefs are looked up together.
pub(super) const TOGETHER: usize = 64;

/// How many bytes are hashed at once.
const BLOCK: usize = 32;

// === impl Taken ===

impl Taken {
    /// Claims an href with this text, which is or will be at `place` in the responses.
    ///
    /// The text is best given from its source: reading what was just copied has to wait until it has reached
    /// the cache.
    #[inline(always)]
    pub(super) fn claim(&mut self, text: &[u8], place: usize) -> Claim {
        let hash = self.seeds.get_or_insert_with(Seeds::random).hash(text);
        // If it is taken already, then by an href of the same form.
        self.note_form(text);
        Claim { place, hash }
    }

    /// Takes the href that is claimed. Returns whether it was free. None may be waiting.
    #[inline]
    pub(super) fn take(&mut self, responses: &[u8], claim: Claim) -> bool {
        match &mut self.memory {
            Memory::Places { table, .. } => {
                let entry = claim.entry();
                table.insert(entry, |other| is_same(other, entry, responses))
            }
            Memory::Hashes { latest, before } => remember(claim.hash, latest, before),
        }
    }

    /// Whether there are so many that an href is better [taken later](Self::take_later), together with
    /// others. As long as there are not, none is waiting.
    #[inline]
    pub(super) fn are_many(&self) -> bool {
        match &self.memory {
            Memory::Places { table, .. } => table.slots.len() >= MANY_SLOTS,
            Memory::Hashes { .. } => false,
        }
    }

    /// Notes the href that is claimed, to be taken with others, if places are kept. Returns whether they are.
    pub(super) fn take_later(&mut self, claim: Claim) -> bool {
        let Memory::Places { waiting, .. } = &mut self.memory else {
            return false;
        };
        waiting.push(claim.entry());
        true
    }

    /// Takes the waiting hrefs, in their order, and removes the responses whose href was taken already. They
    /// belong to the last responses, which bytes of one that is not admitted yet may follow. Returns by how
    /// many bytes those have moved.
    #[inline(never)]
    pub(super) fn settle(&mut self, responses: &mut Buffer, entries: &mut Vec<Entry>) -> usize {
        let Memory::Places { table, waiting } = &mut self.memory else {
            return 0;
        };
        // Touches all their slots at once: one after the other, each would wait for the memory.
        black_box(
            waiting
                .iter()
                .fold(0, |all, &entry| all | table.slots[table.home(entry)]),
        );
        let mut kept = entries.len() - waiting.len();
        let mut start = kept.checked_sub(1).map_or(0, |last| entries[last].end);
        let mut gone = 0;
        for (index, entry) in (kept..).zip(waiting.drain(..)) {
            let end = entries[index].end;
            if gone > 0 {
                responses.copy_within(start..end, start - gone);
                entries[index].move_back(gone);
                entries.swap(kept, index);
            }
            let entry = entry - gone as u64;
            if table.insert(entry, |other| is_same(other, entry, responses)) {
                kept += 1;
            } else {
                gone += end - start;
            }
            start = end;
        }
        entries.truncate(kept);
        responses.remove(start - gone..start);
        gone
    }

    /// How many of the waiting hrefs are repeats, whose responses will be removed.
    pub(super) fn repeated(&self, responses: &[u8]) -> usize {
        let Memory::Places { table, waiting } = &self.memory else {
            return 0;
        };
        let repeated = (0..waiting.len()).filter(|&index| {
            let (before, entry) = (&waiting[..index], waiting[index]);
            let is_same = |other| is_same(other, entry, responses);
            before.iter().any(|&other| is_same(other)) || table.contains(entry, is_same)
        });
        repeated.count()
    }

    /// How many hrefs are waiting.
    #[inline]
    pub(super) fn waiting(&self) -> usize {
        match &self.memory {
            Memory::Places { waiting, .. } => waiting.len(),
            Memory::Hashes { .. } => 0,
        }
    }

    /// Whether an href with this text, as it is written, is taken.
    pub(super) fn contains(&self, responses: &[u8], text: &[u8]) -> bool {
        let Some(hash) = self.seeds.map(|seeds| seeds.hash(text)) else {
            return false;
        };
        match &self.memory {
            Memory::Places { table, waiting } => {
                let entry = entry(hash, 0);
                let is_same = |other| is_of_text(other, entry, responses, text);
                table.contains(entry, is_same) || waiting.iter().any(|&other| is_same(other))
            }
            Memory::Hashes { latest, before } => {
                let hash = hash.max(1);
                let is_same = |entry| entry == hash;
                latest.contains(hash, is_same) || before.contains(hash, is_same)
            }
        }
    }

    /// Whether all that were taken are paths, or all are URIs.
    pub(super) fn agree(&self) -> bool {
        !(self.has_paths && self.has_uris)
    }

    /// Frees hrefs that were taken and will not be sent.
    pub(super) fn give_back<'t>(&mut self, texts: impl Iterator<Item = &'t [u8]>) {
        if let (Memory::Hashes { latest, before }, Some(seeds)) = (&mut self.memory, self.seeds) {
            for hash in texts.map(|text| seeds.hash(text).max(1)) {
                latest.remove(hash);
                before.remove(hash);
            }
        }
    }

    /// Forgets all hrefs, and keeps the memory for as many.
    pub(super) fn clear(&mut self) {
        let memory = match mem::take(&mut self.memory) {
            Memory::Places {
                mut table,
                mut waiting,
            } => {
                table.clear_cheaply();
                waiting.clear();
                Memory::Places { table, waiting }
            }
            Memory::Hashes { .. } => Memory::default(),
        };
        *self = Self {
            memory,
            seeds: self.seeds,
            ..Self::default()
        };
    }

    /// Reserves memory for this many more.
    pub(super) fn reserve(&mut self, more: usize) {
        if let Memory::Places { table, .. } = &mut self.memory {
            table.reserve(more);
        }
    }

    /// Remembers hashes only, without the responses, from here on. `texts` are those that were taken so far,
    /// in their order.
    pub(super) fn forget_places<'t>(&mut self, texts: impl Iterator<Item = &'t [u8]>) {
        let (mut latest, mut before) = (Table::default(), Table::default());
        latest.reserve(LATEST);
        if let Some(seeds) = self.seeds {
            for text in texts {
                remember(seeds.hash(text), &mut latest, &mut before);
            }
        }
        self.memory = Memory::Hashes { latest, before };
    }

    #[inline]
    fn note_form(&mut self, text: &[u8]) {
        let is_path = text.first() == Some(&b'/');
        self.has_paths |= is_path;
        self.has_uris |= !is_path;
    }
}

// === impl Claim ===

impl Claim {
    #[inline]
    fn entry(self) -> u64 {
        entry(self.hash, self.place)
    }
}

// === impl Memory ===

impl Default for Memory {
    fn default() -> Self {
        Self::Places {
            table: Table::default(),
            waiting: Vec::new(),
        }
    }
}

// === impl Table ===

impl Table {
    /// Inserts an entry, unless the same is there. Returns whether it was inserted.
    #[inline]
    fn insert(&mut self, entry: u64, is_same: impl Fn(u64) -> bool) -> bool {
        if self.len * 2 >= self.slots.len() {
            self.grow();
        }
        let Err(vacant) = self.find(entry, is_same) else {
            return false;
        };
        self.slots[vacant] = entry;
        self.len += 1;
        true
    }

    fn contains(&self, entry: u64, is_same: impl Fn(u64) -> bool) -> bool {
        !self.slots.is_empty() && self.find(entry, is_same).is_ok()
    }

    /// Removes an entry, and closes the gap.
    fn remove(&mut self, entry: u64) {
        if !self.contains(entry, |other| other == entry) {
            return;
        }
        let (Ok(mut gap) | Err(mut gap)) = self.find(entry, |other| other == entry);
        let mask = self.slots.len() - 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let other = self.slots[at];
            if other == 0 {
                break;
            }
            // An entry may move into the gap, unless that is before its home.
            let distance = |from: usize| at.wrapping_sub(from) & mask;
            if distance(self.home(other)) >= distance(gap) {
                self.slots[gap] = other;
                gap = at;
            }
        }
        self.slots[gap] = 0;
        self.len -= 1;
    }

    /// Where the same entry is, or where it would have to be.
    #[inline]
    fn find(&self, entry: u64, is_same: impl Fn(u64) -> bool) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut at = self.home(entry);
        loop {
            match self.slots[at] {
                0 => return Err(at),
                other if is_same(other) => return Ok(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The slot where an entry stands if that is vacant. It depends only on the bits of the hash that an
    /// entry has.
    #[inline]
    fn home(&self, entry: u64) -> usize {
        let slots = self.slots.len();
        ((entry & TAG) >> slots.leading_zeros() >> 1) as usize & (slots - 1)
    }

    /// Doubles the slots, or makes eight times as many as long as they are few.
    #[inline(never)]
    fn grow(&mut self) {
        let is_small = self.slots.len() < 2 * LATEST;
        self.reserve(self.len * if is_small { 7 } else { 1 });
    }

    fn reserve(&mut self, more: usize) {
        let needed = (self.len + more).saturating_mul(2).max(FIRST_SLOTS);
        if needed <= self.slots.len() {
            return;
        }
        let Some(slots) = needed.checked_next_power_of_two() else {
            return;
        };
        let before = mem::replace(&mut self.slots, vec![0; slots]);
        for entry in before.into_iter().filter(|&entry| entry != 0) {
            let (Ok(at) | Err(at)) = self.find(entry, |_| false);
            self.slots[at] = entry;
        }
    }

    fn clear(&mut self) {
        self.slots.fill(0);
        self.len = 0;
    }

    /// Frees the slots if clearing them would take longer than what they were needed for.
    fn clear_cheaply(&mut self) {
        if self.slots.len() > FIRST_SLOTS.max(32 * self.len) {
            *self = Self::default();
        }
        self.clear();
    }
}

// === impl Seeds ===

impl Seeds {
    fn random() -> Self {
        let random = RandomState::new();
        Self([0, 1, 2, 3].map(|index: u8| random.hash_one(index)))
    }

    /// A hash by folded multiplication. Without the seeds nobody can tell which texts collide.
    #[inline]
    fn hash(self, text: &[u8]) -> u64 {
        let mut state = [self.0[0] ^ (text.len() as u64), self.0[1]];
        if let Some(last) = text.last_chunk::<BLOCK>() {
            let mut rest = &text[..text.len() - 1];
            while let Some((block, behind)) = rest.split_first_chunk::<BLOCK>() {
                state = self.mix(state, block);
                rest = behind;
            }
            // The last block may overlap the one before.
            state = self.mix(state, last);
        } else {
            let mut block = [0; BLOCK];
            block[..text.len()].copy_from_slice(text);
            state = self.mix(state, &block);
        }
        fold(state[0] ^ self.0[2], state[1] ^ self.0[3])
    }

    /// Two multiplications that do not wait for each other.
    #[inline]
    fn mix(self, [one, other]: [u64; 2], block: &[u8; BLOCK]) -> [u64; 2] {
        let word = |at: usize| {
            let word = block[at..].first_chunk().copied().unwrap_or_default();
            u64::from_le_bytes(word)
        };
        [
            fold(word(0) ^ one, word(8) ^ self.0[2]),
            fold(word(16) ^ other, word(24) ^ self.0[3]),
        ]
    }
}

// === helpers ===

/// What is remembered of an href: a part of its hash, and its place.
#[inline]
fn entry(hash: u64, place: usize) -> u64 {
    (hash & TAG) | (place as u64 & !TAG)
}

/// Whether an entry, which has to agree with the text's own, is of this text. Escaped text has no `<`, so
/// that it ends there.
#[inline]
fn is_of_text(entry: u64, own: u64, responses: &[u8], text: &[u8]) -> bool {
    if (entry ^ own) & TAG != 0 {
        return false;
    }
    let rest = responses.get((entry & !TAG) as usize..).unwrap_or_default();
    rest.strip_prefix(text)
        .is_some_and(|behind| behind.first() == Some(&b'<'))
}

/// Whether two entries are of the same text.
#[inline]
fn is_same(one: u64, other: u64, responses: &[u8]) -> bool {
    (one ^ other) & TAG == 0 && {
        let rest = responses.get((other & !TAG) as usize..).unwrap_or_default();
        let end = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        is_of_text(one, other, responses, &rest[..end])
    }
}

/// Remembers a hash. Returns whether it was new.
fn remember(hash: u64, latest: &mut Table, before: &mut Table) -> bool {
    let hash = hash.max(1);
    let is_same = |entry| entry == hash;
    if before.contains(hash, is_same) || !latest.insert(hash, is_same) {
        return false;
    }
    if latest.len == LATEST {
        mem::swap(latest, before);
        latest.clear();
        latest.reserve(LATEST);
    }
    true
}

/// Folds the 128 bits of the product into 64.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}
