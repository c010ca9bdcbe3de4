//! A streamed answer under the layer.

use std::{convert::Infallible, error::Error, fmt::Debug};

use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use statuary::{
    Href, MultiStatus, MultiStatusLayer, MultiStatusStream, PropStat, Resource, prop, reply::Begin,
};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use super::{href, members};

async fn ask<E>(
    layer: MultiStatusLayer,
    prefer: &'static str,
    begin: Begin<E>,
) -> (HeaderMap, String)
where
    E: Into<Box<dyn Error + Send + Sync>> + Debug + 'static,
{
    let mut begin = Some(begin);
    let service = ServiceBuilder::new()
        .layer(layer)
        .service(service_fn(move |_: Request<()>| {
            let begin = begin.take().expect("one request");
            async {
                let stream = begin.chunk_size(2_000).await;
                Ok::<_, Infallible>(stream.expect("no failure").into_http())
            }
        }));
    let request = Request::builder()
        .method("PROPFIND")
        .uri("/folder/member%207")
        .header("depth", "1")
        .header("prefer", prefer)
        .body(())
        .expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("no failure").to_bytes();
    (
        head.headers,
        String::from_utf8(body.to_vec()).expect("UTF-8"),
    )
}

#[tokio::test]
async fn the_layer_is_followed_while_streaming() {
    let layer = MultiStatusLayer::new().mounted_at("/dav");
    for count in [8, 3_000] {
        let begin = MultiStatusStream::from_iterator(members(count));
        let (headers, body) = ask(layer.clone(), "return=minimal, depth-noroot", begin).await;
        let expected: MultiStatus = (0..count)
            .filter(|index| *index != 7)
            .map(|index| {
                let href = Href::parse(format!("/dav{}", href(index)));
                Resource::new(href.expect("an href")).prop(prop::GetContentLength(index as u64))
            })
            .collect();
        assert!(body == expected.to_string(), "{count}");
        assert_eq!(
            headers["preference-applied"],
            "return=minimal, depth-noroot"
        );
        let vary: Vec<_> = headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["prefer, brief"]);
    }
}

/// Half a listing would look like a whole one.
#[tokio::test]
async fn the_target_is_not_left_out_where_it_tells_of_a_failure() {
    for count in [2, 200] {
        let members = members(count).map(|member| member.map_err(|_| "full"));
        let begin = MultiStatusStream::from_iterator(members.chain([Err("full")])).end_with(|_| {
            let full = PropStat::new(StatusCode::INSUFFICIENT_STORAGE);
            let target = Resource::new(Href::path("/folder/member 7/"));
            target.propstat(full.name(&statuary::xml::Name::dav("displayname")))
        });
        let (_, body) = ask(MultiStatusLayer::new(), "depth-noroot", begin).await;
        assert!(body.contains("507 Insufficient Storage"), "{body}");
    }
}
