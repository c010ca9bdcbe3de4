//! PROPPATCH: all changes, or none.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use statuary::{MultiStatus, PropertyUpdate, request::Instruction, xml::Name};

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
        Conditions::of(&headers)?.check(&tree, &target, Some(&metadata))?;
        let href = target.href(metadata.is_dir());
        let outcome = update.outcome().protect(&PROTECTED);
        if outcome.is_refused() {
            return Ok(outcome.proppatch(href));
        }

        let mut kept = properties::load(&path, metadata.is_dir())?;
        for change in update.into_instructions() {
            kept.retain(|property| property.name() != change.name());
            if let Instruction::Set(property) = change {
                kept.push(property);
            }
        }
        properties::save(&path, metadata.is_dir(), &kept)?;
        Ok(outcome.proppatch(href))
    })
    .await
}

/// Properties that only the drive sets.
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
