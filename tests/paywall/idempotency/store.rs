//! The answers of one process: bounded, kept for their time, and each sender's own.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::prelude::*;
use statuary::{
    idempotency::{
        Answer, ClaimId, Claimed, Fingerprint, IdempotencyKey, IdempotencyStore, Kept, MemoryFull,
        MemoryStore, ScopedKey, StoredResponse,
    },
    subscription::Clock,
};

/// A clock that is moved by hand.
#[derive(Clone)]
struct Hands(Arc<Mutex<SystemTime>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(SystemTime::UNIX_EPOCH)))
    }

    fn advance(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

const PRINT: Fingerprint = Fingerprint::from_bytes([1; 32]);

fn id(sender: &str, key: &str) -> ScopedKey {
    ScopedKey::new(sender, IdempotencyKey::new(key).unwrap())
}

fn claim(store: &MemoryStore, id: &ScopedKey) -> Result<Claimed, MemoryFull> {
    store.claim(id, PRINT).now_or_never().unwrap()
}

fn begun(store: &MemoryStore, id: &ScopedKey) -> ClaimId {
    match claim(store, id) {
        Ok(Claimed::Begun(claim)) => claim,
        other => panic!("not begun: {other:?}"),
    }
}

fn keep(store: &MemoryStore, id: &ScopedKey, claim: ClaimId, body: impl Into<Bytes>) -> Kept {
    let answer = StoredResponse::new(StatusCode::OK, HeaderMap::new(), body.into());
    let kept = store.keep(id, claim, Answer::Response(answer));
    kept.now_or_never().unwrap().unwrap()
}

fn body_of(claimed: Result<Claimed, MemoryFull>) -> Bytes {
    match claimed {
        Ok(Claimed::Done(Answer::Response(answer))) => answer.body().clone(),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn an_answer_is_kept_for_its_time_and_not_longer() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(10_000)
        .keep_for(Duration::from_secs(60))
        .clock(clock.clone());
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    assert!(matches!(claim(&store, &id), Ok(Claimed::InProgress)));
    keep(&store, &id, claimed, "answer");
    clock.advance(Duration::from_secs(59));
    assert_eq!(body_of(claim(&store, &id)), "answer");
    clock.advance(Duration::from_secs(1));
    begun(&store, &id);
}

#[test]
fn a_claim_ends_by_itself_and_its_holder_has_no_say_any_more() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(10_000)
        .lease(Duration::from_secs(60))
        .clock(clock.clone());
    let id = id("alice", "k");
    let first = begun(&store, &id);
    clock.advance(Duration::from_secs(60));
    let second = begun(&store, &id);
    assert_ne!(first, second);

    store.release(&id, first);
    assert!(matches!(claim(&store, &id), Ok(Claimed::InProgress)));
    keep(&store, &id, first, "late");
    assert!(matches!(claim(&store, &id), Ok(Claimed::InProgress)));

    keep(&store, &id, second, "answer");
    store.release(&id, second);
    assert_eq!(body_of(claim(&store, &id)), "answer");
}

#[test]
fn a_claim_that_is_released_may_be_made_again() {
    let store = MemoryStore::with_bytes(10_000);
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    store.release(&id, claimed);
    assert_eq!(store.bytes_used(), 0);
    begun(&store, &id);
}

#[test]
fn a_key_for_another_request_is_told() {
    let store = MemoryStore::with_bytes(10_000);
    let id = id("alice", "k");
    let other = Fingerprint::from_bytes([2; 32]);
    let claimed = begun(&store, &id);
    let ask = || store.claim(&id, other).now_or_never().unwrap();
    assert!(matches!(ask(), Ok(Claimed::Reused)));
    keep(&store, &id, claimed, "answer");
    assert!(matches!(ask(), Ok(Claimed::Reused)));
}

#[test]
fn a_store_that_is_full_forgets_nothing() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(20_000).clock(clock.clone());
    let mut kept = 0;
    let full = loop {
        let id = id("alice", &format!("k{kept}"));
        match claim(&store, &id) {
            Ok(Claimed::Begun(claimed)) => _ = keep(&store, &id, claimed, vec![b'x'; 1_000]),
            Ok(other) => panic!("{other:?}"),
            Err(full) => break full,
        }
        kept += 1;
        assert!(store.bytes_used() <= 20_000);
    };
    assert!(full.to_string().contains("there is no room"));
    assert!(kept > 10);
    let mut too_large = 0;
    for k in 0..kept {
        match claim(&store, &id("alice", &format!("k{k}"))) {
            Ok(Claimed::Done(Answer::Response(answer))) => assert_eq!(answer.body().len(), 1_000),
            // The last ones had no room for their answers. That they were answered is known.
            Ok(Claimed::Done(Answer::TooLarge)) => too_large += 1,
            other => panic!("forgotten: {other:?}"),
        }
    }
    assert!(too_large <= 3);
    // A day later there is room.
    clock.advance(Duration::from_secs(24 * 3_600));
    begun(&store, &id("alice", "new"));
}

