//! What must hold of the single flight however the threads take turns.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use shuttle::{
    future::block_on,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

use crate::{
    flight::{Asker, Flights, Question},
    model,
};

type Answer = usize;

/// A store with one row, a memory of it, and the questions between the two.
struct World {
    row: AtomicUsize,
    questions: AtomicUsize,
    /// What is remembered; 0 for nothing.
    memory: Arc<AtomicUsize>,
    flights: Flights<u8, Answer>,
}

impl World {
    fn new() -> Arc<Self> {
        let memory = Arc::new(AtomicUsize::new(0));
        let kept = Arc::clone(&memory);
        Arc::new(Self {
            row: AtomicUsize::new(1),
            questions: AtomicUsize::new(0),
            memory,
            flights: Flights::new(Box::new(move |_, answer, _| kept.store(*answer, SeqCst))),
        })
    }

    fn known(&self) -> Option<Answer> {
        Some(self.memory.load(SeqCst)).filter(|known| *known > 0)
    }

    fn ask(self: &Arc<Self>) -> Result<Asker<u8, Answer>, Answer> {
        self.flights
            .ask(7, || self.known(), || question(Arc::clone(self)))
    }

    fn answer(self: &Arc<Self>) -> Answer {
        match self.ask() {
            Ok(asker) => block_on(asker),
            Err(known) => known,
        }
    }

    /// Asks, has no time to wait, and sees to it that the answer is there for the next.
    fn leave_when_late(self: &Arc<Self>) {
        let Ok(mut asker) = self.ask() else { return };
        let polled = Pin::new(&mut asker).poll(&mut Context::from_waker(Waker::noop()));
        if polled.is_pending() && asker.adopt() {
            block_on(asker);
        }
    }

    fn invalidate(&self) {
        self.flights.forget(&7, || self.memory.store(0, SeqCst));
    }
}

/// Reads the row, then lets others run once, as a real one waits for its connection.
fn question(world: Arc<World>) -> Question<Answer> {
    world.questions.fetch_add(1, SeqCst);
    let mut read = None;
    Box::pin(poll_fn(move |cx| match read {
        Some(row) => Poll::Ready(row),
        None => {
            read = Some(world.row.load(SeqCst));
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }))
}

#[test]
fn two_who_ask_ask_once_and_both_are_answered() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        let asker = thread::spawn(move || other.answer());
        assert_eq!(world.answer(), 1);
        assert_eq!(asker.join().unwrap(), 1);
        assert_eq!(world.questions.load(SeqCst), 1);
        assert_eq!(world.flights.len(), 0);
    });
}

#[test]
fn who_begins_and_goes_leaves_nobody_waiting() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        let goes = thread::spawn(move || {
            if let Ok(mut asker) = other.ask() {
                let _ = Pin::new(&mut asker).poll(&mut Context::from_waker(Waker::noop()));
            }
        });
        assert_eq!(world.answer(), 1);
        goes.join().unwrap();
        assert!(world.questions.load(SeqCst) <= 2);
        assert_eq!(world.flights.len(), 0);
    });
}

#[test]
fn who_begins_and_has_no_time_keeps_nobody_waiting() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        // What a thread returns lives until it is joined.
        let stays = thread::spawn(move || {
            let mut asker = other.ask();
            if let Ok(asker) = &mut asker {
                let _ = Pin::new(asker).poll(&mut Context::from_waker(Waker::noop()));
            }
            asker
        });
        assert_eq!(world.answer(), 1);
        assert!(stays.join().is_ok());
        assert_eq!(world.questions.load(SeqCst), 1);
        assert_eq!(world.flights.len(), 0);
    });
}

#[test]
fn who_asks_after_an_invalidation_hears_nothing_older() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        let early = thread::spawn(move || other.answer());
        world.row.store(2, SeqCst);
        world.invalidate();
        assert_eq!(world.answer(), 2);
        assert!((1..=2).contains(&early.join().unwrap()));
        assert_eq!(world.known(), Some(2));
        assert_eq!(world.flights.len(), 0);
    });
}

#[test]
fn three_who_come_and_go_all_hear_of_the_newest_row() {
    model(|| {
        let world = World::new();
        let (second, third) = (Arc::clone(&world), Arc::clone(&world));
        let asks = thread::spawn(move || second.answer());
        let goes = thread::spawn(move || {
            if let Ok(mut asker) = third.ask() {
                let _ = Pin::new(&mut asker).poll(&mut Context::from_waker(Waker::noop()));
            }
            third.invalidate();
        });
        assert_eq!(world.answer(), 1);
        assert_eq!(asks.join().unwrap(), 1);
        goes.join().unwrap();
        assert_eq!(world.flights.len(), 0);
    });
}

#[test]
fn of_two_who_leave_a_late_question_one_sees_it_to_its_end() {
    model(|| {
        let world = World::new();
        let other = Arc::clone(&world);
        let leaves = thread::spawn(move || other.leave_when_late());
        world.leave_when_late();
        leaves.join().unwrap();
        assert_eq!(world.known(), Some(1));
        assert_eq!(world.flights.len(), 0);
    });
}
