//! People and their sessions, kept in one SQLite file.
//!
//! [`Store::open`] makes or opens the file ([`database`]); [`people`] holds who may sign in and as
//! what, with Argon2id hashes only ([`password`]); [`sessions`] keeps signed-in sessions so that
//! they outlive a restart, under the hash of their token: whoever reads the file cannot sign in.
//!
//! This crate reads no clock of its own (SQLite's `unixepoch()` decides what has expired), prints
//! nothing and knows nothing of HTTP.

mod database;
mod error;
mod password;
mod people;
mod sessions;

pub use database::{SCHEMA_VERSION, Store};
pub use error::{Error, Result};
pub use password::random_password;
pub use people::{NewPerson, Person, Role};
pub use sessions::Sessions;
