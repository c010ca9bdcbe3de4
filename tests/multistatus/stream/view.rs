//! A streamed answer under the layer.

use std::convert::Infallible;

use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use statuary::{Href, MultiStatus, MultiStatusLayer, MultiStatusStream, Resource, prop};
use tower::{ServiceBuilder, ServiceExt, service_fn};

use super::{href, members};

async fn ask(layer: MultiStatusLayer, prefer: &'static str, count: usize) -> (HeaderMap, String) {
    let service =
        ServiceBuilder::new()
            .layer(layer)
            .service(service_fn(move |_: Request<()>| async move {
                let stream = MultiStatusStream::from_iterator(members(count))
                    .chunk_size(2_000)
                    .await;
                Ok::<_, Infallible>(stream.expect("no failure").into_http())
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
        let (headers, body) = ask(layer.clone(), "return=minimal, depth-noroot", count).await;
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
