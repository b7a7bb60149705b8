//! Decisions that last: a case from proposal to reversal, who may do what to it, and the log.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::{NewKey, Role, Scope, Store};
use limpide_web::Face;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::invented::{self, API_KEY, FIRST_CLIENT, SHOWN};
use crate::site::{Answer, Site};

/// What every act sends here.
const BODIES: [(&str, &str); 6] = [
    ("proposal", "{}"),
    ("decision", r#"{"verdict": "refused"}"#),
    ("comment", r#"{"text": "un mot"}"#),
    ("contest", r#"{"text": "Mon revenu a changé."}"#),
    (
        "review",
        r#"{"verdict": "granted", "reason": "revenu vérifié"}"#,
    ),
    ("outcome", r#"{"outcome": "repaid"}"#),
];

/// Who sends a request: a cookie, or a key.
#[derive(Clone)]
pub(crate) enum As {
    Cookie(String),
    Key(String),
}

pub(crate) struct Cases {
    pub(crate) site: Site,
}

impl Cases {
    pub(crate) async fn open() -> Self {
        let site = Site::open(Face::All).await;
        invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
        invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
        Self { site }
    }

    pub(crate) async fn person(&self, username: &str) -> As {
        As::Cookie(self.site.sign_in(username).await)
    }

    pub(crate) async fn key(&self, scopes: &[Scope]) -> As {
        let name: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let key = NewKey {
            name: name.join("-"),
            scopes: BTreeSet::from_iter(scopes.iter().copied()),
            expires_at: None,
        };
        let made = self.site.store.add_key(key, OffsetDateTime::now_utc());
        As::Key(made.await.unwrap().1)
    }

    pub(crate) async fn send(
        &self,
        who: &As,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = match who {
            As::Cookie(cookie) => request.header(header::COOKIE, cookie),
            As::Key(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        };
        request = request.header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.site.send(request).await
    }

    async fn act(&self, who: &As, act: &str, body: &str) -> Answer {
        let path = format!("/api/v1/clients/{SHOWN}/case/{act}");
        self.send(who, "POST", &path, &[], body).await
    }

    /// As [`Cases::act`], under an idempotency key.
    async fn keyed(&self, who: &As, act: &str, key: &str, body: &str) -> Answer {
        let path = format!("/api/v1/clients/{SHOWN}/case/{act}");
        let headers = [("idempotency-key", key)];
        self.send(who, "POST", &path, &headers, body).await
    }

    pub(crate) async fn done(&self, who: &As, act: &str, body: &str) -> Value {
        let answer = self.act(who, act, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{act}: {}", answer.body);
        answer.json()
    }

    pub(crate) async fn get(&self, who: &As, path: &str) -> Answer {
        self.send(who, "GET", path, &[], "").await
    }

    async fn case(&self, who: &As) -> Value {
        let path = format!("/api/v1/clients/{SHOWN}/case");
        let answer = self.get(who, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }
}

/// Numbers of the fields that a problem names.
pub(crate) fn fields(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|error| error["field"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_case_goes_from_proposal_to_contest_to_reversal() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let second = cases.person("second").await;
    let client = cases.person("client").await;
    let path = format!("/api/v1/clients/{SHOWN}/case");
    cases
        .get(&adviser, &path)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-case");

    let proposed = cases.done(&adviser, "proposal", "{}").await;
    let told = &proposed["entry"]["told"];
    let score = format!("/api/v1/clients/{SHOWN}/score");
    let score = cases.get(&adviser, &score).await.json();
    assert_eq!(told["bundle"], score["model"]);
    assert_eq!(told["score"]["probability"], score["probability"]);
    assert_eq!(told["score"]["threshold"], score["threshold"]);
    assert_eq!(proposed["entry"]["by"]["name"], "C. Moreau");
    assert_eq!(proposed["standing"]["status"], "awaiting_decision");
    assert_eq!(proposed["standing"]["verdict"], Value::Null);
    for lang in ["fr", "en"] {
        let explained = format!("/api/v1/clients/{SHOWN}/explanation?lang={lang}");
        let explained = cases.get(&adviser, &explained).await.json();
        let mut sentences = BTreeSet::new();
        for side in ["reasons", "strengths"] {
            for reason in explained[side].as_array().unwrap() {
                sentences.insert(reason["sentence"].as_str().unwrap().to_owned());
            }
        }
        let kept = told["reasons"].as_array().unwrap().iter();
        let kept: BTreeSet<String> = kept
            .map(|reason| reason["sentence"][lang].as_str().unwrap().to_owned())
            .collect();
        assert!(!kept.is_empty());
        assert_eq!(kept, sentences);
    }
    // What was kept scores to the same bits.
    let again = json!({ "features": told["inputs"] }).to_string();
    let again = cases.send(&adviser, "POST", "/api/v1/score", &[], &again);
    assert_eq!(again.await.json()["probability"], score["probability"]);

    // While it waits, another proposal would bury it, and there is nothing to contest.
    let buried = cases.act(&adviser, "proposal", "{}").await;
    buried.problem(StatusCode::CONFLICT, "conflict");
    let early = cases.act(&client, "contest", BODIES[3].1).await;
    early.problem(StatusCode::CONFLICT, "conflict");
    assert_eq!(
        cases.case(&adviser).await["may"],
        json!(["decision", "comment"])
    );
    assert_eq!(cases.case(&client).await["may"], json!(["comment"]));

    let decided = cases.done(&adviser, "decision", BODIES[1].1).await;
    assert_eq!(decided["standing"]["first"]["agreement"], "agreed");
    assert_eq!(decided["standing"]["verdict"], "refused");
    assert_eq!(decided["standing"]["due"], Value::Null);
    assert_eq!(
        cases.case(&client).await["may"],
        json!(["comment", "contest"])
    );

    let contested = cases.done(&client, "contest", BODIES[3].1).await;
    assert_eq!(contested["standing"]["status"], "contested");
    assert!(contested["standing"]["due"].is_string());
    assert_eq!(contested["standing"]["overdue"], false);
    assert_eq!(cases.case(&adviser).await["may"], json!(["comment"]));
    let own = cases.act(&adviser, "review", BODIES[4].1).await;
    let problem = own.problem(StatusCode::CONFLICT, "conflict");
    assert_eq!(
        problem["detail"],
        "the second reviewer must be another person than the first"
    );
    assert_eq!(
        cases.case(&second).await["may"],
        json!(["comment", "review"])
    );
    let reversed = cases.done(&second, "review", BODIES[4].1).await;
    assert_eq!(reversed["entry"]["event"], "reversed");
    assert_eq!(reversed["standing"]["verdict"], "granted");
    assert_eq!(reversed["standing"]["second"]["name"], "Lea Roth");
    let ended = cases.done(&adviser, "outcome", BODIES[5].1).await;
    assert_eq!(ended["standing"]["outcome"], "repaid");

    let case = cases.case(&client).await;
    let events: Vec<&str> = case["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        [
            "proposed",
            "decided",
            "contested",
            "reversed",
            "outcome_known"
        ]
    );
    assert_eq!(case["entries"][4]["hash"], ended["entry"]["hash"]);
    let auditor = cases.person("auditor").await;
    let verified = cases.get(&auditor, "/api/v1/audit/verify").await.json();
    assert_eq!(verified["whole"], true);
    assert_eq!(verified["entries"], 5);
    let head = format!("5:{}", ended["entry"]["hash"].as_str().unwrap());
    assert_eq!(verified["head"], head);

    // The case has ended: a new request for credit opens another one, and the old one stays.
    let next = cases.done(&adviser, "proposal", "{}").await;
    let of_both = cases.case(&adviser).await;
    assert_eq!(of_both["case"], next["case"]);
    assert_eq!(of_both["cases"], json!([case["case"], next["case"]]));
    let old = format!("{path}?case={}", case["case"].as_str().unwrap());
    let old = cases.get(&adviser, &old).await.json();
    assert_eq!(old["entries"], case["entries"]);
    assert_eq!(old["may"], json!([]));
    let strange = format!("{path}?case={}", "0".repeat(32));
    cases
        .get(&adviser, &strange)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-case");
}

#[tokio::test]
async fn a_new_application_opens_a_case_with_its_rows() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let new = 990_001;
    let path = format!("/api/v1/clients/{new}/case");
    let send = async |what: &str, body: Value| {
        let path = format!("{path}/{what}");
        cases
            .send(&adviser, "POST", &path, &[], &body.to_string())
            .await
    };
    let of = |row: Value| json!({ "tables": { "application": [row] } });
    send("proposal", json!({}))
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");
    for (row, found) in [
        (json!({ "family": "Alone" }), "no client number"),
        (json!({ "number": 7, "family": "Alone" }), "client 7"),
    ] {
        let answer = send("proposal", of(row)).await;
        let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        assert_eq!(fields(&problem), ["tables"]);
        assert_eq!(problem["errors"][0]["found"], found);
    }
    let listed = send("proposal", json!({ "tables": [] })).await;
    let problem = listed.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(fields(&problem), ["tables"]);

    let row = json!({ "number": new, "family": "Alone" });
    let answer = send("proposal", of(row.clone())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let told = &answer.json()["entry"]["told"];
    let score = of(row).to_string();
    let score = cases.send(&adviser, "POST", "/api/v1/score/rows", &[], &score);
    assert_eq!(
        told["score"]["probability"],
        score.await.json()["probability"]
    );
    assert_eq!(told["inputs"]["family"], "Alone");
    let verdict = json!({ "verdict": "refused", "reason": "Dossier incomplet." });
    let decided = send("decision", verdict).await;
    assert_eq!(decided.status, StatusCode::CREATED, "{}", decided.body);
    let case = cases.get(&adviser, &path).await.json();
    assert_eq!(case["standing"]["verdict"], "refused");
}

#[tokio::test]
async fn what_stands_against_the_advice_says_why() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    cases.done(&adviser, "proposal", "{}").await;
    let silent = cases
        .act(&adviser, "decision", r#"{"verdict": "granted"}"#)
        .await;
    let problem = silent.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(fields(&problem), ["reason"]);
    let said = r#"{"verdict": "granted", "reason": " Caution d’un parent. "}"#;
    let overridden = cases.done(&adviser, "decision", said).await;
    assert_eq!(overridden["entry"]["event"], "overridden");
    assert_eq!(
        overridden["entry"]["told"],
        json!({"reason": "Caution d’un parent.", "verdict": "granted"})
    );
    assert_eq!(overridden["standing"]["first"]["agreement"], "overridden");
    let twice = cases.act(&adviser, "decision", said).await;
    let problem = twice.problem(StatusCode::CONFLICT, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains("already"));
}

#[tokio::test]
async fn bodies_are_read_strictly_and_every_fault_is_named() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let client = cases.person("client").await;
    cases.done(&adviser, "proposal", "{}").await;
    cases.done(&adviser, "decision", BODIES[1].1).await;
    cases.done(&client, "contest", BODIES[3].1).await;
    let second = cases.person("second").await;
    let long = json!({ "text": "x".repeat(10_001) }).to_string();
    for (act, body, named) in [
        ("proposal", r#"{"client": 7}"#, vec!["client"]),
        (
            "decision",
            r#"{"verdict": "maybe", "because": 1}"#,
            vec!["verdict", "because"],
        ),
        ("decision", "{}", vec!["verdict"]),
        (
            "decision",
            r#"{"verdict": "refused", "reason": 7}"#,
            vec!["reason"],
        ),
        ("comment", r#"{"text": "  "}"#, vec!["text"]),
        ("comment", r#"{"text": null}"#, vec!["text"]),
        ("comment", &long, vec!["text"]),
        (
            "review",
            r#"{"verdict": ["granted"]}"#,
            vec!["verdict", "reason"],
        ),
        ("outcome", r#"{"outcome": 1e308}"#, vec!["outcome"]),
    ] {
        let answer = cases.act(&second, act, body).await;
        let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        assert_eq!(fields(&problem), named, "{act} {body}");
        assert!(answer.body.len() < 1000, "{}", answer.body.len());
    }
    for body in ["", "[]", "{", "7"] {
        cases
            .act(&second, "comment", body)
            .await
            .problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let large = json!({ "text": "x".repeat(300_000) }).to_string();
    cases
        .act(&second, "comment", &large)
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    // The longest text, and one that reads as another language's code, are kept as they are.
    let kept = format!("<b>'; DROP TABLE people; --{}", "é".repeat(9_973));
    let body = json!({ "text": kept }).to_string();
    let commented = cases.done(&second, "comment", &body).await;
    assert_eq!(commented["entry"]["told"]["text"], kept);
}

#[tokio::test]
async fn a_request_sent_again_is_done_once_and_answered_alike() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    let client = cases.person("client").await;
    let mut first = Vec::new();
    for (who, act, body) in [
        (&adviser, "proposal", "{}"),
        (&adviser, "decision", BODIES[1].1),
        (&client, "contest", BODIES[3].1),
    ] {
        let answer = cases.keyed(who, act, act, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        first.push((who, act, body, answer.body));
    }
    // Also once the case has moved on, and with spaces in other places.
    for (who, act, body, before) in &first {
        let spaced = body.replace(':', " : ");
        let answer = cases.keyed(who, act, act, &spaced).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        assert_eq!(&answer.body, before, "{act}");
    }
    let other = r#"{"verdict": "granted", "reason": "autre"}"#;
    let answer = cases.keyed(&adviser, "decision", "decision", other).await;
    let problem = answer.problem(StatusCode::CONFLICT, "conflict");
    assert_eq!(
        problem["detail"],
        r#"the idempotency key "decision" came with another request before: use a new one"#
    );
    // Another act under a key that was used is another request; another person's key is their own.
    let answer = cases
        .keyed(&adviser, "comment", "decision", BODIES[2].1)
        .await;
    answer.problem(StatusCode::CONFLICT, "conflict");
    let answer = cases
        .keyed(&client, "comment", "decision", BODIES[2].1)
        .await;
    assert_eq!(answer.status, StatusCode::CREATED);
    for bad in ["", "two words", &"k".repeat(256)] {
        let answer = cases.keyed(&client, "comment", bad, BODIES[2].1).await;
        let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        assert_eq!(fields(&problem), ["Idempotency-Key"]);
    }
    let entries = cases.site.store.entries_after(0, 100).await.unwrap();
    assert_eq!(entries.len(), 4);
}

#[tokio::test]
async fn every_role_reaches_its_own_routes_and_no_others() {
    let cases = Cases::open().await;
    let document = cases.site.get("/api/v1/openapi.json", "").await.json();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|path| path.contains("/case/"))
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> = BODIES.iter().map(|(act, _)| (*act).to_owned()).collect();
    assert_eq!(described, known);

    let acts = "proposal decision comment contest review outcome";
    let program = "proposal decision comment outcome";
    // Who, what they may do to the client, whether they may read, another client, the log.
    let callers = [
        (
            "adviser",
            "proposal decision comment review outcome",
            true,
            true,
            false,
        ),
        (
            "second",
            "proposal decision comment review outcome",
            true,
            true,
            false,
        ),
        ("client", "comment contest", true, false, false),
        ("analyst", "", true, true, false),
        ("auditor", "", true, true, true),
        ("admin", "", false, false, false),
        ("key decide", program, false, true, false),
        ("key read", "", true, true, false),
        ("key score", "", false, true, false),
        ("key audit", "", false, true, true),
    ];
    let opened = cases.person("adviser").await;
    for client in [SHOWN, SHOWN + 1] {
        let path = format!("/api/v1/clients/{client}/case/proposal");
        let answer = cases.send(&opened, "POST", &path, &[], "{}").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }
    let forbidden = StatusCode::FORBIDDEN;
    let hidden = |name: &str, sees: bool| !sees && !name.starts_with("key");
    for (name, may, reads, others, audits) in callers {
        let who = match name.strip_prefix("key ") {
            Some(scope) => cases.key(&[scope.parse().unwrap()]).await,
            None => cases.person(name).await,
        };
        for client in [SHOWN, SHOWN + 1] {
            let sees = name != "admin" && (client == SHOWN || others);
            for (act, body) in BODIES {
                let path = format!("/api/v1/clients/{client}/case/{act}");
                let answer = cases.send(&who, "POST", &path, &[], body).await;
                let allowed = sees && may.split(' ').any(|one| one == act);
                assert!(acts.contains(act));
                // What may be done at all may still not go with where the case stands.
                if allowed {
                    assert_ne!(answer.status, forbidden, "{name} {act}: {}", answer.body);
                    continue;
                }
                assert!(!answer.body.contains("inputs"));
                if hidden(name, sees) {
                    answer.problem(StatusCode::NOT_FOUND, "unknown-client");
                } else {
                    answer.problem(forbidden, "forbidden");
                }
            }
            let path = format!("/api/v1/clients/{client}/case");
            let answer = cases.get(&who, &path).await;
            let expected = match reads && sees {
                true => StatusCode::OK,
                false if hidden(name, sees) => StatusCode::NOT_FOUND,
                false => forbidden,
            };
            assert_eq!(answer.status, expected, "{name} {client}");
        }
        for path in ["/api/v1/audit/log", "/api/v1/audit/verify"] {
            let expected = if audits { StatusCode::OK } else { forbidden };
            assert_eq!(
                cases.get(&who, path).await.status,
                expected,
                "{name} {path}"
            );
        }
    }
    let nobody = As::Cookie(String::new());
    for (act, body) in BODIES {
        cases
            .act(&nobody, act, body)
            .await
            .problem(StatusCode::UNAUTHORIZED, "signed-out");
    }
    for path in [
        format!("/api/v1/clients/{SHOWN}/case"),
        "/api/v1/audit/log".to_owned(),
        "/api/v1/audit/verify".to_owned(),
    ] {
        cases
            .get(&nobody, &path)
            .await
            .problem(StatusCode::UNAUTHORIZED, "signed-out");
    }
    // An adviser with clients of their own acts on no others, known or not.
    cases.site.store.assign("adviser", &[SHOWN]).await.unwrap();
    for client in [SHOWN + 1, 7] {
        for (act, body) in BODIES {
            let path = format!("/api/v1/clients/{client}/case/{act}");
            let answer = cases.send(&opened, "POST", &path, &[], body).await;
            answer.problem(StatusCode::NOT_FOUND, "unknown-client");
        }
    }
    // Nobody is proposed who is not there.
    let key = As::Key(API_KEY.to_owned());
    let path = "/api/v1/clients/7/case/proposal";
    cases
        .send(&key, "POST", path, &[], "{}")
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");
}

#[tokio::test]
async fn a_case_that_did_not_change_is_not_sent_again() {
    let cases = Cases::open().await;
    let adviser = cases.person("adviser").await;
    cases.done(&adviser, "proposal", "{}").await;
    let path = format!("/api/v1/clients/{SHOWN}/case");
    let tag = cases.get(&adviser, &path).await;
    let tag = tag.header(header::ETAG).to_owned();
    let known = |tag: String| {
        let (cases, adviser, path) = (&cases, &adviser, &path);
        async move {
            let headers = [("if-none-match", tag.as_str())];
            cases.send(adviser, "GET", path, &headers, "").await
        }
    };
    let unchanged = known(format!("\"other\", {tag}")).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    assert_eq!(unchanged.body, "");
    assert_eq!(unchanged.header(header::ETAG), tag);
    cases.done(&adviser, "comment", BODIES[2].1).await;
    let changed = known(tag.clone()).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header(header::ETAG), tag);
}

#[tokio::test]
async fn the_log_is_read_in_pages() {
    let cases = Cases::open().await;
    let key = cases.key(&[Scope::Audit]).await;
    let adviser = cases.person("adviser").await;
    let empty = cases.get(&key, "/api/v1/audit/log").await.json();
    assert_eq!(empty, json!({ "entries": [], "next": null }));
    cases.done(&adviser, "proposal", "{}").await;
    for _ in 0..4 {
        cases.done(&adviser, "comment", BODIES[2].1).await;
    }
    let (mut after, mut seen) = (Some(0), Vec::new());
    while let Some(from) = after {
        let path = format!("/api/v1/audit/log?after={from}&limit=2");
        let page = cases.get(&key, &path).await.json();
        let entries = page["entries"].as_array().unwrap();
        assert!(entries.len() <= 2);
        seen.extend(
            entries
                .iter()
                .map(|entry| entry["sequence"].as_i64().unwrap()),
        );
        after = page["next"].as_i64();
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    for (asked, named) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("after=-1", "after"),
    ] {
        let path = format!("/api/v1/audit/log?{asked}");
        let problem = cases.get(&key, &path).await;
        let problem = problem.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        assert_eq!(fields(&problem), [named]);
    }
    for path in ["/api/v1/audit/log?befor=1", "/api/v1/audit/log?limit=x"] {
        let problem = cases.get(&key, path).await;
        problem.problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let noted = cases.get(&key, "/api/v1/audit/verify?noted=5").await;
    let problem = noted.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(fields(&problem), ["noted"]);
    // An erased client is told nothing of, and the chain stays whole.
    let key_of_all = As::Key(API_KEY.to_owned());
    let now = OffsetDateTime::now_utc();
    let store = &cases.site.store;
    let actor = limpide_store::Actor::Program;
    store
        .erase_client(SHOWN, actor, "demande", now)
        .await
        .unwrap();
    let path = format!("/api/v1/clients/{SHOWN}/case");
    cases
        .get(&key_of_all, &path)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-case");
    let page = cases.get(&key, "/api/v1/audit/log").await.json();
    assert_eq!(page["entries"][0]["event"], Value::Null);
    assert_eq!(page["entries"][0]["told"], json!({}));
    let verified = cases.get(&key, "/api/v1/audit/verify").await.json();
    assert_eq!(
        (&verified["whole"], &verified["erased"]),
        (&true.into(), &5.into())
    );
}

#[tokio::test]
async fn a_tampered_entry_is_shown() {
    let path = std::env::temp_dir().join(format!("limpide-tampered-{}.db", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let store = Store::open(&path).await.unwrap();
    let site = Site::over(store, Face::Api, invented::service).await;
    let case = format!("/api/v1/clients/{FIRST_CLIENT}/case");
    let proposed = site.post_json(&format!("{case}/proposal"), "{}").await;
    assert_eq!(proposed.status, StatusCode::CREATED);
    let said = site
        .post_json(&format!("{case}/comment"), r#"{"text": "le mot juste"}"#)
        .await;
    assert_eq!(said.status, StatusCode::CREATED);
    let verify = "/api/v1/audit/verify";
    let whole = site.get_with_key(verify, API_KEY).await.json();
    assert_eq!(whole["whole"], true);
    site.store.close().await;

    // Somebody who has the file changes it behind the program's back.
    let mut bytes = std::fs::read(&path).unwrap();
    let (before, after) = (b"le mot juste", b"le mot forge");
    let mut changed = 0;
    for start in 0..bytes.len() - before.len() {
        if &bytes[start..start + before.len()] == before {
            bytes[start..start + before.len()].copy_from_slice(after);
            changed += 1;
        }
    }
    assert!(changed > 0);
    std::fs::write(&path, bytes).unwrap();
    let store = Store::open(&path).await.unwrap();
    let site = Site::of(store, Face::Api, invented::service);
    let broken = site.get_with_key(verify, API_KEY).await.json();
    assert_eq!(broken["whole"], false);
    assert_eq!(broken["entries"], 1);
    assert_eq!(
        broken["broken"],
        json!({ "sequence": 2, "fault": "what the entry tells was changed" })
    );
    site.store.close().await;
    for end in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}
