//! How the server is run: its settings, its log, its traces, its end.
#![allow(clippy::unwrap_used)]

mod collector;
mod configuration;
mod log;
mod running;
mod traces;
#[path = "../support/workspace.rs"]
mod workspace;
