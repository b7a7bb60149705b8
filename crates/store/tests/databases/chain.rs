//! Whoever changes the log is refused, or found out; whoever is forgotten leaves it whole.

use limpide_store::{Advice, Error, Event, Fault, NewEntry, Refusal, Status, Verification};

use crate::database::{Database, on_both};
use crate::decisions::{FIRST, SECOND, add, at, fill, head, new, proposal};
use crate::sql::execute;

#[tokio::test]
async fn entries_cannot_be_changed_or_deleted() {
    on_both(async |database| {
        let store = database.open().await;
        fill(&store).await;
        let mut changes = vec![
            "UPDATE decision_log SET actor = 'person:9' WHERE sequence = 2",
            "DELETE FROM decision_log WHERE sequence = 6",
            "UPDATE decision_payloads SET body = '{}' WHERE sequence = 2",
            "DELETE FROM decision_payloads WHERE sequence = 2",
            "INSERT INTO decision_log SELECT 9, case_id, event, at_ms, actor, payload, previous, hash
             FROM decision_log WHERE sequence = 6",
        ];
        if let Database::Postgres(_) = database {
            changes.push("TRUNCATE decision_log CASCADE");
            changes.push("TRUNCATE decision_payloads");
        }
        for change in changes {
            let error = execute(database, change).await.unwrap_err().to_string();
            let told = ["append-only", "erasure only", "without gaps"];
            assert!(told.iter().any(|words| error.contains(words)), "{change}: {error}");
        }
        assert_eq!(head(&store).await.sequence, 6);
    })
    .await;
}

/// Lets a person with the database's password change what the triggers guard.
fn unguarded(database: &Database, change: &str) -> String {
    let triggers = match database {
        Database::Sqlite(_) => {
            "DROP TRIGGER IF EXISTS decision_log_no_update; DROP TRIGGER IF EXISTS decision_log_no_delete;
             DROP TRIGGER IF EXISTS decision_payloads_no_update; DROP TRIGGER IF EXISTS decision_payloads_no_delete;
             PRAGMA foreign_keys = OFF;"
        }
        Database::Postgres(_) => "SET session_replication_role = replica;",
    };
    format!("{triggers} {change}")
}

#[tokio::test]
async fn the_first_entry_that_was_tampered_with_is_named() {
    let cases = [
        (
            "UPDATE decision_log SET actor = 'person:9' WHERE sequence = 3",
            3,
            Fault::Changed,
        ),
        (
            "UPDATE decision_log SET at_ms = at_ms + 1 WHERE sequence = 4",
            4,
            Fault::Changed,
        ),
        (
            "UPDATE decision_payloads SET body = replace(body, '27000.5', '2700.5') WHERE sequence = 3",
            3,
            Fault::PayloadChanged,
        ),
        (
            "UPDATE decision_payloads SET salt = hash FROM decision_log WHERE decision_payloads.sequence = 5 AND decision_log.sequence = 5",
            5,
            Fault::PayloadChanged,
        ),
        (
            "DELETE FROM decision_payloads WHERE sequence = 5",
            5,
            Fault::PayloadMissing,
        ),
        (
            "DELETE FROM decision_log WHERE sequence = 1",
            1,
            Fault::Missing,
        ),
        (
            "DELETE FROM decision_log WHERE sequence = 4",
            4,
            Fault::Missing,
        ),
        (
            "DELETE FROM decision_log WHERE sequence = 6",
            6,
            Fault::Missing,
        ),
        (
            "UPDATE decision_log SET sequence = -1 WHERE sequence = 2;
          UPDATE decision_log SET sequence = 2 WHERE sequence = 3;
          UPDATE decision_log SET sequence = 3 WHERE sequence = -1",
            2,
            Fault::Unchained,
        ),
    ];
    on_both(async |database| {
        // One database, whose file or tables are put back before each change.
        let store = database.open().await;
        fill(&store).await;
        let noted = head(&store).await;
        assert!(matches!(
            store.verify_log(Some(&noted)).await.unwrap(),
            Verification::Whole { .. }
        ));
        for (change, sequence, fault) in &cases {
            let keep = "CREATE TABLE kept_log AS SELECT * FROM decision_log;
                        CREATE TABLE kept_payloads AS SELECT * FROM decision_payloads;";
            let back = "DELETE FROM decision_payloads; DELETE FROM decision_log;
                        INSERT INTO decision_log SELECT * FROM kept_log ORDER BY sequence;
                        INSERT INTO decision_payloads SELECT * FROM kept_payloads;
                        DROP TABLE kept_log; DROP TABLE kept_payloads;";
            let once = unguarded(database, change);
            execute(database, &format!("{keep} {once}")).await.unwrap();
            let found = store.verify_log(None).await.unwrap();
            let expected = Verification::Broken {
                sequence: *sequence,
                fault: *fault,
            };
            assert_eq!(found, expected, "{change}");
            let back = unguarded(database, back);
            execute(database, &back).await.unwrap();
            assert_eq!(head(&store).await, noted);
        }
        // All of the end cut off, payloads too: only the head that was noted tells.
        let cut = "DELETE FROM decision_payloads WHERE sequence > 4;
                   DELETE FROM decision_log WHERE sequence > 4";
        let cut = unguarded(database, cut);
        execute(database, &cut).await.unwrap();
        assert_eq!(head(&store).await.sequence, 4);
        let found = store.verify_log(Some(&noted)).await.unwrap();
        assert_eq!(
            found,
            Verification::Broken {
                sequence: 5,
                fault: Fault::Missing
            }
        );
        // And rewritten from there on.
        fill(&store).await;
        let found = store.verify_log(Some(&noted)).await.unwrap();
        assert_eq!(
            found,
            Verification::Broken {
                sequence: 6,
                fault: Fault::NotAsNoted
            }
        );
    })
    .await;
}

