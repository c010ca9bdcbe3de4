//! The owner's texts, which override those built in.

use std::borrow::Cow;

use http::StatusCode;

use crate::{
    challenge::{
        Refusal, Unclaimed,
        page::words::{self, Words},
    },
    subscription::{Asked, Denial, Reason, Remedy, UnansweredKind},
};

/// What the page says in one language. The [other forms](crate::challenge#forms) do not use it.
///
/// English, French, German, Japanese, Portuguese and Spanish are built in; each of their texts can be
/// replaced, and any other language added.
///
/// # Examples
///
/// ```
/// use statuary::{Reason, challenge::Texts, subscription::Remedy};
///
/// let english = Texts::english().with_reason(
///     Reason::Expired,
///     "Your library card has expired",
///     "It takes a minute to renew it.",
/// );
/// let dutch = Texts::new("nl")
///     .with_reason(Reason::Expired, "Uw abonnement is verlopen", "Verleng het om verder te lezen.")
///     .with_remedy(Remedy::Upgrade, "Kies een abonnement");
/// assert_eq!(dutch.language(), "nl");
/// # let _ = english;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Texts {
    language: Cow<'static, str>,
    words: &'static Words,
    sayings: Vec<(Occasion, [Cow<'static, str>; 2])>,
    labels: Vec<(Label, Cow<'static, str>)>,
}

/// Why the page is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Occasion {
    Denied(Reason),
    Misplaced,
    StoreUnanswered,
    TooManyRequests,
    Unanswered,
    Unclaimed(Unclaimed),
    Unidentified,
}

/// The label of a link or a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Label {
    Code,
    Remaining,
    Remedy(Remedy),
    Retry,
    SignIn,
    Support,
    ValidUntil,
    Wait,
}

// === impl Texts ===

impl Texts {
    /// The texts of another language; those not given are in English.
    ///
    /// # Panics
    ///
    /// If it is not a language tag as of [RFC 5646](https://www.rfc-editor.org/rfc/rfc5646#section-2.1):
    /// subtags of one to eight letters and digits, with hyphens between.
    #[track_caller]
    pub fn new(language: impl Into<Cow<'static, str>>) -> Self {
        let language = language.into();
        let is_subtag = |subtag: &str| {
            matches!(subtag.len(), 1..=8) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        assert!(
            language.split('-').all(is_subtag),
            "not a language tag: {language:?}"
        );
        Self {
            language,
            ..Self::english()
        }
    }

    /// All languages that are built in, English first.
    pub fn built_in() -> impl Iterator<Item = Self> {
        words::ALL.into_iter().map(Self::of)
    }

    /// The texts in English.
    pub fn english() -> Self {
        Self::of(&words::en::WORDS)
    }

    /// The texts in French.
    pub fn french() -> Self {
        Self::of(&words::fr::WORDS)
    }

    /// The texts in German.
    pub fn german() -> Self {
        Self::of(&words::de::WORDS)
    }

    /// The texts in Japanese.
    pub fn japanese() -> Self {
        Self::of(&words::ja::WORDS)
    }

    /// The texts in Portuguese.
    pub fn portuguese() -> Self {
        Self::of(&words::pt::WORDS)
    }

    /// The texts in Spanish.
    pub fn spanish() -> Self {
        Self::of(&words::es::WORDS)
    }

    /// The heading and text for a reason of refusal. Default: the language's own words.
    ///
    /// A denial with a detail of [its own](crate::Denial::with_detail) shows that in place of the text. One
    /// that is answered with [403](crate::subscription::DenialStatus::Forbidden), whatever its reason, uses
    /// the words for [`Reason::Forbidden`].
    pub fn with_reason(
        self,
        reason: Reason,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::Denied(reason), heading.into(), text.into())
    }

