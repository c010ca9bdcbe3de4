//! The hrefs that have their response: each may occur once in a multistatus
//! ([RFC 4918, section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)).

use std::{
    hash::{BuildHasher, RandomState},
    mem,
    ops::Range,
};

/// The hrefs that are taken, and their forms.
///
/// As long as the responses are there, it is exact: where two hashes agree, the texts are compared.
/// Of responses that were sent, the hashes are left, and of these the latest.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    memory: Memory,
    seeds: Option<Seeds>,
    has_paths: bool,
    has_uris: bool,
}

#[derive(Clone, Debug)]
enum Memory {
    /// A part of the hash of each href, and its place in the responses.
    Places(Table),
    /// The hashes alone. Once there are `LATEST`, they become those before, and the ones that were
    /// before are forgotten.
    Hashes { latest: Table, before: Table },
}

/// An open table. An entry begins with bits of a hash, and stands where these say, or behind, with no
/// gap between.
///
/// Each has a label of a few other bits of its hash, nowhere zero. The labels are side by side, so that
/// those of a long listing stay in the cache; an entry is looked at only if its label agrees.
#[derive(Clone, Debug, Default)]
struct Table {
    /// The labels, `LABELS` in a word, and then the entries.
    words: Vec<u64>,
    /// None, or a power of two, twice as many as there are entries or more.
    slots: usize,
    len: usize,
}

/// What nobody else knows, so that nobody can choose hrefs whose hashes agree.
#[derive(Clone, Copy, Debug)]
struct Seeds([u64; 4]);

/// How many hrefs of a stream are known at least. Two tables of twice as many hashes are 80 KiB.
const LATEST: usize = 2048;

/// The bits of an entry that are of the hash. The others have room for a place in 64 GiB.
const TAG: u64 = u64::MAX << 36;

const FIRST_SLOTS: usize = 64;

/// How many labels are in a word, and how many bits each has.
const LABELS: usize = 4;
const LABEL_BITS: usize = 16;

/// How many bytes are hashed at once.
const BLOCK: usize = 32;

// === impl Taken ===

impl Taken {
    /// Takes the href whose text is there in the responses, and will be at `place`; whether it was
    /// free.
    #[inline]
    pub(super) fn take(&mut self, responses: &[u8], text: Range<usize>, place: usize) -> bool {
        let text = &responses[text];
        let hash = self.seeds.get_or_insert_with(Seeds::random).hash(text);
        let is_free = match &mut self.memory {
            Memory::Places(table) => {
                let entry = (hash & TAG) | (place as u64 & !TAG);
                table.insert(hash, entry, |other| is_place(other, hash, responses, text))
            }
            Memory::Hashes { latest, before } => remember(hash, latest, before),
        };
        if is_free {
            let is_path = text.first() == Some(&b'/');
            self.has_paths |= is_path;
            self.has_uris |= !is_path;
        }
        is_free
    }

