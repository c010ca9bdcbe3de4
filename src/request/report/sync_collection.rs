//! What changed in a collection.

use crate::{
    request::{
        Propfind,
        body::{Body, body, depth},
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, Parser},
};

/// Asks what changed in a collection.
///
/// [RFC 6578, section 6.1](https://www.rfc-editor.org/rfc/rfc6578#section-6.1)
///
/// It is about its target: how far it reaches is its [level](Self::level), and a `Depth` other than `0` is
/// refused. So is a request without a level, which clients older than the RFC gave by `Depth`.
/// [`outcome`](Self::outcome) begins the answer, and [`stream`](Self::stream) one that is sent while the
/// changes are still being found.
///
/// # Grammar
///
/// ```text
/// <!ELEMENT sync-collection (sync-token, sync-level, limit?, prop)>
/// <!ELEMENT sync-token (#PCDATA)>
/// <!ELEMENT sync-level (#PCDATA)>
/// <!ELEMENT limit (nresults) >
/// ```
///
/// # Example values
///
/// ```xml
/// <D:sync-collection xmlns:D="DAV:">
///   <D:sync-token/>
///   <D:sync-level>1</D:sync-level>
///   <D:prop><D:getetag/></D:prop>
/// </D:sync-collection>
/// ```
///
/// # Examples
///
/// ```
/// use statuary::{
///     Href, MultiStatus, dav::SyncToken, prop, request::report::SyncCollection, xml::Limits,
/// };
///
/// let body = br#"<D:sync-collection xmlns:D="DAV:">
///     <D:sync-token>http://example.com/sync/7</D:sync-token><D:sync-level>1</D:sync-level>
///     <D:prop><D:getetag/></D:prop>
/// </D:sync-collection>"#;
/// let report = SyncCollection::parse(body, &Limits::request())?;
/// assert_eq!(report.token(), Some("http://example.com/sync/7"));
///
/// let token = SyncToken::new("http://example.com/sync/8")?;
/// let mut changes = report.outcome(Href::collection("/home"), token);
/// let changed = report.wanted().answer(Href::path("/home/new"));
/// changes.changed(changed.prop(prop::GetEtag::strong("1")?));
/// assert!(MultiStatus::from(changes).to_string().contains("<D:getetag>\"1\"</D:getetag>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyncCollection {
    token: Option<String>,
    level: SyncLevel,
    limit: Option<usize>,
    wanted: Propfind,
}

/// How far below its target a [`SyncCollection`] reaches
/// ([RFC 6578, section 6.3](https://www.rfc-editor.org/rfc/rfc6578#section-6.3)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SyncLevel {
    /// To the members of the collection.
    One,
    /// To its members, and theirs, all the way down.
    Infinite,
}

// === impl SyncCollection ===

body!(SyncCollection, "REPORT");
depth!(SyncCollection);

impl SyncCollection {
    /// The token of the state that the client knows; `None` if it knows nothing yet.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// How far it reaches.
    #[must_use]
    pub fn level(&self) -> SyncLevel {
        self.level
    }

    /// How many changes the client takes at once.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// The properties that are asked for, of what changed.
    #[must_use]
    pub fn wanted(&self) -> &Propfind {
        &self.wanted
    }
}

impl Body for SyncCollection {
    fn read(parser: &mut Parser<'_>) -> Result<Self, Error> {
        walk::report(parser, DAV, "sync-collection")?;
        let (mut token, mut level, mut limit) = (None, None, None);
        let mut wanted = Wanted::new("sync-collection");
        while parser.enter()? {
            if parser.is_dav("sync-token") {
                let read = parser.content()?;
                let sentence = "`sync-collection` holds more than one `sync-token`";
                walk::once(&mut token, read, parser, sentence)?;
            } else if parser.is_dav("sync-level") {
                let read = match &*parser.content()? {
                    "1" => SyncLevel::One,
                    "infinite" => SyncLevel::Infinite,
                    _ => {
                        return Err(walk::invalid(
                            parser,
                            "`sync-level` is neither `1` nor `infinite`",
                        ));
                    }
                };
                let sentence = "`sync-collection` holds more than one `sync-level`";
                walk::once(&mut level, read, parser, sentence)?;
            } else if parser.is_dav("limit") {
                let read = walk::limit(parser, DAV)?;
                let sentence = "`sync-collection` holds more than one `limit`";
                walk::once(&mut limit, read, parser, sentence)?;
            } else {
                wanted.take(parser)?;
            }
        }
        let missing = |sentence| walk::missing(parser, sentence);
        let wanted = wanted.finish(parser)?;
        Ok(Self {
            token: token
                .map(|token| Some(token).filter(|token| !token.is_empty()))
                .ok_or_else(|| missing("`sync-collection` holds no `sync-token`"))?,
            level: level.ok_or_else(|| missing("`sync-collection` holds no `sync-level`"))?,
            limit,
            wanted: wanted.ok_or_else(|| missing("`sync-collection` holds no `prop`"))?,
        })
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}
