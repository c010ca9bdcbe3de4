//! What is counted and logged, and what never is.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use http::Method;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use statuary::{PaywallLayer, paywall::FailurePolicy};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Obedient, ask, by};

/// Asks once for each of several things, with one after the other.
async fn ask_all() {
    let layer = PaywallLayer::new(Obedient).deadline(Duration::from_millis(20));
    let mut preflight = by("secret-account");
    *preflight.method_mut() = Method::OPTIONS;
    ask(layer.clone(), preflight).await;
    for name in [
        "secret-account",
        "remembered secret-account",
        "expired",
        "remembered paused",
        "fail",
        "hang",
    ] {
        ask(layer.clone(), by(name)).await;
    }
    ask(layer.on_failure(FailurePolicy::Open), by("fail")).await;
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().build().unwrap().block_on(future)
}

#[test]
fn decisions_are_counted_and_checks_are_timed() {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || run(ask_all()));
    let mut counted = BTreeMap::new();
    for (key, _, _, value) in recorder.snapshotter().snapshot().into_vec() {
        let labels: Vec<_> = key
            .key()
            .labels()
            .map(|label| label.value().to_owned())
            .collect();
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(times) => times.len() as u64,
            DebugValue::Gauge(_) => panic!("there are no gauges"),
        };
        counted.insert(format!("{} {}", key.key().name(), labels.join(" ")), count);
    }
    let expected = [
        ("statuary_paywall_check_seconds no", 3),
        ("statuary_paywall_check_seconds yes", 2),
        ("statuary_paywall_decisions_total admitted paid", 2),
        ("statuary_paywall_decisions_total exempt exempt", 1),
        (
            "statuary_paywall_decisions_total refused check-unavailable",
            2,
        ),
        ("statuary_paywall_decisions_total refused expired", 1),
        ("statuary_paywall_decisions_total refused paused", 1),
        (
            "statuary_paywall_decisions_total waived check-unavailable",
            1,
        ),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted, BTreeMap::from(expected));
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn the_log_says_what_was_decided_and_not_about_whom() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || run(ask_all()));
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        r#"DEBUG statuary::paywall::watch: paywall outcome="admitted" reason="paid""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="exempt" reason="exempt""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="refused" reason="expired""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="waived" reason="check-unavailable""#,
        "WARN statuary::paywall::watch: the subscription check failed",
        "WARN statuary::paywall::watch: the subscription check took too long",
    ] {
        assert!(log.contains(line), "{line} is missing in\n{log}");
    }
    for secret in ["secret-account", "hunter2", "postgres"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}