    /// The heading and text where a quota is used up and only
    /// [waiting](crate::quota::Limit::too_many_requests) helps. Default: the language's own words.
    pub fn with_too_many_requests(
        self,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::TooManyRequests, heading.into(), text.into())
    }

    /// The heading and text where the check or the charge gave no answer. Default: the language's own
    /// words.
    pub fn with_unanswered(
        self,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::Unanswered, heading.into(), text.into())
    }

    /// The heading and text where the idempotency store gave no answer. Default: the language's own words.
    pub fn with_store_unanswered(
        self,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::StoreUnanswered, heading.into(), text.into())
    }

    /// The heading and text where a charge or an idempotency layer is
    /// [misplaced](crate::subscription::UnansweredKind::Misplaced). Default: the language's own words.
    pub fn with_misplaced(
        self,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::Misplaced, heading.into(), text.into())
    }

    /// The heading and text where a request was not carried out because of its `Idempotency-Key`. Default:
    /// the language's own words.
    pub fn with_unclaimed(
        self,
        unclaimed: Unclaimed,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        let occasion = Occasion::Unclaimed(unclaimed);
        self.with_saying(occasion, heading.into(), text.into())
    }

    /// The heading and text where the caller is not known. Default: the language's own words.
    pub fn with_unidentified(
        self,
        heading: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.with_saying(Occasion::Unidentified, heading.into(), text.into())
    }

    /// The label of the link to a remedy. Default: the language's own words.
    pub fn with_remedy(self, remedy: Remedy, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Remedy(remedy), label.into())
    }

    /// The label of the link that tries again. Default: the language's own words.
    pub fn with_retry(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Retry, label.into())
    }

    /// The label of the link to sign in. Default: the language's own words.
    pub fn with_sign_in(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::SignIn, label.into())
    }

    /// The label of the link to support. Default: the language's own words.
    pub fn with_support(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Support, label.into())
    }

    /// The label of the code at the foot of the page. Default: the language's own word.
    pub fn with_code(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Code, label.into())
    }

    /// The label of the day on which the subscription ends or has ended. Default: the language's own words.
    pub fn with_valid_until(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::ValidUntil, label.into())
    }

    /// The label of what is left of the quota. Default: the language's own words.
    pub fn with_remaining(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Remaining, label.into())
    }

    /// The label of the time until the quota is renewed. Default: the language's own words.
    pub fn with_wait(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.with_label(Label::Wait, label.into())
    }

    /// The tag of the language.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Whether the language is written from right to left.
    pub(super) fn is_right_to_left(&self) -> bool {
        let primary = self.language.split('-').next().unwrap_or_default();
        let scripts = ["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
        scripts.iter().any(|tag| tag.eq_ignore_ascii_case(primary))
    }

    /// The heading and the text for a refusal.
    pub(super) fn saying<'a>(&'a self, refusal: &'a Refusal) -> (&'a str, &'a str) {
        let (occasion, own) = match refusal {
            Refusal::Denied(denial) => (Occasion::of(denial), denial.own_detail()),
            Refusal::Unanswered(unanswered) => match (unanswered.kind(), unanswered.asked()) {
                (UnansweredKind::Misplaced, _) => (Occasion::Misplaced, None),
                (_, Asked::Charge | Asked::Check | Asked::Rules) => (Occasion::Unanswered, None),
                (_, Asked::Store) => (Occasion::StoreUnanswered, None),
            },
            Refusal::Unclaimed(unclaimed) => (Occasion::Unclaimed(*unclaimed), None),
            Refusal::Unidentified(_) => (Occasion::Unidentified, None),
        };
        let given = self.sayings.iter().rfind(|(given, _)| *given == occasion);
        let (heading, text) = match given {
            Some((_, [heading, text])) => (&**heading, &**text),
            None => match occasion {
                Occasion::Denied(reason) => (self.words.denied)(reason),
                Occasion::Misplaced => self.words.misplaced,
                Occasion::StoreUnanswered => self.words.store_unanswered,
                Occasion::TooManyRequests => self.words.too_many_requests,
                Occasion::Unanswered => self.words.unanswered,
                Occasion::Unclaimed(Unclaimed::InProgress) => self.words.in_progress,
                Occasion::Unclaimed(Unclaimed::NotKept) => self.words.not_kept,
                // A program made the key; nothing that a person can do helps.
                Occasion::Unclaimed(_) => self.words.unclaimed,
                Occasion::Unidentified => self.words.unidentified,
            },
        };
        (heading, own.unwrap_or(text))
    }

    pub(super) fn label(&self, label: Label) -> &str {
        let given = self.labels.iter().rfind(|(given, _)| *given == label);
        match (given, label) {
            (Some((_, text)), _) => text,
            (None, Label::Code) => self.words.code,
            (None, Label::Remaining) => self.words.remaining,
            (None, Label::Remedy(remedy)) => (self.words.remedy)(remedy),
            (None, Label::Retry) => self.words.retry,
            (None, Label::SignIn) => self.words.sign_in,
            (None, Label::Support) => self.words.support,
            (None, Label::ValidUntil) => self.words.valid_until,
            (None, Label::Wait) => self.words.wait,
        }
    }

    fn of(words: &'static Words) -> Self {
        Self {
            language: Cow::Borrowed(words.language),
            words,
            sayings: Vec::new(),
            labels: Vec::new(),
        }
    }

    fn with_saying(
        mut self,
        occasion: Occasion,
        heading: Cow<'static, str>,
        text: Cow<'static, str>,
    ) -> Self {
        self.sayings.push((occasion, [heading, text]));
        self
    }

    fn with_label(mut self, label: Label, text: Cow<'static, str>) -> Self {
        self.labels.push((label, text));
        self
    }
}

// === impl Occasion ===

impl Occasion {
    fn of(denial: &Denial) -> Self {
        match (denial.reason(), denial.status()) {
            // What helps is to wait, and not a larger plan.
            (Reason::QuotaExhausted, StatusCode::TOO_MANY_REQUESTS) => Self::TooManyRequests,
            // No plan helps, so nobody is told to move to another.
            (_, StatusCode::FORBIDDEN) => Self::Denied(Reason::Forbidden),
            (reason, _) => Self::Denied(reason),
        }
    }
}
