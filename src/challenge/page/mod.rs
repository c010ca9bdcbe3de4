//! The page that a person sees.
//!
//! It is plain HTML and CSS without any script, in light and dark, for any width, and works with a
//! keyboard and a screen reader.

mod accent;
mod document;
mod palette;
mod texts;
mod words;

use std::{borrow::Cow, sync::Arc};

pub(super) use self::document::{Look, MEDIA_TYPE};
pub use self::{
    accent::{Accent, InvalidAccent},
    texts::Texts,
};
use crate::subscription::{InvalidUrl, origin, validate_contact, validate_link};

/// The page that a browser is shown: whose it is, how it looks, and what it says.
///
/// # Examples
///
/// ```
/// use statuary::challenge::{Page, Texts};
///
/// let page = Page::new("Acme Reports")
///     .with_logo("https://example.com/logo.svg")?
///     .with_accent("#0a7d4f".parse()?)
///     .with_sign_in("/login")?
///     .with_support("mailto:help@example.com")?
///     .with_texts([Texts::german(), Texts::english()]); // German for those who ask for neither
/// assert_eq!(page.name(), "Acme Reports");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Page {
    name: Cow<'static, str>,
    logo: Option<Arc<str>>,
    accent: Accent,
    sign_in: Option<Arc<str>>,
    support: Option<Arc<str>>,
    texts: Vec<Texts>,
}

// === impl Page ===

impl Page {
    /// The page of an owner with this name.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            logo: None,
            accent: Accent::rgb(0x2f, 0x5d, 0xc4),
            sign_in: None,
            support: None,
            texts: Texts::built_in().collect(),
        }
    }

    /// Shows a picture before the name. Default: none.
    ///
    /// The caller's browser loads the picture, from this host if the URL is a path.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is neither a path nor an absolute `http` or `https` URL.
    pub fn with_logo(mut self, url: &str) -> Result<Self, InvalidUrl> {
        validate_link(url)?;
        self.logo = Some(url.into());
        Ok(self)
    }

    /// Colours the main button, the links and the focus. Default: a blue.
    pub const fn with_accent(mut self, accent: Accent) -> Self {
        self.accent = accent;
        self
    }

    /// Links an unidentified caller to the page to sign in. Default: no link.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is neither a path nor an absolute `http` or `https` URL.
    pub fn with_sign_in(mut self, url: &str) -> Result<Self, InvalidUrl> {
        validate_link(url)?;
        self.sign_in = Some(url.into());
        Ok(self)
    }

    /// Links to support. Default: no link.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] if it is neither a path, nor an absolute `http` or `https` URL, nor a `mailto`
    /// URL.
    pub fn with_support(mut self, url: &str) -> Result<Self, InvalidUrl> {
        validate_contact(url)?;
        self.support = Some(url.into());
        Ok(self)
    }

    /// The languages of the page; a caller who accepts none of them gets the first. Default: all
    /// that are [built in](Texts::built_in).
    ///
    /// Only the page uses them. All other forms, and the titles of links, are in English, except for the
    /// [detail](crate::Denial::with_detail) that a denial has of its own.
    ///
    /// An empty iterator leaves them unchanged.
    pub fn with_texts(mut self, texts: impl IntoIterator<Item = Texts>) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        if !texts.is_empty() {
            self.texts = texts;
        }
        self
    }

    /// The owner's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The texts, the default language first.
    pub fn texts(&self) -> &[Texts] {
        &self.texts
    }

    /// The origin of the picture, as a source in a content security policy.
    fn logo_source(&self) -> &str {
        match self.logo.as_deref() {
            None => "'none'",
            Some(path) if path.starts_with('/') => "'self'",
            Some(url) => origin(url),
        }
    }
}

/// A page that names nobody.
impl Default for Page {
    fn default() -> Self {
        Self::new("")
    }
}
