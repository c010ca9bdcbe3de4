//! Numbers that stand for names, whose sum tells one set of names from another.

use std::{
    cmp::Ordering,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    sync::LazyLock,
};

use super::{name::Name, prefixes::FixedPrefix};

/// The key of a name that was made at compile time, as was the key; zero for any other name. It follows from
/// the name, so comparisons ignore it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key(u64);

/// Random numbers, so that nobody can choose names whose keys, or sums of keys, agree.
#[derive(Clone, Copy, Debug)]
struct Secret([u64; 2]);

/// One for each namespace with a fixed prefix, and a last one for all others.
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
    /// The key of the name, in this process.
    #[inline(always)]
    pub(crate) fn key(&self) -> u64 {
        match self.constant_key() {
            0 => self.secret_key(),
            key => key,
        }
    }

    #[inline(never)]
    fn secret_key(&self) -> u64 {
        let secret = match self.fixed_prefix() {
            FixedPrefix::NONE => Secret::of_namespace(self.namespace()),
            fixed => SECRETS[fixed.index() & 15],
        };
        secret.hash(self.local())
    }
}

// === impl Key ===

impl Key {
    pub(super) const NONE: Self = Self(0);

    /// The key need not be secret: nobody chooses such a name at run time.
    pub(super) const fn of(namespace: &str, local: &str) -> Self {
        let key = mixed(mixed(namespace.len() as u64, namespace), local);
        // The mixer of SplitMix64: without it, sums of products of similar names might agree.
        let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(key ^ (key >> 31))
    }

    pub(super) const fn get(self) -> u64 {
        self.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Ord for Key {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl PartialEq for Key {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

// === impl Secret ===

impl Secret {
    fn of_namespace(namespace: &str) -> Self {
        let rest = SECRETS[15];
        Self([rest.hash(namespace), rest.0[1]])
    }

    /// A hash by folded multiplication.
    fn hash(mut self, text: &str) -> u64 {
        let mut text = text.as_bytes();
        while let Some((block, behind)) = text.split_at_checked(BLOCK) {
            self = self.behind(block);
            text = behind;
        }
        self.fold(words(text))
    }

    /// The secret for the text behind a block.
    fn behind(self, block: &[u8]) -> Self {
        Self([self.fold(words(block)), self.0[1]])
    }

    /// Folds the 128 bits of the product into 64.
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
            // Without the bytes that are in the first word already.
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

/// Continues the hash of some text with more text, word by word.
const fn mixed(mut hash: u64, text: &str) -> u64 {
    let mut text = text.as_bytes();
    loop {
        let (word, is_last) = match text.split_first_chunk() {
            Some((word, behind)) => {
                text = behind;
                (u64::from_le_bytes(*word), false)
            }
            None => {
                let (mut word, mut at) = (0, 0);
                while at < text.len() {
                    word = word << 8 | text[at] as u64;
                    at += 1;
                }
                (word, true)
            }
        };
        hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
        if is_last {
            return hash;
        }
    }
}
