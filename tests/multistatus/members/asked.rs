//! A batch that does something, and asks before.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use statuary::{
    DavError, Grant, Href, Member, MemberPaywall, MultiStatus, PaywallLayer, Resource,
    members::Withheld, outcome::Tree, paywall::FailurePolicy, subscription::Standing,
};

use super::{Mood, Plans, cost};

/// What jobs cost, and where they are.
const PATHS: [&str; 6] = ["/free", "/gold/a", "/iron/a", "/iron/b", "/own/x", "/who/x"];

fn members() -> impl Iterator<Item = Member<&'static str>> {
    PATHS.iter().map(|path| cost(&Href::path(path)))
}

fn statuses(answers: &[Result<Grant, Withheld>]) -> Vec<u16> {
    let statuses = answers.iter().map(|answer| match answer {
        Ok(_) => 200,
        Err(withheld) => withheld.status().as_u16(),
    });
    statuses.collect()
}

#[tokio::test]
async fn each_member_has_an_answer_in_its_place() {
    let plans = Plans::new(Mood::Answers);
    let answers = MemberPaywall::new(Arc::clone(&plans)).ask(members()).await;
    assert_eq!(statuses(&answers), [200, 200, 402, 402, 402, 401]);
    let standing = |answer: &Result<Grant, _>| answer.as_ref().map(Grant::standing).ok();
    assert_eq!(standing(&answers[0]), Some(Standing::Free));
    assert_eq!(standing(&answers[1]), Some(Standing::Paid));
    let codes = answers.iter().filter_map(|answer| answer.as_ref().err());
    let codes: Vec<_> = codes.map(Withheld::code).collect();
    assert_eq!(
        codes,
        [
            "never-subscribed",
            "never-subscribed",
            "past-due",
            "unidentified"
        ]
    );
    assert_eq!(plans.questions.load(Ordering::Relaxed), 1);
    assert_eq!(plans.subjects.load(Ordering::Relaxed), 3, "each once");
}

#[tokio::test]
async fn what_may_not_pass_is_listed_as_it_would_be_afterwards() {
    let layer = PaywallLayer::new(Plans::new(Mood::Answers)).upgrade("https://example.com/plans");
    let paywall = layer.members();
    let done = |path: &str| Resource::status(Href::path(path), StatusCode::CREATED);
    let afterwards: MultiStatus = PATHS.iter().map(|path| done(path)).collect();
    let afterwards = paywall.apply(afterwards, cost).await;

    let answers = paywall.ask(members()).await;
    let before = PATHS
        .iter()
        .zip(&answers)
        .map(|(path, answer)| match answer {
            Ok(_) => done(path),
            Err(withheld) => withheld.resource(Href::path(path)),
        });
    let before: MultiStatus = before.collect();
    assert_eq!(before.to_string(), afterwards.to_string());
    let told = answers[2].as_ref().map_err(Withheld::description);
    let told = told.expect_err("not paid for");
    assert!(told.ends_with(" https://example.com/plans"), "{told}");
}

/// A collection is deleted but for what was not paid for.
#[tokio::test]
async fn an_outcome_takes_the_reason() {
    let paywall = MemberPaywall::new(Plans::new(Mood::Answers));
    let asked = [Member::Costs("iron"), Member::Unidentified];
    let [answer, nobody] = &paywall.ask(asked).await[..] else {
        panic!("one answer for each member");
    };
    let withheld = answer.clone().expect_err("not paid for");
    let mut delete = Tree::new(Href::collection("/docs"));
    delete.member(Href::path("/docs/a"), withheld.clone());
    assert_eq!(delete.done(StatusCode::NO_CONTENT).status(), 207);
    let alone = DavError::from(withheld).into_http();
    assert_eq!(alone.status(), StatusCode::PAYMENT_REQUIRED);
    assert_eq!(alone.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(
        alone.headers()[CONTENT_TYPE],
        "application/xml; charset=utf-8"
    );

    let nobody = nobody.clone().expect_err("who is asking is not known");
    let alone = DavError::from(nobody).into_http();
    assert_eq!(alone.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        alone.headers()[WWW_AUTHENTICATE],
        r#"Bearer realm="subscription""#
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_of_which_nothing_is_known() {
    for mood in [Mood::Fails, Mood::Hangs, Mood::MissesOne, Mood::Panics] {
        let heard = Arc::new(AtomicUsize::new(0));
        let hears = Arc::clone(&heard);
        let paywall = MemberPaywall::new(Plans::new(mood))
            .deadline(Duration::from_secs(1))
            .on_unanswered(move |_| _ = hears.fetch_add(1, Ordering::Relaxed));
        let answers = paywall.ask(members()).await;
        assert_eq!(
            statuses(&answers),
            [200, 503, 503, 503, 503, 401],
            "{mood:?}"
        );
        assert_eq!(heard.load(Ordering::Relaxed), 1);

        let open = paywall.on_failure(FailurePolicy::Open);
        let answers = open.ask(members()).await;
        assert_eq!(
            statuses(&answers),
            [200, 200, 200, 200, 200, 401],
            "{mood:?}"
        );
        let grant = answers[1].as_ref().map(Grant::standing);
        assert_eq!(grant, Ok(Standing::Waived));
    }
}

#[tokio::test]
async fn a_shadow_keeps_nothing_from_running() {
    let plans = Plans::new(Mood::Answers);
    let shadow = MemberPaywall::new(Arc::clone(&plans)).shadow();
    let answers = shadow.ask(members()).await;
    assert_eq!(statuses(&answers), [200; 6]);
    let grants = answers
        .iter()
        .map(|grant| grant.as_ref().map(Grant::standing));
    let waived = grants.filter(|standing| *standing == Ok(Standing::Waived));
    assert_eq!(waived.count(), 4);
    assert_eq!(plans.questions.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn nothing_is_asked_for_a_batch_that_is_free() {
    let plans = Plans::new(Mood::Panics);
    let paywall = MemberPaywall::new(Arc::clone(&plans));
    let answers = paywall.ask([Member::Free, Member::Unidentified]).await;
    assert_eq!(statuses(&answers), [200, 401]);
    assert!(paywall.ask([]).await.is_empty());
    assert_eq!(plans.questions.load(Ordering::Relaxed), 0);
}
