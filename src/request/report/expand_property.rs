//! Properties that name resources, with what is asked of those.

use std::collections::HashSet;

use crate::{
    dav::Href,
    request::{
        Answer, Propfind,
        body::{Body, body},
        nested::{Branches, Nested, Nesting},
        walk::{self, DAV},
    },
    xml::{Error, ErrorKind, Name, Parser},
};

/// Asks for properties, and of the resources that these name for properties in turn.
///
/// [RFC 3253, section 3.8](https://www.rfc-editor.org/rfc/rfc3253#section-3.8)
///
/// [`answer`](Self::answer) is as that of [`Propfind`]; what is asked of the resources in a property is
/// [`inside`](Self::inside), and their answers are written into it by
/// [`Resource::write`](crate::Resource::write).
///
/// # Grammar
///
/// ```text
/// <!ELEMENT expand-property (property*)>
/// <!ELEMENT property (property*)>
/// <!ATTLIST property name NMTOKEN #REQUIRED>
/// <!ATTLIST property namespace NMTOKEN "DAV:">
/// ```
///
/// # Example values
///
/// ```xml
/// <D:expand-property xmlns:D="DAV:">
///   <D:property name="version-history">
///     <D:property name="version-set"><D:property name="creator-displayname"/></D:property>
///   </D:property>
/// </D:expand-property>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, request::report::ExpandProperty, xml::{Limits, Name}};
///
/// const OWNER: Name<'static> = Name::dav("owner");
///
/// let body = br#"<D:expand-property xmlns:D="DAV:">
///     <D:property name="owner"><D:property name="displayname"/></D:property>
/// </D:expand-property>"#;
/// let report = ExpandProperty::parse(body, &Limits::request())?;
///
/// let of_owner = report.inside(&OWNER).unwrap();
/// let ann = of_owner.answer(Href::path("/people/ann")).prop(prop::Displayname("Ann"));
/// let ann = ann.into_resource();
/// let notes = report.answer(Href::path("/notes"));
/// let notes = notes.prop(prop::with_content(OWNER, |owner| ann.write(owner)));
/// assert!(notes.into_resource().to_string().contains(
///     "<D:owner><D:response><D:href>/people/ann</D:href>"
/// ));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExpandProperty {
    wanted: Propfind,
    inside: Nested<Expanded>,
}

/// What an [`ExpandProperty`] asks of the resources in one property.
#[derive(Clone, Debug)]
pub struct Expansion<'r> {
    wanted: &'r Propfind,
    inside: Branches<'r, Expanded>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Expanded {
    name: Name<'static>,
    wanted: Vec<Name<'static>>,
    propfind: Propfind,
}

// === impl ExpandProperty ===

body!(ExpandProperty, "REPORT");

impl ExpandProperty {
    /// The properties that are asked for of the target.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }

    /// Begins the answer for the target.
    pub fn answer(&self, href: Href<'_>) -> Answer<'_> {
        self.wanted.answer(href)
    }

    /// What is asked of the resources in a property; `None` if their hrefs are enough.
    #[must_use]
    pub fn inside(&self, name: &Name<'_>) -> Option<Expansion<'_>> {
        find(self.inside.branches(), name)
    }
}

impl Body for ExpandProperty {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, DAV, "expand-property")?;
        let mut outermost = Vec::new();
        let mut inside: Nesting<Expanded> = Nesting::new();
        let (mut namespaces, mut seen) = (HashSet::new(), HashSet::new());
        loop {
            if !parser.enter()? {
                match inside.close() {
                    Some((
                        Expanded {
                            wanted, propfind, ..
                        },
                        _,
                    )) => {
                        *propfind = Propfind::Prop(std::mem::take(wanted));
                        continue;
                    }
                    None => break,
                }
            }
            if !parser.is_dav("property") {
                parser.skip()?;
                continue;
            }
            let name = read_name(parser)?;
            parser.check_properties(inside.len())?;
            if !namespaces.contains(name.namespace()) {
                parser.check_namespaces(namespaces.len())?;
                namespaces.insert(name.namespace().to_owned());
            }
            if !seen.insert((inside.place(), name.clone())) {
                let sentence = "`expand-property` names a property twice";
                return Err(parser.error(ErrorKind::Conflict, sentence));
            }
            match inside.last() {
                Some(parent) => parent.wanted.push(name.clone()),
                None => outermost.push(name.clone()),
            }
            inside.open(Expanded {
                name,
                wanted: Vec::new(),
                propfind: Propfind::PropName,
            });
        }
        Ok(Self {
            wanted: Propfind::Prop(outermost),
            inside: inside.finish(),
        })
    }
}

// === impl Expansion ===

impl<'r> Expansion<'r> {
    /// The properties that are asked for of each of the resources.
    #[must_use]
    pub fn wanted(&self) -> &'r Propfind {
        self.wanted
    }

    /// Begins the answer for one of the resources.
    pub fn answer(&self, href: Href<'_>) -> Answer<'r> {
        self.wanted.answer(href)
    }

    /// What is asked of the resources in one of its properties; `None` if their hrefs are enough.
    #[must_use]
    pub fn inside(&self, name: &Name<'_>) -> Option<Self> {
        find(self.inside.clone(), name)
    }
}

// === helpers ===

fn find<'r>(mut branches: Branches<'r, Expanded>, name: &Name<'_>) -> Option<Expansion<'r>> {
    let found = branches.find(|branch| branch.value().name == *name)?;
    let inside = found.branches();
    inside.clone().next()?;
    Some(Expansion {
        wanted: &found.value().propfind,
        inside,
    })
}

fn read_name(parser: &Parser<'_>) -> Result<Name<'static>, Error> {
    let local = walk::attribute(parser, "name")?;
    let namespace = parser.attribute("", "namespace").unwrap_or(DAV);
    let is_uri = |byte: u8| byte.is_ascii_graphic() && !b"\"<>[\\]^`{|}".contains(&byte);
    if !namespace.bytes().all(is_uri) {
        return Err(walk::invalid(
            parser,
            "a namespace is no URI, send one that is",
        ));
    }
    Name::new(namespace.to_owned(), local).map_err(|error| walk::invalid(parser, error.to_string()))
}
