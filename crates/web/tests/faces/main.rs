//! What every route answers, and to whom: statuses, problem documents, pages in words.
#![allow(clippy::unwrap_used)]

mod access;
mod api;
mod batches;
mod comparing;
mod dashboard;
mod decisions;
mod invented;
mod listing;
mod model;
mod model_documents;
mod rows;
mod serving;
mod site;