#[test]
fn nobody_fills_the_store_up_for_others() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(32 << 20).clock(clock.clone());
    let mut claims = 0;
    while let Ok(Claimed::Begun(claimed)) = claim(&store, &id("alice", &format!("k{claims}"))) {
        let alice = id("alice", &format!("k{claims}"));
        keep(&store, &alice, claimed, vec![b'x'; 500_000]);
        claims += 1;
    }
    assert!(
        claims > 5 && store.bytes_used() <= 4 << 20,
        "an eighth is hers"
    );
    begun(&store, &id("bob", "k0"));
    // What she had is known, and when its time is over there is room.
    assert!(matches!(
        claim(&store, &id("alice", "k0")),
        Ok(Claimed::Done(_))
    ));
    clock.advance(Duration::from_secs(24 * 3_600));
    begun(&store, &id("alice", "new"));
}

#[test]
fn it_says_what_became_of_an_answer() {
    let store = MemoryStore::with_bytes(3_000);
    let (alice, bob) = (id("alice", "k"), id("bob", "k"));
    let claimed = begun(&store, &alice);
    assert_eq!(keep(&store, &alice, claimed, "answer"), Kept::Whole);
    assert_eq!(keep(&store, &alice, claimed, "another"), Kept::Nothing);

    let large = begun(&store, &bob);
    assert_eq!(keep(&store, &bob, large, vec![b'x'; 3_000]), Kept::TooLarge);
    assert!(matches!(
        claim(&store, &bob),
        Ok(Claimed::Done(Answer::TooLarge))
    ));
}

/// Its request would be carried out once more, and nobody has begun with that.
#[test]
fn an_answer_after_the_end_of_its_claim_is_better_than_none() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(10_000)
        .lease(Duration::from_secs(60))
        .clock(clock.clone());
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    clock.advance(Duration::from_secs(61));
    assert_eq!(keep(&store, &id, claimed, "late"), Kept::Whole);
    assert_eq!(body_of(claim(&store, &id)), "late");
}

#[test]
fn what_has_ended_makes_room_for_an_answer() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(20_000)
        .keep_for(Duration::from_secs(60))
        .clock(clock.clone());
    let (alice, bob) = (id("alice", "k"), id("bob", "k"));
    let claimed = begun(&store, &alice);
    keep(&store, &alice, claimed, vec![b'x'; 10_000]);
    clock.advance(Duration::from_secs(30));
    let claimed = begun(&store, &bob);
    clock.advance(Duration::from_secs(30));
    assert_eq!(keep(&store, &bob, claimed, vec![b'x'; 15_000]), Kept::Whole);
}

/// Nobody waits for the lock while all the answers of yesterday go.
#[test]
fn what_has_ended_goes_a_few_at_a_time() {
    let clock = Hands::new();
    let store = MemoryStore::with_bytes(1 << 20).clock(clock.clone());
    for k in 0..100 {
        let id = id("alice", &format!("k{k}"));
        let claimed = begun(&store, &id);
        keep(&store, &id, claimed, "answer");
    }
    let full = store.bytes_used();
    clock.advance(Duration::from_secs(24 * 3_600));
    // Whether it has gone or not, it is not given again.
    let last = id("alice", "k99");
    let claimed = begun(&store, &last);
    assert!(store.bytes_used() > full * 9 / 10);
    store.release(&last, claimed);
    for _ in 0..100 {
        let claimed = begun(&store, &last);
        store.release(&last, claimed);
    }
    assert_eq!(store.bytes_used(), 0);
}

