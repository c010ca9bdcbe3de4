//! The drive of `examples/drive`, as a process, over loopback.

mod bad_input;
mod command_line;
mod conditions;
#[path = "../common/example.rs"]
mod example;
mod files;
mod names;
mod namespace;
mod properties;
mod server;
mod ways_in;
