//! A toy payment rail: one token pays for one response.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    future::pending,
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use http::{HeaderValue, Request, Response, header::WWW_AUTHENTICATE, request, response};
use statuary::{
    Charge, Denial, Grant, Reason, Settle, SettleLayer, Settlement, Unidentified,
    settlement::{Declined, Price, Release, Reserved},
};
use tokio::task::yield_now;
use tower::{Layer, Service, service_fn};

use crate::support::Body;

/// The field that a token comes in.
pub(crate) const PAYMENT: &str = "payment";

/// The account book of the rail: what became of each token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rail(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    tokens: BTreeMap<String, State>,
    charges: usize,
    calls: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Charged,
    Held,
    Released,
}

/// How a step goes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Step {
    Fails,
    Hangs,
    Panics,
    /// It is done after so many turns.
    Waits(u8),
    #[default]
    Well,
}

/// How the rail goes about one request; its place is among the request's extensions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Script {
    pub(crate) bill: Bill,
    pub(crate) reserve: Step,
    pub(crate) announce: Announce,
    pub(crate) respond: Step,
    pub(crate) makes: Makes,
    pub(crate) commit: Step,
    pub(crate) roll_back: Step,
    /// What the rail still does when it has charged.
    pub(crate) confirm: Step,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Bill {
    #[default]
    Due,
    Free,
    Panics,
    Unidentified,
}

/// What the rail tells the handler.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Announce {
    #[default]
    NothingLeft,
    Panics,
}

/// What the rail makes of a response.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Makes {
    Charges,
    #[default]
    Delivers,
    LetsGo,
    Withholds,
}

/// A token that is held.
pub(crate) struct Toll {
    rail: Rail,
    token: String,
    script: Script,
}

// === impl Rail ===

impl Rail {
    pub(crate) fn state(&self, token: &str) -> Option<State> {
        self.book().tokens.get(token).copied()
    }

    /// What became of a token, which is forgotten.
    pub(crate) fn forget(&self, token: &str) -> Option<State> {
        self.book().tokens.remove(token)
    }

    pub(crate) fn charges(&self) -> usize {
        self.book().charges
    }

    /// How often the handler was called.
    pub(crate) fn calls(&self) -> usize {
        self.book().calls
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }

    fn hold(&self, token: &str) -> bool {
        let mut book = self.book();
        let is_free = matches!(book.tokens.get(token), None | Some(State::Released));
        if is_free {
            book.tokens.insert(token.to_owned(), State::Held);
        }
        is_free
    }

    /// Settles a token that is held. The second settlement of a token has no effect.
    fn settle(&self, token: &str, state: State) {
        let mut book = self.book();
        if book.tokens.get(token) != Some(&State::Held) {
            return;
        }
        book.tokens.insert(token.to_owned(), state);
        book.charges += usize::from(state == State::Charged);
    }
}

impl Charge for Rail {
    type Bill = (Option<String>, Script);
    type Settlement = Toll;
    type Error = io::Error;

    fn bill(&self, head: &request::Parts) -> Result<Price<Self::Bill>, Unidentified> {
        let script = head.extensions.get::<Script>().copied().unwrap_or_default();
        match script.bill {
            Bill::Due => {}
            Bill::Free => return Ok(Price::Free),
            Bill::Panics => panic!("told to"),
            Bill::Unidentified => return Err(Unidentified),
        }
        let token = head.headers.get(PAYMENT).and_then(|it| it.to_str().ok());
        Ok(Price::Due((token.map(str::to_owned), script)))
    }

    async fn reserve(&self, (token, script): Self::Bill) -> io::Result<Reserved<Toll>> {
        script.reserve.go().await?;
        let Some(token) = token else {
            return Ok(Reserved::Declined(challenge("no payment")));
        };
        if !self.hold(&token) {
            return Ok(Reserved::Declined(challenge("spent")));
        }
        let rail = self.clone();
        let toll = Toll {
            rail,
            token,
            script,
        };
        // Held before the last wait, so that a caller that goes away now must not lose the token.
        script.reserve.go().await?;
        Ok(Reserved::Held(toll))
    }
}

impl Settlement for Toll {
    type Error = io::Error;

    fn announce(&self, request: &mut request::Parts) {
        match self.script.announce {
            Announce::NothingLeft => {
                request.extensions.insert(Grant::paid().with_quota_left(0));
            }
            Announce::Panics => panic!("told to"),
        }
    }

    async fn respond(&mut self, response: &mut response::Parts) -> io::Result<Release> {
        self.script.respond.go().await?;
        let receipt = HeaderValue::try_from(&self.token).unwrap();
        response.headers.insert("payment-receipt", receipt);
        Ok(match self.script.makes {
            Makes::Charges => {
                self.rail.settle(&self.token, State::Charged);
                Release::Charged
            }
            Makes::Delivers => Release::Deliver,
            Makes::LetsGo => Release::Uncharged,
            Makes::Withholds => Release::Withhold(challenge("bounced")),
        })
    }

    async fn commit(self) -> io::Result<()> {
        self.script.commit.go().await?;
        self.rail.settle(&self.token, State::Charged);
        self.script.confirm.go().await
    }

    async fn roll_back(self) -> io::Result<()> {
        self.script.roll_back.go().await
    }
}

impl Drop for Toll {
    fn drop(&mut self) {
        self.rail.settle(&self.token, State::Released);
    }
}

// === impl Step ===

impl Step {
    async fn go(self) -> io::Result<()> {
        match self {
            Self::Fails => {
                yield_now().await;
                Err(io::Error::other("rail key hunter2 was refused"))
            }
            Self::Hangs => pending().await,
            Self::Panics => panic!("told to"),
            Self::Waits(turns) => {
                for _ in 0..turns {
                    yield_now().await;
                }
                Ok(())
            }
            Self::Well => Ok(()),
        }
    }
}

/// What the rail says to somebody who has not paid.
fn challenge(realm: &str) -> Declined {
    let value = HeaderValue::try_from(format!("Toy realm=\"{realm}\"")).unwrap();
    Declined::from(Denial::new(Reason::Unpaid)).with_header(WWW_AUTHENTICATE, value)
}

/// A request that pays with a token, and how the rail goes about it.
pub(crate) fn paying(token: &str, script: Script) -> Request<Body> {
    let request = Request::get("/").header(PAYMENT, token).extension(script);
    request.body(Body::default()).unwrap()
}

/// A service that says "paid content", behind the rail, which keeps count of how often it is called.
pub(crate) fn behind(
    layer: &SettleLayer<Rail>,
    rail: &Rail,
) -> Settle<
    impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone,
    Rail,
> {
    let rail = rail.clone();
    layer.layer(service_fn(move |_: Request<Body>| {
        rail.book().calls += 1;
        async { Ok(Response::new(Body::from("paid content"))) }
    }))
}
