//! Routes that ask for more than others.

use statuary::{
    Denial, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    policy::Requirement,
};

use super::{Told, admits, refuses, source};
use crate::support::{ask, by};

#[tokio::test]
async fn a_route_asks_for_more_than_another() {
    let mut plans = Told::new(admits(Grant::paid().with_features(["reports"])));
    for remembers in [false, true] {
        plans.remembers = remembers;
        let status = async |feature: &str| {
            let check = plans.clone().requiring(Requirement::feature(feature));
            ask(PaywallLayer::new(check), by("alice")).await.status()
        };
        assert_eq!(status("reports").await, 200);
        assert_eq!(status("exports").await, 402);
    }
    let plans = Told::new(admits(Grant::paid().with_plan("silver")));
    let check = plans.requiring(Requirement::plan("gold"));
    let denial = Denial::new(Reason::NotInPlan).with_plan("silver");
    let many = check.check_all(&[1, 2]).await.unwrap();
    assert_eq!(many, [denial.clone().into(), denial.into()]);

    let unpaid = Told::new(refuses(Reason::Unpaid)).requiring(Requirement::plan("gold"));
    assert_eq!(unpaid.check(&7).await.unwrap(), Reason::Unpaid.into());
}

/// What becomes of a grant where this is required, asked in all ways: a reason for who is refused.
async fn required(grant: Grant, requirement: Requirement) -> Result<Option<Reason>, String> {
    let mut answers = Vec::new();
    for remembers in [false, true] {
        let mut told = Told::new(admits(grant.clone()));
        told.remembers = remembers;
        let check = told.clone().requiring(requirement.clone());
        let mut many = check.check_all(&[7, 7]).await.map_err(source);
        let one = check.check(&7).await.map_err(source);
        if let Some(remembered) = check.remembered(&7) {
            assert_eq!(Ok(remembered), one);
        }
        answers.push(
            many.as_mut()
                .map(|many| many.remove(1))
                .map_err(|told| told.clone()),
        );
        answers.push(one);
        // What it remembers it does not ask for.
        assert_eq!(told.asked(), if remembers { 0 } else { 2 });
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    Ok(answers.remove(0)?.denial().map(Denial::reason))
}

#[tokio::test]
async fn of_a_plan_that_is_not_named_nobody_can_tell_whether_it_is_too_small() {
    let gold = || Requirement::plan("gold");
    let [exports, reports] = ["exports", "reports"].map(|name| move || Requirement::feature(name));
    let named = Grant::paid().with_plan("silver");
    let features = Grant::paid().with_features(["reports"]);
    let small = Ok(Some(Reason::NotInPlan));
    let unknown = Err("a plan or feature is required, and the grant names no plan".to_owned());
    for (grant, requirement, expected) in [
        (named.clone(), gold(), &small),
        (named.clone(), exports(), &small),
        (named.clone(), gold().or(exports()), &small),
        (named, gold().or(Requirement::plan("silver")), &Ok(None)),
        (features.clone(), exports(), &small),
        (features.clone(), gold(), &unknown),
        (features.clone(), exports().or(gold()), &unknown),
        (features.clone(), gold().or(reports()), &Ok(None)),
        (Grant::paid(), gold(), &unknown),
        (Grant::paid(), exports(), &unknown),
        (Grant::trial(), gold(), &unknown),
        (Grant::grace(), exports().or(gold()), &unknown),
        // It has paid for no plan, and that is known.
        (Grant::free(), gold(), &small),
        (Grant::free(), exports().or(gold()), &small),
        (Grant::free(), exports().and(gold()), &small),
        // What one requirement is known to lack, no other makes up for.
        (features.clone(), gold().and(exports()), &small),
        (features.clone(), gold().and(reports()), &unknown),
        (Grant::paid(), gold().and(exports()), &unknown),
        (features.with_plan("gold"), gold().and(reports()), &Ok(None)),
    ] {
        let case = format!("{grant:?} where {requirement:?}");
        assert_eq!(required(grant, requirement).await, *expected, "{case}");
    }

    let check = Told::new(admits(Grant::paid())).requiring(gold());
    let response = ask(PaywallLayer::new(check), by("alice")).await;
    assert_eq!(response.status(), 503);
}
