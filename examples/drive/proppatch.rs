//! PROPPATCH: all changes, or none.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use statuary::{
    Condition, Href, MultiStatus, PropStat, PropertyUpdate, Resource, request::Instruction,
    xml::Name,
};

use crate::{
    conditions::Conditions,
    fault::Fault,
    properties,
    target::Target,
    tree::{Tree, blocking},
};

pub(crate) async fn proppatch(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    headers: HeaderMap,
    update: PropertyUpdate,
) -> Result<MultiStatus, Fault> {
    blocking(move || {
        let _changing = tree.changing();
        let (path, metadata) = tree.existing(&target)?;
        Conditions::of(&headers).check(Some(&metadata))?;
        let href = target.href(metadata.is_dir());
        if update
            .instructions()
            .iter()
            .any(|change| is_protected(&change.name()))
        {
            return Ok(MultiStatus::from_iter([refused(href, &update)]));
        }

        let mut patched = Resource::new(href);
        for name in names(&update) {
            patched = patched.name(&name);
        }
        let mut kept = properties::load(&path, metadata.is_dir())?;
        for change in update.into_instructions() {
            kept.retain(|property| property.name() != change.name());
            if let Instruction::Set(property) = change {
                kept.push(property);
            }
        }
        properties::save(&path, metadata.is_dir(), &kept)?;
        Ok(MultiStatus::from_iter([patched]))
    })
    .await
}

/// What a property that nobody may change does to all the others.
fn refused(href: Href<'_>, update: &PropertyUpdate) -> Resource {
    let mut protected =
        PropStat::new(StatusCode::FORBIDDEN).error(Condition::CannotModifyProtectedProperty);
    let mut dependent = None;
    for name in names(update) {
        if is_protected(&name) {
            protected = protected.name(&name);
        } else {
            let rest = dependent.unwrap_or_else(|| PropStat::new(StatusCode::FAILED_DEPENDENCY));
            dependent = Some(rest.name(&name));
        }
    }
    let refused = Resource::new(href).propstat(protected);
    match dependent {
        Some(dependent) => refused.propstat(dependent),
        None => refused,
    }
}

/// The names of the properties that are changed, each once.
fn names(update: &PropertyUpdate) -> Vec<Name<'_>> {
    let mut names = Vec::new();
    for change in update.instructions() {
        if !names.contains(&change.name()) {
            names.push(change.name());
        }
    }
    names
}

/// Whether the drive alone says what the property is.
fn is_protected(name: &Name<'_>) -> bool {
    const PROTECTED: [Name<'static>; 8] = [
        Name::dav("creationdate"),
        Name::dav("getcontentlength"),
        Name::dav("getcontenttype"),
        Name::dav("getetag"),
        Name::dav("getlastmodified"),
        Name::dav("lockdiscovery"),
        Name::dav("resourcetype"),
        Name::dav("supportedlock"),
    ];
    PROTECTED.contains(name)
}
