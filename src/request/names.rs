//! The names of the elements inside of another one, and their namespaces.

use std::collections::HashSet;

use super::walk;
use crate::xml::{Error, ErrorKind, Name, Parser, Prefixes};

/// Names in order, each once.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) order: Vec<Name<'static>>,
    /// The same names, once there are more than [`FEW`].
    many: Option<HashSet<Name<'static>>>,
}

/// The namespaces of names that are kept, each of which will be declared in the answer.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    declared: Prefixes,
}

/// Up to this many names are found faster in their list than by their hash.
const FEW: usize = 16;

// === impl Names ===

impl Names {
    /// Reads the names of the elements inside the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        Self::read_with(parser, walk::skip)
    }

    /// Reads the names, and lets `read` read each element to its end.
    pub(super) fn read_with(
        parser: &mut Parser<'_>,
        mut property: impl FnMut(&mut Parser<'_>) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut names = Self {
            order: Vec::with_capacity(FEW),
            many: None,
        };
        let mut namespaces = Namespaces::default();
        while parser.enter()? {
            let name = parser.name();
            if !names.contain(&name) {
                parser.check_properties(names.order.len())?;
                namespaces.add(&name, parser)?;
                names.push(name.into_owned());
            }
            property(parser)?;
        }
        Ok(names)
    }

    /// The one name inside the element just entered.
    pub(super) fn read_one(
        parser: &mut Parser<'_>,
        sentence: &'static str,
    ) -> Result<Name<'static>, Error> {
        let mut names = Self::read(parser)?.order;
        match (names.pop(), names.is_empty()) {
            (Some(name), true) => Ok(name),
            _ => Err(parser.error(ErrorKind::MissingElement, sentence)),
        }
    }

    fn contain(&self, name: &Name<'_>) -> bool {
        match &self.many {
            Some(names) => names.contains(name),
            // Their local parts differ more often than their namespaces.
            None => {
                let mut known = self.order.iter();
                known.any(|known| known.local() == name.local() && known == name)
            }
        }
    }

    fn push(&mut self, name: Name<'static>) {
        if let Some(many) = &mut self.many {
            many.insert(name.clone());
        }
        self.order.push(name);
        if self.many.is_none() && self.order.len() > FEW {
            self.many = Some(self.order.iter().cloned().collect());
        }
    }
}

// === impl Namespaces ===

impl Namespaces {
    /// Adds the namespace of a name, unless there are as many as there may be.
    #[inline]
    pub(super) fn add(&mut self, name: &Name<'_>, parser: &Parser<'_>) -> Result<(), Error> {
        match self.declared.insert(name) {
            true => parser.check_namespaces(self.declared.declarations() - 1),
            false => Ok(()),
        }
    }
}
