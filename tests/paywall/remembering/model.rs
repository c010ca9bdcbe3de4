//! Random orders of asking, leaving, forgetting and changing, held against a memory of a few lines.

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use http::request::Parts;
use proptest::{collection::vec, prelude::*};
use statuary::{
    Cache, Cached, Decision, Denial, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
};
use tokio::{
    runtime,
    time::{Instant, sleep},
};

use crate::support::{MILLI, SECOND};

const SUBJECTS: usize = 3;
const DEADLINE: Duration = SECOND.saturating_mul(3);
const DENIAL_TTL: Duration = SECOND;
const TTL: Duration = SECOND.saturating_mul(2);

/// How long an answer is waited for where a grant can stand in, and what timers take on top.
const MOMENT: Duration = Duration::from_millis(502);

#[derive(Clone, Debug)]
enum Step {
    One(usize),
    Many(BTreeSet<usize>),
    Leave(usize),
    Forget(usize),
    ForgetAll,
    Row(usize, bool),
    Mood(Mood),
    Wait(u64),
}

/// Answers after so many milliseconds, or never.
#[derive(Clone, Copy, Debug)]
struct Mood {
    delay: Option<u64>,
    fails: bool,
}

#[derive(Clone)]
struct Store(Arc<Mutex<World>>);

struct World {
    rows: [bool; SUBJECTS],
    mood: Mood,
    /// Goes on with each question and each invalidation.
    order: u64,
    reads: Vec<Read>,
    /// What should be remembered.
    entries: [Option<usize>; SUBJECTS],
    forgotten: [u64; SUBJECTS],
    window: Duration,
    open: BTreeSet<(Option<usize>, u64)>,
    faults: Vec<String>,
}

/// A row that was read, and when its answer came.
struct Read {
    subject: usize,
    paid: bool,
    order: u64,
    landed: Option<Instant>,
}

/// A question that is under way.
struct Open(Store, (Option<usize>, u64));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_given_was_asked_for_lately_and_not_forgotten(
        steps in vec(step(), 1..60),
        revalidate in prop_oneof![Just(0), Just(3)],
        error in prop_oneof![Just(0), Just(5)],
    ) {
        let runtime = runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let (revalidate, error) = (revalidate * SECOND, error * SECOND);
        let faults = runtime.unwrap().block_on(run(steps, revalidate, error));
        prop_assert!(faults.is_empty(), "{faults:#?}");
    }
}

fn step() -> impl Strategy<Value = Step> {
    let subject = 0..SUBJECTS;
    let delay = prop_oneof![
        3 => prop_oneof![Just(0_u64), Just(300), Just(700), Just(2_000)].prop_map(Some),
        1 => Just(None),
    ];
    let mood = (delay, any::<bool>()).prop_map(|(delay, fails)| Mood { delay, fails });
    let names = proptest::collection::btree_set(subject.clone(), 1..=SUBJECTS);
    prop_oneof![
        4 => subject.clone().prop_map(Step::One),
        4 => names.prop_map(Step::Many),
        1 => any::<usize>().prop_map(Step::Leave),
        1 => subject.clone().prop_map(Step::Forget),
        1 => Just(Step::ForgetAll),
        2 => (subject, any::<bool>()).prop_map(|(subject, paid)| Step::Row(subject, paid)),
        2 => mood.prop_map(Step::Mood),
        5 => (1..2_500_u64).prop_map(Step::Wait),
    ]
}

