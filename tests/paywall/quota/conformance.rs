//! The suite for authors of stores: it passes the store that is right, and names each fault of one
//! that is not.

use std::{
    collections::HashMap,
    io,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use statuary::{
    quota::{Claim, MemoryStore, QuotaStore, Reservation, Usage},
    subscription::Clock,
    testing::{TestClock, assert_quota_store},
};
use tokio::task::yield_now;

use crate::support::{at, said};

/// What a store may get wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    AdmitsOneMore,
    AdmitsWhatIsTooMuch,
    ChecksThenActs,
    Fails,
    ForgetsLateCommits,
    FreesWhatLapsedAgain,
    GivesBackWhatIsSpent,
    HoldsOneByOne,
    HoldsWhatIsRefused,
    KeepsTheFirstLimit,
    KeepsWhatIsSettled,
    LosesOrder,
    NeverLapses,
    RefundSpends,
    SettlesTwice,
    SharesKeys,
    SharesNames,
    SharesPeriods,
    SpendsWhatWasHeld,
    TellsTheUsageBefore,
}

/// A simple store, with one fault at most.
struct Simple {
    fault: Fault,
    clock: TestClock,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    counts: HashMap<Id, Usage>,
    limits: HashMap<Id, u64>,
    leases: HashMap<usize, Lease>,
    /// What was spent by each ticket.
    spent: HashMap<usize, (Lease, u64)>,
    tickets: usize,
}

type Id = (String, String, SystemTime);

#[derive(Clone)]
struct Lease {
    ids: Vec<Id>,
    cost: u64,
    lapses_at: SystemTime,
    lapsed: bool,
}

impl Simple {
    fn new(fault: Fault, clock: TestClock) -> Self {
        let books = Mutex::default();
        Self {
            fault,
            clock,
            books,
        }
    }

    fn id(&self, key: &str, claim: &Claim) -> Id {
        let unless = |fault, text: &str| match self.fault == fault {
            true => String::new(),
            false => text.to_owned(),
        };
        let end = match self.fault == Fault::SharesPeriods {
            true => at(0),
            false => claim.period().end(),
        };
        (
            unless(Fault::SharesKeys, key),
            unless(Fault::SharesNames, claim.name()),
            end,
        )
    }

    fn fits(&self, books: &mut Books, id: &Id, cost: u64, claim: &Claim) -> bool {
        let usage = books.counts.get(id).copied().unwrap_or_default();
        let mut units = claim.units();
        if self.fault == Fault::KeepsTheFirstLimit {
            units = *books.limits.entry(id.clone()).or_insert(units);
        }
        match self.fault {
            Fault::AdmitsOneMore => usage.left_of(units + 1) >= cost,
            Fault::AdmitsWhatIsTooMuch => usage.left_of(units) > 0,
            _ => usage.left_of(units) >= cost,
        }
    }

    fn let_lapse(&self, books: &mut Books) {
        let now = self.clock.now();
        if self.fault == Fault::NeverLapses {
            return;
        }
        let due: Vec<_> = books
            .leases
            .iter()
            .filter(|(_, lease)| lease.lapses_at <= now && !lease.lapsed)
            .map(|(ticket, lease)| (*ticket, lease.clone()))
            .collect();
        for (ticket, lease) in due {
            change(books, &lease.ids, 0, -(lease.cost as i64));
            match self.fault {
                Fault::ForgetsLateCommits => _ = books.leases.remove(&ticket),
                _ => books.leases.get_mut(&ticket).unwrap().lapsed = true,
            }
        }
    }

    fn settle(&self, ticket: usize) -> Option<Lease> {
        let mut books = self.books.lock().unwrap();
        let lease = match self.fault {
            Fault::SettlesTwice => books.leases.get(&ticket)?.clone(),
            _ => books.leases.remove(&ticket)?,
        };
        let frees = !lease.lapsed || self.fault == Fault::FreesWhatLapsedAgain;
        if frees && self.fault != Fault::KeepsWhatIsSettled {
            change(&mut books, &lease.ids, 0, -(lease.cost as i64));
        }
        Some(lease)
    }
}

fn change(books: &mut Books, ids: &[Id], spent: i64, held: i64) {
    for id in ids {
        let usage = books.counts.entry(id.clone()).or_default();
        *usage = Usage::new(
            usage.spent().saturating_add_signed(spent),
            usage.held().saturating_add_signed(held),
        );
    }
}

impl QuotaStore for Simple {
    type Key = String;
    type Ticket = usize;
    type Error = io::Error;

