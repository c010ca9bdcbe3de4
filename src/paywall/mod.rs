//! paywall