async fn run(steps: Vec<Step>, revalidate: Duration, error: Duration) -> Vec<String> {
    let store = Store(Arc::new(Mutex::new(World {
        rows: [true; SUBJECTS],
        mood: Mood {
            delay: Some(0),
            fails: false,
        },
        order: 0,
        reads: Vec::new(),
        entries: [None; SUBJECTS],
        forgotten: [0; SUBJECTS],
        window: revalidate.max(error),
        open: BTreeSet::new(),
        faults: Vec::new(),
    })));
    let terms = Cache::new(100)
        .ttl(TTL)
        .denial_ttl(DENIAL_TTL)
        .stale_while_revalidate(revalidate)
        .stale_if_error(error)
        .deadline(DEADLINE);
    let check = store.clone().cached(terms);
    let mut askers = Vec::new();
    for step in steps {
        match step {
            Step::One(subject) => {
                askers.push(tokio::spawn(ask(check.clone(), vec![subject], false)));
            }
            Step::Many(subjects) => {
                let subjects = subjects.into_iter().collect();
                askers.push(tokio::spawn(ask(check.clone(), subjects, true)));
            }
            Step::Leave(index) if !askers.is_empty() => askers[index % askers.len()].abort(),
            Step::Leave(_) => {}
            Step::Forget(subject) => {
                store.world().forget([subject]);
                check.invalidate(&subject);
            }
            Step::ForgetAll => {
                store.world().forget(0..SUBJECTS);
                check.invalidate_where(|_| true);
            }
            Step::Row(subject, paid) => store.world().rows[subject] = paid,
            Step::Mood(mood) => store.world().mood = mood,
            Step::Wait(millis) => sleep(Duration::from_millis(millis)).await,
        }
        // Whatever can go on does so.
        sleep(MILLI).await;
        for subject in 0..SUBJECTS {
            store.compare(&check, subject);
        }
    }
    sleep(DEADLINE + SECOND).await;
    let mut world = store.world();
    if !askers.iter().all(tokio::task::JoinHandle::is_finished) {
        world.faults.push("somebody waits for ever".to_owned());
    }
    if check.questions() > 0 || !world.open.is_empty() {
        let fault = format!("left behind: {:?}", world.open);
        world.faults.push(fault);
    }
    world.faults.clone()
}

/// Asks, and judges what comes.
async fn ask(check: Cached<Store>, subjects: Vec<usize>, many: bool) {
    let store = check.get_ref().clone();
    let asked = Instant::now();
    let (before, forgotten) = {
        let world = store.world();
        (world.entries, world.forgotten)
    };
    let answer = match many {
        true => check.check_all(&subjects).await,
        false => {
            let decision = match check.remembered(&subjects[0]) {
                Some(decision) => Ok(decision),
                None => check.check(&subjects[0]).await,
            };
            decision.map(|decision| vec![decision])
        }
    };
    let mut world = store.world();
    let now = Instant::now();
    let mut faults = Vec::new();
    // Whether something was there all the time, and good until then.
    let is_covered = |subject: usize, until: Instant| {
        let entry = before[subject].filter(|_| world.entries[subject] == before[subject]);
        entry.is_some_and(|id| world.counts(id, asked) || world.reserves(id, until))
    };
    match &answer {
        Ok(decisions) => {
            for (&subject, decision) in subjects.iter().zip(decisions) {
                let id = number(decision);
                let read = &world.reads[id];
                if read.subject != subject || read.paid != decision.is_admitted() {
                    faults.push(format!("{id} is no answer about {subject}"));
                }
                let is_new = read.landed.is_some_and(|landed| asked <= landed);
                // What stands in for an answer must not be forgotten while that is waited for, either.
                let forgotten = match many || is_new {
                    true => &forgotten,
                    false => &world.forgotten,
                };
                if read.order <= forgotten[subject] {
                    faults.push(format!("{id} was to be forgotten"));
                }
                if !is_new && !world.counts(id, asked) && !world.reserves(id, asked) {
                    faults.push(format!("{id} is too old"));
                }
            }
        }
        Err(_) if subjects.iter().all(|&subject| is_covered(subject, now)) => {
            faults.push(format!("an error about {subjects:?}, of whom all is known"));
        }
        Err(_) => {}
    }
    let in_time = asked + MOMENT;
    if now > in_time && subjects.iter().all(|&subject| is_covered(subject, in_time)) {
        faults.push(format!("{subjects:?} waited for {:?}", now - asked));
    }
    world.faults.append(&mut faults);
}

// === impl Store ===

impl Store {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    async fn answer(&self, subjects: &[usize], one: Option<usize>) -> io::Result<Vec<Decision>> {
        let (mood, order, reads) = self.world().begin(subjects, one);
        let _open = Open(self.clone(), (one, order));
        match mood.delay {
            Some(delay) => sleep(Duration::from_millis(delay)).await,
            None => std::future::pending().await,
        }
        if mood.fails {
            return Err(io::Error::other("gone"));
        }
        Ok(self.world().land(&reads, one))
    }

