//! People, sessions, API keys and decisions, in an SQLite file or a PostgreSQL database.
//!
//! [`Store::connect`] opens a [`Location`] and brings its schema up to date ([`migrations`]); all
//! SQL text is the same on both databases. [`people`] holds who may sign in and as what, [`managing`]
//! changes it,
//! [`sign_in`] checks passwords (Argon2id hashes only, [`password`]) and locks names that fail too
//! often, [`subjects`] binds people to what a provider calls them, [`assignments`] says who may see
//! whom. [`sessions`] keeps signed-in sessions so that they
//! outlive a restart, [`keys`] what programs sign in with, both under hashes: whoever reads the
//! database cannot sign in.
//!
//! [`decisions`] is the log of what was decided on whom, by whom and why: append-only, each entry
//! chained to the one before by its hash. [`predictions`] is the log of what the model answered.
//!
//! Time is handed in, but for sessions. This crate prints nothing and knows nothing of HTTP.

mod assignments;
mod database;
mod decisions;
mod error;
mod health;
mod keys;
mod location;
mod managing;
mod migrations;
mod password;
mod people;
mod predictions;
mod sessions;
mod sign_in;
mod subjects;

pub use database::Store;
pub use decisions::{
    Actor, Advice, Agreement, Case, CaseId, Correction, CorrectionAnswer, Entry, Erased, Event,
    Fault, FirstDecision, Head, LogPlace, MadeWith, NewEntry, Outcome, Proposal, Refusal, Removed,
    Retention, Score, Sought, Status, Tally, ToSee, Verdict, Verification, Waiting, WaitsFor,
    WriteAheadLog, tally,
};
pub use error::{Error, Result};
pub use keys::{Key, KeyState, NewKey, Scope};
pub use location::Location;
pub use migrations::SCHEMA_VERSION;
pub use password::random_password;
pub use people::{NewPerson, Person, Portfolio, Role};
pub use predictions::{
    Prediction, PredictionKind, PredictionPages, Predictions, PredictionsBehind, WeeklySpread,
};
pub use sessions::Sessions;
pub use sign_in::SignIn;
pub use subjects::Binding;
