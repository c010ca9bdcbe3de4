//! A reason to fail, as a resource or a propstat tells it.

use http::StatusCode;

use crate::{
    dav::{Condition, Href},
    multistatus::{PropStat, Resource, Status},
    reply::DavError,
};

/// Makes a reason one that a client can believe: what claims to be no failure is one of this server.
pub(super) fn failure(reason: DavError) -> DavError {
    let status = reason.status();
    if status.is_client_error() || status.is_server_error() {
        reason
    } else {
        DavError::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A resource with the reason why it failed.
pub(super) fn failed(href: Href<'_>, reason: &DavError) -> Resource<Status> {
    let conditions = reason.conditions().iter().cloned();
    let resource = Resource::status(href, reason.status());
    let resource = conditions.fold(resource, Resource::error);
    resource.description(reason.description())
}

/// Whether two reasons are told in the same words.
pub(super) fn agree(one: &DavError, other: &DavError) -> bool {
    one.status() == other.status()
        && one.conditions() == other.conditions()
        && one.description() == other.description()
}

/// A propstat, without properties so far, with the reason why they failed.
pub(super) fn refused(reason: &DavError) -> PropStat {
    let conditions = reason.conditions().iter().cloned();
    let propstat = conditions.fold(PropStat::new(reason.status()), PropStat::error);
    propstat.description(reason.description())
}

/// The answer of a target that has more to tell than was told: a list that was cut off.
pub(super) fn truncated(target: Href<'_>) -> Resource<Status> {
    Resource::status(target, StatusCode::INSUFFICIENT_STORAGE)
        .error(Condition::NumberOfMatchesWithinLimits)
}
