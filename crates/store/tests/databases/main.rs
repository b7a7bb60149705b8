//! What holds on both databases: every test runs on an SQLite file and on a PostgreSQL server of
//! its own.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod chain;
mod database;
mod decisions;
mod failures;
mod forgetting;
mod keys;
mod people;
mod predictions;
mod schema;
mod server;
mod sessions;
mod spread;
mod sql;
mod subjects;
mod tls;
mod waiting;
