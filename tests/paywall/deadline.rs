//! No check hangs a request.

use std::{convert::Infallible, future::pending, time::Duration};

use statuary::{
    Decision, PaywallLayer, SubscriptionCheck,
    subscription::{Unanswered, UnansweredKind, check_fn},
};
use tokio::time::{Instant, advance};
use tokio_test::task;

use crate::support::{MILLI, Obedient, SECOND, ask, ask_as, by};

#[tokio::test(start_paused = true)]
async fn a_check_that_keeps_its_task_busy_is_given_up_too() {
    let layer = PaywallLayer::new(Obedient).deadline(SECOND);
    // The clock goes on by itself only when all tasks wait.
    tokio::spawn(advance(SECOND + MILLI));
    assert_eq!(ask(layer, by("be busy")).await.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_is_given_up_after_two_seconds() {
    let start = Instant::now();
    let response = ask_as("hang").await;

    assert_eq!(response.status(), 503);
    // tokio's timers tick in milliseconds.
    let waited = start.elapsed().as_millis();
    assert!((2_000..=2_001).contains(&waited), "waited {waited} ms");

    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    assert_eq!(unanswered.kind(), UnansweredKind::Late);
    assert_eq!(
        unanswered.to_string(),
        "the subscription check took too long"
    );
}

#[tokio::test(start_paused = true)]
async fn the_owner_chooses_the_deadline() {
    for deadline in [
        Duration::ZERO,
        Duration::from_millis(50),
        Duration::from_secs(3600),
    ] {
        let start = Instant::now();
        let layer = PaywallLayer::new(Obedient).deadline(deadline);
        assert_eq!(ask(layer, by("hang")).await.status(), 503);
        let late = start.elapsed() - deadline;
        assert!(
            late <= Duration::from_millis(1),
            "{late:?} beyond {deadline:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_check_in_time_is_heard() {
    assert_eq!(ask_as("slow pro").await.status(), 200);
    assert_eq!(ask_as("slow expired").await.status(), 402);
}

/// Panics once more when it has to go.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("a check that does not go quietly");
        }
    }
}

/// It never answers, and does not go quietly.
fn late() -> impl SubscriptionCheck {
    check_fn(
        |_| Ok(()),
        |()| async {
            let _bomb = Bomb;
            pending::<Result<Decision, Infallible>>().await
        },
    )
}

#[tokio::test(start_paused = true)]
async fn a_check_that_does_not_go_quietly_is_503_too() {
    let layer = PaywallLayer::new(late()).deadline(Duration::from_millis(5));
    assert_eq!(ask(layer, by("anyone")).await.status(), 503);

    let panics = check_fn(|_| Ok(()), |()| async { explode() });
    assert_eq!(
        ask(PaywallLayer::new(panics), by("anyone")).await.status(),
        503
    );
}

/// Its panic would end the connection of a client that has reset one request of many.
#[tokio::test(start_paused = true)]
async fn nor_does_it_take_down_who_gives_it_up() {
    let mut asked = task::spawn(ask(PaywallLayer::new(late()), by("anyone")));
    assert!(asked.poll().is_pending());
    drop(asked);
}

fn explode() -> Result<Decision, Infallible> {
    std::panic::panic_any(Bomb)
}
