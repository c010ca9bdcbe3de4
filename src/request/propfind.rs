//! The body of PROPFIND.

use std::collections::HashSet;

use super::{Rejection, collect::read_request};
use crate::xml::{Error, ErrorKind, Limits, Name, Parser};

/// The properties that a PROPFIND asks for.
///
/// [RFC 4918, section 14.20](https://www.rfc-editor.org/rfc/rfc4918#section-14.20)
///
/// A request without a body asks for all properties. Elements that are not known are passed over, as
/// [section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) wants it.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT propfind ( propname | (allprop, include?) | prop ) >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:propfind xmlns:D="DAV:">
///   <D:prop xmlns:R="http://ns.example.com/boxschema/">
///     <R:bigbox/>
///     <R:author/>
///   </D:prop>
/// </D:propfind>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{request::Propfind, xml::{Limits, Name}};
///
/// let body = br#"<propfind xmlns="DAV:"><prop><getetag/><displayname/></prop></propfind>"#;
/// let propfind = Propfind::parse(body, &Limits::request())?;
/// assert_eq!(propfind, Propfind::Prop(vec![Name::dav("getetag"), Name::dav("displayname")]));
///
/// assert_eq!(Propfind::parse(b"", &Limits::request())?, Propfind::AllProp { include: vec![] });
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Propfind {
    /// All dead properties and the live ones of RFC 4918.
    AllProp {
        /// The live properties to be added, in the order of the request, each once.
        include: Vec<Name<'static>>,
    },
    /// These properties, in the order of the request, each once.
    Prop(Vec<Name<'static>>),
    /// The names of all properties, without values.
    PropName,
}

/// The elements of a `propfind` that were met so far.
#[derive(Debug, Default)]
struct Found {
    all: bool,
    include: Option<Names>,
    name: bool,
    prop: Option<Names>,
}

/// Names in order, each once.
#[derive(Debug, Default)]
struct Names {
    order: Vec<Name<'static>>,
    seen: HashSet<Name<'static>>,
    namespaces: HashSet<String>,
}

// === impl Propfind ===

impl Propfind {
    /// Reads a request of PROPFIND: collects the body, looks at its media type, and parses it, under the
    /// [`Limits`] in the extensions of the request or the default ones. It waits for the body as long as
    /// [`DEADLINE`](super::DEADLINE) says. With axum, the type is an extractor that does the same.
    ///
    /// # Errors
    ///
    /// When the body is none that can be read; the rejection has the status.
    pub async fn from_request<B: http_body::Body>(
        request: http::Request<B>,
    ) -> Result<Self, Rejection> {
        read_request(request, Self::parse).await
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// When the body is not empty and not a well-formed `propfind`, when it passes a limit, when it
    /// asks for nothing that is known
    /// ([RFC 4918, A.4](https://www.rfc-editor.org/rfc/rfc4918#appendix-A.4)), or for two things that
    /// exclude each other.
    pub fn parse(body: &[u8], limits: &Limits) -> Result<Self, Error> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let mut parser = Parser::of_request(body, limits)?;
        parser.next()?;
        if !parser.is_dav("propfind") {
            let sentence = "the root element is not `propfind` in the namespace `DAV:`";
            return Err(parser.error(ErrorKind::UnexpectedRoot, sentence));
        }
        let mut found = Found::default();
        while parser.enter()? {
            found.take(&mut parser)?;
        }
        let propfind = match found {
            Found { name: true, .. } => Self::PropName,
            Found {
                prop: Some(names), ..
            } => Self::Prop(names.order),
            Found {
                all: true, include, ..
            } => Self::AllProp {
                include: include.map(|names| names.order).unwrap_or_default(),
            },
            Found {
                include: Some(_), ..
            } => {
                return Err(parser.error(ErrorKind::MissingElement, "`include` has no `allprop`"));
            }
            Found { .. } => {
                let sentence = "`propfind` holds none of `prop`, `allprop` and `propname`";
                return Err(parser.error(ErrorKind::MissingElement, sentence));
            }
        };
        parser.next()?;
        Ok(propfind)
    }
}

/// All properties, which is what a request without a body asks for.
impl Default for Propfind {
    fn default() -> Self {
        Self::AllProp {
            include: Vec::new(),
        }
    }
}

// === impl Found ===

impl Found {
    /// Reads the child just entered, and refuses it beside another that excludes it.
    fn take(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        let Self {
            all,
            include,
            name,
            prop,
        } = self;
        let is_all = *all || include.is_some();
        if parser.is_dav("allprop") {
            refuse(*name || prop.is_some() || *all, parser)?;
            *all = true;
        } else if parser.is_dav("include") {
            refuse(*name || prop.is_some() || include.is_some(), parser)?;
            *include = Some(Names::read(parser)?);
            return Ok(());
        } else if parser.is_dav("propname") {
            refuse(is_all || prop.is_some() || *name, parser)?;
            *name = true;
        } else if parser.is_dav("prop") {
            refuse(is_all || *name || prop.is_some(), parser)?;
            *prop = Some(Names::read(parser)?);
            return Ok(());
        }
        parser.skip()
    }
}

// === impl Names ===

impl Names {
    /// Reads the names of the elements inside the element just entered, and goes to its end.
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        let mut names = Self::default();
        while parser.enter()? {
            let name = parser.name()?.into_owned();
            if names.seen.insert(name.clone()) {
                parser.check_properties(names.order.len())?;
                // Each of them will be declared in the answer.
                if !names.namespaces.contains(name.namespace()) {
                    parser.check_namespaces(names.namespaces.len())?;
                    names.namespaces.insert(name.namespace().to_owned());
                }
                names.order.push(name);
            }
            parser.skip()?;
        }
        Ok(names)
    }
}

// === helpers ===

fn refuse(is_conflict: bool, parser: &Parser<'_>) -> Result<(), Error> {
    if is_conflict {
        let sentence = "`propfind` holds more than one of `prop`, `allprop` and `propname`";
        return Err(parser.error(ErrorKind::Conflict, sentence));
    }
    Ok(())
}
