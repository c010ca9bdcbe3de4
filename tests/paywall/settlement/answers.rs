//! What the layer answers, whatever the rail does.

use std::{convert::Infallible, io, time::Duration};

use http::{Extensions, HeaderValue, Method, Request, Response, StatusCode, request::Parts};
use statuary::{
    Charge, Grant, PaywallLayer, SettleLayer, Settlement, Unidentified,
    challenge::Refusal,
    paywall::{FailurePolicy, Waiver},
    settlement::{Price, Reserved},
    subscription::{Unanswered, UnansweredKind},
};
use tokio::time::Instant;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::rail::{
    Announce, Bill, Makes, PAYMENT, Rail, Script, State, Step, Toll, behind, paying,
};
use crate::support::{Body, Obedient, header, headers, problem, whole};

const BROKEN: [(Step, UnansweredKind); 3] = [
    (Step::Fails, UnansweredKind::Failed),
    (Step::Hangs, UnansweredKind::Late),
    (Step::Panics, UnansweredKind::Panicked),
];

/// Asks the layer once; the answer, how often the handler was called, what became of the token.
async fn ask(
    layer: SettleLayer<Rail>,
    rail: &Rail,
    request: Request<Body>,
) -> (Response<Body>, usize, Option<State>) {
    let before = rail.calls();
    let service = behind(&layer, rail);
    let response = whole(service.oneshot(request).await.unwrap()).await;
    (response, rail.calls() - before, rail.state("token"))
}

async fn ask_with(script: Script) -> (Response<Body>, usize, Option<State>) {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    ask(layer, &rail, paying("token", script)).await
}

#[tokio::test]
async fn what_is_paid_is_delivered_and_charged_once() {
    for waits in [Step::Well, Step::Waits(1), Step::Waits(3)] {
        let script = Script {
            reserve: waits,
            respond: waits,
            commit: waits,
            ..Script::default()
        };
        let (response, calls, state) = ask_with(script).await;
        assert_eq!(response.status(), 200);
        assert_eq!(whole_text(&response), "paid content");
        assert_eq!(header(&response, "payment-receipt"), "token");
        assert_eq!(header(&response, "cache-control"), "private");
        assert_eq!(header(&response, "vary"), "authorization");
        assert_eq!((calls, state), (1, Some(State::Charged)));
    }
}

#[tokio::test]
async fn who_has_not_paid_is_told_how() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    let request = Request::get("/").body(Body::default()).unwrap();
    let (response, calls, _) = ask(layer.clone(), &rail, request).await;
    assert_eq!(response.status(), 402);
    assert_eq!(
        header(&response, "www-authenticate"),
        "Toy realm=\"no payment\""
    );
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(problem(&response)["reason"], "unpaid");
    assert_eq!(calls, 0);
}

