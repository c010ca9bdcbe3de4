//! The body of PROPPATCH.

use super::{
    body::{Body, body},
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
    /// Remove the property of this name. It is no error if there is none.
    Remove(Name<'static>),
    /// Give the property this value: the element has its name, and the language in scope.
    Set(Element),
}

// === impl PropertyUpdate ===

body!(PropertyUpdate, "PROPPATCH");

impl Body for PropertyUpdate {
    /// What holds no instruction is wrong, and so is a value for a property that is removed.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::root(parser, DAV, "propertyupdate")?;
        let mut instructions = Vec::new();
        while parser.enter()? {
            if parser.is_dav("set") {
                read_each(parser, &mut instructions, |parser| {
                    parser.element().map(Instruction::Set)
                })?;
            } else if parser.is_dav("remove") {
                read_each(parser, &mut instructions, removed)?;
            } else {
                parser.skip()?;
            }
        }
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

// === helpers ===

/// Reads each property of the `set` or `remove` just entered, and goes to its end.
pub(super) fn read_each<T>(
    parser: &mut Parser<'_>,
    read: &mut Vec<T>,
    property: fn(&mut Parser<'_>) -> Result<T, Error>,
) -> Result<(), Error> {
    while parser.enter()? {
        if !parser.is_dav("prop") {
            parser.skip()?;
            continue;
        }
        while parser.enter()? {
            parser.check_properties(read.len())?;
            read.push(property(parser)?);
        }
    }
    Ok(())
}

/// [RFC 4918, section 14.23](https://www.rfc-editor.org/rfc/rfc4918#section-14.23) has only names
/// inside `remove`.
fn removed(parser: &mut Parser<'_>) -> Result<Instruction, Error> {
    let name = parser.name().into_owned();
    loop {
        match parser.next()? {
            Token::End | Token::Eof => return Ok(Instruction::Remove(name)),
            Token::Text if parser.text().trim().is_empty() => {}
            Token::Start | Token::Text => {
                let sentence = "a property inside `remove` has a value";
                return Err(parser.error(ErrorKind::UnexpectedContent, sentence));
            }
        }
    }
}
