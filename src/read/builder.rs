//! From the steps of a parser to the layout of a response.

use std::{mem, sync::Arc};

use http::StatusCode;

use super::{
    layout::{ElementLayout, Layout, Mark, PropStatLayout, Slots, Span},
    status,
};
use crate::xml::{ErrorKind, Fault, Outside, Pull, content};

/// The layout of the response that is being read.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Where the response starts in the window.
    start: usize,
    /// What the open elements are, the root first.
    open: Vec<Open>,
    /// The scope inside the root.
    root: Option<Arc<Outside>>,
    /// The scope inside the `prop` or `error` that is open.
    outside: Option<Arc<Outside>>,
    layout: Layout,
    slots: Slots,
    /// Where in the markup the slots are.
    pieces: Slots,
    /// Where the element just entered starts inside, and where the text ends that it starts with.
    leaf: Option<(usize, usize)>,
    /// The bytes of text in the element that is read for its text.
    length: usize,
    properties: usize,
    /// The elements of the document before the response.
    elements: usize,
}

/// A response as it was read, beside its layout.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) slots: Slots,
    /// Where the slots are, counted in bytes that are in none.
    pub(super) pieces: Slots,
    /// The elements that it consists of.
    pub(super) elements: usize,
}

/// What an element is, by its name and by where it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    MultiStatus,
    Response,
    Href,
    Status,
    Location,
    LocationHref,
    PropStat,
    Prop,
    Property,
    Error,
    Condition,
    Description,
    SyncToken,
    /// Something that is passed over.
    Other,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open {
    place: Place,
    /// Where its inside starts.
    inside: Mark,
    is_empty: bool,
    /// Whether something is declared on it or on an element between the root and it.
    declares: bool,
}

// === impl Place ===

impl Place {
    /// Whether the element is there for its text.
    fn is_text(self) -> bool {
        matches!(
            self,
            Self::Href | Self::Status | Self::Description | Self::LocationHref | Self::SyncToken
        )
    }
}

// === impl Builder ===