    /// What has to be remembered is, and nothing else.
    fn compare(&self, check: &Cached<Self>, subject: usize) {
        let now = Instant::now();
        let (counts, reserves, entry) = {
            let world = self.world();
            let entry = world.entries[subject];
            let counts = entry.is_some_and(|id| world.counts(id, now));
            let reserves = entry.is_some_and(|id| world.reserves(id, now));
            (counts, reserves, entry)
        };
        // An old grant is given or not, by whether somebody has asked lately.
        if counts || !reserves {
            let found = check.remembered(&subject).as_ref().map(number);
            let expected = entry.filter(|_| counts);
            if found != expected {
                let fault = format!("of {subject}, {found:?} is remembered, not {expected:?}");
                self.world().faults.push(fault);
            }
        }
    }
}

impl SubscriptionCheck for Store {
    type Subject = usize;
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<usize, Unidentified> {
        Err(Unidentified)
    }

    async fn check(&self, subject: &usize) -> io::Result<Decision> {
        let mut decisions = self.answer(&[*subject], Some(*subject)).await?;
        Ok(decisions.remove(0))
    }

    async fn check_all(&self, subjects: &[usize]) -> io::Result<Vec<Decision>> {
        self.answer(subjects, None).await
    }
}

// === impl World ===

impl World {
    fn begin(&mut self, subjects: &[usize], one: Option<usize>) -> (Mood, u64, Vec<usize>) {
        self.order += 1;
        let order = self.order;
        if let Some(subject) = one {
            let joinable =
                |&(other, begun): &(_, u64)| other == one && begun > self.forgotten[subject];
            if self.open.iter().any(joinable) {
                self.faults.push(format!("{subject} is asked about twice"));
            }
        }
        self.open.insert((one, order));
        let first = self.reads.len();
        self.reads.extend(subjects.iter().map(|&subject| Read {
            subject,
            paid: self.rows[subject],
            order,
            landed: None,
        }));
        (self.mood, order, (first..self.reads.len()).collect())
    }

    fn land(&mut self, reads: &[usize], one: Option<usize>) -> Vec<Decision> {
        let forgotten_last = self.forgotten.into_iter().max().unwrap();
        for &id in reads {
            self.reads[id].landed = Some(Instant::now());
            let Read { subject, order, .. } = self.reads[id];
            let forgotten = match one {
                Some(_) => self.forgotten[subject],
                None => forgotten_last,
            };
            let known = self.entries[subject].map_or(0, |entry| self.reads[entry].order);
            if order > forgotten.max(known) {
                self.entries[subject] = Some(id);
            }
        }
        let decision = |&id: &usize| match self.reads[id].paid {
            true => Grant::paid().with_plan(&*id.to_string()).into(),
            false => Denial::new(Reason::Unpaid)
                .with_detail(id.to_string())
                .into(),
        };
        reads.iter().map(decision).collect()
    }

    fn forget(&mut self, subjects: impl IntoIterator<Item = usize>) {
        self.order += 1;
        for subject in subjects {
            self.entries[subject] = None;
            self.forgotten[subject] = self.order;
        }
    }

    /// Whether an answer counts at an instant.
    fn counts(&self, id: usize, at: Instant) -> bool {
        let Read { paid, landed, .. } = self.reads[id];
        landed.is_some_and(|landed| at < landed + if paid { TTL } else { DENIAL_TTL })
    }

    /// Whether an answer stands in for another at an instant.
    fn reserves(&self, id: usize, at: Instant) -> bool {
        let Read { paid, landed, .. } = self.reads[id];
        paid && landed.is_some_and(|landed| at < landed + TTL + self.window)
    }
}

// === impl Open ===

impl Drop for Open {
    fn drop(&mut self) {
        self.0.world().open.remove(&self.1);
    }
}

// === helpers ===

/// Which answer this is.
fn number(decision: &Decision) -> usize {
    let text = match decision {
        Decision::Admit(grant) => grant.plan().unwrap(),
        Decision::Refuse(denial) => denial.detail(),
    };
    text.parse().unwrap()
}
