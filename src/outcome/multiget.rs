//! Resources that were asked for by their hrefs.

use std::{
    collections::HashSet,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{
    failure::{failed, failure},
    once::is_listed,
    rows,
};
use crate::{
    dav::Href,
    multistatus::{Either, MultiStatus, Properties, Resource},
    reply::{Begin, DavError},
    request::{
        Answer, Propfind,
        report::{AddressbookMultiget, CalendarMultiget},
    },
};

/// Answers a `calendar-multiget`
/// ([RFC 4791, section 7.9](https://www.rfc-editor.org/rfc/rfc4791#section-7.9)) or an
/// `addressbook-multiget`: one response for each href, in the order of the request, each once.
///
/// `get` either fills the answer that it is given, or returns why it cannot. That becomes the status of the
/// resource, such as 404 if it does not exist, and never the status of a property.
///
/// The hrefs of a report are as the client sees them. Given the [`Mount`](crate::dav::Mount), [`Href::below`]
/// returns the path by which the routes know a resource; the answer repeats the hrefs as the client wrote
/// them, encoded where they have to be. If a handler asks a
/// [`MemberPaywall`](crate::MemberPaywall) itself, its rules have to be [told of the
/// mount](crate::MemberRules::mounted_at); those of a [layer](crate::MemberPaywall::layer) learn it from the
/// [`MultiStatusLayer`](crate::MultiStatusLayer) outside.
///
/// The document has such hrefs as [`<D:href >`](crate::Href::of_server), so a test should parse the answer
/// rather than compare its text.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{DavError, Href, Propfind, outcome::multiget, prop, xml::Name};
///
/// let wanted = Propfind::Prop(vec![Name::dav("getetag")]);
/// let hrefs = ["/cal/a.ics", "/cal/b.ics"].map(Href::path);
/// let answer = multiget(&wanted, hrefs, |href, answer| -> Result<_, DavError> {
///     if href.encoded() == "/cal/b.ics" {
///         return Err(StatusCode::NOT_FOUND.into());
///     }
///     Ok(answer.prop(prop::GetEtag::strong("1")?))
/// });
/// assert!(answer.to_string().contains(
///     "<D:href>/cal/b.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status>"
/// ));
/// ```
pub fn multiget<'w, 'h, E: Into<DavError>>(
    wanted: &'w Propfind,
    hrefs: impl IntoIterator<Item = Href<'h>>,
    mut get: impl FnMut(&Href<'h>, Answer<'w>) -> Result<Answer<'w>, E>,
) -> MultiStatus {
    let mut asked = Asked::default();
    let hrefs = hrefs.into_iter().filter(|href| asked.take(href));
    hrefs
        .map(|href| {
            let got = get(&href, wanted.answer(href.clone()));
            told(href, got)
        })
        .collect()
}

/// Answers a multiget while its resources are still being fetched: each href, in the order of the
/// request, with what was fetched or the reason why it was not. See [`multiget`].
///
/// Where resources are fetched one after the other, [`CalendarMultiget::stream`] and
/// [`AddressbookMultiget::stream`] are shorter.
///
/// # Examples
///
/// ```
/// use futures_util::{StreamExt, stream};
/// use http::StatusCode;
/// use statuary::{Href, MultiStatusStream, Propfind, Resource, outcome::multiget_stream, prop};
///
/// async fn fetch(href: &Href<'_>, wanted: &Propfind) -> Result<Resource, StatusCode> {
///     // Here it is read.
///     let answer = wanted.answer(href.borrowed());
///     Ok(answer.prop(prop::GetContentLength(3)).into())
/// }
///
/// async fn report(wanted: Propfind, hrefs: Vec<Href<'static>>) -> MultiStatusStream {
///     let fetched = stream::iter(hrefs).then(move |href| {
///         let wanted = wanted.clone();
///         async move {
///             let fetched = fetch(&href, &wanted).await;
///             (href, fetched)
///         }
///     });
///     let Ok(answer) = multiget_stream(fetched).await;
///     answer
/// }
/// # let wanted = Propfind::default();
/// # let hrefs = vec![Href::path("/a").into_owned()];
/// # let _ = tokio::runtime::Builder::new_current_thread().build()?.block_on(report(wanted, hrefs));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn multiget_stream<S, R, E>(fetched: S) -> Begin<Infallible>
where
    S: Stream<Item = (Href<'static>, Result<R, E>)> + Send + 'static,
    R: Into<Resource<Properties>>,
    E: Into<DavError>,
{
    rows::stream(Box::pin(fetched), |item, answer| {
        let Some((href, got)) = item else {
            return Ok(false);
        };
        let told = told(href, got.map(Into::into));
        if !is_listed(answer, &told.href()) {
            answer.push(told);
        }
        Ok(true)
    })
}

/// The hrefs that were asked for, as they are encoded, since a client looks for its own spelling. But a path
/// is the same with its trailing slash and without.
#[derive(Default)]
struct Asked(HashSet<String>);

/// Resources that are fetched one after the other, each once.
struct OneByOne<F, G> {
    hrefs: vec::IntoIter<Href<'static>>,
    wanted: Arc<Propfind>,
    fetch: F,
    asked: Asked,
    fetching: Option<(Href<'static>, Pin<Box<G>>)>,
}

// === impl CalendarMultiget, impl AddressbookMultiget ===

macro_rules! multigets {
    ($($report:ident),*) => {
        $(impl $report {
            /// Answers the report; see [`multiget`].
            pub fn outcome<'w, E: Into<DavError>>(
                &'w self,
                get: impl FnMut(&Href<'static>, Answer<'w>) -> Result<Answer<'w>, E>,
            ) -> MultiStatus {
                multiget(self.wanted(), self.hrefs().iter().cloned(), get)
            }

            /// Answers the report while its resources are still being fetched, one after the other; see
            /// [`multiget`]. `fetch` is given an href and the [`Propfind`] whose
            /// [`answer`](crate::Propfind::answer) begins its resource.
            ///
            /// # Examples
            ///
            /// What is fetched may outlive the handler, so each fetch has its own clone of the state:
            ///
            /// ```
            /// use axum::extract::State;
            /// use http::StatusCode;
            #[doc = concat!(
                "use statuary::{Href, MultiStatusStream, prop, request::report::",
                stringify!($report),
                "};"
            )]
            ///
            /// #[derive(Clone)]
            /// struct Store;
            ///
            /// impl Store {
            ///     async fn size(&self, href: &Href<'_>) -> Result<u64, StatusCode> {
            ///         // Here it is asked for.
            ///         # let _ = href;
            ///         Ok(3)
            ///     }
            /// }
            ///
            /// async fn report(
            ///     State(store): State<Store>,
            #[doc = concat!("    report: ", stringify!($report), ",")]
            /// ) -> MultiStatusStream {
            ///     let fetched = report.stream(move |href, wanted| {
            ///         let store = store.clone();
            ///         async move {
            ///             let size = store.size(&href).await?;
            ///             let answer = wanted.answer(href).prop(prop::GetContentLength(size));
            ///             Ok::<_, StatusCode>(answer.into())
            ///         }
            ///     });
            ///     let Ok(answer) = fetched.await;
            ///     answer
            /// }
            /// ```
            pub fn stream<F, G, E>(self, fetch: F) -> Begin<Infallible>
            where
                F: FnMut(Href<'static>, Arc<Propfind>) -> G + Send + 'static,
                G: Future<Output = Result<Resource<Properties>, E>> + Send + 'static,
                E: Into<DavError> + 'static,
            {
                let (wanted, _, hrefs) = self.into_parts();
                multiget_stream(OneByOne::new(wanted, hrefs, fetch))
            }
        })*
    };
}

multigets!(CalendarMultiget, AddressbookMultiget);

// === impl Asked ===

impl Asked {
    /// Takes an href. Returns whether it is new.
    fn take(&mut self, href: &Href<'_>) -> bool {
        let without_slash = match href.is_collection() {
            true => href.with_other_slash(),
            false => href.borrowed(),
        };
        self.0.insert(without_slash.encoded().into_owned())
    }
}

// === impl OneByOne ===

impl<F, G> OneByOne<F, G> {
    fn new(wanted: Propfind, hrefs: Vec<Href<'static>>, fetch: F) -> Self {
        Self {
            hrefs: hrefs.into_iter(),
            wanted: Arc::new(wanted),
            fetch,
            asked: Asked::default(),
            fetching: None,
        }
    }
}

/// None of its fields is pinned in place.
impl<F, G> Unpin for OneByOne<F, G> {}

impl<F, G> Stream for OneByOne<F, G>
where
    F: FnMut(Href<'static>, Arc<Propfind>) -> G,
    G: Future,
{
    type Item = (Href<'static>, G::Output);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some((_, future)) = &mut this.fetching {
                let fetched = ready!(future.as_mut().poll(cx));
                let fetching = this.fetching.take();
                return Poll::Ready(fetching.map(|(href, _)| (href, fetched)));
            }
            let Some(href) = this.hrefs.by_ref().find(|href| this.asked.take(href)) else {
                return Poll::Ready(None);
            };
            let future = (this.fetch)(href.clone(), Arc::clone(&this.wanted));
            this.fetching = Some((href, Box::pin(future)));
        }
    }
}

// === helpers ===

fn told<R: Into<Resource<Either>>>(
    href: Href<'_>,
    got: Result<R, impl Into<DavError>>,
) -> Resource<Either> {
    match got {
        Ok(resource) => resource.into(),
        Err(reason) => failed(href, &failure(reason.into())).either(),
    }
}
