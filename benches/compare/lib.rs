//! What is compared: the contenders, and how they are measured. `main.rs` prints the tables.

pub mod facts;
pub mod group;
pub mod harness;
pub mod layers;
pub mod pool;
pub mod readers;
pub mod requests;
pub mod serving;
pub mod writers;

mod values;
#[path = "../workload/mod.rs"]
mod workload;
