//! The answers to all refusals, each rendered once.

use std::{mem, sync::OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use crate::{
    challenge::{
        EXPOSED_HEADERS, Problem, Refusal, Terms, dav_error, expose, format::Format, grpc, json,
        links, page::Look, problem::whole_seconds, text,
    },
    subscription::{Reason, guard},
    vary::Vary,
};

/// Turns refusals into responses. What is the same for all of a kind is rendered once.
#[derive(Debug)]
pub(crate) struct Challenges {
    terms: Terms,
    look: Look,
    /// What refusals vary on, and pages beside that.
    vary: [Vary; 2],
    /// For each kind of refusal a place for each format.
    rendered: Box<[OnceLock<Response<Bytes>>]>,
}

// === impl Challenges ===

impl Challenges {
    pub(crate) fn new(terms: Terms) -> Self {
        let formats = Format::count(terms.page.texts().len());
        let vary = terms.vary.with([header::ACCEPT]);
        Self {
            look: Look::new(&terms.page),
            vary: [vary.with([header::ACCEPT_LANGUAGE]), vary],
            rendered: (0..KINDS * formats).map(|_| OnceLock::new()).collect(),
            terms,
        }
    }

    pub(crate) const fn vary(&self) -> &Vary {
        &self.terms.vary
    }

    /// The answer to a request that does not get through.
    pub(crate) fn response(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        let format = Format::of(head, &self.terms.page);
        let own = self.owners(&refusal, head, format);
        let mut response = own.unwrap_or_else(|| self.rendered(&refusal, format));
        expose::expose(&EXPOSED_HEADERS, head, response.headers_mut());
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

    /// What the owner's renderer makes of it, held to what is true of every refusal.
    fn owners(&self, refusal: &Refusal, head: &Parts, format: Format) -> Option<Response<Bytes>> {
        let renderer = self.terms.renderer.as_ref()?;
        if matches!(format, Format::Grpc(_)) {
            return None;
        }
        let problem = Problem::new(refusal, &self.terms);
        // A renderer that panics has nothing to say.
        let mut response = guard(|| renderer.0.render(&problem, head)).ok()??;
        *response.status_mut() = problem.status();
        let headers = response.headers_mut();
        // The body says how long it is.
        headers.remove(header::CONTENT_LENGTH);
        let links = headers.contains_key(header::LINK);
        self.describe(&problem, headers, !links);
        self.vary_of(format).merge_into(headers);
        Some(response)
    }

    fn rendered(&self, refusal: &Refusal, format: Format) -> Response<Bytes> {
        let render = || self.render(refusal, format);
        let formats = Format::count(self.terms.page.texts().len());
        let kind = kind(refusal).map(|kind| kind * formats + format.place());
        match kind.and_then(|place| self.rendered.get(place)) {
            Some(rendered) => rendered.get_or_init(render).clone(),
            None => render(),
        }
    }

    fn render(&self, refusal: &Refusal, format: Format) -> Response<Bytes> {
        let problem = Problem::new(refusal, &self.terms);
        let mut status = problem.status();
        let mut headers = HeaderMap::new();
        let content_type = HeaderValue::from_static(format.media_type());
        headers.insert(header::CONTENT_TYPE, content_type);
        self.describe(&problem, &mut headers, true);
        self.vary_of(format).merge_into(&mut headers);
        let body = match format {
            Format::Problem => json::render(&problem),
            Format::DavError => dav_error::render(&problem).into(),
            Format::Text => text::render(&problem).into(),
            Format::Grpc(_) => {
                status = StatusCode::OK;
                grpc::describe(&problem, &mut headers);
                Vec::new()
            }
            Format::Page(language) => match self.terms.page.texts().get(language) {
                Some(texts) => {
                    self.look.describe(texts, &mut headers);
                    self.look.render(&self.terms.page, texts, &problem).into()
                }
                None => Vec::new(),
            },
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// The fields that every refusal has, whatever its form.
    fn describe(&self, problem: &Problem<'_>, headers: &mut HeaderMap, with_links: bool) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Refusal::Unidentified(_) = problem.refusal() {
            headers.insert(header::WWW_AUTHENTICATE, self.terms.authenticate.clone());
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

/// How many kinds of refusal are rendered once: the reasons and three more.
const KINDS: usize = Reason::COUNT + 3;

/// The kind of a refusal that says nothing of its own.
fn kind(refusal: &Refusal) -> Option<usize> {
    match refusal {
        Refusal::Denied(denial) => denial.is_plain().then_some(denial.reason() as usize),
        Refusal::Unanswered(unanswered) if unanswered.is_of_charge() => Some(Reason::COUNT),
        Refusal::Unanswered(_) => Some(Reason::COUNT + 1),
        Refusal::Unidentified(_) => Some(Reason::COUNT + 2),
    }
}
