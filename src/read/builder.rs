//! From the steps of a parser to the layout of a response.

use std::{mem, ops::Range, sync::Arc};

use http::StatusCode;

use super::{
    layout::{ElementLayout, Layout, Mark, Namespace, PropStatLayout, Slots, Span},
    place::{Place, place},
    vocabulary::Word,
};
use crate::{
    dav::status_line,
    xml::{ErrorKind, Fault, Outside, Pull, content},
};

/// The layout of the response that is being read.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Where the response starts in the window.
    start: usize,
    /// The open elements, the root first.
    open: Vec<Open>,
    /// The scope inside the root.
    root: Arc<Outside>,
    layout: Layout,
    slots: Slots,
    /// Where the slots are in the markup.
    pieces: Slots,
    /// Where the content of the element just entered starts, and where the text with which it starts ends.
    leaf: Option<Range<usize>>,
    /// The bytes of text in the element that is read for its text.
    length: usize,
    /// The elements of the document before the response.
    elements: usize,
}

/// What is known of a response that was read, beside its layout.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) slots: Slots,
    /// Where the slots are, counted in bytes outside of slots.
    pub(super) pieces: Slots,
    /// The elements that it consists of.
    pub(super) elements: usize,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) place: Place,
    /// Where its inside starts.
    inside: Mark,
    is_empty: bool,
    /// Whether something is declared on it or on an element between the root and it.
    pub(super) declares: bool,
    /// The index of the scope inside of it, if it holds elements that are kept.
    scope: u32,
}

/// An element that holds nothing but text, in places of the window.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) start: usize,
    /// Where the local part of its name is.
    pub(super) local: Range<usize>,
    /// Where its text is; `None` for `<empty/>`.
    pub(super) text: Option<Range<usize>>,
    pub(super) end: usize,
}

// === impl Builder ===

impl Builder {
    /// Where the child of the root that is being read starts in the window.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Whether nothing inside the root is open.
    pub(super) fn is_between(&self) -> bool {
        self.open.len() <= 1
    }

