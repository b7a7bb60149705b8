//! The table of where cases stand follows the log: who waits, who agreed, what is old.

use limpide_store::{
    Actor, Advice, Correction, CorrectionAnswer, Event, Prediction, PredictionKind, Predictions,
    Refusal, Removed, Retention, Status, Store, ToSee, Verdict, Verification, WaitsFor,
};
use time::Duration;

use crate::database::on_both;
use crate::decisions::{FIRST, SECOND, add, at, fill, new, proposal};
use crate::sql::execute;

/// Clients that wait, with what for and until when.
async fn waiting(store: &Store, whose: ToSee) -> Vec<(i64, WaitsFor, i64)> {
    let waiting = store.waiting(whose, None, 100).await.unwrap();
    waiting
        .into_iter()
        .map(|one| (one.client, one.waits_for, one.act_by))
        .collect()
}

fn correction(client: Option<i64>, answer_by: i64) -> Event {
    Event::CorrectionRequested(Box::new(Correction {
        client,
        item: "revenu".to_owned(),
        found: Some("2 700".to_owned()),
        expected: Some("27 000".to_owned()),
        text: "un zéro manque".to_owned(),
        answer_by: Some(answer_by),
    }))
}

#[tokio::test]
async fn those_who_wait_are_listed_the_soonest_first_and_leave_when_they_are_answered() {
    on_both(async |database| {
        let store = database.open().await;
        let day = at(86_400).unix_timestamp();
        let mut cases = Vec::new();
        for (client, advice) in [
            (7, Advice::Refused),
            (8, Advice::Granted),
            (9, Advice::Review),
        ] {
            let opened = store.append(new(None, Actor::Program, proposal(client, advice)));
            cases.push(opened.await.unwrap().case);
        }
        let decisions = [(7, WaitsFor::Decision, day), (9, WaitsFor::Decision, day)];
        let mut found = waiting(&store, ToSee::All).await;
        found.sort_by_key(|one| one.0);
        assert_eq!(found, decisions);
        // A request for correction that is due sooner stands before the decision.
        let asked = add(&store, &cases[2], FIRST, correction(None, day - 5))
            .await
            .unwrap();
        let found = waiting(&store, ToSee::All).await;
        assert_eq!(found[0], (9, WaitsFor::Correction, day - 5));
        let answer = Event::CorrectionAnswered {
            request: asked.sequence,
            answer: CorrectionAnswer::Corrected,
            text: "vérifié".to_owned(),
        };
        add(&store, &cases[2], SECOND, answer).await.unwrap();
        let decided = Event::Decided {
            verdict: Verdict::Refused,
            reason: None,
        };
        add(&store, &cases[0], FIRST, decided).await.unwrap();
        assert_eq!(
            waiting(&store, ToSee::All).await,
            [(9, WaitsFor::Decision, day)]
        );
        let contest = Event::Contested {
            text: "non".to_owned(),
            answer_by: day + 9,
        };
        add(&store, &cases[0], Actor::Person(3), contest)
            .await
            .unwrap();
        // Nothing was proposed on client 10: the request opens a case of its own.
        let alone = new(None, Actor::Person(3), correction(Some(10), day + 20));
        let alone = store.append(alone).await.unwrap().case;
        let standing = store.case(&alone).await.unwrap().unwrap();
        assert_eq!(
            (standing.status, standing.client),
            (Status::Unproposed, Some(10))
        );
        let decide = Event::Decided {
            verdict: Verdict::Granted,
            reason: None,
        };
        let error = add(&store, &alone, FIRST, decide).await.unwrap_err();
        assert!(
            matches!(error, limpide_store::Error::Refused(Refusal::Unproposed)),
            "{error}"
        );
        let all = [
            (9, WaitsFor::Decision, day),
            (7, WaitsFor::Review, day + 9),
            (10, WaitsFor::Correction, day + 20),
        ];
        assert_eq!(waiting(&store, ToSee::All).await, all);
        assert_eq!(
            store.waiting_count(ToSee::All, at(86_401)).await.unwrap(),
            (3, 1)
        );
        // A page after the other tells each once.
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = store.waiting(ToSee::All, after.as_ref(), 1).await.unwrap();
            let Some(one) = page.into_iter().next() else {
                break;
            };
            paged.push((one.client, one.waits_for, one.act_by));
            after = Some((one.act_by, one.case));
        }
        assert_eq!(paged, all);
        // Made anew from the log, the table says the same.
        execute(
            database,
            "DELETE FROM cases; DELETE FROM schema_versions WHERE version >= 4;
            DROP TABLE cases; DROP TABLE predictions; DROP TABLE prediction_bundles;
            DROP TABLE prediction_minutes; DROP TABLE erasures; DROP TABLE provider_subjects;",
        )
        .await
        .unwrap();
        let again = database.open().await;
        assert_eq!(waiting(&again, ToSee::All).await, all);
        // Who is forgotten waits no more.
        again
            .erase_client(7, SECOND, "demande", at(9))
            .await
            .unwrap();
        assert_eq!(waiting(&again, ToSee::All).await.len(), 2);
        assert_eq!(waiting(&again, ToSee::AssignedTo(1)).await, []);
    })
    .await;
}

