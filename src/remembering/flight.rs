//! One question at a time about each subject, driven by those who wait for its answer.
//!
//! A flight holds the future of the question. Every asker polls it; one that comes while another polls
//! leaves a waker behind. Every step of the future wakes all askers: if it woke only one, that one might
//! not get to poll, and the others would wait for it. An asker that is woken while it polls wakes those
//! that came meanwhile, which were too late for that wake.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    hash::Hash,
    mem,
    pin::Pin,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use super::sync::{Mutex, MutexGuard};

/// The pending questions.
pub(crate) struct Flights<K, T> {
    list: Arc<List<K, T>>,
}

struct List<K, T> {
    under_way: Mutex<HashMap<K, Arc<Flight<T>>>>,
    /// The number of the next question.
    next_number: AtomicU64,
    land: Land<K, T>,
}

/// Called with each answer and the number of its question: once, before any asker gets it, and only if
/// its question still counts. No question begins or is forgotten meanwhile.
pub(crate) type Land<K, T> = Box<dyn Fn(&K, &T, u64) + Send + Sync>;

/// One question.
pub(crate) struct Flight<T> {
    number: u64,
    state: Mutex<State<T>>,
}

/// The future of the question. It must not panic.
pub(crate) type Question<T> = Pin<Box<dyn Future<Output = T> + Send>>;

struct State<T> {
    stage: Stage<T>,
    askers: usize,
    next_asker: u64,
    /// The asker that sees the question to its end.
    adopter: Option<u64>,
    wakers: HashMap<u64, Waker>,
}

enum Stage<T> {
    Waiting(Question<T>),
    /// An asker has taken the future to poll it.
    Polling,
    Landed(T),
}

/// One request that waits for an answer.
pub(crate) struct Asker<K: Eq + Hash, T> {
    list: Arc<List<K, T>>,
    key: K,
    flight: Arc<Flight<T>>,
    id: u64,
}

// === impl Flights ===

impl<K: Clone + Eq + Hash, T> Flights<K, T> {
    pub(crate) fn new(land: Land<K, T>) -> Self {
        Self {
            list: Arc::new(List {
                under_way: Mutex::new(HashMap::new()),
                next_number: AtomicU64::new(0),
                land,
            }),
        }
    }

    /// Joins the question about a key, or begins one. `known` is called under the lock under which
    /// answers land, so that an answer that has just landed is not asked for again.
    pub(crate) fn ask<R>(
        &self,
        key: K,
        known: impl FnOnce() -> Option<R>,
        question: impl FnOnce() -> Question<T>,
    ) -> Result<Asker<K, T>, R> {
        let mut under_way = lock(&self.list.under_way);
        if let Some(met) = self.meet(&under_way, &key, known) {
            return met;
        }
        let flight = Arc::new(Flight::new(self.number(), question()));
        under_way.insert(key.clone(), Arc::clone(&flight));
        Ok(self.asker(key, flight))
    }

    /// Joins the question about a key, if there is one and its answer has not just landed.
    pub(crate) fn join<R>(
        &self,
        key: &K,
        known: impl FnOnce() -> Option<R>,
    ) -> Option<Result<Asker<K, T>, R>> {
        self.meet(&lock(&self.list.under_way), key, known)
    }

    /// The number of a question that begins now, here or elsewhere: later questions have higher numbers.
    pub(crate) fn number(&self) -> u64 {
        self.list.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether there is a question about this key.
    pub(crate) fn is_under_way(&self, key: &K) -> bool {
        lock(&self.list.under_way).contains_key(key)
    }

    /// How many questions there are.
    pub(crate) fn len(&self) -> usize {
        lock(&self.list.under_way).len()
    }

    /// Lets the question about a key count only for those who have already asked. `then` runs under the
    /// same lock.
    pub(crate) fn forget(&self, key: &K, then: impl FnOnce()) {
        let mut under_way = lock(&self.list.under_way);
        let forgotten = under_way.remove(key);
        then();
        drop(under_way);
        drop(forgotten);
    }

    /// The keys of the pending questions.
    pub(crate) fn keys(&self) -> Vec<K> {
        lock(&self.list.under_way).keys().cloned().collect()
    }

    /// Does something while no question begins or lands.
    pub(crate) fn quietly<R>(&self, act: impl FnOnce() -> R) -> R {
        let _under_way = lock(&self.list.under_way);
        act()
    }

    /// What is known, or the question to join, if there is either.
    fn meet<R>(
        &self,
        under_way: &HashMap<K, Arc<Flight<T>>>,
        key: &K,
        known: impl FnOnce() -> Option<R>,
    ) -> Option<Result<Asker<K, T>, R>> {
        match under_way.get(key) {
            Some(flight) => Some(Ok(self.asker(key.clone(), Arc::clone(flight)))),
            None => known().map(Err),
        }
    }

    fn asker(&self, key: K, flight: Arc<Flight<T>>) -> Asker<K, T> {
        let id = flight.join();
        Asker {
            list: Arc::clone(&self.list),
            key,
            flight,
            id,
        }
    }
}

// === impl Flight ===

impl<T> Flight<T> {
    fn new(number: u64, question: Question<T>) -> Self {
        Self {
            number,
            state: Mutex::new(State {
                stage: Stage::Waiting(question),
                askers: 0,
                next_asker: 0,
                adopter: None,
                wakers: HashMap::new(),
            }),
        }
    }

