//! GET, HEAD and PUT.

use std::{fs::File, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tower_http::services::ServeFile;

use crate::{
    change,
    conditions::Conditions,
    fault::Fault,
    page, properties,
    target::Target,
    tree::{self, Place, Tree, blocking},
};

/// A file with its ranges and conditions; a folder as a page.
pub(crate) async fn get(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    request: Request,
) -> Result<Response, Fault> {
    let wanted = target.clone();
    let (tree, (path, metadata)) = blocking(move || {
        let existing = tree.existing(&wanted)?;
        Ok((tree, existing))
    })
    .await?;
    if metadata.is_dir() {
        return blocking(move || page::of(&tree, &target, path)).await;
    }
    let mut response = ServeFile::new(path).try_call(request).await?.map(Body::new);
    // An upload is displayed, but runs no script in the origin of the drive.
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    Ok(response)
}

/// Writes a file, completely or not at all.
///
/// The body goes to a hidden file, which takes the name when it is complete. If the client goes
/// away, the previous file stays.
pub(crate) async fn put(
    State(tree): State<Arc<Tree>>,
    Extension(target): Extension<Target>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Fault> {
    if headers.contains_key(header::CONTENT_RANGE) {
        return Err(Fault::bad_request("a part of a file cannot be put"));
    }
    let conditions = Conditions::of(&headers)?;
    let (upload, tree, target, conditions) = blocking(move || {
        let Place { path, .. } = may_put(&tree, &target, &conditions)?;
        let upload = change::unfinished(&path, |upload| File::create_new(upload))?;
        Ok((upload, tree, target, conditions))
    })
    .await?;

    let (file, upload) = upload.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Fault::bad_request("the file came in only in part"))?;
        if let Ok(mut data) = frame.into_data() {
            file.write_all_buf(&mut data).await?;
        }
    }
    file.sync_all().await?;

    blocking(move || {
        let _changing = tree.changing();
        let Place { path, metadata } = may_put(&tree, &target, &conditions)?;
        upload.persist(&path).map_err(|lost| lost.error)?;
        if metadata.is_none() {
            properties::forget(&path)?;
        }
        let written = path.metadata()?;
        let status = if metadata.is_some() {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::CREATED
        };
        let etag = tree::etag(&written).map(|etag| [(header::ETAG, etag.to_header_value())]);
        Ok((status, etag, ()).into_response())
    })
    .await
}

/// Whether a file may be put there; asked before the body is read, and again after.
fn may_put(tree: &Tree, target: &Target, conditions: &Conditions) -> Result<Place, Fault> {
    let place = tree.find(target)?;
    conditions.check(tree, target, place.metadata.as_ref())?;
    if place.is_collection() {
        return Err(Fault::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "a folder is not a file",
        ));
    }
    tree.parent_of(target)?;
    Ok(place)
}
