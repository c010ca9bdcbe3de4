//! The names of the elements inside of another one, and their namespaces.

use std::collections::HashSet;

use super::walk;
use crate::xml::{Error, ErrorKind, Name, Parser};

/// Names in order, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) order: Vec<Name<'static>>,
    /// How many namespaces they are in.
    namespaces: usize,
    /// The same names and their namespaces, once they are more than [`FEW`].
    many: Option<(HashSet<Name<'static>>, HashSet<String>)>,
}

/// The namespaces of names that are kept: each of them will be declared in the answer.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// Sorted.
    known: Vec<Box<str>>,
}

/// How many names are found faster in their list than by their hash.
const FEW: usize = 16;

// === impl Names ===

impl Names {
    /// Reads the names of the elements inside the element just entered, and goes to its end.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        Self::read_with(parser, walk::skip)
    }

    /// Reads them, and has each element read to its end.
    pub(super) fn read_with(
        parser: &mut Parser<'_>,
        mut property: impl FnMut(&mut Parser<'_>) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut names = Self {
            order: Vec::with_capacity(FEW),
            ..Self::default()
        };
        while parser.enter()? {
            let name = parser.name();
            if !names.contain(&name) {
                parser.check_properties(names.order.len())?;
                // Each of them will be declared in the answer.
                if !names.contain_namespace(name.namespace()) {
                    parser.check_namespaces(names.namespaces)?;
                    names.namespaces += 1;
                }
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
            Some((names, _)) => names.contains(name),
            // Their local parts differ more often than their namespaces.
            None => {
                let mut known = self.order.iter();
                known.any(|known| known.local() == name.local() && known == name)
            }
        }
    }

    fn contain_namespace(&self, namespace: &str) -> bool {
        match &self.many {
            Some((_, namespaces)) => namespaces.contains(namespace),
            None => {
                let mut latest = self.order.iter().rev();
                latest.any(|it| it.namespace() == namespace)
            }
        }
    }

    fn push(&mut self, name: Name<'static>) {
        self.order.push(name);
        if self.order.len() <= FEW {
            return;
        }
        let (names, namespaces) = self.many.get_or_insert_default();
        let new = if names.is_empty() {
            0
        } else {
            self.order.len() - 1
        };
        for name in &self.order[new..] {
            names.insert(name.clone());
            namespaces.insert(name.namespace().to_owned());
        }
    }
}

// === impl Namespaces ===

impl Namespaces {
    /// Adds one, unless there are as many as there may be.
    pub(super) fn add(&mut self, namespace: &str, parser: &Parser<'_>) -> Result<(), Error> {
        let found = self
            .known
            .binary_search_by(|known| (**known).cmp(namespace));
        if let Err(place) = found {
            parser.check_namespaces(self.known.len())?;
            self.known.insert(place, namespace.into());
        }
        Ok(())
    }
}
