//! Decisions that last: what is acknowledged stays, in order, unchanged, and can be proved to.

use limpide_store::{
    Actor, Advice, CaseId, CorrectionAnswer, Entry, Error, Event, Fault, Head, NewEntry, Outcome,
    Proposal, Refusal, Score, Status, Store, Verdict, Verification,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::database::{Database, execute, on_both};

pub const FIRST: Actor = Actor::Person(1);
pub const SECOND: Actor = Actor::Person(2);
const CLIENT: Actor = Actor::Person(3);

pub fn at(second: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(second)
}

pub fn proposal(client: i64, advice: Advice) -> Event {
    let inputs = json!({"INCOME": 27000.5, "AGE": 41, "CITY": "Orléans", "GONE": null});
    Event::Proposed(Box::new(Proposal {
        client,
        bundle: "b".repeat(64),
        inputs: inputs.as_object().unwrap().clone(),
        score: Score {
            margin: 0.1 + 0.2,
            probability: 0.31,
            threshold: 0.3,
        },
        advice,
        reasons: vec![json!({"concept": "late", "contribution": 0.4})],
        decide_by: Some(at(86_400).unix_timestamp()),
    }))
}

pub fn new(case: Option<&CaseId>, actor: Actor, event: Event) -> NewEntry {
    NewEntry {
        case: case.cloned(),
        actor,
        at: at(0) + Duration::milliseconds(123),
        event,
        idempotency_key: None,
    }
}

async fn add(store: &Store, case: &CaseId, actor: Actor, event: Event) -> Result<Entry, Error> {
    store.append(new(Some(case), actor, event)).await
}

/// A log of three cases, two of client 7.
async fn fill(store: &Store) -> Vec<CaseId> {
    let mut cases = Vec::new();
    for client in [7, 8, 7] {
        let opened = store.append(new(None, Actor::Program, proposal(client, Advice::Refused)));
        let case = opened.await.unwrap().case;
        let agreed = Event::Decided {
            verdict: Verdict::Refused,
        };
        add(store, &case, FIRST, agreed).await.unwrap();
        cases.push(case);
    }
    cases
}

pub async fn head(store: &Store) -> Head {
    match store.verify_log(None).await.unwrap() {
        Verification::Whole { head, .. } => head,
        broken => panic!("{broken:?}"),
    }
}

#[tokio::test]
async fn a_case_goes_from_proposal_to_reversal() {
    on_both(async |database| {
        let store = database.open().await;
        let opened = store
            .append(new(None, Actor::Program, proposal(7, Advice::Refused)))
            .await;
        let opened = opened.unwrap();
        let case = opened.case;
        let standing = store.case(&case).await.unwrap().unwrap();
        assert_eq!(standing.status, Status::AwaitingDecision);
        assert!(standing.is_overdue(at(86_401).unix_timestamp()));
        let steps = [
            (
                CLIENT,
                Event::Commented {
                    text: "J’ai changé d’emploi.".to_owned(),
                },
                Status::AwaitingDecision,
            ),
            (
                FIRST,
                Event::Decided {
                    verdict: Verdict::Refused,
                },
                Status::Decided,
            ),
            (
                CLIENT,
                Event::Contested {
                    text: "Non.".to_owned(),
                    answer_by: 5,
                },
                Status::Contested,
            ),
            (
                SECOND,
                Event::Reversed {
                    verdict: Verdict::Granted,
                    reason: "CDI".to_owned(),
                },
                Status::Reviewed,
            ),
            (
                FIRST,
                Event::OutcomeKnown {
                    outcome: Outcome::Repaid,
                },
                Status::Reviewed,
            ),
        ];
        for (actor, event, status) in steps {
            let added = add(&store, &case, actor, event.clone()).await.unwrap();
            assert_eq!(added.event, Some(event));
            assert_eq!(store.case(&case).await.unwrap().unwrap().status, status);
        }
        // What is read after a restart is what was written, to the bit.
        let before = store.case_entries(&case).await.unwrap();
        store.close().await;
        let store = database.open().await;
        let entries = store.case_entries(&case).await.unwrap();
        assert_eq!(entries, before);
        assert_eq!(entries[0].event, Some(proposal(7, Advice::Refused)));
        assert_eq!(entries[0].at, at(0) + Duration::milliseconds(123));
        assert_eq!(store.entries_after(0, 100).await.unwrap(), entries);
        assert_eq!(store.entries_after(4, 1).await.unwrap(), entries[4..5]);
        assert_eq!(store.client_cases(7).await.unwrap(), [case]);
        assert_eq!(head(&store).await.sequence, 6);
    })
    .await;
}

#[tokio::test]
async fn what_may_not_come_next_is_refused_and_leaves_no_trace() {
    on_both(async |database| {
        let store = database.open().await;
        let case = fill(&store).await.remove(0);
        let words = || "mots".to_owned();
        let upheld = Event::Upheld { reason: words() };
        let contested = Event::Contested {
            text: words(),
            answer_by: 5,
        };
        let refused = [
            (
                FIRST,
                Event::Decided {
                    verdict: Verdict::Refused,
                },
                Refusal::AlreadyDecided,
            ),
            (FIRST, proposal(7, Advice::Refused), Refusal::AlreadyOpen),
            (FIRST, upheld.clone(), Refusal::NotContested),
            (
                FIRST,
                Event::Erased { reason: words() },
                Refusal::EraseByClient,
            ),
            (
                FIRST,
                Event::OutcomeKnown {
                    outcome: Outcome::Repaid,
                },
                Refusal::NotGranted,
            ),
            (
                FIRST,
                Event::Commented {
                    text: " ".to_owned(),
                },
                Refusal::Words {
                    found: 0,
                    most: 10_000,
                },
            ),
            (
                FIRST,
                Event::CorrectionAnswered {
                    request: 1,
                    answer: CorrectionAnswer::Declined,
                    text: words(),
                },
                Refusal::NoCorrection,
            ),
        ];
        for (actor, event, expected) in refused {
            let error = add(&store, &case, actor, event).await.unwrap_err();
            assert!(
                matches!(&error, Error::Refused(found) if *found == expected),
                "{error}"
            );
        }
        add(&store, &case, CLIENT, contested.clone()).await.unwrap();
        let reversed = Event::Reversed {
            verdict: Verdict::Refused,
            reason: words(),
        };
        for (actor, event, expected) in [
            (FIRST, upheld.clone(), Refusal::SameReviewer),
            (Actor::Program, upheld.clone(), Refusal::NotAPerson),
            (SECOND, reversed, Refusal::NothingReversed),
            (CLIENT, contested, Refusal::AlreadyContested),
        ] {
            let error = add(&store, &case, actor, event).await.unwrap_err();
            assert!(
                matches!(&error, Error::Refused(found) if *found == expected),
                "{error}"
            );
        }
        add(&store, &case, SECOND, upheld).await.unwrap();
        let nowhere: CaseId = "0".repeat(32).parse().unwrap();
        let comment = Event::Commented { text: words() };
        let error = add(&store, &nowhere, FIRST, comment.clone())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Refused(Refusal::NoCase)), "{error}");
        let error = store.append(new(None, FIRST, comment)).await.unwrap_err();
        assert!(matches!(error, Error::Refused(Refusal::NoCase)), "{error}");
        assert_eq!(head(&store).await.sequence, 8);
    })
    .await;
}

