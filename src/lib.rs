#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod challenge;
pub mod dav;
pub mod multistatus;
mod paywall;
pub mod read;
pub mod reply;
pub mod request;
mod subscription;
pub mod xml;

#[cfg(feature = "axum")]
mod axum;
