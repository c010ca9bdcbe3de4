//! The words of WebDAV that travel in headers and bodies, one page each.

mod depth;
mod destination;
mod header;
mod overwrite;

pub use self::{
    depth::Depth, destination::Destination, header::InvalidHeader, overwrite::Overwrite,
};
