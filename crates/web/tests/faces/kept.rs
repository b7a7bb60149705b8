//! What is kept of a client: told to the client, corrected, replayed, forgotten; and who waits.

use axum::http::StatusCode;
use limpide_store::{PredictionKind, Role, Scope};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::decisions::{As, Cases, fields};
use crate::invented::{API_KEY, FIRST_CLIENT, SHOWN};

const REFUSED: &str = r#"{"verdict": "refused"}"#;

fn own(path: &str) -> String {
    format!("/api/v1/clients/{SHOWN}/{path}")
}

fn reviews(answer: &Value) -> Vec<(i64, String)> {
    let reviews = answer["reviews"].as_array().unwrap().iter();
    reviews
        .map(|one| {
            let waits_for = one["waits_for"].as_str().unwrap().to_owned();
            (one["client"].as_i64().unwrap(), waits_for)
        })
        .collect()
}

#[tokio::test]
async fn every_result_that_is_answered_is_recorded_and_nothing_else_is() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let client = cases.person("client").await;
    let key = As::Key(API_KEY.to_owned());
    let score = cases.get(&client, &own("score")).await.json();
    cases.get(&adviser, &own("explanation")).await;
    let what_if = r#"{"edits": {"rating": 0.1}}"#;
    let changed = cases
        .send(&adviser, "POST", &own("what-if"), &[], what_if)
        .await
        .json();
    let values = r#"{"features": {"rating": 0.3}}"#;
    cases.send(&key, "POST", "/api/v1/score", &[], values).await;
    cases
        .send(&key, "POST", "/api/v1/score?explain=true", &[], values)
        .await;
    let rows = r#"{"tables": {"application": [{"rating": 0.3}]}}"#;
    cases
        .send(&key, "POST", "/api/v1/score/rows", &[], rows)
        .await;
    // Refused, not found or of other clients: no result.
    cases.get(&client, "/api/v1/clients/7/score").await;
    cases.get(&key, "/api/v1/clients/7/score").await;
    cases.get(&adviser, &own("similar")).await;
    let wrong = r#"{"features": {"ratin": 0.3}}"#;
    cases.send(&key, "POST", "/api/v1/score", &[], wrong).await;
    let store = &cases.site.store;
    let now = OffsetDateTime::now_utc();
    let hour = time::Duration::hours(1);
    let mut found = Vec::new();
    // The task that moves them comes by four times a second.
    for _ in 0..100 {
        found = store
            .predictions_between(now - hour, now + hour)
            .next()
            .await
            .unwrap();
        if found.len() >= 6 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.kind, one.client, one.role))
        .collect();
    use PredictionKind::{Explanation, PostedRows, PostedValues, Score, WhatIf};
    assert_eq!(
        told,
        [
            (Score, Some(SHOWN), Some(Role::Client)),
            (Explanation, Some(SHOWN), Some(Role::Adviser)),
            (WhatIf, Some(SHOWN), Some(Role::Adviser)),
            (PostedValues, None, None),
            (PostedValues, None, None),
            (PostedRows, None, None),
        ]
    );
    assert_eq!(json!(found[0].probability), score["probability"]);
    assert_eq!(json!(found[2].probability), changed["after"]["probability"]);
    assert_eq!(score["model"], *found[0].bundle);
    assert_eq!(found[0].row_hash, found[1].row_hash);
    assert_ne!(found[0].row_hash, found[2].row_hash);
    assert_eq!(found[0].inputs, None);
    let inputs: Vec<Value> = serde_json::from_str(found[3].inputs.as_ref().unwrap()).unwrap();
    assert_eq!(inputs[0], 0.3);
}

