//! What is logged.

use std::{
    env,
    process::{Command, Output},
};

use super::{circuit, decisions, keys, members, run, settlements};

#[test]
fn the_log_says_what_was_decided_and_not_about_whom() {
    // Whether a place logs is found out by the first who passes it, for the whole process. Where that is
    // another test, to which nobody listens, the place stays silent.
    let test = env::current_exe().unwrap();
    let logging = Command::new(test)
        .args(["--ignored", "--exact", "watching::log::log", "--nocapture"])
        .output();
    let Output { status, stdout, .. } = logging.unwrap();
    let log = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{log}");
    for line in [
        r#"DEBUG statuary::paywall::watch: paywall outcome="admitted" reason="paid""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="exempt" reason="exempt""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="refused" reason="expired""#,
        r#"DEBUG statuary::paywall::watch: paywall outcome="waived" reason="check-unavailable""#,
        "WARN statuary::paywall::watch: the subscription check failed",
        "WARN statuary::paywall::watch: the subscription check took too long",
        r#"DEBUG statuary::settlement::watch: settlement outcome="committed""#,
        r#"DEBUG statuary::settlement::watch: settlement outcome="rolled-back""#,
        r#"WARN statuary::settlement::watch: the charge panicked step="bill""#,
        r#"WARN statuary::settlement::watch: the charge failed step="reserve""#,
        r#"WARN statuary::settlement::watch: the charge panicked step="announce""#,
        r#"ERROR statuary::settlement::watch: the charge took too long step="respond""#,
        r#"ERROR statuary::settlement::watch: the charge failed step="commit""#,
        r#"WARN statuary::settlement::watch: the charge failed step="roll_back""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="kept""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="replayed""#,
        r#"DEBUG statuary::idempotency::watch: idempotency outcome="idempotency-key-reused""#,
        "WARN statuary::idempotency::watch: the idempotency store failed",
        r#"DEBUG statuary::members::watch: members outcome="refused" reason="expired" members=2"#,
        "WARN statuary::members::watch: the subscription check failed",
        "WARN statuary::members::watch: the members of a 207 cannot be read: the paywall over members is",
        "WARN statuary::reply::future: an answer is charged for before its hrefs are moved",
        "WARN statuary::reply::future: an answer is kept before its hrefs are moved",
    ] {
        assert!(log.contains(line), "{line} is missing in\n{log}");
    }
    for once in [
        "WARN statuary::checks::watch: a circuit breaker has opened: its subscription check failed too \
         often, and is left alone for a while",
        "INFO statuary::checks::watch: a circuit breaker has closed: its subscription check answers again",
        "WARN statuary::settlement::watch: the charge was not asked, since the request carries no grant \
         of a paywall: put its layer inside of the paywall, call `behind` once the paywall is fully \
         configured, and let it show its grant",
    ] {
        assert_eq!(log.matches(once).count(), 1, "{once} in\n{log}");
    }
    let misplaced = "WARN statuary::idempotency::watch: a replayed answer is charged for: a charge is \
                     outside of the idempotency layer";
    assert_eq!(log.matches(misplaced).count(), 1, "{log}");
    assert!(!log.contains("its circuit breaker is open"), "{log}");
    for secret in [
        "secret-account",
        "secret-key",
        "secret-file",
        "alice",
        "hunter2",
        "postgres",
        "bounced",
    ] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}

/// Logs to the standard output.
#[test]
#[ignore = "it is run by the test of what it logs, in a process of its own"]
fn log() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        run(decisions::ask_all());
        run(settlements::charge_all());
        run(settlements::charge_resting());
        run(settlements::charge_misplaced());
        run(circuit::trip());
        run(keys::send_all());
        run(keys::replay_charged());
        run(keys::list_kept());
        run(members::list_all());
        run(settlements::list_charged());
    });
}
