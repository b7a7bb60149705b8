//! The schema: made once, brought up to date, refused where it is not ours.

use limpide_store::{
    Advice, Error, NewPerson, Prediction, PredictionKind, Role, SCHEMA_VERSION, Store,
};

use crate::database::{Database, on_both};
use crate::decisions::at;
use crate::sql::execute;

const BUNDLE: &str = "5a0c";
const HASH: &str = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";

#[tokio::test]
async fn programs_that_start_at_once_make_the_schema_once() {
    on_both(async |database| {
        let location = database.location();
        let starts = (0..8).map(|_| Store::connect(&location));
        for opened in futures::future::join_all(starts).await {
            assert!(opened.unwrap().list().await.unwrap().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words_and_left_as_it_was() {
    on_both(async |database| {
        database.open().await.close().await;
        let newer = SCHEMA_VERSION + 1;
        let add = format!("INSERT INTO schema_versions VALUES ({newer}, 'later', 'x')");
        execute(database, &add).await.unwrap();
        let error = Store::connect(&database.location()).await.unwrap_err();
        assert!(matches!(error, Error::Newer { .. }), "{error}");
        let expected = format!(
            "has schema version {newer}, this program reads versions up to {SCHEMA_VERSION}"
        );
        assert!(error.to_string().contains(&expected), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_schema_made_by_other_files_is_refused() {
    on_both(async |database| {
        database.open().await.close().await;
        execute(
            database,
            "UPDATE schema_versions SET hash = 'x' WHERE version = 1",
        )
        .await
        .unwrap();
        let error = Store::connect(&database.location()).await.unwrap_err();
        assert!(
            matches!(error, Error::Migration { version: 1, .. }),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_strangers_database_is_refused_and_left_as_it_was() {
    on_both(async |database| {
        if let Database::Sqlite(_) = database {
            std::fs::write(database.address(), []).unwrap();
        }
        execute(database, "CREATE TABLE invoices (number BIGINT)")
            .await
            .unwrap();
        let error = Store::connect(&database.location()).await.unwrap_err();
        assert!(matches!(error, Error::Stranger { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("is not a Limpide database"), "{text}");
        let made = execute(database, "SELECT * FROM schema_versions").await;
        assert!(made.is_err(), "a table was left in a stranger's database");
    })
    .await;
}

#[tokio::test]
async fn a_file_of_version_1_keeps_its_people() {
    let database = Database::sqlite();
    std::fs::write(database.address(), []).unwrap();
    let first = include_str!("../../migrations/sqlite/0001_people_and_sessions.sql");
    execute(&database, first).await.unwrap();
    execute(
        &database,
        "PRAGMA application_id = 0x4c4d5044; PRAGMA user_version = 1;
         INSERT INTO people (username, full_name, title, role, client, password_hash) VALUES
             ('c.moreau', 'C. Moreau', '', 'adviser', NULL, 'x'),
             ('paul', 'Paul', '', 'client', 7, 'x'),
             ('paul2', 'Paul', '', 'client', 7, 'x');",
    )
    .await
    .unwrap();
    let store = database.open().await;
    let people = store.list().await.unwrap();
    let names: Vec<&str> = people
        .iter()
        .map(|person| person.username.as_str())
        .collect();
    assert_eq!(names, ["c.moreau", "paul", "paul2"]);
    assert_eq!(people[0].role, Role::Adviser);
    assert_eq!(people[1].client, Some(7));
    // A client has one active account: of two, the older stays.
    let disabled: Vec<bool> = people.iter().map(|person| person.disabled).collect();
    assert_eq!(disabled, [false, false, true]);
    // The number of whoever comes next is not one that was used.
    let added = store.add_person(NewPerson {
        username: "new".to_owned(),
        full_name: "New".to_owned(),
        title: String::new(),
        role: Role::Auditor,
        client: None,
        password: "un mot de passe".to_owned(),
    });
    assert_eq!(added.await.unwrap().id, 4);
}

/// The table of predictions as version 4 made it.
fn predictions_of_version_4(database: &Database) -> &'static str {
    let made = match database {
        Database::Sqlite(_) => {
            include_str!("../../migrations/sqlite/0004_predictions_and_cases.sql")
        }
        Database::Postgres(_) => {
            include_str!("../../migrations/postgres/0004_predictions_and_cases.sql")
        }
    };
    made.split("-- When a client was forgotten").next().unwrap()
}

#[tokio::test]
async fn a_database_of_version_5_keeps_its_predictions() {
    on_both(async |database| {
        database.open().await.close().await;
        let before = format!(
            "DROP TABLE predictions; DROP TABLE prediction_bundles; DROP TABLE prediction_minutes; {}
             DELETE FROM schema_versions WHERE version > 5;
             INSERT INTO predictions (journal, place, at_ms, kind, client, bundle, row_hash, inputs,
                 probability, low, high, decision, role) VALUES
             (7, 1, 2000, 'what_if', 35, '{BUNDLE}', '{HASH}', '[0.5]', 0.25, 0.125, 0.5, 'review', 'client'),
             (7, 0, 1000, 'score', NULL, '{BUNDLE}', '{HASH}', NULL, 0.5, 0.25, 1, 'granted', NULL);",
            predictions_of_version_4(database),
        );
        execute(database, &before).await.unwrap();
        let store = database.open().await;
        let scored = Prediction {
            at_ms: 1000,
            kind: PredictionKind::Score,
            client: None,
            bundle: BUNDLE.into(),
            row_hash: [0xa5; 16],
            inputs: None,
            probability: 0.5,
            interval: [0.25, 1.0],
            decision: Advice::Granted,
            role: None,
        };
        let tried = Prediction {
            at_ms: 2000,
            kind: PredictionKind::WhatIf,
            client: Some(35),
            inputs: Some("[0.5]".to_owned()),
            probability: 0.25,
            interval: [0.125, 0.5],
            decision: Advice::Review,
            role: Some(Role::Client),
            ..scored.clone()
        };
        let (from, before) = (at(-2_000_000_000), at(0));
        let mut pages = store.predictions_between(from, before);
        let all = pages.next().await.unwrap();
        assert_eq!(all, [scored, tried]);
        assert_eq!(store.client_predictions(35).await.unwrap(), all[1..]);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    let location = "postgres://me:s3cret@localhost/x?host=/nowhere"
        .parse()
        .unwrap();
    let error = Store::connect(&location).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("postgres://me@localhost/x"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}
