//! People, sessions, API keys and decisions, in an SQLite file or a PostgreSQL database.
//!
//! [`Store::connect`] opens a [`Location`] and brings its schema up to date ([`migrations`]); all
//! SQL text is the same on both databases. [`people`] holds who may sign in and as what,
//! [`sign_in`] checks passwords (Argon2id hashes only, [`password`]) and locks names that fail too
//! often, [`assignments`] says who may see whom. [`sessions`] keeps signed-in sessions so that they
//! outlive a restart, [`keys`] what programs sign in with, both under hashes: whoever reads the
//! database cannot sign in.
//!
//! Time is handed in, but for sessions. This crate prints nothing and knows nothing of HTTP.

mod assignments;
mod database;
mod error;
mod keys;
mod location;
mod migrations;
mod password;
mod people;
mod sessions;
mod sign_in;

pub use database::Store;
pub use error::{Error, Result};
pub use keys::{Key, NewKey, Scope};
pub use location::Location;
pub use migrations::SCHEMA_VERSION;
pub use password::random_password;
pub use people::{NewPerson, Person, Portfolio, Role};
pub use sessions::Sessions;
pub use sign_in::SignIn;
