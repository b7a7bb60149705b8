//! One request for credit, from the raw rows to the reversal of its refusal, through HTTP alone.

use serde_json::{Value, json};

use crate::asking::Asker;
use crate::database::{Database, on_both};
use crate::online::Ready;
use crate::scene::{Scene, client_who_is};

#[tokio::test]
async fn an_application_goes_from_its_rows_to_contest_to_reversal() {
    on_both(walk).await;
}

async fn walk(database: &Database) {
    let scene = Scene::open(database);
    let camille = scene.add("camille", &["--role", "adviser"]);
    let lea = scene.add("lea", &["--role", "adviser", "--full-name", "Léa Roth"]);
    let otto = scene.add("otto", &["--role", "auditor"]);
    let served = scene.serve();
    let program = scene.program(&served);
    let client = client_who_is("refused", &program);
    let number = client.to_string();
    let paul = scene.add("paul", &["--role", "client", "--client", &number]);
    let person = |name, password: &String| Asker::person(served.address(), name, password);
    let (first, second) = (person("camille", &camille), person("lea", &lea));
    let (auditor, applicant) = (person("otto", &otto), person("paul", &paul));

    // The lender's program hands the raw rows over and is told the risk.
    let posted = rows_of(&scene, client).await;
    let posted = program.post("/api/v1/score/rows?explain=true", &posted.to_string());
    let posted = posted.is(200);
    let of_one = |rest: &str| format!("/api/v1/clients/{client}{rest}");
    let stored = program.get(&of_one("/score")).is(200);
    for told in ["client", "probability", "decision", "model"] {
        assert_eq!(posted[told], stored[told], "{told}");
    }
    assert_eq!(posted["decision"], "refused");
    assert!(!posted["reasons"].as_array().unwrap().is_empty());

    // A case is opened, once however often it is asked for.
    let case = of_one("/case");
    program.get(&case).problem(404);
    let open = || {
        program.send(
            &of_one("/case/proposal"),
            &[("idempotency-key", "a-1")],
            b"{}",
        )
    };
    let opened = open().unwrap().is(201);
    assert_eq!(open().unwrap().is(201), opened);
    assert_eq!(opened["standing"]["status"], "awaiting_decision");
    assert_eq!(
        opened["entry"]["told"]["score"]["probability"],
        stored["probability"]
    );
    assert_eq!(opened["entry"]["told"]["bundle"], stored["model"]);

    // An adviser refuses; the client reads why, comments and contests.
    let act = |who: &Asker, act: &str, body: Value| {
        who.post(&of_one(&format!("/case/{act}")), &body.to_string())
    };
    applicant.get(&case).is(200);
    act(&applicant, "contest", json!({"text": "Trop tôt."})).problem(409);
    let decided = act(&first, "decision", json!({"verdict": "refused"})).is(201);
    assert_eq!(decided["standing"]["first"]["agreement"], "agreed");
    assert_eq!(decided["entry"]["by"]["name"], "camille");
    let said = "Mon revenu a augmenté en mai : voir « bulletin ».";
    let commented = act(&applicant, "comment", json!({"text": said})).is(201);
    assert_eq!(commented["entry"]["told"]["text"], said);
    let contested = act(&applicant, "contest", json!({"text": "Je conteste."})).is(201);
    assert_eq!(contested["standing"]["status"], "contested");
    assert!(contested["standing"]["due"].is_string());

    // Whoever decided may not review, nor may the client, an auditor or a program.
    let review = json!({"verdict": "granted", "reason": "Bulletin vérifié."});
    assert_eq!(may(&first, &case), json!(["comment"]));
    act(&first, "review", review.clone()).problem(409);
    for other in [&applicant, &auditor, &program] {
        act(other, "review", review.clone()).problem(403);
    }
    assert_eq!(may(&second, &case), json!(["comment", "review"]));
    let reversed = act(&second, "review", review).is(201);
    assert_eq!(reversed["entry"]["event"], "reversed");
    assert_eq!(reversed["standing"]["verdict"], "granted");
    assert_eq!(reversed["standing"]["second"]["name"], "Léa Roth");
    let repaid = act(&program, "outcome", json!({"outcome": "repaid"})).is(201);
    assert_eq!(repaid["standing"]["outcome"], "repaid");

    // All of it is told, to the client too, and proved: by the auditor, and by who has the database.
    let told = applicant.get(&case).is(200);
    let entries = told["entries"].as_array().unwrap();
    let events: Vec<&str> = entries
        .iter()
        .map(|entry| entry["event"].as_str().unwrap())
        .collect();
    let expected = [
        "proposed",
        "decided",
        "commented",
        "contested",
        "reversed",
        "outcome_known",
    ];
    assert_eq!(events, expected);
    let verified = auditor.get("/api/v1/audit/verify").is(200);
    assert_eq!(
        (&verified["whole"], &verified["entries"]),
        (&json!(true), &json!(6))
    );
    let log = auditor.get("/api/v1/audit/log").is(200);
    assert_eq!(&log["entries"], &told["entries"]);
    let proved = scene.ask(&[
        "audit",
        "verify",
        "--noted",
        verified["head"].as_str().unwrap(),
    ]);
    assert_eq!(proved["whole"], true);
}

/// What somebody may do to a case next.
fn may(who: &Asker, case: &str) -> Value {
    who.get(case).is(200)["may"].clone()
}

/// A client's raw rows, as the lender has them.
async fn rows_of(scene: &Scene, client: i64) -> Value {
    let ready = Ready::open(scene.workspace.path()).await;
    let rows = ready.reader_of_all_columns().rows(client).unwrap().unwrap();
    json!({ "tables": ready.as_json(&rows) })
}
