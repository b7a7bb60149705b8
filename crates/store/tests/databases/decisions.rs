//! Decisions that last: what is acknowledged stays, in order, unchanged, and can be proved to.

use limpide_store::{
    Actor, Advice, CaseId, CorrectionAnswer, Entry, Error, Event, Head, NewEntry, Outcome,
    Proposal, Refusal, Score, Status, Store, Verdict, Verification,
};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::database::on_both;

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
            interval: Some([0.1, 0.1 + 0.2]),
            threshold: 0.3,
        },
        advice,
        reasons: vec![json!({"concept": "late", "contribution": 0.4})],
        decide_by: (advice != Advice::Granted).then(|| at(86_400).unix_timestamp()),
        made_with: None,
    }))
}

pub fn new(case: Option<&CaseId>, actor: Actor, event: Event) -> NewEntry {
    NewEntry {
        case: case.cloned(),
        actor,
        at: at(0) + Duration::milliseconds(123),
        event,
        idempotency_key: None,
        request: None,
    }
}

pub async fn add(store: &Store, case: &CaseId, actor: Actor, event: Event) -> Result<Entry, Error> {
    store.append(new(Some(case), actor, event)).await
}

/// A log of three cases, two of client 7.
pub async fn fill(store: &Store) -> Vec<CaseId> {
    let mut cases = Vec::new();
    for client in [7, 8, 7] {
        let opened = store.append(new(None, Actor::Program, proposal(client, Advice::Refused)));
        let case = opened.await.unwrap().case;
        let agreed = Event::Decided {
            verdict: Verdict::Refused,
            reason: None,
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
        let granted = new(None, Actor::Program, proposal(8, Advice::Granted));
        let other = store.append(granted).await.unwrap();
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
                    reason: None,
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
            let standing = store.case(&case).await.unwrap().unwrap();
            assert_eq!(standing.status, status);
            // Those who wait are those whose cases say so, whatever else is proposed.
            let waiting = store.waiting_clients().await.unwrap();
            assert_eq!(waiting.contains(&7), standing.is_waiting());
            assert!(!waiting.contains(&8));
        }
        // What is read after a restart is what was written, to the bit.
        let before = store.case_entries(&case).await.unwrap();
        store.close().await;
        let store = database.open().await;
        let entries = store.case_entries(&case).await.unwrap();
        assert_eq!(entries, before);
        assert_eq!(entries[0].event, Some(proposal(7, Advice::Refused)));
        assert_eq!(entries[0].at, at(0) + Duration::milliseconds(123));
        // The other client's entry is the second of all.
        let mut all = store.entries_after(0, 100).await.unwrap();
        assert_eq!(all.remove(1).case, other.case);
        assert_eq!(all, entries);
        assert_eq!(store.entries_after(4, 1).await.unwrap(), entries[3..4]);
        assert_eq!(store.client_cases(7).await.unwrap(), [case]);
        assert_eq!(head(&store).await.sequence, 7);
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
                    reason: None,
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
        // What was asked says whether it is the same, though a deadline has moved.
        let asked = |decide_by| {
            let Event::Proposed(mut proposal) = proposal(9, Advice::Refused) else {
                unreachable!()
            };
            proposal.decide_by = decide_by;
            NewEntry {
                idempotency_key: Some("asked".to_owned()),
                request: Some(json!({"propose": 9})),
                ..new(None, FIRST, Event::Proposed(proposal))
            }
        };
        let once = store.append(asked(Some(1))).await.unwrap();
        assert_eq!(store.append(asked(Some(2))).await.unwrap(), once);
        // The case waits for a decision: another one would bury it.
        let again = NewEntry {
            idempotency_key: None,
            ..asked(None)
        };
        let error = store.append(again).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::StillWaiting)),
            "{error}"
        );
        for bad in ["", "two words", "é"] {
            let bad = NewEntry {
                idempotency_key: Some(bad.to_owned()),
                ..keyed(7)
            };
            let error = store.append(bad).await.unwrap_err();
            assert!(matches!(error, Error::InvalidIdempotencyKey), "{error}");
        }
        assert_eq!(head(&store).await.sequence, 3);
        assert_eq!(store.purge_idempotency_keys(at(3600)).await.unwrap(), 3);
        assert_ne!(store.append(keyed(8)).await.unwrap(), *first);
    })
    .await;
}
