//! What every check must keep to, whatever it decides.

use std::hash::{BuildHasher, Hash, RandomState};

use http::request::Parts;

use crate::subscription::{Decision, SubscriptionCheck};

/// Asserts that a check keeps to the contract of [`SubscriptionCheck`], for the callers of these
/// requests.
///
/// - A head names the same subject each time; equal subjects, clones included, have equal hashes.
/// - What is remembered is what the check answers.
/// - A question about many subjects has the same answers as one question about each, in the order
///   of the subjects, duplicates included; a question about none has no answers.
///
/// The store behind the check must answer, and must not change meanwhile. Grants are compared by
/// standing and plan, denials by reason.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use statuary::{Grant, testing::{ScriptedCheck, Step, assert_subscription_check}};
///
/// # tokio_test::block_on(async {
/// let check = ScriptedCheck::new([Step::decide(Grant::paid())]);
/// let requests = ["alice", "bob"].map(|name| {
///     let request = Request::get("/").header("authorization", name).body(()).unwrap();
///     request.into_parts().0
/// });
/// assert_subscription_check(&check, requests).await;
/// # })
/// ```
///
/// # Panics
///
/// If it does not. The message says what the check does not keep to, and for which request.
pub async fn assert_subscription_check<C: SubscriptionCheck>(
    check: &C,
    requests: impl IntoIterator<Item = Parts>,
) {
    let mut subjects = Vec::new();
    for (place, head) in requests.into_iter().enumerate() {
        if let Some(subject) = stable_subject(check, &head, place) {
            subjects.push(subject);
        }
    }
    assert!(
        !subjects.is_empty(),
        "none of the requests names a subject: nothing was tried"
    );
    let mut decisions = Vec::with_capacity(subjects.len());
    for (place, subject) in subjects.iter().enumerate() {
        decisions.push(one(check, subject, place).await);
    }
    let about_many = many(check, &subjects).await;
    assert_agree(&about_many, &decisions);

    subjects.reverse();
    subjects.extend(subjects.clone());
    decisions.reverse();
    decisions.extend(decisions.clone());
    assert_agree(&many(check, &subjects).await, &decisions);
    assert_agree(&many(check, &[]).await, &[]);
}

// === helpers ===

fn stable_subject<C: SubscriptionCheck>(
    check: &C,
    head: &Parts,
    place: usize,
) -> Option<C::Subject> {
    let (subject, again) = (check.subject(head), check.subject(head));
    assert!(
        subject == again,
        "request {place} names one subject the first time and another the second time"
    );
    let subject = subject.ok()?;
    let clone = subject.clone();
    assert!(
        clone == subject,
        "the subject of request {place} is not equal to its clone"
    );
    assert!(
        is_hashed_alike(&[&subject, &clone])
            && again.is_ok_and(|again| is_hashed_alike(&[&subject, &again])),
        "the subject of request {place} is equal to another and has a different hash"
    );
    Some(subject)
}

fn is_hashed_alike<S: Hash>(subjects: &[&S; 2]) -> bool {
    let state = RandomState::new();
    state.hash_one(subjects[0]) == state.hash_one(subjects[1])
}

async fn one<C: SubscriptionCheck>(check: &C, subject: &C::Subject, place: usize) -> Decision {
    let before = check.remembered(subject);
    let decision = match check.check(subject).await {
        Ok(decision) => decision,
        Err(error) => panic!("no answer for request {place}: {}", error.into()),
    };
    for remembered in [before, check.remembered(subject)].into_iter().flatten() {
        assert!(
            agree(&remembered, &decision),
            "for request {place} the check remembers {remembered:?} and answers {decision:?}"
        );
    }
    decision
}

async fn many<C: SubscriptionCheck>(check: &C, subjects: &[C::Subject]) -> Vec<Decision> {
    match check.check_all(subjects).await {
        Ok(decisions) => decisions,
        Err(error) => panic!(
            "no answer about {} subjects: {}",
            subjects.len(),
            error.into()
        ),
    }
}

fn assert_agree(about_many: &[Decision], one_by_one: &[Decision]) {
    assert!(
        about_many.len() == one_by_one.len(),
        "{} subjects were asked about at once, and {} answers came",
        one_by_one.len(),
        about_many.len(),
    );
    for (place, (of_many, by_itself)) in about_many.iter().zip(one_by_one).enumerate() {
        assert!(
            agree(of_many, by_itself),
            "subject {place} of {} is answered {of_many:?} among others and {by_itself:?} by itself",
            one_by_one.len(),
        );
    }
}

fn agree(one: &Decision, other: &Decision) -> bool {
    match (one, other) {
        (Decision::Admit(one), Decision::Admit(other)) => {
            (one.standing(), one.plan()) == (other.standing(), other.plan())
        }
        (Decision::Refuse(one), Decision::Refuse(other)) => one.reason() == other.reason(),
        _ => false,
    }
}
