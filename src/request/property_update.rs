//! The body of PROPPATCH.

use super::{
    body::{Body, body},
    names::Namespaces,
    walk::{self, DAV},
};
use crate::xml::{Element, Error, ErrorKind, Name, Parser, Token};

/// The changes that a PROPPATCH asks for, in the order in which they are to be made.
///
/// [RFC 4918, section 14.19](https://www.rfc-editor.org/rfc/rfc4918#section-14.19)
///
/// # Grammar
///
/// ```text
/// <!ELEMENT propertyupdate (remove | set)+ >
/// <!ELEMENT remove (prop) >
/// <!ELEMENT set (prop) >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:propertyupdate xmlns:D="DAV:" xmlns:Z="http://ns.example.com/standards/z39.50/">
///   <D:set>
///     <D:prop><Z:Authors><Z:Author>Jim Whitehead</Z:Author></Z:Authors></D:prop>
///   </D:set>
///   <D:remove>
///     <D:prop><Z:Copyright-Owner/></D:prop>
///   </D:remove>
/// </D:propertyupdate>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::{Instruction, PropertyUpdate}, xml::Limits};
///
/// let body = br#"<propertyupdate xmlns="DAV:">
///     <set><prop xml:lang="en"><displayname>Report</displayname></prop></set>
/// </propertyupdate>"#;
/// let update = PropertyUpdate::parse(body, &Limits::request())?;
///
/// let [Instruction::Set(value)] = update.instructions() else { unreachable!() };
/// assert_eq!(value.name().local(), "displayname");
/// assert_eq!(value.lang(), Some("en"));
/// assert_eq!(value.text(), "Report");
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PropertyUpdate {
    instructions: Vec<Instruction>,
}

/// One change of one property.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Instruction {
    /// Remove the property with this name. It is not an error if it does not exist.
    Remove(Name<'static>),
    /// Give the property this value: the element has its name, and the language in scope.
    Set(Element),
}

/// What the `set` and `remove` elements of a body hold.
#[derive(Debug)]
pub(super) struct Properties<T> {
    pub(super) read: Vec<T>,
    namespaces: Namespaces,
}

// === impl PropertyUpdate ===

body!(PropertyUpdate, "PROPPATCH");

impl Body for PropertyUpdate {
    /// A body without instructions is an error, and so is a value for a property that is removed.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root(parser, DAV, "propertyupdate")?;
        let mut properties = Properties::default();
        while parser.enter()? {
            if parser.is_dav("set") {
                properties.read_each(parser, |parser| parser.element().map(Instruction::Set))?;
            } else if parser.is_dav("remove") {
                properties.read_each(parser, removed)?;
            } else {
                parser.skip()?;
            }
        }
        let instructions = properties.read;
        if instructions.is_empty() {
            return Err(walk::missing(
                parser,
                "`propertyupdate` sets and removes nothing",
            ));
        }
        Ok(Self { instructions })
    }
}

impl PropertyUpdate {
    /// The instructions, in the order of the document.
    #[must_use]
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The instructions, taken out.
    #[must_use]
    pub fn into_instructions(self) -> Vec<Instruction> {
        self.instructions
    }
}

// === impl Instruction ===

impl Instruction {
    /// The name of the property.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        match self {
            Self::Remove(name) => name.borrowed(),
            Self::Set(value) => value.name(),
        }
    }
}

// === impl Properties ===

impl<T> Properties<T> {
    /// Reads each property of the `set` or `remove` just entered, and goes to its end.
    pub(super) fn read_each(
        &mut self,
        parser: &mut Parser<'_>,
        property: fn(&mut Parser<'_>) -> Result<T, Error>,
    ) -> Result<(), Error> {
        while parser.enter()? {
            if !parser.is_dav("prop") {
                parser.skip()?;
                continue;
            }
            while parser.enter()? {
                parser.check_properties(self.read.len())?;
                self.namespaces.add(&parser.name(), parser)?;
                self.read.push(property(parser)?);
            }
        }
        Ok(())
    }
}

impl<T> Default for Properties<T> {
    fn default() -> Self {
        Self {
            read: Vec::new(),
            namespaces: Namespaces::default(),
        }
    }
}

// === helpers ===

/// [RFC 4918, section 14.23](https://www.rfc-editor.org/rfc/rfc4918#section-14.23) has only names
/// inside `remove`.
fn removed(parser: &mut Parser<'_>) -> Result<Instruction, Error> {
    let name = parser.name().into_owned();
    loop {
        match parser.next()? {
            Token::End | Token::Eof => return Ok(Instruction::Remove(name)),
            Token::Text if parser.text().trim_ascii().is_empty() => {}
            Token::Start | Token::Text => {
                let sentence = "a property inside `remove` has a value";
                return Err(parser.error(ErrorKind::UnexpectedContent, sentence));
            }
        }
    }
}