#[tokio::test]
async fn a_token_pays_once() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    let ask = || ask(layer.clone(), &rail, paying("token", Script::default()));

    assert_eq!(ask().await.0.status(), 200);
    let (response, calls, state) = ask().await;
    assert_eq!(response.status(), 402);
    assert_eq!(header(&response, "www-authenticate"), "Toy realm=\"spent\"");
    assert_eq!((calls, state), (0, Some(State::Charged)));
    assert_eq!(rail.charges(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_reserved_is_503_and_reaches_no_handler() {
    for (reserve, kind) in BROKEN {
        let script = Script {
            reserve,
            ..Script::default()
        };
        let (response, calls, state) = ask_with(script).await;
        assert_unavailable(&response, kind);
        assert_eq!((calls, state), (0, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_of_which_the_rail_knows_nothing_is_withheld() {
    for (respond, kind) in BROKEN {
        let script = Script {
            respond,
            ..Script::default()
        };
        let (response, calls, state) = ask_with(script).await;
        assert_unavailable(&response, kind);
        assert!(headers(&response, "payment-receipt").is_empty());
        assert_eq!((calls, state), (1, Some(State::Released)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_committed_is_delivered_and_given_back() {
    for (commit, _) in BROKEN {
        let script = Script {
            commit,
            ..Script::default()
        };
        let (response, calls, state) = ask_with(script).await;
        assert_eq!(response.status(), 200);
        assert_eq!(whole_text(&response), "paid content");
        assert_eq!((calls, state), (1, Some(State::Released)));
    }
}

#[tokio::test]
async fn a_rail_may_withhold_a_response() {
    let script = Script {
        makes: Makes::Withholds,
        ..Script::default()
    };
    let (response, calls, state) = ask_with(script).await;
    assert_eq!(response.status(), 402);
    assert_eq!(
        header(&response, "www-authenticate"),
        "Toy realm=\"bounced\""
    );
    assert!(!whole_text(&response).contains("paid content"));
    assert_eq!((calls, state), (1, Some(State::Released)));
}

#[tokio::test]
async fn a_rail_may_let_a_response_go() {
    let script = Script {
        makes: Makes::LetsGo,
        ..Script::default()
    };
    let (response, calls, state) = ask_with(script).await;
    assert_eq!(response.status(), 200);
    assert_eq!(whole_text(&response), "paid content");
    assert_eq!((calls, state), (1, Some(State::Released)));
}

#[tokio::test]
async fn a_rail_may_charge_before_the_body() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    let script = Script {
        makes: Makes::Charges,
        ..Script::default()
    };
    let request = paying("token", script);
    let response = behind(&layer, &rail).oneshot(request).await.unwrap();
    assert_eq!(header(&response, "payment-receipt"), "token");
    assert_eq!(header(&response, "cache-control"), "private");
    drop(response);
    assert_eq!(rail.state("token"), Some(State::Charged));
    assert_eq!(rail.charges(), 1);
}

/// However the rolling back goes, the answer is the one that it was for, and soon.
#[tokio::test(start_paused = true)]
async fn an_answer_is_not_kept_by_what_is_given_back() {
    let steps = BROKEN.map(|(step, _)| step);
    for (makes, status) in [(Makes::LetsGo, 200), (Makes::Withholds, 402)] {
        for roll_back in steps.into_iter().chain([Step::Well, Step::Waits(2)]) {
            let script = Script {
                makes,
                roll_back,
                ..Script::default()
            };
            let begun = Instant::now();
            let (response, calls, state) = ask_with(script).await;
            assert_eq!(response.status(), status, "{roll_back:?}");
            assert_eq!((calls, state), (1, Some(State::Released)));
            assert!(begun.elapsed() <= Duration::from_millis(250));
        }
    }
}

#[tokio::test]
async fn what_is_free_is_left_alone() {
    let rail = Rail::default();
    let exempt = SettleLayer::new(rail.clone()).exempt(|head| head.uri.path() == "/");
    let mut options = paying("token", Script::default());
    *options.method_mut() = Method::OPTIONS;
    let free = Script {
        bill: Bill::Free,
        ..Script::default()
    };
    for (layer, request) in [
        (exempt, paying("token", Script::default())),
        (SettleLayer::new(rail.clone()), options),
        (SettleLayer::new(rail.clone()), paying("token", free)),
    ] {
        let (response, calls, state) = ask(layer, &rail, request).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers().is_empty());
        assert_eq!((calls, state), (1, None));
    }
}

#[tokio::test]
async fn the_methods_that_cost_nothing_are_the_owners_choice() {
    let rail = Rail::default();
    for (exempt, free) in [
        (
            vec![Method::HEAD, Method::TRACE],
            ["HEAD", "TRACE"].as_slice(),
        ),
        (Vec::new(), &[]),
    ] {
        let layer = SettleLayer::new(rail.clone()).exempt_methods(exempt);
        for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
            let mut request = paying("token", Script::default());
            request.headers_mut().remove(PAYMENT);
            *request.method_mut() = method.parse().unwrap();
            let (response, ..) = ask(layer.clone(), &rail, request).await;
            let expected = if free.contains(&method) { 200 } else { 402 };
            assert_eq!(response.status(), expected, "{method}");
        }
    }
}

#[tokio::test]
async fn who_is_not_known_is_asked_to_say() {
    let script = Script {
        bill: Bill::Unidentified,
        ..Script::default()
    };
    let (response, calls, state) = ask_with(script).await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        header(&response, "www-authenticate"),
        "Bearer realm=\"subscription\""
    );
    assert_eq!((calls, state), (0, None));
}

#[tokio::test(start_paused = true)]
async fn an_open_till_lets_through_what_cannot_be_reserved_and_says_so() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).on_failure(FailurePolicy::Open);
    for (reserve, _) in BROKEN {
        let script = Script {
            reserve,
            ..Script::default()
        };
        let (response, calls, state) = ask(layer.clone(), &rail, paying("token", script)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "cache-control"), "private");
        let waiver = response.extensions().get::<Waiver>().unwrap();
        assert_eq!(waiver.refusal().code(), "settlement-unavailable");
        assert_eq!((calls, state), (1, None));
    }
}

/// Neither layer hides what the other has waived.
#[tokio::test]
async fn a_paywall_and_a_till_that_are_open_both_say_so() {
    let codes = |extensions: &Extensions| {
        let waiver = extensions.get::<Waiver>().unwrap();
        let codes = waiver.refusals().map(Refusal::code);
        codes.collect::<Vec<_>>().join(", ")
    };
    let open = PaywallLayer::new(Obedient).on_failure(FailurePolicy::Open);
    let till = || SettleLayer::new(Rail::default()).on_failure(FailurePolicy::Open);
    let service = ServiceBuilder::new()
        .layer(open)
        .layer(till())
        .layer(till())
        .service(service_fn(async |request: Request<Body>| {
            let seen = codes(request.extensions());
            Ok::<_, Infallible>(Response::new(Body::from(seen)))
        }));
    let script = Script {
        reserve: Step::Fails,
        ..Script::default()
    };
    let mut request = paying("token", script);
    let name = "fail".parse().unwrap();
    request.headers_mut().insert("authorization", name);
    let response = whole(service.oneshot(request).await.unwrap()).await;
    let all = "check-unavailable, settlement-unavailable, settlement-unavailable";
    assert_eq!(whole_text(&response), all);
    assert_eq!(codes(response.extensions()), all);
}

#[tokio::test]
async fn an_open_till_stays_closed_to_a_bill_that_panics() {
    let rail = Rail::default();
    let script = Script {
        bill: Bill::Panics,
        ..Script::default()
    };
    for policy in [FailurePolicy::Open, FailurePolicy::Closed] {
        let layer = SettleLayer::new(rail.clone()).on_failure(policy);
        let (response, calls, state) = ask(layer, &rail, paying("token", script)).await;
        assert_unavailable(&response, UnansweredKind::Panicked);
        assert_eq!((calls, state), (0, None));
    }
}

/// What the client wrote may have brought it about, as in a bill.
#[tokio::test]
async fn an_open_till_stays_closed_to_a_settlement_that_panics() {
    let rail = Rail::default();
    let script = Script {
        announce: Announce::Panics,
        ..Script::default()
    };
    for policy in [FailurePolicy::Open, FailurePolicy::Closed] {
        let layer = SettleLayer::new(rail.clone()).on_failure(policy);
        let (response, calls, state) = ask(layer, &rail, paying("token", script)).await;
        assert_unavailable(&response, UnansweredKind::Panicked);
        assert_eq!((calls, state), (0, Some(State::Released)));
    }
}

#[tokio::test]
async fn an_open_till_is_no_excuse_for_an_unpaid_response() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).on_failure(FailurePolicy::Open);
    let script = Script {
        respond: Step::Fails,
        ..Script::default()
    };
    let (response, _, state) = ask(layer, &rail, paying("token", script)).await;
    assert_unavailable(&response, UnansweredKind::Failed);
    assert_eq!(state, Some(State::Released));
}

#[tokio::test]
async fn refusals_are_in_the_words_of_the_paywall() {
    let rail = Rail::default();
    let paywall = PaywallLayer::new(Obedient)
        .update_payment_method("https://example.com/card")
        .problem_base("https://example.com/problems/");
    let layer = SettleLayer::new(rail.clone()).behind(&paywall);
    let request = Request::get("/").extension(Grant::paid());
    let request = request.body(Body::default()).unwrap();
    let (response, ..) = ask(layer, &rail, request).await;
    let problem = problem(&response);
    assert_eq!(problem["type"], "https://example.com/problems/unpaid");
    assert_eq!(
        problem["remedies"]["update_payment_method"],
        "https://example.com/card"
    );
    assert_eq!(
        header(&response, "link"),
        r#"<https://example.com/card>; rel="payment"; title="Update the payment method""#
    );
}

#[tokio::test]
async fn a_script_from_another_origin_can_read_what_was_added() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    let mut request = paying("token", Script::default());
    let origin = "https://shop.example".parse().unwrap();
    request.headers_mut().insert("origin", origin);
    let (response, ..) = ask(layer.clone(), &rail, request).await;
    assert_eq!(
        headers(&response, "access-control-expose-headers"),
        ["payment-receipt"]
    );

    let (response, ..) = ask(layer, &rail, paying("other", Script::default())).await;
    assert!(headers(&response, "access-control-expose-headers").is_empty());
}

