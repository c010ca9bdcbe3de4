//! A streamed multistatus between the two ends of a connection, as hyper serves and asks.
//!
//! The connection is a pipe of a known size, and the clock is paused: it goes on only when no task has
//! anything to do, so that every wait ends as soon as it can end, and nothing depends on how fast the
//! machine is.

mod compression;
mod endings;
mod pressure;
mod protocol;
mod transfer;

use self::protocol::{Client, Protocol, connect, propfind, soon};
use crate::source::{Endless, Watch, endless, member, members};