#[tokio::test]
async fn a_client_asks_for_a_correction_before_anything_is_proposed_and_is_answered() {
    let cases = Cases::open().await;
    let (client, adviser) = (cases.person("client").await, cases.person("adviser").await);
    let analyst = cases.person("analyst").await;
    let body = json!({"field": "Revenu", "found": "2 700", "expected": "27 000", "reason": "un zéro manque"});
    let body = body.to_string();
    let asked = cases
        .send(&client, "POST", &own("corrections"), &[], &body)
        .await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let asked = asked.json();
    assert_eq!(asked["standing"]["status"], "unproposed");
    let request = &asked["entry"]["sequence"];
    let listed = cases.get(&client, &own("corrections")).await.json();
    let one = &listed["corrections"][0];
    assert_eq!(
        (&one["request"], &one["field"]),
        (request, &json!("Revenu"))
    );
    assert_eq!(
        (&one["found"], &one["expected"]),
        (&json!("2 700"), &json!("27 000"))
    );
    assert_eq!(
        (&one["overdue"], &one["answered"]),
        (&json!(false), &Value::Null)
    );
    assert!(one["answer_by"].is_string());
    let waiting = cases.get(&adviser, "/api/v1/reviews").await.json();
    assert_eq!(reviews(&waiting), [(SHOWN, "correction".to_owned())]);
    // Whoever asked does not answer, and nothing is decided where nothing is proposed.
    let answer =
        json!({"request": request, "answer": "corrected", "reason": "vérifié"}).to_string();
    let path = own("corrections/answer");
    let refused = cases.send(&client, "POST", &path, &[], &answer).await;
    refused.problem(StatusCode::FORBIDDEN, "forbidden");
    let early = cases
        .send(&adviser, "POST", &own("case/decision"), &[], REFUSED)
        .await;
    early.problem(StatusCode::CONFLICT, "conflict");
    let other = format!("/api/v1/clients/{}/corrections/answer", SHOWN + 1);
    let other = cases.send(&adviser, "POST", &other, &[], &answer).await;
    other.problem(StatusCode::CONFLICT, "conflict");
    let answered = cases.send(&analyst, "POST", &path, &[], &answer).await;
    assert_eq!(answered.status, StatusCode::CREATED, "{}", answered.body);
    let listed = cases.get(&client, &own("corrections")).await.json();
    let told = &listed["corrections"][0]["answered"];
    assert_eq!(
        (&told["answer"], &told["by"]["name"]),
        (&json!("corrected"), &json!("Ada Ngo"))
    );
    let twice = cases.send(&analyst, "POST", &path, &[], &answer).await;
    twice.problem(StatusCode::CONFLICT, "conflict");
    let waiting = cases.get(&adviser, "/api/v1/reviews").await.json();
    assert_eq!(
        (&waiting["waiting"], reviews(&waiting).len()),
        (&json!(0), 0)
    );
    // A proposal opens a case beside it.
    cases.done(&adviser, "proposal", "{}").await;
    let wrong = cases
        .send(
            &client,
            "POST",
            &own("corrections"),
            &[],
            r#"{"field": 5, "why": 1}"#,
        )
        .await;
    let problem = wrong.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(fields(&problem), ["field", "reason", "why"]);
    let nobody = cases
        .send(
            &adviser,
            "POST",
            "/api/v1/clients/7/corrections",
            &[],
            &body,
        )
        .await;
    nobody.problem(StatusCode::NOT_FOUND, "unknown-client");
}

