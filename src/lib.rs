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
mod axum;

pub use self::{
    dav::{Condition, Href, Prefer},
    multistatus::{MultiStatus, PropStat, Property, Resource, prop},
    paywall::{Paywall, PaywallLayer},
    reply::{DavError, MultiStatusLayer},
    subscription::{
        Decision, Denial, Grant, Reason, Remedies, SubscriptionCheck, Unidentified,
    },
};
