//! What the page says, in the built-in languages.

pub(super) mod de;
pub(super) mod en;
pub(super) mod es;
pub(super) mod fr;
pub(super) mod ja;
pub(super) mod pt;

use crate::subscription::{Reason, Remedy};

/// What the page says in one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) denied: fn(Reason) -> Saying,
    pub(super) too_many_requests: Saying,
    pub(super) unanswered: Saying,
    pub(super) store_unanswered: Saying,
    pub(super) misplaced: Saying,
    pub(super) in_progress: Saying,
    pub(super) not_kept: Saying,
    pub(super) unclaimed: Saying,
    pub(super) unidentified: Saying,
    pub(super) remedy: fn(Remedy) -> &'static str,
    pub(super) retry: &'static str,
    pub(super) sign_in: &'static str,
    pub(super) support: &'static str,
    pub(super) code: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) remaining: &'static str,
    pub(super) wait: &'static str,
}

/// A heading and its text.
pub(super) type Saying = (&'static str, &'static str);

/// All languages, the default first.
pub(super) const ALL: [&Words; 6] = [
    &en::WORDS,
    &de::WORDS,
    &es::WORDS,
    &fr::WORDS,
    &ja::WORDS,
    &pt::WORDS,
];