#[tokio::test]
async fn waiting_cases_are_those_of_clients_whom_the_caller_may_see() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let second = cases.person("second").await;
    let auditor = cases.person("auditor").await;
    let mut refused = Vec::new();
    for client in FIRST_CLIENT..FIRST_CLIENT + 40 {
        let path = format!("/api/v1/clients/{client}/case/proposal");
        let proposed = cases.send(&adviser, "POST", &path, &[], "{}").await.json();
        if proposed["standing"]["status"] == "awaiting_decision" {
            refused.push(client);
        }
    }
    assert!(refused.len() > 3);
    let mut found = Vec::new();
    let mut path = "/api/v1/reviews?limit=2".to_owned();
    loop {
        let page = cases.get(&auditor, &path).await.json();
        assert_eq!(page["waiting"], refused.len());
        assert_eq!(page["overdue"], 0);
        found.extend(reviews(&page).into_iter().map(|one| one.0));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/reviews?limit=2&after={next}");
    }
    found.sort_unstable();
    assert_eq!(found, refused);
    cases
        .site
        .store
        .assign("second", &refused[..1])
        .await
        .unwrap();
    let page = cases.get(&second, "/api/v1/reviews").await.json();
    assert_eq!(reviews(&page), [(refused[0], "decision".to_owned())]);
    assert_eq!(page["waiting"], 1);
    let key = cases.key(&[Scope::Decide]).await;
    for nobody in [
        cases.person("client").await,
        cases.person("admin").await,
        key,
    ] {
        let answer = cases.get(&nobody, "/api/v1/reviews").await;
        answer.problem(StatusCode::FORBIDDEN, "forbidden");
    }
    for (query, named) in [
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("after=5-x", "after"),
    ] {
        let path = format!("/api/v1/reviews?{query}");
        let problem = cases.get(&auditor, &path).await;
        let problem = problem.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        assert_eq!(fields(&problem), [named]);
    }
    // Decided as advised by one, otherwise by the other.
    for (who, client, body) in [
        (&adviser, refused[1], json!({"verdict": "refused"})),
        (&adviser, refused[2], json!({"verdict": "refused"})),
        (
            &second,
            refused[0],
            json!({"verdict": "granted", "reason": "revenu vérifié"}),
        ),
    ] {
        let path = format!("/api/v1/clients/{client}/case/decision");
        let done = cases.send(who, "POST", &path, &[], &body.to_string()).await;
        assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    }
    let path = "/api/v1/advisers/agreement";
    let agreement = cases.get(&auditor, path).await.json();
    let all = &agreement["all"];
    let decided = ["agreed", "overridden", "unadvised"].map(|name| all[name].as_u64().unwrap());
    assert_eq!(decided.iter().sum::<u64>(), 3);
    assert_eq!(agreement["advisers"].as_array().unwrap().len(), 2);
    let advised = decided[0] + decided[1];
    if advised > 0 {
        let rate = decided[1] as f64 / advised as f64;
        assert_eq!(all["override_rate"], rate);
        let [low, high] = [0, 1].map(|end| all["interval"][end].as_f64().unwrap());
        assert!(low <= rate && rate <= high);
    }
    let before = cases
        .get(&auditor, &format!("{path}?to=2020-01-31"))
        .await
        .json();
    assert_eq!(before["advisers"], json!([]));
    assert_eq!(before["all"]["override_rate"], Value::Null);
    let wrong = cases
        .get(&auditor, &format!("{path}?from=2020-02-30"))
        .await;
    let problem = wrong.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(fields(&problem), ["from"]);
    for nobody in [&adviser, &cases.person("client").await] {
        let answer = cases.get(nobody, path).await;
        answer.problem(StatusCode::FORBIDDEN, "forbidden");
    }
}

