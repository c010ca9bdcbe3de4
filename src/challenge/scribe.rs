//! The answers to all refusals, each rendered once.

use std::{mem, sync::OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use crate::{
    challenge::{
        Problem, Refusal, Terms, Unclaimed, dav_error,
        expose::{EXPOSED, expose},
        format::Format,
        grpc, json, links,
        page::Look,
        problem::whole_seconds,
        text,
    },
    subscription::{Asked, Reason, UnansweredKind, guard},
    vary::Vary,
};

/// Renders refusals, and keeps what is the same for all of a kind.
pub(super) struct Scribe {
    pub(super) terms: Terms,
    look: Look,
    /// What pages vary on, and what all other forms do.
    vary: [Vary; 2],
    /// For each kind of refusal, one place per format.
    rendered: Box<[OnceLock<Response<Bytes>>]>,
}

// === impl Scribe ===

impl Scribe {
    pub(super) fn new(terms: Terms) -> Self {
        let formats = Format::count(terms.page.texts().len());
        let vary = terms.vary.with([header::ACCEPT]);
        Self {
            look: Look::new(&terms.page),
            vary: [vary.with([header::ACCEPT_LANGUAGE]), vary],
            rendered: (0..KINDS * formats).map(|_| OnceLock::new()).collect(),
            terms,
        }
    }

    /// The answer to a request that does not get through.
    pub(super) fn response(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        let format = Format::of(head, &self.terms.page);
        let own = self.owners(&refusal, head, format);
        let mut response = own.unwrap_or_else(|| self.rendered(&refusal, format));
        expose(&EXPOSED, head, response.headers_mut());
        if head.method == Method::HEAD {
            let body = mem::take(response.body_mut());
            let length = HeaderValue::from(body.len());
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length);
        }
        refusal.leave_in(response.extensions_mut());
        response
    }

    /// The response of the owner's renderer, with the fields that every refusal must have.
    fn owners(&self, refusal: &Refusal, head: &Parts, format: Format) -> Option<Response<Bytes>> {
        let renderer = self.terms.renderer.as_ref()?;
        if matches!(format, Format::Grpc(_)) {
            return None;
        }
        let problem = Problem::new(refusal, &self.terms);
        // A renderer that panics is passed over.
        let mut response = guard(|| renderer.0.render(&problem, head)).ok()??;
        *response.status_mut() = problem.status();
        let headers = response.headers_mut();
        // The length is that of the body.
        headers.remove(header::CONTENT_LENGTH);
        let links = headers.contains_key(header::LINK);
        self.describe(&problem, headers, !links);
        self.vary_of(format).merge_into(headers);
        Some(response)
    }

    fn rendered(&self, refusal: &Refusal, format: Format) -> Response<Bytes> {
        let formats = Format::count(self.terms.page.texts().len());
        let kind = kind(refusal).map(|kind| kind * formats + format.place());
        let Some(rendered) = kind.and_then(|place| self.rendered.get(place)) else {
            return self.render(refusal, format);
        };
        let Some(plain) = without_facts(refusal) else {
            return rendered
                .get_or_init(|| self.render(refusal, format))
                .clone();
        };
        // Facts change only the body.
        let mut response = rendered.get_or_init(|| self.render(&plain, format)).clone();
        if format.tells_facts() {
            *response.body_mut() = self.body(&Problem::new(refusal, &self.terms), format);
        }
        response
    }

    fn render(&self, refusal: &Refusal, format: Format) -> Response<Bytes> {
        let problem = Problem::new(refusal, &self.terms);
        let mut status = problem.status();
        let mut headers = HeaderMap::new();
        let content_type = HeaderValue::from_static(format.media_type());
        headers.insert(header::CONTENT_TYPE, content_type);
        self.describe(&problem, &mut headers, true);
        self.vary_of(format).merge_into(&mut headers);
        match format {
            Format::Grpc(_) => {
                status = StatusCode::OK;
                grpc::describe(&problem, &mut headers);
            }
            Format::Page(language) => {
                if let Some(texts) = self.terms.page.texts().get(language) {
                    self.look.describe(texts, &mut headers);
                }
            }
            Format::Problem | Format::DavError | Format::Text => {}
        }
        let mut response = Response::new(self.body(&problem, format));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn body(&self, problem: &Problem<'_>, format: Format) -> Bytes {
        match format {
            Format::Problem => json::render(problem).into(),
            Format::DavError => dav_error::render(problem).into(),
            Format::Text => text::render(problem).into(),
            Format::Grpc(_) => Bytes::new(),
            Format::Page(language) => {
                let texts = self.terms.page.texts().get(language);
                let page = texts.map(|texts| self.look.render(&self.terms.page, texts, problem));
                page.unwrap_or_default().into()
            }
        }
    }

    /// The fields that every refusal has, whatever its form.
    fn describe(&self, problem: &Problem<'_>, headers: &mut HeaderMap, with_links: bool) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Refusal::Unidentified(_) = problem.refusal() {
            let challenge = headers.entry(header::WWW_AUTHENTICATE);
            challenge.or_insert_with(|| self.terms.authenticate.clone());
        }
        if let Some(delay) = problem.retry_after() {
            headers.insert(header::RETRY_AFTER, whole_seconds(delay).into());
        }
        match links::header(problem.links()) {
            Some(link) if with_links => _ = headers.insert(header::LINK, link),
            _ => {}
        }
    }

    const fn vary_of(&self, format: Format) -> &Vary {
        let [page, other] = &self.vary;
        match format {
            Format::Page(_) => page,
            _ => other,
        }
    }
}

// The places of the kinds of refusal that are rendered once.
const DENIED: usize = 0;
const UNANSWERED: usize = DENIED + Reason::COUNT;
const UNCLAIMED: usize = UNANSWERED + Asked::COUNT;
const UNIDENTIFIED: usize = UNCLAIMED + Unclaimed::COUNT;
const KINDS: usize = UNIDENTIFIED + 1;

/// The refusal without its facts, if it has any.
fn without_facts(refusal: &Refusal) -> Option<Refusal> {
    match refusal {
        Refusal::Denied(denial) if denial.has_facts() => {
            Some(Refusal::Denied(denial.reason().into()))
        }
        _ => None,
    }
}

/// The kind of a refusal that differs from others of its kind in facts at most.
fn kind(refusal: &Refusal) -> Option<usize> {
    Some(match refusal {
        Refusal::Denied(denial) if denial.is_plain() => DENIED + denial.reason() as usize,
        Refusal::Denied(_) => return None,
        // It shows the time that is left.
        Refusal::Unanswered(unanswered) if unanswered.retry_after().is_some() => return None,
        Refusal::Unanswered(unanswered) if unanswered.kind() == UnansweredKind::Misplaced => {
            return None;
        }
        Refusal::Unanswered(unanswered) => UNANSWERED + unanswered.asked() as usize,
        Refusal::Unclaimed(unclaimed) => UNCLAIMED + *unclaimed as usize,
        Refusal::Unidentified(_) => UNIDENTIFIED,
    })
}