#[tokio::test]
async fn agreement_is_counted_by_whoever_decided_first_and_when() {
    on_both(async |database| {
        let store = database.open().await;
        fill(&store).await;
        let opened = store.append(new(None, Actor::Program, proposal(9, Advice::Refused)));
        let case = opened.await.unwrap().case;
        let overridden = Event::Overridden {
            verdict: Verdict::Granted,
            reason: "revenu vérifié".to_owned(),
        };
        add(&store, &case, SECOND, overridden).await.unwrap();
        let contest = Event::Contested {
            text: "non".to_owned(),
            answer_by: 0,
        };
        add(&store, &case, Actor::Person(3), contest).await.unwrap();
        let reversed = Event::Reversed {
            verdict: Verdict::Refused,
            reason: "faux".to_owned(),
        };
        add(&store, &case, FIRST, reversed).await.unwrap();
        let tallies = store.agreement_between(at(0), at(1)).await.unwrap();
        assert_eq!(tallies.keys().copied().collect::<Vec<_>>(), [FIRST, SECOND]);
        assert_eq!((tallies[&FIRST].agreed, tallies[&FIRST].overridden), (3, 0));
        assert_eq!(
            (tallies[&SECOND].overridden, tallies[&SECOND].reversed),
            (1, 1)
        );
        assert!(
            store
                .agreement_between(at(1), at(2))
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_old_is_removed_and_what_waits_stays() {
    on_both(async |database| {
        let store = database.open().await;
        let cases = fill(&store).await;
        let waits = store.append(new(None, Actor::Program, proposal(9, Advice::Refused)));
        let waits = waits.await.unwrap().case;
        let log = Predictions::open(&store, None, 1 << 20).unwrap();
        for days in [0, 100] {
            let prediction = Prediction {
                at_ms: (at(0) + Duration::days(days)).unix_timestamp() * 1000,
                kind: PredictionKind::Score,
                client: Some(7),
                bundle: "".into(),
                row_hash: [0; 16],
                inputs: None,
                probability: 0.5,
                interval: [0.0, 1.0],
                decision: Advice::Granted,
                role: None,
            };
            log.record(&prediction).await.unwrap();
        }
        log.flush().await.unwrap();
        let retention = Retention {
            decision_years: Some(1),
            prediction_months: Some(1),
            idempotency_days: 7,
        };
        let early = store
            .retain(&retention, at(0) + Duration::days(20))
            .await
            .unwrap();
        assert_eq!(early, Removed::default());
        let removed = store
            .retain(&retention, at(0) + Duration::days(50))
            .await
            .unwrap();
        assert_eq!((removed.cases, removed.predictions), (0, 1));
        let ever = Retention {
            decision_years: None,
            prediction_months: None,
            idempotency_days: 7,
        };
        let late = at(0) + Duration::days(366);
        assert_eq!(store.retain(&ever, late).await.unwrap(), Removed::default());
        let removed = store.retain(&retention, late).await.unwrap();
        assert_eq!((removed.cases, removed.predictions), (3, 1));
        for case in &cases {
            let standing = store.case(case).await.unwrap().unwrap();
            assert_eq!(standing.status, Status::Erased);
        }
        let standing = store.case(&waits).await.unwrap().unwrap();
        assert_eq!(standing.status, Status::AwaitingDecision);
        let found = store.verify_log(None).await.unwrap();
        assert!(
            matches!(found, Verification::Whole { erased: 6, .. }),
            "{found:?}"
        );
    })
    .await;
}