#[tokio::test]
async fn a_logged_decision_is_made_again_to_the_same_bits() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let auditor = cases.person("auditor").await;
    cases.done(&adviser, "proposal", "{}").await;
    cases
        .done(&adviser, "comment", r#"{"text": "un mot"}"#)
        .await;
    for sequence in [1, 2] {
        let path = format!("/api/v1/audit/replay/{sequence}");
        let replayed = cases.send(&auditor, "POST", &path, &[], "").await;
        assert_eq!(replayed.status, StatusCode::OK, "{}", replayed.body);
        let replayed = replayed.json();
        assert_eq!(
            (&replayed["same"], &replayed["sequence"]),
            (&json!(true), &json!(1))
        );
        assert_eq!(replayed["differences"], json!([]));
        assert_eq!(replayed["made_by"], replayed["replayed_by"]);
    }
    for missing in ["3", "0", "x", "-1"] {
        let path = format!("/api/v1/audit/replay/{missing}");
        let answer = cases.send(&auditor, "POST", &path, &[], "").await;
        answer.problem(StatusCode::NOT_FOUND, "not-found");
    }
    let refused = cases
        .send(&adviser, "POST", "/api/v1/audit/replay/1", &[], "")
        .await;
    refused.problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn a_client_is_told_everything_that_is_kept_and_then_forgotten() {
    let cases = Cases::open().await;
    let (client, adviser) = (cases.person("client").await, cases.person("adviser").await);
    let admin = cases.person("admin").await;
    cases.done(&adviser, "proposal", "{}").await;
    cases.done(&adviser, "decision", REFUSED).await;
    cases
        .done(
            &client,
            "contest",
            r#"{"text": "Mon <b>revenu</b> a changé."}"#,
        )
        .await;
    cases.get(&client, &own("score")).await;
    let told = cases.get(&client, &own("export?lang=fr")).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let told = told.json();
    assert_eq!(told["tables"][0]["label"], "prêts");
    assert_eq!(told["tables"][0]["rows"].as_array().unwrap().len(), 3);
    assert!(
        !told["explanation"]["contributions"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let entries = told["cases"][0]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[2]["told"]["text"], "Mon <b>revenu</b> a changé.");
    assert_eq!(told["predictions"][0]["kind"], "score");
    assert_eq!(told["account"]["full_name"], "Amina Laurent");
    for lang in ["fr", "en"] {
        let path = own(&format!("export?lang={lang}"));
        let page = cases
            .send(&client, "GET", &path, &[("accept", "text/html")], "")
            .await;
        assert_eq!(page.status, StatusCode::OK);
        let body = page.body.replace(char::is_whitespace, " ");
        for expected in [
            "Amina Laurent",
            "Mon &#60;b&#62;revenu&#60;/b&#62; a changé.",
            "1000003",
        ] {
            assert!(body.contains(expected), "{lang}: {expected}: {body}");
        }
        // Nothing of a stranger's, no script, nothing that was not filled in.
        for unexpected in ["<script", "http", "NaN", "{ $"] {
            assert!(!body.contains(unexpected), "{lang}: {unexpected}");
        }
    }
    let path = format!("/api/v1/clients/{}/export", SHOWN + 1);
    cases
        .get(&client, &path)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");
    cases
        .get(&admin, &own("export"))
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");

    let body = r#"{"reason": "demande du client"}"#;
    let key = As::Key(API_KEY.to_owned());
    for nobody in [&client, &adviser, &key] {
        let refused = cases.send(nobody, "POST", &own("erasure"), &[], body).await;
        refused.problem(StatusCode::FORBIDDEN, "forbidden");
    }
    let empty = cases.send(&admin, "POST", &own("erasure"), &[], "{}").await;
    empty.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    let erased = cases.send(&admin, "POST", &own("erasure"), &[], body).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
    let erased = erased.json();
    assert_eq!(
        (&erased["cases"], &erased["accounts"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&erased["predictions"], &erased["in_portfolio"]),
        (&json!(1), &json!(true))
    );
    // The client's session is over, and what is left says only that they were forgotten.
    let gone = cases.get(&client, &own("export")).await;
    gone.problem(StatusCode::UNAUTHORIZED, "signed-out");
    let left = cases.get(&adviser, &own("export")).await.json();
    assert_eq!(
        (&left["cases"], &left["account"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(left["erased"]["by"]["name"], "Ines Adam");
    assert_eq!(left["predictions"], json!([]));
    let auditor = cases.person("auditor").await;
    let replayed = cases
        .send(&auditor, "POST", "/api/v1/audit/replay/1", &[], "")
        .await;
    replayed.problem(StatusCode::CONFLICT, "conflict");
    let verified = cases.get(&auditor, "/api/v1/audit/verify").await.json();
    assert_eq!(
        (&verified["whole"], &verified["erased"]),
        (&json!(true), &json!(3))
    );
}