impl Builder {
    /// Where in the window the child of the root is that is being read.
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
        self.leaf = self
            .leaf
            .map(|(start, end)| (start.saturating_sub(bytes), end.saturating_sub(bytes)));
    }

    /// Takes the element that the parser has just entered.
    pub(super) fn enter(&mut self, pull: &Pull, window: &str) -> Result<(), Fault> {
        let (at, inside) = (pull.at(), pull.next_at());
        let parent = self.open.last().copied();
        let name = (pull.namespace(), &window[pull.local()]);
        let Some(parent) = parent else {
            check_root(pull, name)?;
            self.root = Some(Arc::new(pull.scope.outside()));
            self.open(Place::MultiStatus, inside, pull, false);
            return Ok(());
        };
        let place = match name.0 {
            "DAV:" => place(parent.place, name.1),
            _ => other_place(parent.place),
        };
        if parent.place == Place::MultiStatus {
            self.begin(at, pull);
        }
        self.check_more(place, pull)?;
        let declares = parent.declares || !pull.scope.is_unchanged();
        self.open(place, inside, pull, declares);
        match place {
            Place::PropStat => self.layout.propstats.push(PropStatLayout {
                properties: Vec::with_capacity(FEW),
                ..PropStatLayout::default()
            }),
            Place::Prop | Place::Error => {
                self.outside = match declares {
                    true => Some(Arc::new(pull.scope.outside())),
                    false => self.root.clone(),
                };
            }
            Place::Property | Place::Condition => self.element(at, pull, place),
            _ => {}
        }
        Ok(())
    }

    /// Takes text or CDATA that is this long.
    pub(super) fn text(&mut self, length: usize, is_cdata: bool, pull: &Pull) -> Result<(), Fault> {
        self.leaf = match self.leaf {
            Some((start, end)) if start == end && end == pull.at() && !is_cdata => {
                Some((start, pull.next_at()))
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
                self.slot(leaf, open.place, pull);
                self.mark(pull.at())
            }
        };
        let inside = Span {
            start: open.inside,
            end,
        };
        let parent = self.open.last().map(|open| open.place);
        let layout = &mut self.layout;
        let propstat = layout.propstats.last_mut();
        match (open.place, parent, propstat) {
            (Place::Href, ..) => layout.hrefs.push(inside),
            (Place::LocationHref, ..) => layout.location = Some(inside),
            (Place::Status, Some(Place::PropStat), Some(propstat)) => {
                let line = inside.of(&window[self.start..], &self.slots);
                propstat.status = propstat.status.or_else(|| read_status(line));
            }
            (Place::Status, ..) => {
                let line = inside.of(&window[self.start..], &self.slots);
                layout.status = layout.status.or_else(|| read_status(line));
            }
            (Place::Description, Some(Place::PropStat), Some(propstat)) => {
                propstat.description = Some(inside);
            }
            (Place::Description, Some(Place::Response), _) => layout.description = Some(inside),
            (Place::Property | Place::Condition, ..) => self.end_element(open, inside, pull),
            _ => {}
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
        self.slots.clear();
        self.pieces.clear();
        self.properties = 0;
        self.elements = pull.elements() - 1;
    }

    fn open(&mut self, place: Place, inside: usize, pull: &Pull, declares: bool) {
        let is_empty = pull.is_empty();
        if place.is_text() {
            self.length = 0;
        }
        self.leaf = Some((inside, inside)).filter(|_| !is_empty);
        let inside = self.mark(inside);
        self.open.push(Open {
            place,
            inside,
            is_empty,
            declares,
        });
    }

    /// Checks that there may be one more of what is about to come.
    fn check_more(&mut self, place: Place, pull: &Pull) -> Result<(), Fault> {
        let conditions = match self.layout.propstats.last() {
            Some(propstat) if self.is_inside(Place::PropStat) => propstat.error.len(),
            _ => self.layout.error.len(),
        };
        let (count, what) = match place {
            Place::Href => {
                let (count, most) = (self.layout.hrefs.len(), pull.limits().hrefs);
                return pull.check_count(count, most, ErrorKind::TooManyHrefs, "hrefs");
            }
            Place::PropStat => (self.layout.propstats.len(), "properties"),
            Place::Property => (self.properties, "properties"),
            Place::Condition => (conditions, "properties"),
            _ => return Ok(()),
        };
        self.properties += usize::from(place == Place::Property);
        let most = pull.limits().properties;
        pull.check_count(count, most, ErrorKind::TooManyProperties, what)
    }

    /// Whether the open element that is two levels up, or one, is of this kind.
    fn is_inside(&self, place: Place) -> bool {
        let mut open = self.open.iter().rev();
        open.any(|open| open.place == place)
    }

    /// Refuses what cannot be kept until it ends.
    fn check_size(&self, pull: &Pull) -> Result<(), Fault> {
        let most = pull.limits().resource.min(u32::MAX as usize);
        match self.is_between() || pull.next_at() - self.start <= most {
            true => Ok(()),
            false => Err(too_large(self.start, most)),
        }
    }

    /// Where a place in the window is in the response, which is shorter than 4 GiB.
    fn mark(&self, at: usize) -> Mark {
        let held = self.slots.last().copied().unwrap_or_default();
        Mark {
            slots: self.slots.len() as u32,
            bytes: (at.saturating_sub(self.start) as u32).saturating_sub(held),
        }
    }

    /// Notes that the element that ends here holds nothing but text. The text of a status is in no slot,
    /// since the layout depends on it.
    fn slot(&mut self, leaf: Option<(usize, usize)>, place: Place, pull: &Pull) {
        let Some((start, end)) = leaf.filter(|leaf| leaf.1 == pull.at()) else {
            return;
        };
        if place != Place::Status && self.open.len() > 1 {
            let held = self.slots.last().copied().unwrap_or_default();
            self.pieces.push(self.mark(start).bytes);
            self.slots.push(held + (end - start) as u32);
        }
    }

    /// Notes the element just entered, whose end is not known yet.
    fn element(&mut self, at: usize, pull: &Pull, place: Place) {
        let local = pull.local();
        let span = |start, end| Span {
            start: self.mark(start),
            end: self.mark(end),
        };
        let element = ElementLayout {
            namespace: pull.shared_namespace(),
            local: span(local.start, local.end),
            whole: span(at, at),
            inside: None,
            outside: self.outside.clone().unwrap_or_default(),
        };
        self.elements_of(place).push(element);
    }

    fn end_element(&mut self, open: Open, inside: Span, pull: &Pull) {
        let end = self.mark(pull.next_at());
        if let Some(element) = self.elements_of(open.place).last_mut() {
            element.whole.end = end;
            element.inside = Some(inside).filter(|_| !open.is_empty);
        }
    }

    /// Where the properties or the conditions are that are being read.
    fn elements_of(&mut self, place: Place) -> &mut Vec<ElementLayout> {
        let in_propstat = self.is_inside(Place::PropStat);
        match self.layout.propstats.last_mut() {
            Some(propstat) if place == Place::Property => &mut propstat.properties,
            Some(propstat) if in_propstat => &mut propstat.error,
            _ => &mut self.layout.error,
        }
    }
}

/// How many properties most responses have at most.
const FEW: usize = 8;

// === helpers ===

fn check_root(pull: &Pull, name: (&str, &str)) -> Result<(), Fault> {
    if matches!(name, ("DAV:" | "", "multistatus")) {
        return Ok(());
    }
    let sentence = "the root element is not `multistatus` in the namespace `DAV:`";
    Err(pull.fault(ErrorKind::UnexpectedRoot, sentence))
}

/// The status that is said by the inside of an element.
fn read_status(inside: &str) -> Option<StatusCode> {
    status::parse_plain(inside).or_else(|| status::parse(&content(inside)))
}

/// What an element with this name in the namespace `DAV:` is in its parent.
fn place(parent: Place, name: &str) -> Place {
    match (parent, name) {
        (Place::MultiStatus, "response") => Place::Response,
        (Place::MultiStatus, "sync-token") => Place::SyncToken,
        (Place::Response, "href") => Place::Href,
        (Place::Response, "propstat") => Place::PropStat,
        (Place::Response, "location") => Place::Location,
        (Place::Location, "href") => Place::LocationHref,
        (Place::PropStat, "prop") => Place::Prop,
        (Place::Response | Place::PropStat, "status") => Place::Status,
        (Place::Response | Place::PropStat, "error") => Place::Error,
        (Place::MultiStatus | Place::Response | Place::PropStat, "responsedescription") => {
            Place::Description
        }
        _ => other_place(parent),
    }
}

/// What an element with any other name is in its parent.
fn other_place(parent: Place) -> Place {
    match parent {
        Place::Prop => Place::Property,
        Place::Error => Place::Condition,
        _ => Place::Other,
    }
}

/// The fault of a child of the root that is too long to be kept.
pub(super) fn too_large(start: usize, most: usize) -> Fault {
    let sentence = format!("a response is longer than {most} bytes");
    Fault::new(ErrorKind::TooLarge, sentence, start)
}
