//! The house itself: its rooms import one way, and its texts agree.

#![cfg(test)]

mod rooms;
mod texts;
