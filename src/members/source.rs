//! A streamed answer on its way through the paywall.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    listing::{Answers, Listing},
    paywall::MemberPaywall,
    rules::MemberRules,
};
use crate::{
    dav::LatestPaths,
    multistatus::MultiStatus,
    reply::{AnySource, Filled, Source},
    subscription::{SubscriptionCheck, Unanswered},
};

/// A source of what the paywall leaves of another.
pub(super) struct Gated<C: SubscriptionCheck, E> {
    source: AnySource<E>,
    paywall: MemberPaywall<C>,
    rules: MemberRules<C::Subject>,
    /// Refused collections, so that refused members below them are not listed.
    closed: LatestPaths,
    /// The members for the next question, as a fragment that knows those gathered before it.
    gathered: MultiStatus,
    asked: VecDeque<Asked<C::Subject>>,
    /// How the source ended, once it has.
    end: Option<Result<Filled, E>>,
}

/// A batch that is being asked about.
struct Asked<S> {
    listing: Listing<S>,
    answers: Answering<S>,
}

enum Answering<S> {
    Waiting(Pin<Box<dyn Future<Output = Answers<S>> + Send>>),
    There(Answers<S>),
}

// === impl Gated ===

impl<C: SubscriptionCheck, E> Gated<C, E> {
    /// Continues with a fragment after what was gathered earlier.
    pub(super) fn new(
        source: AnySource<E>,
        paywall: MemberPaywall<C>,
        rules: MemberRules<C::Subject>,
        closed: LatestPaths,
        gathered: MultiStatus,
    ) -> Self {
        Self {
            source,
            paywall,
            rules,
            closed,
            gathered,
            asked: VecDeque::new(),
            end: None,
        }
    }

    /// Gathers batches and asks about them, as many as may be asked about at once.
    fn gather(&mut self, cx: &mut Context<'_>) {
        let most = self.paywall.most_questions();
        while self.end.is_none() && self.asked.len() < most {
            match self.source.as_mut().poll_fill(cx, &mut self.gathered, 0) {
                Poll::Pending => return,
                Poll::Ready(Ok(Filled::More))
                    if self.gathered.len() < self.paywall.batch_size() => {}
                Poll::Ready(filled) => {
                    self.end = Some(filled).filter(|filled| !matches!(filled, Ok(Filled::More)));
                    self.ask();
                }
            }
        }
    }

    fn ask(&mut self) {
        let gathered = self.gathered.take_fragment();
        let listing = self.paywall.list(gathered, &self.rules);
        let (paywall, subjects) = (self.paywall.clone(), listing.subjects());
        let answers = Box::pin(async move { paywall.decide(subjects).await });
        self.asked.push_back(Asked {
            listing,
            answers: Answering::Waiting(answers),
        });
    }
}

/// Nothing is pinned structurally.
impl<C: SubscriptionCheck, E> Unpin for Gated<C, E> {}

impl<C: SubscriptionCheck, E: From<Unanswered>> Source for Gated<C, E> {
    type Error = E;

    fn poll_fill(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        answer: &mut MultiStatus,
        enough: usize,
    ) -> Poll<Result<Filled, E>> {
        let this = &mut *self;
        this.gather(cx);
        for asked in &mut this.asked {
            asked.answers.poll(cx);
        }
        let Some(front) = this.asked.pop_front() else {
            // Nothing is gathered, or all of it was returned.
            return match this.end.replace(Ok(Filled::All)) {
                None => {
                    this.end = None;
                    Poll::Pending
                }
                Some(end) => Poll::Ready(end),
            };
        };
        match front.answers {
            Answering::Waiting(_) => {
                this.asked.push_front(front);
                Poll::Pending
            }
            Answering::There(Err(unanswered)) if !this.paywall.is_open() => {
                Poll::Ready(Err(this.paywall.timed(unanswered).into()))
            }
            Answering::There(answers) => {
                let tells_failure = front.listing.tells_failure();
                this.closed.forget();
                let left = this
                    .paywall
                    .settle(front.listing, &answers, &mut this.closed);
                let is_empty = left.is_empty();
                answer.append(left);
                if !tells_failure {
                    if this.end.is_none() && (is_empty || answer.byte_len() < enough) {
                        // However little is left of it, others have their turn before the next batch. To
                        // another gate outside, nothing is enough.
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    return Poll::Ready(Ok(Filled::More));
                }
                // The response that reports the failure may be withheld, or its href be one of an
                // earlier batch.
                answer.settle();
                Poll::Ready(Ok(match answer.tells_failure() {
                    true => Filled::Told,
                    false => Filled::Untold,
                }))
            }
        }
    }
}

// === impl Answering ===

impl<S> Answering<S> {
    fn poll(&mut self, cx: &mut Context<'_>) {
        if let Self::Waiting(answers) = self {
            if let Poll::Ready(answers) = answers.as_mut().poll(cx) {
                *self = Self::There(answers);
            }
        }
    }
}
