//! What every charge must keep to, whatever it takes.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use http::{Response, StatusCode, request::Parts, response};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::settlement::{Charge, Price, Release, Reserved, Settlement};

/// Asserts that a charge and its settlements keep to the contracts of [`Charge`] and [`Settlement`], for the
/// one who pays for this request.
///
/// - What is reserved is set aside, and given back if the settlement is dropped or rolls back.
/// - What is committed, or charged with the head of the response, is taken once, and dropping gives none of
///   it back.
/// - A commit that is dropped halfway takes all or nothing.
/// - However many reserve at once, no more is set aside than there is.
///
/// The responses that its settlements see have a status, 200 or 500, and nothing else: a charge whose price
/// [only the handler knows](crate::settlement#what-only-the-handler-knows) takes something else than it has
/// set aside, and does not pass.
///
/// `left` says what the payer has left that is not set aside. There must be enough for two such requests, and
/// for no more than sixty, and nobody else may use it meanwhile. What a settlement cannot give back in its
/// `Drop`, it has ten seconds of tokio's clock for; with paused time, nothing waits.
///
/// # Examples
///
/// An account behind a network, which keeps reservations under numbers. A settlement that is dropped leaves
/// its number to be given back by a task:
///
/// ```
/// use std::{collections::HashMap, convert::Infallible, sync::Arc};
///
/// use http::{Request, request::Parts};
/// use statuary::{
///     Charge, Reason, Settlement, Unidentified,
///     settlement::{Price, Reserved},
///     testing::assert_charge,
/// };
/// use tokio::sync::{Mutex, mpsc::{UnboundedSender, unbounded_channel}};
///
/// /// Stands for a database. A real one lets reservations expire, too.
/// #[derive(Default)]
/// struct Books {
///     cents: u64,
///     reservations: HashMap<u64, u64>,
///     last: u64,
/// }
///
/// struct Account {
///     books: Arc<Mutex<Books>>,
///     abandoned: UnboundedSender<u64>,
/// }
///
/// struct Cents {
///     books: Arc<Mutex<Books>>,
///     abandoned: UnboundedSender<u64>,
///     reservation: u64,
/// }
///
/// impl Charge for Account {
///     type Bill = u64;
///     type Settlement = Cents;
///     type Error = Infallible;
///
///     fn bill(&self, _: &Parts) -> Result<Price<u64>, Unidentified> {
///         Ok(Price::Due(5))
///     }
///
///     async fn reserve(&self, cents: u64) -> Result<Reserved<Cents>, Infallible> {
///         let mut books = self.books.lock().await;
///         let Some(left) = books.cents.checked_sub(cents) else {
///             return Ok(Reserved::Declined(Reason::InsufficientBalance.into()));
///         };
///         books.cents = left;
///         books.last += 1;
///         let reservation = books.last;
///         books.reservations.insert(reservation, cents);
///         let (books, abandoned) = (self.books.clone(), self.abandoned.clone());
///         Ok(Reserved::Held(Cents { books, abandoned, reservation }))
///     }
/// }
///
/// impl Settlement for Cents {
///     type Error = Infallible;
///
///     async fn commit(self) -> Result<(), Infallible> {
///         // What is no longer reserved cannot be given back.
///         self.books.lock().await.reservations.remove(&self.reservation);
///         Ok(())
///     }
/// }
///
/// impl Drop for Cents {
///     fn drop(&mut self) {
///         self.abandoned.send(self.reservation).ok();
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let books = Arc::new(Mutex::new(Books { cents: 100, ..Books::default() }));
/// let (abandoned, mut given_back) = unbounded_channel();
/// let account = Account { books: books.clone(), abandoned };
/// tokio::spawn({
///     let books = books.clone();
///     async move {
///         while let Some(reservation) = given_back.recv().await {
///             let mut books = books.lock().await;
///             let cents = books.reservations.remove(&reservation).unwrap_or(0);
///             books.cents += cents;
///         }
///     }
/// });
///
/// let (request, ()) = Request::get("/report").body(()).unwrap().into_parts();
/// assert_charge(account, request, async || books.lock().await.cents).await;
/// # }
/// ```
///
/// # Panics
///
/// If it does not. The message says what the charge does not keep to.
pub async fn assert_charge<C: Charge>(
    charge: C,
    request: Parts,
    left: impl AsyncFn() -> u64 + Sync,
) {
    let before = left().await;
    let mut trial = Trial {
        charge: Arc::new(charge),
        request,
        left,
        before,
        price: 0,
    };
    trial.price = trial.sets_aside().await;
    trial.gives_back().await;
    trial.takes_what_is_delivered().await;
    trial.takes_nothing_for_a_failure().await;
    trial.takes_all_or_nothing().await;
    trial.sets_aside_no_more_than_there_is().await;
}

struct Trial<C, L> {
    charge: Arc<C>,
    request: Parts,
    left: L,
    /// What is left when nothing is set aside.
    before: u64,
    price: u64,
}

/// How long a settlement may take to give back what it held.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what was taken must stay taken, and how often to look.
const WHILE: Duration = Duration::from_millis(50);

// === impl Trial ===