#[tokio::test]
async fn the_handler_is_told_what_it_is_paid() {
    let handler = service_fn(async |request: Request<Body>| {
        let grant = request.extensions().get::<Grant>();
        let left = grant.and_then(Grant::quota_left);
        Ok::<_, Infallible>(Response::new(Body::from(format!("{left:?}"))))
    });
    let service = SettleLayer::new(Rail::default()).layer(handler);
    let response = service.oneshot(paying("token", Script::default()));
    let response = whole(response.await.unwrap()).await;
    assert_eq!(whole_text(&response), "Some(0)");
}

/// A rail that says nothing about responses.
#[derive(Clone)]
struct Silent(Rail);

/// Holds a toll, and leaves what becomes of it to the defaults.
struct Plain(Toll);

impl Charge for Silent {
    type Bill = <Rail as Charge>::Bill;
    type Settlement = Plain;
    type Error = io::Error;

    fn bill(&self, head: &Parts) -> Result<Price<Self::Bill>, Unidentified> {
        self.0.bill(head)
    }

    async fn reserve(&self, bill: Self::Bill) -> io::Result<Reserved<Plain>> {
        Ok(match self.0.reserve(bill).await? {
            Reserved::Held(toll) => Reserved::Held(Plain(toll)),
            Reserved::Declined(declined) => Reserved::Declined(declined),
            _ => unreachable!(),
        })
    }
}

