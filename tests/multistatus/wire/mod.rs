//! A streamed multistatus between two ends of a real connection.

mod compression;
mod endings;
mod pressure;
mod protocol;
mod source;
mod transfer;

use self::{
    protocol::{Client, Protocol, connect, propfind, soon},
    source::{Watch, endless, member, members},
};
