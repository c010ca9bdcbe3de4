//! Properties whose value is one href, or several.

use super::{Property, Value};
use crate::{
    dav::Href,
    xml::{Name, Tag, Written},
};

/// A property with hrefs as its value; made by [`href`] and [`hrefs`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Hrefs<'a, H> {
    name: Name<'a>,
    hrefs: H,
}

/// A property of any namespace whose value is one href: `current-user-principal`, `principal-URL`,
/// `owner` or `addressbook-home-set`.
///
/// Like the href of the resource itself, it gets the path of a
/// [mount](crate::MultiStatusLayer::mounted_at) in front, unless it is [one of the whole
/// server](Href::of_server). None of these properties belongs to `allprop`, so add them to an
/// answer by [`prop_by_name`](crate::request::Answer::prop_by_name).
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::Name};
///
/// let ann = Resource::new(Href::path("/people/ann"))
///     .prop(prop::href(Name::dav("principal-URL"), Href::path("/people/ann")))
///     .prop(prop::href(Name::carddav("addressbook-home-set"), Href::collection("/books/ann")));
/// assert!(ann.to_string().contains("<D:href>/books/ann/</D:href></CR:addressbook-home-set>"));
/// ```
pub fn href<'a>(name: Name<'a>, href: Href<'a>) -> Hrefs<'a, [Href<'a>; 1]> {
    hrefs(name, [href])
}

/// A property of any namespace whose value is any number of hrefs: `group-member-set` or
/// `principal-collection-set`.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::Name};
///
/// let paths = ["/people/ann", "/people/bob"];
/// let members: Vec<_> = paths.iter().map(|path| Href::path(*path)).collect();
/// let editors = Resource::new(Href::path("/groups/editors"))
///     .prop(prop::hrefs(Name::dav("group-member-set"), members));
/// assert!(editors.to_string().contains(
///     "<D:href>/people/ann</D:href><D:href>/people/bob</D:href></D:group-member-set>"
/// ));
/// ```
pub fn hrefs<'a, H: AsRef<[Href<'a>]>>(name: Name<'a>, hrefs: H) -> Hrefs<'a, H> {
    Hrefs { name, hrefs }
}

// === impl Hrefs ===

impl<'a, H: AsRef<[Href<'a>]>> Property for Hrefs<'a, H> {
    #[inline]
    fn name(&self) -> Name<'_> {
        self.name.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        Value::hrefs(self.hrefs.as_ref()).write(tag)
    }

    #[inline]
    fn key(&self) -> u64 {
        self.name.key()
    }
}