impl Settlement for Plain {
    type Error = io::Error;

    async fn commit(self) -> io::Result<()> {
        self.0.commit().await
    }
}

#[tokio::test]
async fn an_error_goes_uncharged_unless_the_rail_says_otherwise() {
    for (status, expected) in [
        (200, State::Charged),
        (207, State::Charged),
        (304, State::Charged),
        (404, State::Released),
        (500, State::Released),
    ] {
        let rail = Rail::default();
        let handler = service_fn(move |_: Request<Body>| {
            let mut response = Response::new(Body::from("answer"));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            async { Ok::<_, Infallible>(response) }
        });
        let service = SettleLayer::new(Silent(rail.clone())).layer(handler);
        let response = service.oneshot(paying("token", Script::default()));
        assert_eq!(whole(response.await.unwrap()).await.status(), status);
        assert_eq!(rail.state("token"), Some(expected), "{status}");
    }
}

#[tokio::test]
async fn an_error_of_grpc_goes_uncharged_too() {
    for (code, expected) in [("0", State::Charged), ("13", State::Released)] {
        let rail = Rail::default();
        let handler = service_fn(move |_: Request<Body>| {
            let mut response = Response::new(Body::default());
            let code = HeaderValue::from_static(code);
            response.headers_mut().insert("grpc-status", code);
            async { Ok::<_, Infallible>(response) }
        });
        let service = SettleLayer::new(Silent(rail.clone())).layer(handler);
        let response = service.oneshot(paying("token", Script::default()));
        assert_eq!(whole(response.await.unwrap()).await.status(), 200);
        assert_eq!(rail.state("token"), Some(expected), "{code}");
    }
}

#[tokio::test]
async fn a_handler_that_fails_costs_nothing() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone());
    let handler = service_fn(async |_: Request<Body>| Err::<Response<Body>, _>("down"));
    let request = paying("token", Script::default());
    let error = layer.layer(handler).oneshot(request).await.unwrap_err();
    assert_eq!(error, "down");
    assert_eq!(rail.state("token"), Some(State::Released));

    let handler = service_fn(
        async |_: Request<Body>| -> Result<Response<Body>, Infallible> { panic!("told to") },
    );
    let request = paying("other", Script::default());
    let panicked = tokio::spawn(layer.layer(handler).oneshot(request)).await;
    assert!(panicked.unwrap_err().is_panic());
    assert_eq!(rail.state("other"), Some(State::Released));
}

fn assert_unavailable(response: &Response<Body>, kind: UnansweredKind) {
    assert_eq!(response.status(), 503);
    assert_eq!(header(response, "retry-after"), "5");
    assert_eq!(problem(response)["reason"], "settlement-unavailable");
    assert!(!whole_text(response).contains("hunter2"));
    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    assert_eq!(unanswered.kind(), kind);
    assert!(unanswered.to_string().starts_with("the charge "));
    assert!(!format!("{unanswered:?}").contains("hunter2"));
}

fn whole_text(response: &Response<Body>) -> String {
    String::from_utf8(crate::support::bytes(response).to_vec()).unwrap()
}
