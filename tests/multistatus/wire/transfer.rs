//! What was sent arrives.

use std::convert::Infallible;

use http::{Request, StatusCode, Version};
use http_body_util::BodyExt;
use statuary::{MultiStatus, MultiStatusLayer, MultiStatusStream};
use tower::{ServiceBuilder, service_fn};

use super::{Protocol, connect, members, propfind, soon};

#[tokio::test(start_paused = true)]
async fn a_streamed_answer_arrives_whole() {
    for protocol in Protocol::ALL {
        for count in [3, 2_000] {
            let service = service_fn(move |_: Request<_>| async move {
                let stream = MultiStatusStream::from_iterator(members(count)).chunk_size(10_000);
                Ok::<_, Infallible>(stream.await.expect("no failure").into_http())
            });
            let service = ServiceBuilder::new()
                .layer(MultiStatusLayer::new())
                .service(service);
            let mut client = connect(protocol, service).await;
            // The connection is as good as before.
            for _ in 0..2 {
                let response = soon(client.ask(propfind(&[]))).await;
                assert_eq!(response.status(), StatusCode::MULTI_STATUS);
                let (head, body) = response.into_parts();
                let body = soon(body.collect()).await.expect("a clean end").to_bytes();
                let document: MultiStatus =
                    members(count).collect::<Result<_, _>>().expect("resources");
                assert!(body == document.to_string(), "{protocol:?}, {count}");

                let length = head.headers.get("content-length").map(|length| {
                    let length = length.to_str().expect("a number");
                    length.parse::<usize>().expect("a number")
                });
                assert_eq!(length, (count == 3).then_some(body.len()), "{protocol:?}");
                let is_chunked = protocol == Protocol::Http1 && count > 3;
                let coding = head.headers.get("transfer-encoding");
                assert_eq!(coding.is_some_and(|coding| coding == "chunked"), is_chunked);
                let version = match protocol {
                    Protocol::Http1 => Version::HTTP_11,
                    Protocol::Http2 => Version::HTTP_2,
                };
                assert_eq!(head.version, version);
            }
        }
    }
}