#[test]
fn a_sender_has_all_of_a_small_store() {
    let alice = id("alice", "k");
    for (bytes, answer) in [(3_000, 2_000), (4 << 20, 1 << 20)] {
        let store = MemoryStore::with_bytes(bytes);
        let claimed = begun(&store, &alice);
        assert_eq!(
            keep(&store, &alice, claimed, vec![b'x'; answer]),
            Kept::Whole
        );
    }
}

#[test]
fn what_is_kept_holds_no_larger_buffer() {
    let store = MemoryStore::with_bytes(80_000);
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    let buffer = Bytes::from(vec![b'x'; 50_000]);
    keep(&store, &id, claimed, buffer.slice(..3));
    assert!(buffer.is_unique());
    assert_eq!(body_of(claim(&store, &id)), "xxx");
}

/// The fields of an answer that was proxied are pieces of what was read from the connection.
#[test]
fn its_fields_hold_none_either() {
    let store = MemoryStore::with_bytes(80_000);
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    let buffer = Bytes::from(vec![b'x'; 50_000]);
    let fields = || {
        let mut value = HeaderValue::from_maybe_shared(buffer.slice(..3)).unwrap();
        value.set_sensitive(true);
        HeaderMap::from_iter([("x-piece".parse().unwrap(), value)])
    };
    let answer = StoredResponse::new(StatusCode::OK, fields(), Bytes::new());
    let kept = Answer::Response(answer.with_trailers(fields()));
    store
        .keep(&id, claimed, kept)
        .now_or_never()
        .unwrap()
        .unwrap();
    assert!(buffer.is_unique());
    let Ok(Claimed::Done(Answer::Response(answer))) = claim(&store, &id) else {
        panic!("no answer")
    };
    for fields in [answer.headers(), answer.trailers().unwrap()] {
        assert_eq!(fields["x-piece"], "xxx");
        assert!(fields["x-piece"].is_sensitive());
    }
}

#[test]
fn no_time_is_too_long() {
    let store = MemoryStore::with_bytes(10_000)
        .keep_for(Duration::MAX)
        .lease(Duration::MAX);
    let id = id("alice", "k");
    let claimed = begun(&store, &id);
    keep(&store, &id, claimed, "answer");
    assert_eq!(body_of(claim(&store, &id)), "answer");
}

proptest! {
    /// However their names and keys are cut, two senders have nothing in common.
    #[test]
    fn senders_share_nothing(
        text in "[ab:/|]{2,12}", one in 1..11_usize, other in 1..11_usize,
    ) {
        let cut = |at: usize| {
            let (sender, key) = text.split_at(at.min(text.len() - 1));
            id(sender, key)
        };
        let (one, other) = (cut(one), cut(other));
        let store = MemoryStore::with_bytes(10_000);
        let claimed = begun(&store, &one);
        keep(&store, &one, claimed, "answer");
        match claim(&store, &other) {
            Ok(Claimed::Done(_)) => prop_assert_eq!(one, other),
            Ok(Claimed::Begun(_)) => prop_assert_ne!(one, other),
            result => prop_assert!(false, "{:?}", result),
        }
    }

    /// What is taken is what is there, whatever was claimed, kept and released.
    #[test]
    fn room_is_counted(steps in proptest::collection::vec((0..4_u8, 0..5_u8), 0..60)) {
        let clock = Hands::new();
        let store = MemoryStore::with_bytes(6_000)
            .keep_for(Duration::from_secs(10))
            .lease(Duration::from_secs(5))
            .clock(clock.clone());
        let mut claims = Vec::new();
        for (what, which) in steps {
            let id = id("alice", &format!("k{which}"));
            match what {
                0 => if let Ok(Claimed::Begun(claimed)) = claim(&store, &id) {
                    claims.push((id, claimed));
                },
                1 => if let Some((id, claimed)) = claims.pop() {
                    keep(&store, &id, claimed, vec![0; 700]);
                },
                2 => if let Some((id, claimed)) = claims.pop() {
                    store.release(&id, claimed);
                },
                _ => clock.advance(Duration::from_secs(u64::from(which))),
            }
            prop_assert!(store.bytes_used() <= 6_000);
        }
        clock.advance(Duration::from_secs(60));
        for _ in 0..5 {
            let id = id("alice", "last");
            let claimed = begun(&store, &id);
            store.release(&id, claimed);
        }
        prop_assert_eq!(store.bytes_used(), 0);
    }
}
