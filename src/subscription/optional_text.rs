//! Texts that may be unknown.

use std::{borrow::Cow, sync::Arc};

/// A text, or an option of one: what a row may lack, and what a setter takes as it is.
///
/// # Examples
///
/// ```
/// use statuary::Grant;
///
/// struct Row {
///     plan: Option<String>,
/// }
///
/// let row = Row { plan: Some("pro".to_owned()) };
/// let pro = Grant::paid().with_plan("pro");
/// assert_eq!(Grant::paid().with_plan(&row.plan), pro);
/// assert_eq!(Grant::paid().with_plan(row.plan), pro);
/// ```
///
/// A type of your own has a name, too:
///
/// ```
/// use std::sync::Arc;
///
/// use statuary::{Grant, subscription::OptionalText};
///
/// enum Plan {
///     Basic,
///     Pro,
/// }
///
/// impl OptionalText for Plan {
///     fn into_text(self) -> Option<Arc<str>> {
///         Some(match self {
///             Self::Basic => "basic".into(),
///             Self::Pro => "pro".into(),
///         })
///     }
/// }
///
/// assert_eq!(Grant::paid().with_plan(Plan::Pro).plan(), Some("pro"));
/// # let _ = Plan::Basic;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text",
    label = "is neither a text nor an option of one",
    note = "implement `statuary::subscription::OptionalText`, or pass a `&str` or a `String`"
)]
pub trait OptionalText {
    /// The text, if it is known.
    fn into_text(self) -> Option<Arc<str>>;
}

// === impl OptionalText ===

impl<T: OptionalText> OptionalText for Option<T> {
    fn into_text(self) -> Option<Arc<str>> {
        self?.into_text()
    }
}

impl<'a, T> OptionalText for &'a Option<T>
where
    &'a T: OptionalText,
{
    fn into_text(self) -> Option<Arc<str>> {
        self.as_ref()?.into_text()
    }
}

impl OptionalText for &str {
    fn into_text(self) -> Option<Arc<str>> {
        Some(self.into())
    }
}

impl OptionalText for &&str {
    fn into_text(self) -> Option<Arc<str>> {
        Some((*self).into())
    }
}

impl OptionalText for &String {
    fn into_text(self) -> Option<Arc<str>> {
        Some(self.as_str().into())
    }
}

impl OptionalText for String {
    fn into_text(self) -> Option<Arc<str>> {
        Some(self.into())
    }
}

impl OptionalText for Cow<'_, str> {
    fn into_text(self) -> Option<Arc<str>> {
        Some(self.into())
    }
}

impl OptionalText for &Cow<'_, str> {
    fn into_text(self) -> Option<Arc<str>> {
        Some((&**self).into())
    }
}

impl OptionalText for &Arc<str> {
    fn into_text(self) -> Option<Arc<str>> {
        Some(Arc::clone(self))
    }
}

impl OptionalText for Arc<str> {
    fn into_text(self) -> Option<Arc<str>> {
        Some(self)
    }
}
