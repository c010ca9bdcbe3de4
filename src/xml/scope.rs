//! The namespaces and the language in scope.

use std::{iter, mem, ops::Deref, sync::Arc};

use super::{name::XML, prefixes::FixedPrefix};

/// How many declarations are in scope in most documents.
const FEW: usize = 8;

/// What the open elements have declared.
#[derive(Debug)]
pub(crate) struct Scope {
    bindings: Vec<Binding>,
    /// How many bindings there are before the document binds any.
    given: usize,
    languages: Vec<Arc<str>>,
    /// What was declared outside the innermost open element.
    outside: Mark,
}

/// One declaration: `xmlns:prefix="namespace"`, or without a prefix the default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Binding {
    pub(crate) prefix: Term,
    pub(crate) namespace: Term,
    /// The fixed prefix of the namespace; it follows from the namespace.
    fixed: FixedPrefix,
}

/// A prefix or a namespace. Those that most documents declare take no memory, and others are shared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Term {
    Known(&'static str),
    Other(Arc<str>),
}

/// The scope around an element, to read the element later by itself.
///
/// It shares the outer scope: a scope costs as much as was declared in it alone, however many
/// declarations are visible.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Outside {
    outer: Option<Arc<Self>>,
    /// How many bindings the outer scopes have.
    start: usize,
    own: Box<[Binding]>,
    language: Option<Arc<str>>,
}

/// How much was declared outside an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mark {
    bindings: usize,
    languages: usize,
}

// === impl Scope ===

impl Scope {
    /// The scope outside the root, where `xml` and the given prefixes are bound.
    pub(crate) fn new(given: &[(&str, &str)]) -> Self {
        let mut bindings = Vec::with_capacity(FEW);
        let given = [("xml", XML)].iter().chain(given);
        bindings.extend(given.map(|&(prefix, namespace)| {
            Binding::new(prefix, namespace, FixedPrefix::of(namespace))
        }));
        Self::outside_of_all(bindings, Vec::new())
    }

    /// The scope that an element was in.
    pub(crate) fn of(outside: &Outside) -> Self {
        let mut scopes = Vec::from_iter(iter::successors(Some(outside), |it| it.outer.as_deref()));
        scopes.reverse();
        let bindings = scopes.iter().flat_map(|scope| &scope.own);
        let languages = outside.language.iter();
        Self::outside_of_all(bindings.cloned().collect(), languages.cloned().collect())
    }

    /// The scope in which no element is open yet.
    fn outside_of_all(bindings: Vec<Binding>, languages: Vec<Arc<str>>) -> Self {
        Self {
            given: bindings.len(),
            outside: Mark {
                bindings: bindings.len(),
                languages: languages.len(),
            },
            bindings,
            languages,
        }
    }

    /// The current scope.
    pub(crate) fn outside(&self) -> Outside {
        Outside {
            outer: None,
            start: 0,
            own: self.bindings.as_slice().into(),
            language: self.spoken().cloned(),
        }
    }

    /// The current scope, which is inside of that of an element that is still open.
    pub(crate) fn outside_within(&self, outer: &Arc<Outside>) -> Outside {
        let start = outer.len();
        Outside {
            outer: Some(Arc::clone(outer)),
            start,
            own: self.bindings.get(start..).unwrap_or_default().into(),
            language: self.spoken().cloned(),
        }
    }

    /// Whether this is the current scope, given that it has no outer scope.
    pub(crate) fn is(&self, outside: &Outside) -> bool {
        outside.outer.is_none()
            && *self.bindings == *outside.own
            && self.language() == outside.language.as_deref()
    }

    /// Enters an element. Returns what leaving it needs.
    #[inline]
    pub(crate) fn enter(&mut self) -> Mark {
        let now = self.now();
        mem::replace(&mut self.outside, now)
    }

