//! The values of properties, read when a rule asks for them.
//!
//! Each is taken out of the text by itself: an element that is kept declares what is declared around it, so
//! that many of them are much longer than the text.

use std::{cell::OnceCell, ops::Range, sync::Arc};

use crate::{
    dav::status_line,
    multistatus::MultiStatus,
    xml::{Element, Error, Limits, Name, Outside, Parser, Token},
};

/// The values in one response of a multistatus, and in those inside of it.
pub(super) struct Values<'a> {
    multistatus: &'a MultiStatus,
    index: usize,
    responses: OnceCell<Result<Responses, Illegible>>,
}

/// The error of a response that cannot be parsed.
#[derive(Clone, Copy)]
pub(super) struct Illegible;

/// A response, and where all those are that it holds.
struct Responses {
    text: String,
    /// Outer ones first, each with the scope that it is in.
    places: Vec<(Range<usize>, Arc<Outside>)>,
}

// === impl Values ===

impl<'a> Values<'a> {
    pub(super) fn new(multistatus: &'a MultiStatus, index: usize) -> Self {
        Self {
            multistatus,
            index,
            responses: OnceCell::new(),
        }
    }

    /// Goes to another response of the multistatus, unless it is the same.
    pub(super) fn at(&mut self, index: usize) -> &Self {
        if index != self.index {
            *self = Self::new(self.multistatus, index);
        }
        self
    }

    /// The values of those of these properties that were found.
    pub(super) fn found(&self, names: &[Name<'_>]) -> Vec<Element> {
        let values = names.iter().map(|name| self.value(0, name));
        values.filter_map(|value| value.ok().flatten()).collect()
    }

    /// The value of a property that was found, in the response or in one inside of it.
    pub(super) fn value(
        &self,
        place: usize,
        name: &Name<'_>,
    ) -> Result<Option<Element>, Illegible> {
        let responses = self.responses.get_or_init(|| {
            let text = self.multistatus.one(self.index);
            Responses::read(text).map_err(|_| Illegible)
        });
        let responses = responses.as_ref().map_err(|illegible| *illegible)?;
        let (span, outside) = responses.places.get(place).ok_or(Illegible)?;
        let parser = Parser::of_part(&responses.text[span.clone()], outside);
        value(parser, name).map_err(|_| Illegible)
    }
}

// === impl Responses ===

impl Responses {
    fn read(text: String) -> Result<Self, Error> {
        let mut places: Vec<(Range<usize>, Arc<Outside>)> = Vec::new();
        let mut parser = Parser::of_element(&text, &[], &Limits::none());
        // The responses that are open, each with its depth.
        let mut open: Vec<(usize, usize)> = Vec::new();
        // The scopes of the open elements that declare anything, each with its depth.
        let mut scopes = vec![(0, Arc::new(parser.outside()))];
        loop {
            let token = parser.next()?;
            let depth = parser.depth();
            match token {
                Token::Start => {
                    let (_, around) = &scopes[scopes.len() - 1];
                    if parser.is_dav("response") {
                        open.push((depth, places.len()));
                        places.push((parser.place(), Arc::clone(around)));
                    }
                    if let Some(inside) = parser.outside_within(around) {
                        scopes.push((depth, Arc::new(inside)));
                    }
                }
                Token::End => {
                    scopes.pop_if(|(around, _)| *around > depth);
                    if let Some((_, index)) = open.pop_if(|(around, _)| *around > depth) {
                        places[index].0.end = parser.place().end;
                    }
                }
                Token::Text => {}
                Token::Eof => break,
            }
        }
        drop(parser);
        Ok(Self { text, places })
    }
}

// === helpers ===

/// The value of a property of a response.
fn value(mut response: Parser<'_>, name: &Name<'_>) -> Result<Option<Element>, Error> {
    response.next()?;
    while response.enter()? {
        if !response.is_dav("propstat") {
            response.skip()?;
        } else if let Some(value) = in_propstat(&mut response, name)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The value of a property in the propstat just entered, if its status is that of success.
fn in_propstat(parser: &mut Parser<'_>, name: &Name<'_>) -> Result<Option<Element>, Error> {
    let (mut status, mut found) = (None, None);
    while parser.enter()? {
        if status.is_none() && parser.is_dav("status") {
            status = Some(status_line::parse(&parser.content()?));
        } else if found.is_none() && parser.is_dav("prop") {
            found = Some(parser.child(name)?);
        } else {
            parser.skip()?;
        }
    }
    let is_found = status.flatten().is_some_and(|status| status.is_success());
    Ok(found.flatten().filter(|_| is_found))
}