#[tokio::test]
async fn a_request_sent_again_under_its_key_is_added_once() {
    on_both(async |database| {
        let store = database.open().await;
        let keyed = |client| NewEntry {
            idempotency_key: Some("a-key".to_owned()),
            ..new(None, FIRST, proposal(client, Advice::Granted))
        };
        let sent = (0..20).map(|_| store.append(keyed(7)));
        let entries = futures::future::join_all(sent).await;
        let first = entries[0].as_ref().unwrap();
        assert!(entries.iter().all(|entry| entry.as_ref().unwrap() == first));
        // Another moment is no other request, another client is; another actor's key is its own.
        let later = NewEntry {
            at: at(60),
            ..keyed(7)
        };
        assert_eq!(store.append(later).await.unwrap(), *first);
        let error = store.append(keyed(8)).await.unwrap_err();
        assert!(matches!(error, Error::KeyReused(_)), "{error}");
        let other = NewEntry {
            actor: SECOND,
            ..keyed(7)
        };
        assert_ne!(store.append(other).await.unwrap(), *first);
        for bad in ["", "two words", "é"] {
            let bad = NewEntry {
                idempotency_key: Some(bad.to_owned()),
                ..keyed(7)
            };
            let error = store.append(bad).await.unwrap_err();
            assert!(matches!(error, Error::InvalidIdempotencyKey), "{error}");
        }
        assert_eq!(head(&store).await.sequence, 2);
        assert_eq!(store.purge_idempotency_keys(at(3600)).await.unwrap(), 2);
        assert_ne!(store.append(keyed(8)).await.unwrap(), *first);
    })
    .await;
}

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
            "DROP TRIGGER decision_log_no_update; DROP TRIGGER decision_log_no_delete;
             DROP TRIGGER decision_payloads_no_update; DROP TRIGGER decision_payloads_no_delete;
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
            // SQLite's triggers are gone after the first change.
            let once = match database {
                Database::Sqlite(_) if *sequence != 3 || *change != cases[0].0 => {
                    format!("PRAGMA foreign_keys = OFF; {change}")
                }
                _ => unguarded(database, change),
            };
            execute(database, &format!("{keep} {once}")).await.unwrap();
            let found = store.verify_log(None).await.unwrap();
            let expected = Verification::Broken {
                sequence: *sequence,
                fault: *fault,
            };
            assert_eq!(found, expected, "{change}");
            let back = match database {
                Database::Sqlite(_) => format!("PRAGMA foreign_keys = OFF; {back}"),
                Database::Postgres(_) => unguarded(database, back),
            };
            execute(database, &back).await.unwrap();
            assert_eq!(head(&store).await, noted);
        }
        // All of the end cut off, payloads too: only the head that was noted tells.
        let cut = "DELETE FROM decision_payloads WHERE sequence > 4;
                   DELETE FROM decision_log WHERE sequence > 4";
        let cut = match database {
            Database::Sqlite(_) => format!("PRAGMA foreign_keys = OFF; {cut}"),
            Database::Postgres(_) => unguarded(database, cut),
        };
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
        assert_eq!(erased.len(), 3);
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
        assert!(again.is_empty());
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