#[tokio::test]
async fn an_erased_client_is_forgotten_and_the_chain_stays_whole() {
    on_both(async |database| {
        let store = database.open().await;
        let keyed = NewEntry {
            idempotency_key: Some("k".to_owned()),
            ..new(None, FIRST, proposal(7, Advice::Granted))
        };
        store.append(keyed).await.unwrap();
        let cases = fill(&store).await;
        let before = head(&store).await;
        let erased = store
            .erase_client(7, SECOND, "demande du client", at(9))
            .await
            .unwrap();
        assert_eq!(erased.entries.len(), 3);
        assert!(store.client_cases(7).await.unwrap().is_empty());
        let entries = store.case_entries(&cases[0]).await.unwrap();
        let told: Vec<bool> = entries.iter().map(|entry| entry.event.is_some()).collect();
        assert_eq!(told, [false, false, true]);
        assert_eq!(
            store.case(&cases[0]).await.unwrap().unwrap().status,
            Status::Erased
        );
        let comment = Event::Commented {
            text: "encore".to_owned(),
        };
        let error = add(&store, &cases[0], FIRST, comment).await.unwrap_err();
        assert!(matches!(error, Error::Refused(Refusal::Erased)), "{error}");
        // The other client's case is as it was.
        assert_eq!(store.client_cases(8).await.unwrap(), [cases[1].clone()]);
        let Verification::Whole { head, erased } = store.verify_log(Some(&before)).await.unwrap()
        else {
            panic!("erasing broke the chain")
        };
        assert_eq!((head.sequence, erased), (before.sequence + 3, 5));
        let again = store
            .erase_client(7, SECOND, "demande du client", at(9))
            .await
            .unwrap();
        assert!(again.entries.is_empty());
        assert_eq!(store.purge_idempotency_keys(at(3600)).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_file_holds_nothing_of_an_erased_client() {
    let database = Database::sqlite();
    let store = database.open().await;
    fill(&store).await;
    let holds = || {
        let files = ["", "-wal"].map(|ending| database.address() + ending);
        let bytes: Vec<u8> = files
            .iter()
            .flat_map(|file| std::fs::read(file).unwrap_or_default())
            .collect();
        bytes
            .windows(8)
            .any(|window| window == "Orléans".as_bytes())
    };
    assert!(holds());
    for client in [7, 8] {
        store
            .erase_client(client, SECOND, "demande", at(9))
            .await
            .unwrap();
    }
    assert!(!holds());
}
