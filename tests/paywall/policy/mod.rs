//! What a subscription is worth: every word of the vocabularies, and every end to the second.

mod ends;
mod telling;
mod words;

use std::time::SystemTime;

use statuary::{
    Decision, Reason,
    policy::{Policy, Subscription},
    subscription::Standing,
};

use crate::support::at;

const DAY: u64 = 86_400;
const END: u64 = 1_000_000_000;

/// What a policy says at a second: the standing and its end, or the reason.
#[track_caller]
fn judged(policy: &Policy, subscription: &Subscription, second: u64) -> Judged {
    let policy = policy.clone().clock(move || at(second));
    match policy.decide(subscription).unwrap() {
        Decision::Admit(grant) => Ok((grant.standing(), grant.valid_until())),
        Decision::Refuse(denial) => Err(denial.reason()),
    }
}

/// Why a policy cannot tell at a second.
#[track_caller]
fn undecided(policy: &Policy, subscription: &Subscription, second: u64) -> String {
    let policy = policy.clone().clock(move || at(second));
    policy.decide(subscription).unwrap_err().to_string()
}

type Judged = Result<(Standing, Option<SystemTime>), Reason>;
