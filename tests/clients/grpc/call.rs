//! Buys by gRPC: `call URL [NAME]` prints the status, its message, and what of the head a client sees.

mod text;

use std::{env, error::Error};

use http::uri::PathAndQuery;
use tonic::{Request, client::Grpc, transport::Endpoint};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("no URL")?;
    let channel = Endpoint::from_shared(url)?.connect().await?;
    let mut client = Grpc::new(channel);
    client.ready().await?;

    let mut request = Request::new("a report".to_owned());
    if let Some(name) = arguments.next() {
        let credentials = format!("Bearer {name}").parse()?;
        request.metadata_mut().insert("authorization", credentials);
    }
    let path = PathAndQuery::from_static("/statuary.Shop/Buy");
    match client.unary(request, path, text::Text).await {
        Ok(response) => println!("0 {}", response.into_inner()),
        Err(status) => {
            println!("{} {}", status.code() as i32, status.message());
            for name in ["link", "retry-after", "cache-control"] {
                if let Some(value) = status.metadata().get(name) {
                    println!("{name}: {}", value.to_str()?);
                }
            }
        }
    }
    Ok(())
}