    /// Whether the element just entered has not changed the scope.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.outside == self.now()
    }

    /// Leaves an element and forgets what it declared.
    #[inline]
    pub(crate) fn leave(&mut self, entered: Mark) {
        let outside = mem::replace(&mut self.outside, entered);
        if self.bindings.len() > outside.bindings {
            self.bindings.truncate(outside.bindings);
        }
        if self.languages.len() > outside.languages {
            self.languages.truncate(outside.languages);
        }
    }

    /// Adds what the element just entered declares.
    pub(crate) fn bind(&mut self, prefix: &str, namespace: &str, fixed: FixedPrefix) {
        self.bindings.push(Binding::new(prefix, namespace, fixed));
    }

    /// Notes the `xml:lang` of the element just entered.
    pub(crate) fn speak(&mut self, language: &str) {
        self.languages.push(language.into());
    }

    /// The number of bindings.
    pub(crate) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// The number of declarations in scope that the document made.
    pub(crate) fn declared(&self) -> usize {
        self.bindings.len() - self.given
    }

    /// The binding of a prefix.
    pub(crate) fn find(&self, prefix: &str) -> Option<usize> {
        self.bindings
            .iter()
            .rposition(|binding| *binding.prefix == *prefix)
    }

    /// The smallest number that makes the letters a prefix that is not bound.
    pub(crate) fn free_number(&self, letters: &str) -> usize {
        // Of one more numbers than there are bindings, one is free.
        let mut taken = vec![false; self.bindings.len() + 1];
        for binding in &self.bindings {
            let number = binding.prefix.strip_prefix(letters);
            if let Some(taken) = number
                .and_then(|number| number.parse::<usize>().ok())
                .and_then(|number| taken.get_mut(number))
            {
                *taken = true;
            }
        }
        taken.iter().position(|taken| !taken).unwrap_or_default()
    }

    /// A binding that was found and is still in scope.
    pub(crate) fn binding(&self, at: usize) -> Option<&Binding> {
        self.bindings.get(at)
    }

    /// The namespace of a binding that was found, empty if there is none.
    pub(crate) fn namespace(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.binding(at))
            .map_or("", |binding| &*binding.namespace)
    }

    /// The same, with its fixed prefix.
    #[inline]
    pub(crate) fn namespace_and_prefix(&self, at: Option<usize>) -> (&str, FixedPrefix) {
        at.and_then(|at| self.binding(at))
            .map_or(("", FixedPrefix::ABSENT), |binding| {
                (&*binding.namespace, binding.fixed)
            })
    }

    /// Where the bindings of the element just entered start.
    pub(crate) fn own(&self) -> usize {
        self.outside.bindings
    }

    /// The bindings of the element just entered.
    pub(crate) fn own_bindings(&self) -> &[Binding] {
        &self.bindings[self.own()..]
    }

    /// The language in scope.
    pub(crate) fn language(&self) -> Option<&str> {
        self.spoken().map(|language| &**language)
    }

    fn now(&self) -> Mark {
        Mark {
            bindings: self.bindings.len(),
            languages: self.languages.len(),
        }
    }

    fn spoken(&self) -> Option<&Arc<str>> {
        self.languages
            .last()
            .filter(|language| !language.is_empty())
    }
}

// === impl Outside ===

impl Outside {
    /// The namespace of a binding that was found in the scope, empty if it is not one of these.
    pub(crate) fn namespace(&self, at: usize) -> &str {
        let mut scopes = iter::successors(Some(self), |it| it.outer.as_deref());
        let binding = scopes
            .find(|scope| at >= scope.start)
            .and_then(|scope| scope.own.get(at - scope.start));
        binding.map_or("", |binding| &*binding.namespace)
    }

    /// The declarations in scope.
    pub(crate) fn len(&self) -> usize {
        self.start + self.own.len()
    }

    /// The bytes that it takes, without those of the outer scopes.
    pub(crate) fn size(&self) -> usize {
        let terms = self.own.iter().flat_map(|it| [&it.prefix, &it.namespace]);
        let language = self.language.as_deref().map_or(0, str::len);
        mem::size_of_val(&*self.own) + terms.map(|term| term.len()).sum::<usize>() + language
    }
}

// === impl Binding ===

impl Binding {
    fn new(prefix: &str, namespace: &str, fixed: FixedPrefix) -> Self {
        Self {
            prefix: Term::prefix(prefix),
            namespace: Term::namespace(namespace, fixed),
            fixed,
        }
    }
}

// === impl Term ===

impl Term {
    fn prefix(prefix: &str) -> Self {
        let known = match *prefix.as_bytes() {
            [letter @ b'A'..=b'Z'] => Some(letter - b'A'),
            [letter @ b'a'..=b'z'] => Some(letter - b'a' + 26),
            _ => None,
        };
        let letter = known.map(usize::from).and_then(|at| LETTERS.get(at..=at));
        let mut longer = PREFIXES.iter().copied();
        match letter.or_else(|| longer.find(|known| *known == prefix)) {
            Some(known) => Self::Known(known),
            None => Self::Other(prefix.into()),
        }
    }

    fn namespace(namespace: &str, fixed: FixedPrefix) -> Self {
        match fixed.namespace() {
            Some(known) => Self::Known(known),
            None if namespace == XML => Self::Known(XML),
            None => Self::Other(namespace.into()),
        }
    }
}

impl Deref for Term {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::Other(text) => text,
        }
    }
}

/// The prefixes of one letter.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Other common prefixes of servers and clients, and that of the default namespace.
const PREFIXES: [&str; 10] = [
    "", "xml", "oc", "nc", "cs", "CS", "CR", "cal", "card", "ical",
];
