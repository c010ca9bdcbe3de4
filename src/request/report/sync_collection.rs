//! What changed in a collection.

use crate::{
    dav::SyncToken,
    request::{
        Propfind,
        body::{Body, body, depth},
        walk::{self, DAV},
        wanted::Wanted,
    },
    xml::{Error, ErrorKind, Parser},
};

/// Asks what changed in a collection. The [answer](crate::outcome::SyncCollection) has the same name.
///
/// [RFC 6578, section 6.1](https://www.rfc-editor.org/rfc/rfc6578#section-6.1)
///
/// It is about its target: its [level](Self::level) says how far it reaches, and a `Depth` other than `0` is
/// refused. So are a request without a level, which clients older than the RFC gave as the `Depth`, a limit
/// of 0, with which a client would come back for ever, and a token that is not a [`SyncToken`], which gets
/// 403 with `valid-sync-token`. [`outcome`](Self::outcome) begins the answer, and [`stream`](Self::stream)
/// one that is sent while the changes are still being found.
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
/// assert_eq!(report.token().map(SyncToken::as_str), Some("http://example.com/sync/7"));
///
/// let token = SyncToken::new("http://example.com/sync/8")?;
/// let mut changes = report.outcome(Href::collection("/home"), token);
/// let changed = report.wanted().answer(Href::path("/home/new"));
/// changes.changed(changed.prop(prop::GetEtag::strong("1")?));
/// assert!(MultiStatus::from(changes).to_string().contains("<D:getetag>\"1\"</D:getetag>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Clients that send `Depth: 1`
///
/// The `caldav` of Python, iOS 8 and eM Client do, against
/// [section 3.2](https://www.rfc-editor.org/rfc/rfc6578#section-3.2). To serve them, parse the body, and do
/// not check the depth of this report. Do not rewrite the header beforehand: other reports, such as
/// `calendar-query`, need theirs.
///
/// ```
/// use axum::extract::Request;
/// use statuary::{
///     request::{Rejection, check_media_type, collect, report::Report},
///     xml::Limits,
/// };
///
/// async fn report(request: Request) -> Result<Report, Rejection> {
///     let (head, body) = request.into_parts();
///     check_media_type(&head.headers)?;
///     let limits = Limits::request();
///     let report = Report::parse(&collect(body, &limits).await?, &limits)?;
///     if !matches!(report, Report::SyncCollection(_)) {
///         report.check_depth(&head.headers)?;
///     }
///     Ok(report)
/// }
/// # let sent = |body: &str| {
/// #     let request = http::Request::builder().method("REPORT").header("depth", "1");
/// #     tokio_test::block_on(report(request.body(body.to_owned().into()).unwrap()))
/// # };
/// # let sync = "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level>\
/// #     <prop><getetag/></prop></sync-collection>";
/// # assert!(matches!(sent(sync), Ok(Report::SyncCollection(_))));
/// # let refused = sent("<principal-search-property-set xmlns='DAV:'/>").unwrap_err();
/// # assert_eq!(refused.status(), 400);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyncCollection {
    token: Option<SyncToken>,
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
    /// The token of the state that the client knows; `None` if it knows nothing yet. Answer a token that this
    /// server did not issue, or no longer knows, with
    /// [`Condition::ValidSyncToken`](crate::Condition::ValidSyncToken).
    #[must_use]
    pub fn token(&self) -> Option<&SyncToken> {
        self.token.as_ref()
    }

    /// How far it reaches.
    #[must_use]
    pub fn level(&self) -> SyncLevel {
        self.level
    }

    /// How many changes the client takes at once, at least one.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// The properties that are asked for, of each member that changed.
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
                let read = read_token(parser)?;
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
            token: token.ok_or_else(|| missing("`sync-collection` holds no `sync-token`"))?,
            level: level.ok_or_else(|| missing("`sync-collection` holds no `sync-level`"))?,
            limit,
            wanted: wanted.ok_or_else(|| missing("`sync-collection` holds no `prop`"))?,
        })
    }

    fn is_about_target_alone(&self) -> bool {
        true
    }
}

// === helpers ===

/// The token inside the element just entered; `None` if it is empty.
fn read_token(parser: &mut Parser<'_>) -> Result<Option<SyncToken>, Error> {
    let text = parser.content()?;
    if text.is_empty() {
        return Ok(None);
    }
    SyncToken::new(&text).map(Some).map_err(|_| {
        let sentence = "`sync-token` is no URI, send one that the server gave";
        parser.error(ErrorKind::InvalidSyncToken, sentence)
    })
}
