//! PROPFIND: a listing, as one 207.

use std::{
    borrow::Cow,
    ffi::OsStr,
    fs::Metadata,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{Extension, extract::State, http::HeaderMap};
use statuary::{
    Condition, Depth, MemberPaywall, MultiStatus, Propfind, Resource, multistatus::Either, prop,
    xml::Name,
};

use crate::{
    account::Account,
    fault::Fault,
    paid::{self, Subscriptions},
    properties,
    target::Target,
    tree::{self, Failure, Tree, Walk, blocking},
};

/// Lists what the request asks about. For those who have not paid, members of the paid collection
/// are listed with a 402, and without their own members.
pub(crate) async fn propfind(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    Extension(paywall): Extension<MemberPaywall<Subscriptions>>,
    depth: Depth,
    headers: HeaderMap,
    wanted: Propfind,
) -> Result<MultiStatus, Fault> {
    let listing = blocking(move || list(&tree, &target, depth, &wanted)).await?;
    let caller = Account::of(&headers);
    Ok(paywall
        .apply(listing, |href| paid::cost(href, caller))
        .await)
}

fn list(
    tree: &Tree,
    target: &Target,
    depth: Depth,
    wanted: &Propfind,
) -> Result<MultiStatus, Fault> {
    let (path, metadata) = tree.existing(target)?;
    let levels = match depth {
        Depth::Zero => 0,
        Depth::One => 1,
        _ => usize::MAX,
    };
    // A folder that is requested without its slash is answered with its location, not with a
    // redirect.
    let mut listing = MultiStatus::new().located_at(target.href(metadata.is_dir()));
    for (count, member) in Walk::served(path, levels).enumerate() {
        if depth == Depth::Infinity && count == MOST {
            return Err(Condition::PropfindFiniteDepth.into());
        }
        listing.extend(answer(tree, wanted, member));
    }
    Ok(listing)
}

/// The answer for one member: what is known of it, or why it cannot be read.
fn answer(
    tree: &Tree,
    wanted: &Propfind,
    member: Result<(PathBuf, Metadata), Failure>,
) -> Option<Resource<Either>> {
    let (path, metadata) = match member {
        Ok((path, metadata)) => (path, Ok(metadata)),
        Err(Failure { path, error }) => (path, Err(error)),
    };
    let target = tree.target(&path)?;
    let described = metadata.and_then(|metadata| describe(wanted, &target, &path, &metadata));
    Some(described.unwrap_or_else(|error| {
        let status = Fault::from(error).status();
        Resource::status(target.href(path.is_dir()), status).either()
    }))
}

/// Offers all that is known of a file or a folder; a property that is asked for and not offered is
/// a 404.
fn describe(
    wanted: &Propfind,
    target: &Target,
    path: &Path,
    metadata: &Metadata,
) -> io::Result<Resource<Either>> {
    let dead = properties::load(path, metadata.is_dir())?;
    let mut answer = wanted.answer(target.href(metadata.is_dir()));
    if !dead.iter().any(|property| property.name() == DISPLAYNAME) {
        let name = target
            .path()
            .file_name()
            .map_or(Cow::Borrowed("/"), OsStr::to_string_lossy);
        answer = answer.prop(prop::DisplayName(&name));
    }
    answer = answer.prop(prop::GetLastModified(metadata.modified()?));
    if let Ok(created) = metadata.created() {
        answer = answer.prop(prop::CreationDate(created));
    }
    if metadata.is_dir() {
        answer = answer.prop(prop::ResourceType::COLLECTION);
    } else {
        let media_type = mime_guess::from_path(path).first_or_octet_stream();
        answer = answer
            .prop(prop::ResourceType::FILE)
            .prop(prop::GetContentLength(metadata.len()))
            .prop(prop::GetContentType(media_type.essence_str()));
        if let Some(etag) = tree::etag(metadata) {
            answer = answer.prop(etag);
        }
    }
    for property in &dead {
        answer = answer.prop(property);
    }
    Ok(answer.into())
}

const DISPLAYNAME: Name<'static> = Name::dav("displayname");

/// How many members an answer of infinite depth may have: it is in memory as a whole.
const MOST: usize = 100_000;
