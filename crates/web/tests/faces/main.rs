//! What every route answers, and to whom: statuses, problem documents, pages in words.
#![allow(clippy::unwrap_used)]

mod access;
mod api;
mod comparing;
mod dashboard;
mod decisions;
mod invented;
mod model;
mod open_id;
mod reference;
mod rows;
mod serving;
mod sessions;
mod site;
