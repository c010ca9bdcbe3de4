//! Numbers that stand for names, by whose sum one set of names is told from another.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use super::{name::Name, prefixes::FixedPrefix};

/// What nobody else knows, so that nobody can choose names whose numbers agree, or add up to the same.
#[derive(Clone, Copy, Debug)]
struct Secret([u64; 2]);

/// One for each namespace that always has the same prefix, and a last one for all others.
static SECRETS: LazyLock<[Secret; 16]> = LazyLock::new(|| {
    let random = RandomState::new();
    let mut count = 0_u8;
    [(); 16].map(|()| {
        count += 2;
        Secret([random.hash_one(count), random.hash_one(count + 1)])
    })
});

/// How many bytes are hashed at once.
const BLOCK: usize = 16;

// === impl Name ===

impl Name<'_> {
    /// The number of the name, in this process.
    #[inline(always)]
    pub(crate) fn key(&self) -> u64 {
        let secret = match self.fixed_prefix() {
            FixedPrefix::NONE => Secret::of_namespace(self.namespace()),
            fixed => SECRETS[fixed.index() & 15],
        };
        secret.hash(self.local())
    }

    /// The number of a name that was made by the compiler, who makes it, too. It is not the same as
    /// [`key`](Self::key), and no secret: nobody chooses such a name while the program runs.
    pub(crate) const fn constant_key(&self) -> u64 {
        // FNV-1a, and behind it the mixer of SplitMix64: sums of what the former makes of names that
        // are much alike may agree.
        let key = fnv(0xcbf2_9ce4_8422_2325, self.constant_namespace());
        let key = fnv(fnv(key, " "), self.constant_local());
        let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        key ^ (key >> 31)
    }
}

// === impl Secret ===

impl Secret {
    #[inline(always)]
    fn of_namespace(namespace: &str) -> Self {
        let rest = SECRETS[15];
        Self([rest.hash(namespace), rest.0[1]])
    }

    /// A hash by folded multiplications. All of it is inlined for short texts, so that of one that is
    /// known to the compiler nothing is left but those.
    #[inline(always)]
    fn hash(self, text: &str) -> u64 {
        let text = text.as_bytes();
        match text.split_at_checked(BLOCK) {
            Some((block, behind)) if text.len() <= 2 * BLOCK => {
                self.behind(block).fold(words(behind))
            }
            Some(_) => self.hash_long(text),
            None => self.fold(words(text)),
        }
    }

    #[inline(never)]
    fn hash_long(mut self, mut text: &[u8]) -> u64 {
        while let Some((block, behind)) = text.split_at_checked(BLOCK) {
            self = self.behind(block);
            text = behind;
        }
        self.fold(words(text))
    }

    /// The secret for what stands behind a block.
    #[inline(always)]
    fn behind(self, block: &[u8]) -> Self {
        Self([self.fold(words(block)), self.0[1]])
    }

    /// All bits of the product, in half as many.
    #[inline(always)]
    fn fold(self, words: [u64; 2]) -> u64 {
        let product = u128::from(words[0] ^ self.0[0]) * u128::from(words[1] ^ self.0[1]);
        product as u64 ^ (product >> 64) as u64
    }
}

// === helpers ===

/// Up to sixteen bytes, none of which is zero, in two words.
#[inline(always)]
fn words(text: &[u8]) -> [u64; 2] {
    match (text.first_chunk(), text.last_chunk()) {
        (Some(&first), Some(&last)) => {
            // Without what is in the first already.
            let known = 8 * (BLOCK - text.len()) as u32;
            let last = u64::from_le_bytes(last).checked_shr(known);
            [u64::from_le_bytes(first), last.unwrap_or_default()]
        }
        _ => {
            let shift = |word, &byte| word << 8 | u64::from(byte);
            [text.iter().fold(0, shift), 0]
        }
    }
}

const fn fnv(mut hash: u64, text: &str) -> u64 {
    let text = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        hash = (hash ^ text[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
