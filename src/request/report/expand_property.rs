//! Properties that name resources, and what is asked of those.

use std::collections::{HashMap, hash_map::Entry};

use crate::{
    dav::Href,
    request::{
        Answer, Propfind,
        body::{Body, body},
        names::Namespaces,
        walk::{self, DAV},
    },
    xml::{Error, Name, Parser},
};

/// Asks for properties, and for properties of the resources that these name.
///
/// [RFC 3253, section 3.8](https://www.rfc-editor.org/rfc/rfc3253#section-3.8)
///
/// [`answer`](Self::answer) works as that of [`Propfind`]; [`inside`](Self::inside) gives what is asked of
/// the resources in a property, and their answers are written into it by
/// [`Resource::write`](crate::Resource::write). A property that is named twice is asked for once, with
/// everything inside of both.
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
/// let ann = of_owner.answer(Href::path("/people/ann")).prop(prop::DisplayName("Ann"));
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
    /// What is asked of the target, and then what is asked of the resources in each property.
    levels: Vec<Level>,
}

/// What an [`ExpandProperty`] asks of the resources in one property.
#[derive(Clone, Copy, Debug)]
pub struct Expansion<'r> {
    levels: &'r [Level],
    /// The index of its level.
    at: usize,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Level {
    wanted: Propfind,
    /// For each property that is asked for, what is asked of the resources in it.
    inside: Vec<Option<usize>>,
}

/// A level that is being read.
#[derive(Debug, Default)]
struct Draft {
    names: Vec<Name<'static>>,
    inside: Vec<Option<usize>>,
}

// === impl ExpandProperty ===

body!(ExpandProperty, "REPORT");

impl ExpandProperty {
    /// The properties that are asked for of the target.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        self.target().wanted()
    }

    /// Begins the answer for the target.
    pub fn answer(&self, href: Href<'_>) -> Answer<'_> {
        self.target().answer(href)
    }

    /// What is asked of the resources in a property; `None` if their hrefs are enough.
    #[must_use]
    pub fn inside(&self, name: &Name<'_>) -> Option<Expansion<'_>> {
        self.target().inside(name)
    }

    fn target(&self) -> Expansion<'_> {
        Expansion {
            levels: &self.levels,
            at: 0,
        }
    }
}

impl Body for ExpandProperty {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, DAV, "expand-property")?;
        let mut levels = vec![Draft::default()];
        let mut places = HashMap::new();
        let mut namespaces = Namespaces::default();
        // The properties that are open: the level of each, and its place there.
        let mut open: Vec<(usize, usize)> = Vec::new();
        loop {
            if !parser.enter()? {
                match open.pop() {
                    Some(_) => continue,
                    None => break,
                }
            }
            if !parser.is_dav("property") {
                parser.skip()?;
                continue;
            }
            let name = read_name(parser)?;
            let new = levels.len();
            let level = match open.last() {
                Some(&(level, place)) => *levels[level].inside[place].get_or_insert(new),
                None => 0,
            };
            if level == new {
                levels.push(Draft::default());
            }
            namespaces.add(&name, parser)?;
            let count = places.len();
            let place = match places.entry((level, name)) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => {
                    parser.check_properties(count)?;
                    let name = unknown.key().1.clone();
                    *unknown.insert(levels[level].push(name))
                }
            };
            open.push((level, place));
        }
        let levels = levels.into_iter().map(Level::from).collect();
        Ok(Self { levels })
    }
}

// === impl Expansion ===

impl<'r> Expansion<'r> {
    /// The properties that are asked for of each of the resources.
    #[must_use]
    pub fn wanted(&self) -> &'r Propfind {
        &self.level().wanted
    }

    /// Begins the answer for one of the resources.
    pub fn answer(&self, href: Href<'_>) -> Answer<'r> {
        self.wanted().answer(href)
    }

    /// What is asked of the resources in one of its properties; `None` if their hrefs are enough.
    #[must_use]
    pub fn inside(&self, name: &Name<'_>) -> Option<Self> {
        let mut names = self.wanted().names().iter();
        let place = names.position(|asked| asked == name)?;
        let at = self.level().inside[place]?;
        Some(Self { at, ..*self })
    }

    fn level(&self) -> &'r Level {
        &self.levels[self.at]
    }
}

// === impl Draft ===

impl Draft {
    /// Adds a property, and says where it is.
    fn push(&mut self, name: Name<'static>) -> usize {
        self.names.push(name);
        self.inside.push(None);
        self.inside.len() - 1
    }
}

impl From<Draft> for Level {
    fn from(Draft { names, inside }: Draft) -> Self {
        Self {
            wanted: Propfind::Prop(names),
            inside,
        }
    }
}

// === helpers ===

/// A name that is given in attributes, under the rules for the name of an element.
fn read_name(parser: &Parser<'_>) -> Result<Name<'static>, Error> {
    let local = walk::attribute(parser, "name")?;
    let namespace = parser.attribute("", "namespace").unwrap_or(DAV);
    parser.check_name(&local)?;
    parser.check_namespace(namespace)?;
    Name::new(namespace.to_owned(), local).map_err(|error| walk::invalid(parser, error.to_string()))
}