impl<C: Charge, L: AsyncFn() -> u64> Trial<C, L> {
    /// Returns what the request costs.
    async fn sets_aside(&self) -> u64 {
        let held = self.hold().await;
        let price = self.before.saturating_sub(self.left().await);
        assert!(price > 0, "what is reserved is not set aside");
        drop(held);
        self.assert_given_back("a settlement that was dropped")
            .await;
        price
    }

    async fn gives_back(&self) {
        let held = self.hold().await;
        answer(held.roll_back().await);
        self.assert_given_back("a settlement that rolled back")
            .await;
    }

    async fn takes_what_is_delivered(&mut self) {
        let mut held = self.hold().await;
        match answer(held.respond(&mut head(StatusCode::OK)).await) {
            Release::Charged => drop(held),
            Release::Deliver => answer(held.commit().await),
            release => panic!("a response of 200 is not charged for: {release:?}"),
        }
        sleep(WHILE).await;
        let (expected, left) = (self.before - self.price, self.left().await);
        assert!(
            left == expected,
            "{} are taken for a response that was delivered, and {} were reserved",
            difference(self.before, left),
            self.price,
        );
        self.before = left;
    }

    async fn takes_nothing_for_a_failure(&self) {
        let mut held = self.hold().await;
        match answer(
            held.respond(&mut head(StatusCode::INTERNAL_SERVER_ERROR))
                .await,
        ) {
            Release::Uncharged | Release::Withhold(_) => {
                answer(held.roll_back().await);
            }
            // The owner charges for failures, too; this one is not delivered.
            Release::Deliver => drop(held),
            Release::Charged => panic!("a response of 500 is charged for before it is delivered"),
        }
        self.assert_given_back("a settlement of a failure").await;
    }

    async fn takes_all_or_nothing(&mut self) {
        let held = self.hold().await;
        let is_done = {
            let commit = pin!(held.commit());
            commit
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_ready()
        };
        let all = self.before - self.price;
        // Until it is given back, nobody can see whether it was taken.
        let end = if is_done { all } else { self.before };
        let left = self.wait_for(|left| left == end).await;
        assert!(
            left == self.before || left == all,
            "{} are taken by a commit that was dropped, and {} were reserved",
            difference(self.before, left),
            self.price,
        );
        self.before = left;
    }

    async fn sets_aside_no_more_than_there_is(&self) {
        let affordable = self.before / self.price;
        assert!(
            affordable <= 64,
            "{} are left, and {} are set aside each time: leave enough for at most 64 requests, or \
             nothing shows whether too much can be set aside",
            self.before,
            self.price,
        );
        let mut asking = JoinSet::new();
        for _ in 0..affordable + 3 {
            let (charge, bill) = (Arc::clone(&self.charge), self.bill());
            asking.spawn(async move { answer(charge.reserve(bill).await) });
        }
        let mut held = Vec::new();
        for reserved in asking.join_all().await {
            if let Reserved::Held(settlement) = reserved {
                held.push(settlement);
            }
        }
        assert!(
            held.len() as u64 <= affordable,
            "{} requests hold {} each, and {} were left",
            held.len(),
            self.price,
            self.before,
        );
        let left = self.left().await;
        assert!(
            left == self.before - self.price * held.len() as u64,
            "{} requests hold {} each, and {left} of {} are left",
            held.len(),
            self.price,
            self.before,
        );
        drop(held);
        self.assert_given_back("each of many settlements that were dropped")
            .await;
    }

    async fn hold(&self) -> C::Settlement {
        match answer(self.charge.reserve(self.bill()).await) {
            Reserved::Held(settlement) => settlement,
            Reserved::Declined(declined) => {
                panic!("the charge declines: {}", declined.denial())
            }
        }
    }

    fn bill(&self) -> C::Bill {
        match self.charge.bill(&self.request) {
            Ok(Price::Due(bill)) => bill,
            Ok(Price::Free) => panic!("the request costs nothing: nothing was tried"),
            Ok(Price::Misplaced) => panic!("the request has no grant, and its charge needs one"),
            Err(unidentified) => panic!("the request does not say who pays: {unidentified}"),
        }
    }

    async fn left(&self) -> u64 {
        (self.left)().await
    }

    async fn assert_given_back(&self, by: &str) {
        let left = self.wait_for(|left| left == self.before).await;
        assert!(
            left == self.before,
            "{by} has not given back what it held: {left} of {} are left",
            self.before,
        );
    }

    /// What is left when that is as expected, and still is a while later, or when it takes too long.
    async fn wait_for(&self, is_expected: impl Fn(u64) -> bool) -> u64 {
        let start = Instant::now();
        while !is_expected(self.left().await) && start.elapsed() < PATIENCE {
            sleep(WHILE).await;
        }
        sleep(WHILE).await;
        self.left().await
    }
}

// === helpers ===

fn head(status: StatusCode) -> response::Parts {
    let (mut head, ()) = Response::new(()).into_parts();
    head.status = status;
    head
}

fn answer<T, E: Into<Box<dyn std::error::Error + Send + Sync>>>(answer: Result<T, E>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(error) => panic!("the charge gave no answer: {}", error.into()),
    }
}

/// What was taken, which may be less than nothing.
fn difference(before: u64, left: u64) -> i128 {
    i128::from(before) - i128::from(left)
}
