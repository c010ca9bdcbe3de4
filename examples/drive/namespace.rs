//! MKCOL, DELETE, COPY and MOVE: the namespace operations.
//!
//! A failure of the whole is a plain status; a failure of some member below is a 207 that names it.

use std::{
    fs::{self, Metadata},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use statuary::{Depth, Overwrite, dav::ZeroOrInfinity, outcome, request::NoBody};

use crate::{
    change,
    conditions::Conditions,
    fault::Fault,
    paid,
    target::{Destination, Target},
    tree::{Failure, Place, Tree, blocking},
};

pub(crate) async fn mkcol(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<StatusCode, Fault> {
    blocking(move || {
        let _changing = tree.changing();
        let Place { path, metadata } = tree.find(&target)?;
        Conditions::of(&headers)?.check(&tree, &target, metadata.as_ref())?;
        if metadata.is_some() {
            return Err(Fault::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "there is something already",
            ));
        }
        tree.parent_of(&target)?;
        fs::create_dir(path)?;
        Ok(StatusCode::CREATED)
    })
    .await
}

pub(crate) async fn delete(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Fault> {
    blocking(move || {
        let _changing = tree.changing();
        let (path, metadata) = tree.existing(&target)?;
        Conditions::of(&headers)?.check(&tree, &target, Some(&metadata))?;
        may_go(&target)?;
        if metadata.is_dir() {
            Depth::check_infinity(&headers)?;
        }
        Ok(outcome(
            &tree,
            &target,
            change::remove(&path),
            StatusCode::NO_CONTENT,
        ))
    })
    .await
}

pub(crate) async fn copy(
    State(tree): State<Arc<Tree>>,
    Extension(source): Extension<Target>,
    Extension(Destination(destination)): Extension<Destination>,
    overwrite: Overwrite,
    depth: ZeroOrInfinity,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Fault> {
    let levels = match depth {
        ZeroOrInfinity::Zero => 0,
        ZeroOrInfinity::Infinity => usize::MAX,
    };
    blocking(move || {
        let _changing = tree.changing();
        let journey = Journey::plan(&tree, &source, &destination, overwrite, &headers)?;
        let failures = journey.make(|from, to| change::copy(from, to, levels));
        Ok(outcome(&tree, &source, failures, journey.done()))
    })
    .await
}

pub(crate) async fn r#move(
    State(tree): State<Arc<Tree>>,
    Extension(source): Extension<Target>,
    Extension(Destination(destination)): Extension<Destination>,
    overwrite: Overwrite,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Response, Fault> {
    blocking(move || {
        let _changing = tree.changing();
        may_go(&source)?;
        let journey = Journey::plan(&tree, &source, &destination, overwrite, &headers)?;
        if journey.is_collection {
            Depth::check_infinity(&headers)?;
        }
        let failures = journey.make(change::rename);
        Ok(outcome(&tree, &source, failures, journey.done()))
    })
    .await
}

/// The source and destination of a COPY or MOVE that is allowed.
struct Journey {
    from: PathBuf,
    to: PathBuf,
    is_collection: bool,
    replaced: Option<Metadata>,
}

impl Journey {
    fn plan(
        tree: &Tree,
        source: &Target,
        destination: &Target,
        overwrite: Overwrite,
        headers: &HeaderMap,
    ) -> Result<Self, Fault> {
        let (from, metadata) = tree.existing(source)?;
        Conditions::of(headers)?.check(tree, source, Some(&metadata))?;
        if source.contains(destination) || destination.contains(source) {
            return Err(Fault::forbidden("one of the two is in the other"));
        }
        let Place {
            path: to,
            metadata: replaced,
        } = tree.find(destination)?;
        tree.parent_of(destination)?;
        if replaced.is_some() {
            may_go(destination)?;
            if !overwrite.is_allowed() {
                return Err(Fault::precondition_failed("something is there already"));
            }
        }
        Ok(Self {
            from,
            to,
            is_collection: metadata.is_dir(),
            replaced,
        })
    }

    /// Makes the journey. A file replaces a file in one step; anything else has to be removed
    /// before.
    fn make(&self, go: impl FnOnce(&Path, &Path) -> Vec<Failure>) -> Vec<Failure> {
        if self
            .replaced
            .as_ref()
            .is_some_and(|there| there.is_dir() || self.is_collection)
        {
            let failures = change::remove(&self.to);
            if !failures.is_empty() {
                return failures;
            }
        }
        go(&self.from, &self.to)
    }

    fn done(&self) -> StatusCode {
        if self.replaced.is_some() {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::CREATED
        }
    }
}

/// Whether a target may be removed, moved or replaced: the drive needs some of them.
fn may_go(target: &Target) -> Result<(), Fault> {
    if target.is_root() || paid::is_collection(target) {
        return Err(Fault::forbidden("the drive cannot be without it"));
    }
    Ok(())
}

/// The answer to a change: success, or what failed.
fn outcome(tree: &Tree, target: &Target, failures: Vec<Failure>, done: StatusCode) -> Response {
    let mut outcome = outcome::Tree::new(target.href(true));
    for Failure { path, error } in failures {
        // A failure at one of the drive's own files counts as one of its folder.
        let visible = path
            .ancestors()
            .find_map(|path| Some(tree.target(path)?.href(path.is_dir())));
        let member = visible.unwrap_or_else(|| target.href(true));
        outcome.member(member, Fault::from(error));
    }
    outcome.done(done).into_response()
}