    async fn reserve(
        &self,
        key: &String,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> Result<Reservation<usize>, io::Error> {
        if self.fault == Fault::Fails {
            return Err(io::Error::other("gone"));
        }
        let ids: Vec<_> = claims.iter().map(|claim| self.id(key, claim)).collect();
        let fit = {
            let mut books = self.books.lock().unwrap();
            self.let_lapse(&mut books);
            let mut fit = true;
            for (id, claim) in ids.iter().zip(claims) {
                fit &= self.fits(&mut books, id, cost, claim);
                if fit && self.fault == Fault::HoldsOneByOne {
                    change(&mut books, std::slice::from_ref(id), 0, cost as i64);
                }
            }
            let atomic = !matches!(self.fault, Fault::ChecksThenActs | Fault::HoldsOneByOne);
            if (fit && atomic) || self.fault == Fault::HoldsWhatIsRefused {
                change(&mut books, &ids, 0, cost as i64);
            }
            fit
        };
        if self.fault == Fault::ChecksThenActs {
            yield_now().await;
            if fit {
                change(&mut self.books.lock().unwrap(), &ids, 0, cost as i64);
            }
        }
        let mut books = self.books.lock().unwrap();
        let mut usages: Vec<_> = ids
            .iter()
            .map(|id| books.counts.get(id).copied().unwrap_or_default())
            .collect();
        if !fit {
            return Ok(Reservation::Exhausted(usages));
        }
        match self.fault {
            Fault::LosesOrder => usages.reverse(),
            Fault::TellsTheUsageBefore => {
                for usage in &mut usages {
                    *usage = Usage::new(usage.spent(), usage.held() - cost);
                }
            }
            _ => {}
        }
        books.tickets += 1;
        let ticket = books.tickets;
        let lapses_at = self.clock.now() + lease;
        let lapsed = false;
        books.leases.insert(
            ticket,
            Lease {
                ids,
                cost,
                lapses_at,
                lapsed,
            },
        );
        Ok(Reservation::Held(ticket, usages))
    }

    async fn commit(&self, ticket: &usize, spent: u64) -> Result<(), io::Error> {
        if let Some(lease) = self.settle(*ticket) {
            let spent = match self.fault {
                Fault::SpendsWhatWasHeld => lease.cost,
                _ => spent,
            };
            let mut books = self.books.lock().unwrap();
            change(&mut books, &lease.ids, spent as i64, 0);
            books.spent.insert(*ticket, (lease, spent));
        }
        Ok(())
    }

    async fn refund(&self, ticket: &usize) -> Result<(), io::Error> {
        let lease = self.settle(*ticket);
        if let Some(lease) = lease.filter(|_| self.fault == Fault::RefundSpends) {
            change(
                &mut self.books.lock().unwrap(),
                &lease.ids,
                lease.cost as i64,
                0,
            );
        }
        Ok(())
    }

    /// It leaves what is held to the lapse of its lease.
    fn abandon(&self, ticket: &usize) {
        let mut books = self.books.lock().unwrap();
        let spent = books.spent.remove(ticket);
        let spent = spent.filter(|_| self.fault == Fault::GivesBackWhatIsSpent);
        if let Some((lease, spent)) = spent {
            change(&mut books, &lease.ids, -(spent as i64), 0);
        }
    }
}

fn keys() -> [String; 2] {
    ["alice", "bob"].map(String::from)
}

#[tokio::test(start_paused = true)]
async fn stores_without_a_fault_conform() {
    let clock = TestClock::starting_at(at(1_000_000_007));
    let memory = MemoryStore::with_counts(1_000).clock(clock);
    assert_quota_store(memory, keys(), clock).await;
    assert_quota_store(Simple::new(Fault::None, clock), keys(), clock).await;
}

#[tokio::test(start_paused = true)]
async fn every_fault_is_named() {
    for (fault, sentence) in [
        (Fault::AdmitsOneMore, "the second unit of one was held"),
        (Fault::AdmitsWhatIsTooMuch, "four units of three was held"),
        (
            Fault::ChecksThenActs,
            "40 asked at once for 10 units, and 40 were held",
        ),
        (Fault::Fails, "the store gave no answer: gone"),
        (
            Fault::FreesWhatLapsedAgain,
            "after a refund of what had lapsed there should be [0 spent and 3 held], and there are \
             [0 spent and 0 held]",
        ),
        (
            Fault::GivesBackWhatIsSpent,
            "after a ticket was abandoned that was committed before there should be [1 spent and 0 \
             held], and there are [0 spent and 0 held]",
        ),
        (
            Fault::HoldsOneByOne,
            "after a refused reservation of two claims there should be [0 spent and 1 held, 0 spent \
             and 1 held], and there are [0 spent and 2 held, 0 spent and 1 held]",
        ),
        (
            Fault::HoldsWhatIsRefused,
            "after a reservation that was refused there should be [0 spent and 3 held], and there \
             are [0 spent and 4 held]",
        ),
        (
            Fault::KeepsTheFirstLimit,
            "1 were refused, where there are 2 of \"plan\", 0 spent and 1 held",
        ),
        (
            Fault::NeverLapses,
            "after a lease has lapsed there should be [0 spent and 0 held], and there are [0 spent \
             and 3 held]",
        ),
        (
            Fault::ForgetsLateCommits,
            "after a commit after the lease had lapsed there should be [2 spent and 0 held], and \
             there are [0 spent and 0 held]",
        ),
        (
            Fault::LosesOrder,
            "after a reservation of two claims, one of them used before there should be [0 spent \
             and 3 held, 0 spent and 1 held], and there are [0 spent and 1 held, 0 spent and 3 held]",
        ),
        (
            Fault::RefundSpends,
            "after a refund there should be [0 spent and 3 held], and there are [2 spent and 3 held]",
        ),
        (
            Fault::SettlesTwice,
            "after a second refund there should be [0 spent and 3 held], and there are [0 spent and 1 held]",
        ),
        (
            Fault::SharesKeys,
            "a unit was refused that another key has used",
        ),
        (
            Fault::SharesNames,
            "a unit was refused that another name has used",
        ),
        (
            Fault::SharesPeriods,
            "a unit was refused that another period has used",
        ),
        (
            Fault::SpendsWhatWasHeld,
            "after a commit of less than was held there should be [1 spent and 0 held], and there \
             are [3 spent and 0 held]",
        ),
        (
            Fault::TellsTheUsageBefore,
            "after a reservation of one unit there should be [0 spent and 1 held], and there are \
             [0 spent and 0 held]",
        ),
        (
            Fault::KeepsWhatIsSettled,
            "after a refund there should be [0 spent and 3 held], and there are [0 spent and 5 held]",
        ),
    ] {
        let clock = TestClock::starting_at(at(1_000_000_007));
        let trial = assert_quota_store(Simple::new(fault, clock), keys(), clock);
        let panicked = tokio::spawn(trial).await.expect_err("a panic");
        assert_eq!(said(panicked.into_panic()), sentence, "{fault:?}");
    }
}