    /// Forgets the bytes of the window before what is being read.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.start = self.start.saturating_sub(bytes);
        if let Some(leaf) = &mut self.leaf {
            *leaf = leaf.start.saturating_sub(bytes)..leaf.end.saturating_sub(bytes);
        }
    }

    /// The innermost open element.
    pub(super) fn innermost(&self) -> Option<Open> {
        self.open.last().copied()
    }

    /// Takes the element that the parser has just entered, and finds out what it is.
    pub(super) fn enter(&mut self, pull: &Pull, window: &str) -> Result<(), Fault> {
        let parent = self.innermost().map_or(Place::Other, |open| open.place);
        let name = (pull.namespace(), &window[pull.local()]);
        self.enter_as(place(parent, name), pull)
    }

    /// Takes the root, with the scope inside of it.
    pub(super) fn enter_root(&mut self, scope: Arc<Outside>, pull: &Pull) {
        self.root = scope;
        self.open(Place::MultiStatus, pull, false, 0);
    }

    /// Takes the element that the parser has just entered, which is known to be of this kind.
    #[inline]
    pub(super) fn enter_as(&mut self, place: Place, pull: &Pull) -> Result<(), Fault> {
        let parent = self.innermost();
        let changes = !pull.scope.is_unchanged();
        let declares = changes || parent.is_some_and(|open| open.declares);
        if parent.is_some_and(|parent| parent.place == Place::MultiStatus) {
            self.begin(pull.at(), pull);
        }
        self.check_more(place, pull)?;
        let scope = parent.map_or(0, |parent| parent.scope);
        let scope = match changes && place.holds_elements() {
            true => self.scope_within(scope, pull),
            false => scope,
        };
        self.open(place, pull, declares, scope);
        let layout = &mut self.layout;
        match place {
            Place::PropStat => layout.propstats.push(PropStatLayout {
                properties: layout.properties.len()..layout.properties.len(),
                conditions: layout.conditions.len()..layout.conditions.len(),
                ..PropStatLayout::default()
            }),
            Place::Property | Place::Condition => self.element(place, pull),
            _ => {}
        }
        Ok(())
    }

    /// Takes a whole element with a known tag at once. Returns `false`, and takes nothing, if a limit forbids
    /// it.
    #[inline]
    pub(super) fn leaf(&mut self, word: &Word, leaf: Leaf, window: &str, pull: &Pull) -> bool {
        let place = word.place;
        if leaf.end - self.start > longest(pull) || self.check_more(place, pull).is_err() {
            return false;
        }
        self.leaf = None;
        let start = self.mark(leaf.start);
        let local = self.span(leaf.local);
        let inside = leaf.text.map(|text| {
            let start = self.mark(text.start);
            self.slot(text.clone(), place);
            let end = self.mark(text.end);
            Span { start, end }
        });
        let end = self.mark(leaf.end);
        match place {
            Place::Property | Place::Condition => {
                let element = ElementLayout {
                    scope: self.innermost().map_or(0, |parent| parent.scope),
                    namespace: outside(word.tag.namespace),
                    local,
                    whole: Span { start, end },
                    inside,
                };
                self.push(place, element);
            }
            place => self.note(place, inside.unwrap_or(Span { start: end, end }), window),
        }
        true
    }

    /// Takes text or CDATA of this length.
    pub(super) fn text(&mut self, length: usize, is_cdata: bool, pull: &Pull) -> Result<(), Fault> {
        self.leaf = match self.leaf.take() {
            Some(Range { start, end }) if start == end && end == pull.at() && !is_cdata => {
                Some(start..pull.next_at())
            }
            _ => None,
        };
        if self.open.last().is_some_and(|open| open.place.is_text()) {
            self.length += length;
            pull.check_length(self.length)?;
        }
        self.check_size(pull)
    }

    /// Takes the end of the innermost open element. Returns what it was, and where its inside is.
    pub(super) fn leave(&mut self, pull: &Pull, window: &str) -> Result<(Place, Span), Fault> {
        self.check_size(pull)?;
        let Some(open) = self.open.pop() else {
            return Ok((Place::Other, Span::default()));
        };
        let leaf = self.leaf.take();
        let end = match open.is_empty {
            true => open.inside,
            false => {
                if let Some(text) = leaf.filter(|text| text.end == pull.at()) {
                    self.slot(text, open.place);
                }
                self.mark(pull.at())
            }
        };
        let inside = Span {
            start: open.inside,
            end,
        };
        match open.place {
            Place::Property | Place::Condition => self.end_element(open, inside, pull),
            place => self.note(place, inside, window),
        }
        Ok((open.place, inside))
    }

    /// The text of the child of the root that has just ended.
    pub(super) fn content(&self, inside: Span, window: &str) -> String {
        content(inside.of(&window[self.start..], &self.slots)).into_owned()
    }

    /// The response that has just ended.
    pub(super) fn finish(&mut self, pull: &Pull) -> (Layout, Built) {
        let built = Built {
            slots: mem::take(&mut self.slots),
            pieces: mem::take(&mut self.pieces),
            elements: pull.elements() - self.elements,
        };
        (mem::take(&mut self.layout), built)
    }

    /// Begins a child of the root.
    fn begin(&mut self, at: usize, pull: &Pull) {
        self.start = at;
        self.layout = Layout::default();
        self.layout.scopes.push(Arc::clone(&self.root));
        self.slots.clear();
        self.pieces.clear();
        self.elements = pull.elements() - 1;
    }

    /// Keeps the scope inside the element just entered, whose outer scope is this one.
    fn scope_within(&mut self, outer: u32, pull: &Pull) -> u32 {
        let scopes = &mut self.layout.scopes;
        let scope = pull.scope.outside_within(&scopes[outer as usize]);
        scopes.push(Arc::new(scope));
        scopes.len() as u32 - 1
    }

    #[inline]
    fn open(&mut self, place: Place, pull: &Pull, declares: bool, scope: u32) {
        let (is_empty, inside) = (pull.is_empty(), pull.next_at());
        if place.is_text() {
            self.length = 0;
        }
        self.leaf = (!is_empty).then_some(inside..inside);
        let inside = self.mark(inside);
        self.open.push(Open {
            place,
            inside,
            is_empty,
            declares,
            scope,
        });
    }

    /// Keeps the content of an element that has just ended.
    #[inline]
    fn note(&mut self, place: Place, inside: Span, window: &str) {
        let parent = self.open.last().map(|open| open.place);
        let (layout, slots) = (&mut self.layout, &self.slots);
        let propstat = layout.propstats.last_mut();
        match (place, parent, propstat) {
            (Place::Href, ..) => layout.hrefs.push(inside),
            (Place::LocationHref, ..) => layout.location = Some(inside),
            (Place::Status, Some(Place::PropStat), Some(propstat)) => {
                let line = inside.of(&window[self.start..], slots);
                propstat.status = propstat.status.or_else(|| read_status(line));
            }
            (Place::Status, ..) => {
                let line = inside.of(&window[self.start..], slots);
                layout.status = layout.status.or_else(|| read_status(line));
            }
            (Place::Description, Some(Place::PropStat), Some(propstat)) => {
                propstat.description = Some(inside);
            }
            (Place::Description, Some(Place::Response), _) => layout.description = Some(inside),
            _ => {}
        }
    }

    /// Checks that the response may have one more element of this kind.
    #[inline]
    fn check_more(&self, place: Place, pull: &Pull) -> Result<(), Fault> {
        let layout = &self.layout;
        let (count, what) = match place {
            Place::Href => {
                let (count, most) = (layout.hrefs.len(), pull.limits().hrefs);
                return pull.check_count(count, most, ErrorKind::TooManyHrefs, "hrefs");
            }
            Place::PropStat => (layout.propstats.len(), "propstats"),
            Place::Property => (layout.properties.len(), "properties"),
            Place::Condition => (layout.conditions.len() + layout.error.len(), "conditions"),
            _ => return Ok(()),
        };
        let most = pull.limits().properties;
        pull.check_count(count, most, ErrorKind::TooManyProperties, what)
    }

    /// Whether an element of this kind is open.
    fn is_inside(&self, place: Place) -> bool {
        let mut open = self.open.iter().rev();
        open.any(|open| open.place == place)
    }

    /// Refuses a response that is too long to be kept until its end.
    #[inline]
    fn check_size(&self, pull: &Pull) -> Result<(), Fault> {
        let most = longest(pull);
        match self.is_between() || pull.next_at() - self.start <= most {
            true => Ok(()),
            false => Err(too_large(self.start, most)),
        }
    }

    /// The place in the response, which is shorter than 4 GiB, of a place in the window.
    fn mark(&self, at: usize) -> Mark {
        let held = self.slots.last().copied().unwrap_or_default();
        Mark {
            slots: self.slots.len() as u32,
            bytes: (at.saturating_sub(self.start) as u32).saturating_sub(held),
        }
    }

    fn span(&self, place: Range<usize>) -> Span {
        Span {
            start: self.mark(place.start),
            end: self.mark(place.end),
        }
    }

    /// Notes that an element holds nothing but this text. The text of a status is not a slot, since the
    /// layout depends on it.
    #[inline]
    fn slot(&mut self, text: Range<usize>, place: Place) {
        if place != Place::Status && !self.is_between() {
            let held = self.slots.last().copied().unwrap_or_default();
            self.pieces.push(self.mark(text.start).bytes);
            self.slots.push(held + text.len() as u32);
        }
    }

    /// Notes the element just entered, whose end is not known yet.
    fn element(&mut self, place: Place, pull: &Pull) {
        // The scope inside of its parent: it holds no elements that are kept, and so has no scope of its own.
        let scope = self.innermost().map_or(0, |open| open.scope);
        let known = self.layout.scopes[scope as usize].len();
        let namespace = pull.binding().filter(|&at| at < known);
        let start = self.mark(pull.at());
        let element = ElementLayout {
            scope,
            namespace: match pull.namespace() {
                own if namespace.is_none() && !own.is_empty() => Namespace::Own(own.into()),
                _ => outside(namespace),
            },
            local: self.span(pull.local()),
            whole: Span { start, end: start },
            inside: None,
        };
        self.push(place, element);
    }

    /// Adds a property or a condition.
    #[inline]
    fn push(&mut self, place: Place, element: ElementLayout) {
        let elements = self.elements_of(place);
        if elements.is_empty() {
            elements.reserve(FEW);
        }
        elements.push(element);
        if let Some(propstat) = self.layout.propstats.last_mut() {
            propstat.properties.end = self.layout.properties.len();
            propstat.conditions.end = self.layout.conditions.len();
        }
    }

    fn end_element(&mut self, open: Open, inside: Span, pull: &Pull) {
        let end = self.mark(pull.next_at());
        if let Some(element) = self.elements_of(open.place).last_mut() {
            element.whole.end = end;
            element.inside = Some(inside).filter(|_| !open.is_empty);
        }
    }

    /// The list of properties or conditions that is being read.
    #[inline]
    fn elements_of(&mut self, place: Place) -> &mut Vec<ElementLayout> {
        match place {
            Place::Property => &mut self.layout.properties,
            _ if self.is_inside(Place::PropStat) => &mut self.layout.conditions,
            _ => &mut self.layout.error,
        }
    }
}

/// How many properties most responses have at most.
const FEW: usize = 12;

// === helpers ===

/// How long a response may be.
pub(super) fn longest(pull: &Pull) -> usize {
    pull.limits().resource.min(u32::MAX as usize)
}

/// The namespace of an element that declares none itself.
fn outside(namespace: Option<usize>) -> Namespace {
    namespace.map_or(Namespace::None, |at| Namespace::Outside(at as u32))
}

/// The status that the content of an element says.
fn read_status(inside: &str) -> Option<StatusCode> {
    status_line::parse_plain(inside).or_else(|| status_line::parse(&content(inside)))
}

/// The fault of a response, or of a piece outside of responses, that is too long to be kept.
pub(super) fn too_large(start: usize, most: usize) -> Fault {
    let sentence =
        format!("a response, or what stands beside one, is longer than {most} bytes, ask for less");
    Fault::new(ErrorKind::ResourceTooLarge, sentence, start)
}
