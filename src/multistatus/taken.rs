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

/// An open table. An entry is nowhere zero, begins with bits of a hash, and stands where these say, or
/// behind, with no gap between.
#[derive(Clone, Debug, Default)]
struct Table {
    /// None, or a power of two, twice as many as there are entries or more.
    slots: Vec<u64>,
    len: usize,
}

/// What nobody else knows, so that nobody can choose hrefs whose hashes agree.
#[derive(Clone, Copy, Debug)]
struct Seeds([u64; 4]);

/// How many hrefs of a stream are known at least. Two tables of twice as many hashes are 64 KiB.
const LATEST: usize = 2048;

/// The bits of an entry that are of the hash. The others have room for a place in 64 GiB.
const TAG: u64 = u64::MAX << 36;

const FIRST_SLOTS: usize = 64;

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
                table.insert(entry, |other| is_place(other, hash, responses, text))
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

    fn contains(&self, hash: u64, is_same: impl Fn(u64) -> bool) -> bool {
        !self.slots.is_empty() && self.find(hash, is_same).is_ok()
    }

    /// Where the same entry is, or where it would have to be.
    #[inline]
    fn find(&self, entry: u64, is_same: impl Fn(u64) -> bool) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        // The first bits of the entry.
        let mut at = ((entry & TAG) >> self.slots.len().leading_zeros() >> 1) as usize & mask;
        loop {
            match self.slots[at] {
                0 => return Err(at),
                other if is_same(other) => return Ok(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Makes twice the room, and eight times as long as that is little.
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
        let Some(count) = needed.checked_next_power_of_two() else {
            return;
        };
        for entry in mem::replace(&mut self.slots, vec![0; count]) {
            if entry != 0 {
                let (Ok(at) | Err(at)) = self.find(entry, |_| false);
                self.slots[at] = entry;
            }
        }
    }

    fn clear(&mut self) {
        self.slots.fill(0);
        self.len = 0;
    }

    /// Lets the slots go if to clear them takes longer than what they were needed for.
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

/// All bits of the product, in half as many.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}
