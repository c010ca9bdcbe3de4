//! multistatus