    fn join(&self) -> u64 {
        let mut state = lock(&self.state);
        state.askers += 1;
        state.next_asker += 1;
        state.next_asker
    }

    /// Puts the future back that an asker has polled in vain.
    fn put_back(&self, question: Question<T>, asker: u64) {
        let mut state = lock(&self.state);
        state.stage = Stage::Waiting(question);
        let is_woken = !state.wakers.contains_key(&asker);
        drop(state);
        if is_woken {
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        let wakers = mem::take(&mut lock(&self.state).wakers);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl<T: Send + 'static> Wake for Flight<T> {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

// === impl Asker ===

impl<K: Eq + Hash, T> Asker<K, T> {
    /// Whether this asker began the question.
    pub(crate) const fn is_first(&self) -> bool {
        self.id == 1
    }

    /// Whether this asker is now the one that sees the question to its end, whoever else leaves: it is,
    /// unless another one already is.
    pub(crate) fn adopt(&self) -> bool {
        *lock(&self.flight.state).adopter.get_or_insert(self.id) == self.id
    }

    /// Takes the question off the list, and lets its answer land if it still counts.
    fn finish(&self, answer: &T) {
        let mut under_way = lock(&self.list.under_way);
        if self.counts(&under_way) {
            under_way.remove(&self.key);
            (self.list.land)(&self.key, answer, self.flight.number);
        }
    }

    /// Leaves the question. The last asker to leave drops it.
    fn leave(&self) {
        // Under the lock, so that nobody joins a question that is being dropped.
        let mut under_way = lock(&self.list.under_way);
        let mut state = lock(&self.flight.state);
        state.askers -= 1;
        state.adopter = state.adopter.filter(|adopter| *adopter != self.id);
        state.wakers.remove(&self.id);
        let abandoned = state.askers == 0 && !matches!(state.stage, Stage::Landed(_));
        let question = abandoned.then(|| mem::replace(&mut state.stage, Stage::Polling));
        drop(state);
        if abandoned && self.counts(&under_way) {
            under_way.remove(&self.key);
        }
        drop(under_way);
        // Foreign code: dropped outside of all locks.
        drop(question);
    }

    /// Whether new askers would still join this question.
    fn counts(&self, under_way: &HashMap<K, Arc<Flight<T>>>) -> bool {
        under_way
            .get(&self.key)
            .is_some_and(|current| Arc::ptr_eq(current, &self.flight))
    }
}

impl<K, T> Future for Asker<K, T>
where
    K: Eq + Hash,
    T: Clone + Send + 'static,
{
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Self { flight, id, .. } = &*self;
        let mut state = lock(&flight.state);
        let mut question = match mem::replace(&mut state.stage, Stage::Polling) {
            Stage::Landed(answer) => {
                state.stage = Stage::Landed(answer.clone());
                return Poll::Ready(answer);
            }
            stage => {
                state.wakers.insert(*id, cx.waker().clone());
                match stage {
                    Stage::Waiting(question) => question,
                    _ => return Poll::Pending,
                }
            }
        };
        drop(state);
        let waker = Waker::from(Arc::clone(flight));
        let polled = question.as_mut().poll(&mut Context::from_waker(&waker));
        let Poll::Ready(answer) = polled else {
            flight.put_back(question, *id);
            return Poll::Pending;
        };
        self.finish(&answer);
        lock(&flight.state).stage = Stage::Landed(answer.clone());
        flight.wake_all();
        Poll::Ready(answer)
    }
}

/// Nothing is pinned here: the question has a box of its own.
impl<K: Eq + Hash, T> Unpin for Asker<K, T> {}

impl<K: Eq + Hash, T> Drop for Asker<K, T> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl<K, T> fmt::Debug for Flights<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

// === helpers ===

/// The only foreign code under the lock of the list is that of keys (to hash, compare, clone and drop
/// them) and that which lands an answer, where a memory may drop what it evicts. No question runs there,
/// so that a poisoned lock still holds a consistent state.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