    /// Whether an href is taken, by its text as it is written.
    pub(super) fn contains(&self, responses: &[u8], text: &[u8]) -> bool {
        let Some(hash) = self.seeds.map(|seeds| seeds.hash(text)) else {
            return false;
        };
        match &self.memory {
            Memory::Places(table) => {
                table.contains(hash, |entry| is_place(entry, hash, responses, text))
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

    /// Forgets all, and keeps the room for as many.
    pub(super) fn clear(&mut self) {
        let memory = match mem::take(&mut self.memory) {
            Memory::Places(mut table) => {
                table.clear_cheaply();
                Memory::Places(table)
            }
            Memory::Hashes { .. } => Memory::default(),
        };
        *self = Self {
            memory,
            seeds: self.seeds,
            ..Self::default()
        };
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        if let Memory::Places(table) = &mut self.memory {
            table.reserve(more);
        }
    }

    /// Makes do without the responses from here on. These are the texts that were taken so far, in
    /// their order.
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
}

// === impl Memory ===

impl Default for Memory {
    fn default() -> Self {
        Self::Places(Table::default())
    }
}

// === impl Table ===

impl Table {
    /// Puts an entry in, unless the same is there; whether it was not.
    #[inline]
    fn insert(&mut self, hash: u64, entry: u64, is_same: impl Fn(u64) -> bool) -> bool {
        if self.len * 2 >= self.slots {
            self.grow();
        }
        let label = label(hash);
        let Err(vacant) = self.find(hash, label, is_same) else {
            return false;
        };
        self.put(vacant, label, entry);
        self.len += 1;
        true
    }

    fn contains(&self, hash: u64, is_same: impl Fn(u64) -> bool) -> bool {
        self.slots > 0 && self.find(hash, label(hash), is_same).is_ok()
    }

    /// Where the same entry is, or where it would have to be. Of the hash, the bits count that entries
    /// have.
    #[inline]
    fn find(&self, hash: u64, label: u64, is_same: impl Fn(u64) -> bool) -> Result<usize, usize> {
        let (labels, entries) = self.words.split_at(self.slots / LABELS);
        let mask = self.slots - 1;
        let mut at = ((hash & TAG) >> self.slots.leading_zeros() >> 1) as usize & mask;
        loop {
            match label_at(labels, at) {
                0 => return Err(at),
                other if other == label && is_same(entries[at]) => return Ok(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    #[inline]
    fn put(&mut self, vacant: usize, label: u64, entry: u64) {
        self.words[vacant / LABELS] |= label << (vacant % LABELS * LABEL_BITS);
        self.words[self.slots / LABELS + vacant] = entry;
    }

    /// Makes twice the room, and eight times as long as that is little.
    #[inline(never)]
    fn grow(&mut self) {
        let is_small = self.slots < 2 * LATEST;
        self.reserve(self.len * if is_small { 7 } else { 1 });
    }

    fn reserve(&mut self, more: usize) {
        let needed = (self.len + more).saturating_mul(2).max(FIRST_SLOTS);
        if needed <= self.slots {
            return;
        }
        let Some(slots) = needed.checked_next_power_of_two() else {
            return;
        };
        let words = mem::replace(&mut self.words, vec![0; slots / LABELS + slots]);
        let before = mem::replace(&mut self.slots, slots);
        let (labels, entries) = words.split_at(before / LABELS);
        for (at, &entry) in entries.iter().enumerate() {
            let label = label_at(labels, at);
            if label != 0 {
                let (Ok(at) | Err(at)) = self.find(entry, label, |_| false);
                self.put(at, label, entry);
            }
        }
    }

    /// Forgets the labels, without which an entry is not there.
    fn clear(&mut self) {
        self.words[..self.slots / LABELS].fill(0);
        self.len = 0;
    }

    /// Lets the slots go if to clear them takes longer than what they were needed for.
    fn clear_cheaply(&mut self) {
        if self.slots > FIRST_SLOTS.max(32 * self.len) {
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

    /// A hash by folded multiplications. Without the seeds nobody can tell which texts collide.
    #[inline]
    fn hash(self, text: &[u8]) -> u64 {
        let mut state = [self.0[0] ^ (text.len() as u64), self.0[1]];
        if let Some(last) = text.last_chunk::<BLOCK>() {
            let mut rest = &text[..text.len() - 1];
            while let Some((block, behind)) = rest.split_first_chunk::<BLOCK>() {
                state = self.mix(state, block);
                rest = behind;
            }
            // It may overlap the one before.
            state = self.mix(state, last);
        } else {
            let mut block = [0; BLOCK];
            block[..text.len()].copy_from_slice(text);
            state = self.mix(state, &block);
        }
        fold(state[0] ^ self.0[2], state[1] ^ self.0[3])
    }

    /// Two multiplications, which do not wait for each other.
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

/// Bits of a hash that say nothing of the place, and are nowhere zero.
#[inline]
fn label(hash: u64) -> u64 {
    (hash & ((1 << LABEL_BITS) - 1)).max(1)
}

/// The label of a slot.
#[inline]
fn label_at(labels: &[u64], slot: usize) -> u64 {
    let word = labels[slot / LABELS] >> (slot % LABELS * LABEL_BITS);
    word & ((1 << LABEL_BITS) - 1)
}

/// Whether an entry is of this text. What is escaped has no `<`, so that there it ends.
#[inline]
fn is_place(entry: u64, hash: u64, responses: &[u8], text: &[u8]) -> bool {
    if (entry ^ hash) & TAG != 0 {
        return false;
    }
    let rest = responses.get((entry & !TAG) as usize..).unwrap_or_default();
    rest.strip_prefix(text)
        .is_some_and(|behind| behind.first() == Some(&b'<'))
}

/// Keeps a hash; whether it was not known.
fn remember(hash: u64, latest: &mut Table, before: &mut Table) -> bool {
    let hash = hash.max(1);
    let is_same = |entry| entry == hash;
    if before.contains(hash, is_same) || !latest.insert(hash, hash, is_same) {
        return false;
    }
    if latest.len == LATEST {
        mem::swap(latest, before);
        latest.clear();
        latest.reserve(LATEST);
    }
    true
}

/// All bits of the product, in half as many.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}
