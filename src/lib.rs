#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod challenge;
pub mod dav;
pub mod multistatus;
pub mod paywall;
pub mod reply;
pub mod request;
pub mod subscription;
pub mod xml;

#[cfg(feature = "axum")]
pub mod axum;

pub use self::{
    paywall::{Paywall, PaywallLayer},
    subscription::{Decision, Denial, Grant, Reason, Remedies, SubscriptionCheck, Unidentified},
};
