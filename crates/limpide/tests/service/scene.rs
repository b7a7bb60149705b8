//! A workspace with its people in a database, and the server over both.

use serde_json::Value;
use tempfile::TempDir;

use crate::asking::Asker;
use crate::database::Database;
use crate::served::Served;
use crate::workspace::{ask, source, workspace};

/// A published model over a synthetic portfolio, and where people and decisions are kept.
pub struct Scene {
    pub workspace: TempDir,
    pub database: String,
    /// Opens everything.
    pub key: String,
}

impl Scene {
    pub fn open(database: &Database) -> Self {
        Self::over(workspace(), database.address())
    }

    /// With the database that a workspace has by itself.
    pub fn alone() -> Self {
        let workspace = workspace();
        let database = workspace.path().join("limpide.db").display().to_string();
        Self::over(workspace, database)
    }

    fn over(workspace: TempDir, database: String) -> Self {
        let mut scene = Self {
            workspace,
            database,
            key: String::new(),
        };
        let scopes = "read,score,decide,audit";
        let made = scene.ask(&["key", "add", "tests", "--scopes", scopes]);
        scene.key = made["key"].as_str().unwrap().to_owned();
        scene
    }

    /// What a command says of the scene's database.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let database = ["--database", self.database.as_str()];
        ask(self.workspace.path(), &[arguments, &database].concat())
    }

    pub fn serve(&self) -> Served {
        Served::start(self.workspace.path(), &["--database", &self.database])
    }

    pub fn program(&self, served: &Served) -> Asker {
        Asker::program(served.address(), &self.key)
    }

    /// Adds a person, and gives the password.
    pub fn add(&self, username: &str, arguments: &[&str]) -> String {
        let made = self.ask(&[&["user", "add", username], arguments].concat());
        made["password"].as_str().unwrap().to_owned()
    }
}

/// The numbers of the portfolio's first clients.
pub fn clients(most: usize) -> Vec<i64> {
    let mut reader = csv::Reader::from_path(source().join("application_train.csv")).unwrap();
    let place = reader.headers().unwrap().iter();
    let place = place.into_iter().position(|name| name == "SK_ID_CURR");
    let rows = reader.records().map(Result::unwrap).take(most);
    let numbers = rows.map(|row| row[place.unwrap()].parse().unwrap());
    let numbers: Vec<i64> = numbers.collect();
    assert_eq!(numbers.len(), most);
    numbers
}

/// A client whom the model advises so.
pub fn client_who_is(advised: &str, program: &Asker) -> i64 {
    let mut all = clients(100).into_iter();
    let found = all.find(|client| {
        let score = program.get(&format!("/api/v1/clients/{client}/score"));
        score.is(200)["decision"] == advised
    });
    found.unwrap()
}
