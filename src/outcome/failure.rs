//! Reasons for failure, in a resource.

use http::StatusCode;

use crate::{
    dav::{Condition, Href},
    multistatus::{Resource, Status},
    reply::DavError,
};

/// Makes sure that a reason is a failure: any other status is a fault of this server.
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
    resource.description(reason.described().clone())
}

/// Whether two reasons are written the same.
pub(super) fn agree(one: &DavError, other: &DavError) -> bool {
    one.status() == other.status()
        && one.conditions() == other.conditions()
        && one.described() == other.described()
}

/// The response for a target whose list was cut off.
pub(super) fn truncated(target: Href<'_>) -> Resource<Status> {
    Resource::status(target, StatusCode::INSUFFICIENT_STORAGE)
        .error(Condition::NumberOfMatchesWithinLimits)
}
