//! The kinds of elements in a multistatus.

/// The kind of an element, by its name and its parent.
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
    /// An element that is ignored.
    Other,
}

// === impl Place ===

impl Place {
    /// The number of kinds.
    pub(super) const KINDS: usize = Self::Other as usize + 1;

    /// Whether the element is read for the elements in it.
    pub(super) fn holds_elements(self) -> bool {
        matches!(
            self,
            Self::MultiStatus
                | Self::Response
                | Self::Location
                | Self::PropStat
                | Self::Prop
                | Self::Error
        )
    }

    /// Whether the element is read for its text.
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Href | Self::Status | Self::Description | Self::LocationHref | Self::SyncToken
        )
    }
}

/// The kind of an element with this namespace and local name, in its parent.
pub(super) fn place(parent: Place, (namespace, local): (&str, &str)) -> Place {
    match namespace {
        "DAV:" => dav(parent, local),
        _ => other(parent),
    }
}

// === helpers ===

/// The kind of an element in the namespace `DAV:`, in its parent.
fn dav(parent: Place, local: &str) -> Place {
    match (parent, local) {
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
        _ => other(parent),
    }
}

/// The kind of any other element in its parent.
fn other(parent: Place) -> Place {
    match parent {
        Place::Prop => Place::Property,
        Place::Error => Place::Condition,
        _ => Place::Other,
    }
}
