//! What is remembered, for how long, and how often the check behind is asked.

mod ages;
mod forgetting;
mod late;
mod many;
mod model;
mod single_flight;
mod subjects;

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use http::request::Parts;
use statuary::{
    Cache, Cached, Decision, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    subscription::Unanswered,
};
use tokio::{
    task::yield_now,
    time::{Instant, sleep},
};

use crate::support::SECOND;

/// A table of subscriptions that can be slow, fail, hang and panic.
#[derive(Clone, Default)]
pub(crate) struct Store(Arc<Inside>);

#[derive(Default)]
struct Inside {
    rows: Mutex<HashMap<String, Decision>>,
    mood: Mutex<Mood>,
    asked: AtomicUsize,
    batches: Mutex<Vec<Vec<String>>>,
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Mood {
    #[default]
    Quick,
    Slow,
    Fails,
    Hangs,
    Panics,
}

impl Store {
    pub(crate) fn set(&self, name: &str, decision: impl Into<Decision>) {
        let mut rows = self.0.rows.lock().unwrap();
        rows.insert(name.to_owned(), decision.into());
    }

    pub(crate) fn mood(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// What was asked about at once, in the order of the names.
    fn batches(&self) -> Vec<Vec<String>> {
        let mut batches = self.0.batches.lock().unwrap().clone();
        batches.iter_mut().for_each(|batch| batch.sort());
        batches
    }

    fn row(&self, name: &str) -> Decision {
        let rows = self.0.rows.lock().unwrap();
        let row = rows.get(name).cloned();
        row.unwrap_or_else(|| Reason::NeverSubscribed.into())
    }
}

impl SubscriptionCheck for Store {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<String, Unidentified> {
        let name = head.headers.get("authorization").ok_or(Unidentified)?;
        Ok(name.to_str().unwrap().to_owned())
    }

    async fn check(&self, name: &String) -> Result<Decision, io::Error> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let mood = *self.0.mood.lock().unwrap();
        // What it reads, it reads when it is asked.
        let row = self.row(name);
        match mood {
            Mood::Quick => {}
            Mood::Slow => sleep(SECOND).await,
            Mood::Fails => return Err(io::Error::other("gone")),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("told to"),
        }
        Ok(row)
    }

    async fn check_all(&self, names: &[String]) -> Result<Vec<Decision>, io::Error> {
        self.0.batches.lock().unwrap().push(names.to_vec());
        let rows = names.iter().map(|name| self.row(name)).collect();
        let mood = *self.0.mood.lock().unwrap();
        match mood {
            Mood::Fails => return Err(io::Error::other("gone")),
            Mood::Slow => sleep(3 * SECOND).await,
            Mood::Quick | Mood::Hangs | Mood::Panics => yield_now().await,
        }
        Ok(rows)
    }
}

/// A wall clock that goes with the paused one.
pub(crate) fn wall() -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let start = Instant::now();
    move || SystemTime::UNIX_EPOCH + start.elapsed()
}

pub(crate) fn remembering(cache: Cache) -> (Store, Cached<Store>) {
    let store = Store::default();
    store.set("alice", Grant::paid());
    store.set("bob", Reason::Expired);
    (store.clone(), store.cached(cache.clock(wall())))
}

pub(crate) async fn decide(check: &Cached<Store>, name: &str) -> Result<Decision, Unanswered> {
    let name = name.to_owned();
    match check.remembered(&name) {
        Some(decision) => Ok(decision),
        None => check.check(&name).await,
    }
}

pub(crate) fn paid() -> Decision {
    Grant::paid().into()
}
