//! What every route answers, and to whom: statuses, problem documents, pages in words.
#![allow(clippy::unwrap_used)]

mod access;
mod analyst;
mod api;
mod apply;
mod assigning;
mod batches;
mod client_page;
mod clients_and_corrections;
mod comparing;
mod dashboard;
mod decisions;
mod forms;
mod frame;
mod hosting;
mod insight;
mod invented;
mod kept;
mod letters;
mod limits;
mod listing;
mod matrix;
mod model;
mod model_documents;
mod office;
mod open_id;
mod people;
mod publishing;
mod reference;
mod rows;
mod serving;
mod sessions;
mod settings;
mod site;
mod versions;
