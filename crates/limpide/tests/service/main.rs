//! The service as it is deployed: the program itself over a real database, asked through HTTP.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod asking;
mod attacks;
#[path = "../../../store/tests/databases/database.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod database;
mod full_disk;
mod guide;
mod lasting;
#[path = "../support/online.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod online;
mod publishing;
mod scene;
#[path = "../support/served.rs"]
mod served;
#[allow(dead_code, reason = "some of it is for tests of the store")]
#[path = "../../../store/tests/databases/server.rs"]
mod server;
mod walk;
#[path = "../support/workspace.rs"]
mod workspace;
