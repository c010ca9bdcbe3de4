//! Values inside of values, without pointers.

use std::iter::FusedIterator;

/// A tree of values, such as filters inside of filters, or operators inside of operators.
///
/// The values are kept in one list, each followed by those inside it, so that neither reading nor dropping a
/// deep tree takes a deep stack.
///
/// # Examples
///
/// Unless the [`Limits`](crate::xml::Limits) are lifted, no tree is too deep for a function that calls
/// itself:
///
/// ```
/// use statuary::{
///     request::{Branches, Nested, report::{CalendarQuery, CompFilter}},
///     xml::Limits,
/// };
///
/// /// Writes what a query asks for, one component a line, those inside of it further in.
/// fn write(filters: Branches<'_, CompFilter>, indent: &str, out: &mut String) {
///     for filter in filters {
///         *out += &format!("{indent}{}\n", filter.value().name);
///         write(filter.branches(), &format!("{indent}  "), out);
///     }
/// }
///
/// let body = br#"<calendar-query xmlns="urn:ietf:params:xml:ns:caldav"><filter>
///     <comp-filter name="VCALENDAR"><comp-filter name="VEVENT">
///         <comp-filter name="VALARM"/>
///     </comp-filter></comp-filter>
/// </filter></calendar-query>"#;
/// let query = CalendarQuery::parse(body, &Limits::request())?;
///
/// let mut out = String::new();
/// write(query.filter().branches(), "", &mut out);
/// assert_eq!(out, "VCALENDAR\n  VEVENT\n    VALARM\n");
///
/// // The same without XML, for a test of what matches.
/// let event = Nested::new(CompFilter::new("VEVENT"), [CompFilter::new("VALARM").into()]);
/// assert_eq!(*query.filter(), Nested::new(CompFilter::new("VCALENDAR"), [event]));
/// # Ok::<(), statuary::xml::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nested<T> {
    nodes: Vec<Node<T>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Node<T> {
    value: T,
    /// How many nodes are inside.
    inside: usize,
}

/// A value of a [`Nested`], and what is inside it. There is an example at [`Nested`].
#[derive(Debug)]
pub struct Branch<'n, T> {
    node: &'n Node<T>,
    inside: &'n [Node<T>],
}

/// The branches side by side at one place of a [`Nested`], which has an example.
#[derive(Debug)]
pub struct Branches<'n, T> {
    nodes: &'n [Node<T>],
}

/// A [`Nested`] that is being read.
#[derive(Debug)]
pub(super) struct Nesting<T> {
    nodes: Vec<Node<T>>,
    /// The places of the values that are still open.
    open: Vec<usize>,
}

// === impl Nested ===

impl<T> Nested<T> {
    /// One outermost value, and what is inside it, side by side.
    #[must_use]
    pub fn new(value: T, inside: impl IntoIterator<Item = Self>) -> Self {
        let mut nodes = vec![Node { value, inside: 0 }];
        nodes.extend(inside.into_iter().flat_map(|branch| branch.nodes));
        nodes[0].inside = nodes.len() - 1;
        Self { nodes }
    }

    /// The outermost values.
    #[must_use]
    pub fn branches(&self) -> Branches<'_, T> {
        Branches { nodes: &self.nodes }
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All values, each before those inside it.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().map(|node| &node.value)
    }
}

/// No value at all.
impl<T> Default for Nested<T> {
    fn default() -> Self {
        Self { nodes: Vec::new() }
    }
}

/// A value with nothing inside it.
impl<T> From<T> for Nested<T> {
    fn from(value: T) -> Self {
        Self::new(value, [])
    }
}

// === impl Branch ===

impl<'n, T> Branch<'n, T> {
    /// The value.
    #[must_use]
    pub fn value(&self) -> &'n T {
        &self.node.value
    }

    /// The branches directly inside.
    #[must_use]
    pub fn branches(&self) -> Branches<'n, T> {
        Branches { nodes: self.inside }
    }
}

impl<T> Clone for Branch<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Branch<'_, T> {}

// === impl Branches ===

impl<T> Clone for Branches<'_, T> {
    fn clone(&self) -> Self {
        Self { nodes: self.nodes }
    }
}

impl<'n, T> Iterator for Branches<'n, T> {
    type Item = Branch<'n, T>;

    fn next(&mut self) -> Option<Branch<'n, T>> {
        let (node, rest) = self.nodes.split_first()?;
        let (inside, after) = rest.split_at(node.inside);
        self.nodes = after;
        Some(Branch { node, inside })
    }
}

impl<T> FusedIterator for Branches<'_, T> {}

impl<'n, T> IntoIterator for &'n Nested<T> {
    type Item = Branch<'n, T>;
    type IntoIter = Branches<'n, T>;

    fn into_iter(self) -> Branches<'n, T> {
        self.branches()
    }
}

// === impl Nesting ===

impl<T> Nesting<T> {
    pub(super) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Puts a value into the innermost open one, and opens it.
    pub(super) fn open(&mut self, value: T) {
        self.open.push(self.nodes.len());
        self.nodes.push(Node { value, inside: 0 });
    }

    /// Closes the innermost open value, and returns it with the number of branches directly inside;
    /// `None` if there is none.
    pub(super) fn close(&mut self) -> Option<(&mut T, usize)> {
        let at = self.open.pop()?;
        let inside = self.nodes.len() - at - 1;
        self.nodes[at].inside = inside;
        let branches = Branches {
            nodes: &self.nodes[at + 1..],
        };
        let count = branches.count();
        Some((&mut self.nodes[at].value, count))
    }

    /// The innermost open value.
    pub(super) fn last(&mut self) -> Option<&mut T> {
        let at = *self.open.last()?;
        Some(&mut self.nodes[at].value)
    }

    pub(super) fn finish(self) -> Nested<T> {
        Nested { nodes: self.nodes }
    }
}
