//! What every route answers, and to whom: statuses, problem documents, pages in words.
#![allow(clippy::unwrap_used)]

mod access;
mod api;
mod comparing;
mod dashboard;
mod decisions;
mod invented;
mod kept;
mod model;
mod rows;
mod serving;
mod site;
