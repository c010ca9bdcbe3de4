//! Under what answers are remembered, and how many of them.

use std::io;

use futures_util::FutureExt;
use http::request::Parts;
use proptest::prelude::*;
use statuary::{
    Cache, Decision, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
};

use super::{decide, remembering};

#[tokio::test(start_paused = true)]
async fn a_cache_is_bounded() {
    for capacity in [0, 1, 10, 1_024] {
        let (_, check) = remembering(Cache::new(capacity));
        for name in 0..5_000 {
            let _ = decide(&check, &name.to_string()).await.unwrap();
        }
        assert!(check.len() <= capacity, "{} of {capacity}", check.len());
        assert_eq!(check.is_empty(), capacity == 0);
    }
}

/// Admits one tenant's one user, by the two names.
struct Tenants((String, String));

impl SubscriptionCheck for Tenants {
    type Subject = (String, String);
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<Self::Subject, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, subject: &Self::Subject) -> Result<Decision, io::Error> {
        Ok(match *subject == self.0 {
            true => Grant::paid().into(),
            false => Reason::NeverSubscribed.into(),
        })
    }
}

proptest! {
    /// The parts are cut out of one text, so that they are alike when joined.
    #[test]
    fn hostile_names_never_share_an_answer(
        text in "[a/:\\x00]{0,8}", one in 0..9_usize, other in 0..9_usize,
    ) {
        let cut = |at: usize| {
            let (tenant, user) = text.split_at(at.min(text.len()));
            (tenant.to_owned(), user.to_owned())
        };
        let (payer, guest) = (cut(one), cut(other));
        let tenants = || Tenants(payer.clone()).cached(Cache::new(100));
        let check = tenants();
        for (subject, admitted) in [(&payer, true), (&guest, guest == payer), (&payer, true)] {
            let decision = check.check(subject).now_or_never().unwrap().unwrap();
            prop_assert_eq!(decision.is_admitted(), admitted);
            let remembered = check.remembered(subject).unwrap();
            prop_assert_eq!(remembered.is_admitted(), admitted);
        }
        // And so when two checks are combined.
        let both = tenants().and(tenants());
        let mixed = (payer.clone(), guest.clone());
        let decision = both.check(&mixed).now_or_never().unwrap().unwrap();
        prop_assert_eq!(decision.is_admitted(), payer == guest);
    }
}
