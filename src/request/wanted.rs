//! Which properties a body asks for.

use super::{Propfind, names::Names, walk};
use crate::xml::{Error, ErrorKind, Parser};

/// The elements that ask for properties, as far as they were met: `allprop` with its `include`,
/// `propname` or `prop`, of which a body holds one.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The name of the body.
    body: &'static str,
    all: bool,
    include: Option<Names>,
    name: bool,
    prop: Option<Names>,
}

// === impl Wanted ===

impl Wanted {
    pub(super) fn new(body: &'static str) -> Self {
        Self {
            body,
            all: false,
            include: None,
            name: false,
            prop: None,
        }
    }

    /// Takes the child just entered, and goes to its end. A child that asks for no properties is
    /// skipped.
    pub(super) fn take(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        self.take_with(parser, walk::skip)
    }

    /// Takes the child just entered, and has each property in it read to its end.
    pub(super) fn take_with(
        &mut self,
        parser: &mut Parser<'_>,
        property: impl FnMut(&mut Parser<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let is_all = self.all || self.include.is_some();
        if parser.is_dav("allprop") {
            self.refuse(self.name || self.prop.is_some() || self.all, parser)?;
            self.all = true;
        } else if parser.is_dav("include") {
            let is_conflict = self.name || self.prop.is_some() || self.include.is_some();
            self.refuse(is_conflict, parser)?;
            self.include = Some(Names::read(parser)?);
            return Ok(());
        } else if parser.is_dav("propname") {
            self.refuse(is_all || self.prop.is_some() || self.name, parser)?;
            self.name = true;
        } else if parser.is_dav("prop") {
            self.refuse(is_all || self.name || self.prop.is_some(), parser)?;
            self.prop = Some(Names::read_with(parser, property)?);
            return Ok(());
        }
        parser.skip()
    }

    /// What is asked for; `None` if nothing is.
    pub(super) fn finish(self, parser: &Parser<'_>) -> Result<Option<Propfind>, Error> {
        let Self {
            body: _,
            all,
            include,
            name,
            prop,
        } = self;
        match (name, prop, all, include) {
            (true, ..) => Ok(Some(Propfind::PropName)),
            (_, Some(names), ..) => Ok(Some(Propfind::Prop(names.order))),
            (_, _, true, include) => Ok(Some(Propfind::AllProp {
                include: include.map(|names| names.order).unwrap_or_default(),
            })),
            (_, _, _, Some(_)) => {
                Err(parser.error(ErrorKind::MissingElement, "`include` has no `allprop`"))
            }
            _ => Ok(None),
        }
    }

    /// What is asked for, which may be nothing.
    pub(super) fn finish_or_nothing(self, parser: &Parser<'_>) -> Result<Propfind, Error> {
        let wanted = self.finish(parser)?;
        Ok(wanted.unwrap_or_else(|| Propfind::Prop(Vec::new())))
    }

    fn refuse(&self, is_conflict: bool, parser: &Parser<'_>) -> Result<(), Error> {
        if is_conflict {
            let body = self.body;
            let sentence =
                format!("`{body}` holds more than one of `prop`, `allprop` and `propname`");
            return Err(parser.error(ErrorKind::Conflict, sentence));
        }
        Ok(())
    }
}
