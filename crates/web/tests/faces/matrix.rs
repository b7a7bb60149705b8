//! Every route, asked by everybody, of a client of theirs, of somebody else's and of nobody: who is
//! answered, who is refused, and that a refusal does not tell whether there is such a client.
//!
//! Routes are read from the code: one that stands in no table below fails the test.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Request, header};
use limpide_store::{NewKey, Role, Scope};
use limpide_web::Face;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::batches::Folder;
use crate::invented::{self, API_KEY, FIRST_CLIENT, SHOWN};
use crate::site::{Answer, Site};

/// A client who is not assigned to the adviser with clients of their own.
const OTHER: i64 = SHOWN + 1;
/// No client's number, of as many digits as one.
const NOBODY: i64 = 199_999;

/// Whom a route answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Everybody.
    Open,
    /// Whoever may see the client in the address.
    Sees,
    /// Whoever may see the client and may score, and the client.
    Tries,
    /// Whoever may score values of nobody.
    Scores,
    /// Whoever does this to cases of clients whom they may see.
    Acts(&'static str),
    /// Whoever may read the decision log.
    Audits,
    /// Whoever is signed in, and programs that may read.
    Reads,
    /// Whoever has clients to list: everybody but those who administer.
    Lists,
    /// Whoever may have to act on clients' cases, or looks on.
    Waits,
    /// Whoever looks at advisers from outside.
    Compares,
    /// Whoever studies the model.
    Studies,
    /// Those people who propose a model.
    Proposes,
    /// Those people who answer another person's proposal.
    Approves,
    /// Those who administer alone, of whatever client.
    Administers,
    /// Whoever posted it, and nobody here did.
    Owns,
}

/// Routes of the API: method, path, whom it answers, and what is sent there: a query, or a body.
const ROUTES: &[(&str, &str, Rule, &str)] = &[
    ("get", "/api/v1/advisers/agreement", Rule::Compares, ""),
    ("get", "/api/v1/audit/log", Rule::Audits, ""),
    ("post", "/api/v1/audit/replay/{sequence}", Rule::Audits, ""),
    ("get", "/api/v1/audit/verify", Rule::Audits, ""),
    ("post", "/api/v1/batches", Rule::Scores, "{}"),
    ("delete", "/api/v1/batches/{id}", Rule::Owns, ""),
    ("get", "/api/v1/batches/{id}", Rule::Owns, ""),
    ("get", "/api/v1/batches/{id}/results", Rule::Owns, ""),
    ("get", "/api/v1/clients", Rule::Lists, ""),
    ("get", "/api/v1/clients/{id}/case", Rule::Sees, ""),
    (
        "post",
        "/api/v1/clients/{id}/case/comment",
        Rule::Acts("comment"),
        r#"{"text": "un mot"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/case/contest",
        Rule::Acts("contest"),
        r#"{"text": "non"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/case/decision",
        Rule::Acts("decision"),
        r#"{"verdict": "refused", "reason": "vu"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/case/outcome",
        Rule::Acts("outcome"),
        r#"{"outcome": "repaid"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/case/proposal",
        Rule::Acts("proposal"),
        "{}",
    ),
    (
        "post",
        "/api/v1/clients/{id}/case/review",
        Rule::Acts("review"),
        r#"{"verdict": "granted", "reason": "vu"}"#,
    ),
    (
        "get",
        "/api/v1/clients/{id}/comparison",
        Rule::Sees,
        "feature=rating",
    ),
    ("get", "/api/v1/clients/{id}/corrections", Rule::Sees, ""),
    (
        "post",
        "/api/v1/clients/{id}/corrections",
        Rule::Acts("correction"),
        r#"{"field": "Revenu", "reason": "une erreur"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/corrections/answer",
        Rule::Acts("answer"),
        r#"{"request": 1, "answer": "declined", "reason": "vu"}"#,
    ),
    (
        "post",
        "/api/v1/clients/{id}/erasure",
        Rule::Administers,
        "{}",
    ),
    ("get", "/api/v1/clients/{id}/explanation", Rule::Sees, ""),
    ("get", "/api/v1/clients/{id}/export", Rule::Sees, ""),
    ("get", "/api/v1/clients/{id}/letter", Rule::Sees, ""),
    ("get", "/api/v1/clients/{id}/reasons", Rule::Sees, ""),
    (
        "get",
        "/api/v1/clients/{id}/rows",
        Rule::Sees,
        "feature=rating",
    ),
    ("get", "/api/v1/clients/{id}/score", Rule::Sees, ""),
    ("get", "/api/v1/clients/{id}/similar", Rule::Sees, ""),
    ("post", "/api/v1/clients/{id}/ways", Rule::Tries, "{}"),
    (
        "post",
        "/api/v1/clients/{id}/what-if",
        Rule::Tries,
        r#"{"edits": {"rating": 0.9}}"#,
    ),
    ("get", "/api/v1/model", Rule::Reads, ""),
    ("get", "/api/v1/model/explanation", Rule::Reads, ""),
    ("get", "/api/v1/model/features", Rule::Reads, ""),
    ("get", "/api/v1/model/features/{name}", Rule::Reads, ""),
    ("get", "/api/v1/model/versions", Rule::Studies, ""),
    (
        "post",
        "/api/v1/model/versions/proposals",
        Rule::Proposes,
        r#"{"model": "no such model", "reason": "vu"}"#,
    ),
    (
        "post",
        "/api/v1/model/versions/proposals/{number}",
        Rule::Approves,
        r#"{"verdict": "decline", "reason": "vu"}"#,
    ),
    ("get", "/api/v1/reviews", Rule::Waits, ""),
    ("post", "/api/v1/score", Rule::Scores, r#"{"features": {}}"#),
    (
        "post",
        "/api/v1/score/rows",
        Rule::Scores,
        r#"{"tables": {"application": [{}]}}"#,
    ),
    ("get", "/healthz", Rule::Open, ""),
    ("get", "/metrics", Rule::Audits, ""),
    ("get", "/readyz", Rule::Open, ""),
];

/// What stands in paths beside a client.
const SAMPLES: [(&str, &str); 3] = [("{sequence}", "1"), ("{name}", "rating"), ("{number}", "1")];

/// Routes that no program needs described.
const UNDESCRIBED: &[&str] = &["/api/v1/openapi.json"];

/// Pages: who asks → what they are answered, on a client of theirs and on another.
const PAGES: &[&str] = &[
    "/",
    "/accessibility",
    "/agreement",
    "/api",
    "/api/v1",
    "/appearance",
    "/applications/new",
    "/assets/{hash}/{name}",
    "/audit",
    "/audit/verify",
    "/audit/{sequence}",
    "/clients/{id}",
    "/clients/{id}/letter",
    "/clients/{id}/record",
    "/correction",
    "/glossary",
    "/keys",
    "/keys/revoke",
    "/login",
    "/login/provider",
    "/login/provider/callback",
    "/logout",
    "/me",
    "/me/letter",
    "/model",
    "/model/drift",
    "/model/fairness",
    "/model/features",
    "/model/features/{name}",
    "/model/quality",
    "/model/runs",
    "/model/runs/compare",
    "/model/runs/{id}",
    "/model/versions",
    "/model/versions/proposals",
    "/model/versions/proposals/{number}",
    "/tour",
    "/people",
    "/people/{id}",
    "/people/{id}/clients",
    "/reviews",
    "/settings",
];

/// Which clients somebody may see.
#[derive(Clone, Copy, PartialEq)]
enum Sees {
    Nobody,
    Shown,
    All,
}

/// Somebody who asks.
struct Caller {
    name: &'static str,
    /// The header that says who it is.
    credential: Option<(header::HeaderName, String)>,
    /// `None`: not known to the server.
    may: Option<May>,
}

/// What somebody who is known may do.
#[derive(Clone, Copy)]
struct May {
    sees: Sees,
    /// Whether it is a program: what its key does not open is refused before anything is looked up.
    program: bool,
    reads: bool,
    scores: bool,
    /// May try values of a client whom they see.
    tries: bool,
    acts: &'static str,
    audits: bool,
}

const STAFF: May = May {
    sees: Sees::All,
    program: false,
    reads: true,
    scores: true,
    tries: true,
    acts: "",
    audits: false,
};
const ADVISER: May = May {
    acts: "proposal decision comment review outcome correction answer",
    ..STAFF
};
const PROGRAM: May = May {
    sees: Sees::Nobody,
    program: true,
    reads: false,
    scores: false,
    tries: false,
    acts: "",
    audits: false,
};

/// What comes back, without what may differ from one answer to the next.
#[derive(Debug, PartialEq)]
struct Told {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

async fn callers(site: &Site) -> Vec<Caller> {
    let mut all = vec![
        nobody("nobody", None),
        nobody("a planted session", Some("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    let people = [
        ("adviser", ADVISER),
        (
            "assigned",
            May {
                sees: Sees::Shown,
                ..ADVISER
            },
        ),
        (
            "analyst",
            May {
                acts: "answer",
                ..STAFF
            },
        ),
        (
            "auditor",
            May {
                scores: false,
                tries: false,
                audits: true,
                ..STAFF
            },
        ),
        (
            "admin",
            May {
                sees: Sees::Nobody,
                scores: false,
                tries: false,
                ..STAFF
            },
        ),
        (
            "client",
            May {
                sees: Sees::Shown,
                scores: false,
                acts: "comment contest correction",
                ..STAFF
            },
        ),
    ];
    let (store, now) = (&site.store, OffsetDateTime::now_utc());
    for (username, role) in [
        ("assigned", Role::Adviser),
        ("admin", Role::Admin),
        ("disabled", Role::Adviser),
        ("renewed", Role::Auditor),
    ] {
        invented::add(store, username, "Ines Adam", role, None).await;
    }
    store.assign("assigned", &[SHOWN]).await.unwrap();
    for (username, may) in people {
        let credential = Some((header::COOKIE, site.sign_in(username).await));
        all.push(Caller {
            name: username,
            credential,
            may: Some(may),
        });
    }
    for username in ["disabled", "renewed"] {
        let credential = Some((header::COOKIE, site.sign_in(username).await));
        all.push(Caller {
            name: username,
            credential,
            may: None,
        });
    }
    store.disable("disabled").await.unwrap();
    store
        .set_password("renewed", "another five grey words here")
        .await
        .unwrap();

    let bearer = |key: &str| Some((header::AUTHORIZATION, format!("Bearer {key}")));
    let acts = "proposal decision comment outcome correction";
    let all_scopes = May {
        sees: Sees::All,
        reads: true,
        scores: true,
        tries: true,
        acts,
        audits: true,
        ..PROGRAM
    };
    let keys = [
        (
            "read",
            vec![Scope::Read],
            Some(May {
                sees: Sees::All,
                reads: true,
                ..PROGRAM
            }),
        ),
        (
            "score",
            vec![Scope::Score],
            Some(May {
                scores: true,
                ..PROGRAM
            }),
        ),
        ("decide", vec![Scope::Decide], Some(May { acts, ..PROGRAM })),
        (
            "audit",
            vec![Scope::Audit],
            Some(May {
                audits: true,
                ..PROGRAM
            }),
        ),
        ("every-scope", Scope::ALL.to_vec(), Some(all_scopes)),
        ("expired", Scope::ALL.to_vec(), None),
        ("revoked", Scope::ALL.to_vec(), None),
    ];
    for (name, scopes, may) in keys {
        let new = NewKey {
            name: name.to_owned(),
            scopes: BTreeSet::from_iter(scopes),
            expires_at: (name == "expired").then(|| now - Duration::seconds(1)),
        };
        let (_, secret) = store.add_key(new, now - Duration::days(1)).await.unwrap();
        all.push(Caller {
            name,
            credential: bearer(&secret),
            may,
        });
    }
    store.revoke_key("revoked", now).await.unwrap();
    all.push(Caller {
        name: "the server's own key",
        credential: bearer(API_KEY),
        may: Some(all_scopes),
    });
    all.push(Caller {
        name: "a wrong key",
        credential: bearer("a key that somebody guessed"),
        may: None,
    });
    all
}

fn nobody(name: &'static str, session: Option<&str>) -> Caller {
    let cookie = |token| (header::COOKIE, format!("limpide={token}"));
    Caller {
        name,
        credential: session.map(cookie),
        may: None,
    }
}

/// What the rule says of a caller and a client: a status, or none where what may be done does not go
/// with where the case stands, and 409 is as good.
fn expected(rule: Rule, caller: &Caller, client: i64) -> u16 {
    let Some(may) = caller.may else {
        return if rule == Rule::Open { 200 } else { 401 };
    };
    let allowed = match rule {
        Rule::Open => true,
        Rule::Sees => may.reads,
        Rule::Tries if may.program => may.reads && may.scores,
        Rule::Tries => may.tries,
        Rule::Scores => may.scores,
        Rule::Acts(act) => may.acts.split(' ').any(|one| one == act),
        Rule::Audits => may.audits,
        Rule::Reads => may.reads,
        Rule::Lists => may.reads && caller.name != "admin",
        Rule::Waits => may.reads && !["admin", "client"].contains(&caller.name),
        Rule::Compares | Rule::Studies => may.audits || ["admin", "analyst"].contains(&caller.name),
        Rule::Proposes => caller.name == "analyst",
        Rule::Approves => ["admin", "analyst"].contains(&caller.name),
        Rule::Administers => caller.name == "admin",
        Rule::Owns => return 404,
    };
    let of_client = matches!(rule, Rule::Sees | Rule::Tries | Rule::Acts(_));
    let sees = match may.sees {
        Sees::All => true,
        Sees::Shown => client == SHOWN,
        Sees::Nobody => may.program,
    };
    match (of_client, sees, allowed) {
        // People are told nothing of a client whom they may not see, whatever they ask.
        (true, false, _) => 404,
        (_, _, false) => 403,
        (true, true, true) if client == NOBODY => 404,
        (_, _, true) => 200,
    }
}

/// What the rule says of a page: whoever is not signed in is led to sign in.
fn of_page(rule: Rule, caller: &Caller) -> u16 {
    match caller.may {
        Some(may) if !may.program => expected(rule, caller, SHOWN),
        _ => 303,
    }
}

async fn ask(site: &Site, caller: &Caller, method: &str, path: &str, sent: &str) -> Answer {
    let query = if method == "get" && !sent.is_empty() {
        format!("?{sent}")
    } else {
        String::new()
    };
    let mut request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(format!("{path}{query}"))
        .header(header::CONTENT_TYPE, "application/json");
    if let Some((name, value)) = &caller.credential {
        request = request.header(name, value);
    }
    let body = if method == "get" {
        Body::empty()
    } else {
        Body::from(sent.to_owned())
    };
    site.send(request.body(body).unwrap()).await
}

fn told(answer: &Answer, client: i64) -> Told {
    // What is told of the request itself: its number, its moment, and the number asked for.
    const OF_THE_REQUEST: [&str; 2] = ["date", "x-request-id"];
    let headers = answer.headers().iter();
    let mut body = answer.body.clone();
    if let Ok(Value::Object(mut problem)) = serde_json::from_str(&body)
        && problem.remove("request_id").is_some()
    {
        body = Value::Object(problem).to_string();
    }
    Told {
        status: answer.status.as_u16(),
        headers: headers
            .filter(|(name, _)| !OF_THE_REQUEST.contains(&name.as_str()))
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .map(|(name, value)| (name, value.replace(&client.to_string(), "ID")))
            .collect(),
        body: body.replace(&client.to_string(), "ID"),
    }
}

/// A site that takes batches and on which clients have cases, so that each has something to tell.
async fn site(folder: &Folder) -> Site {
    let site = Site::serving(Face::All, |store| {
        invented::service_with_batches(store, &folder.0)
    });
    let site = site.await;
    for client in [SHOWN, OTHER] {
        let path = format!("/api/v1/clients/{client}/case/proposal");
        let opened = site.post_json(&path, "{}").await;
        assert_eq!(opened.status.as_u16(), 201, "{}", opened.body);
    }
    site
}

/// Whether a caller whom the rule allows was answered. What may be done at all may still not go with
/// where a case stands, or not with the little that is sent here.
fn is_answered(rule: Rule, answer: &Answer) -> bool {
    match (rule, answer.status.as_u16()) {
        (_, 200..=299) => true,
        (Rule::Acts(_), 404) => answer.json()["type"] != "urn:limpide:problem:unknown-client",
        (Rule::Acts(_) | Rule::Administers | Rule::Scores | Rule::Proposes, 409 | 415 | 422) => {
            true
        }
        // Nothing is proposed here.
        (Rule::Approves, 404) => true,
        // What a replay needs is not kept in memory; a server may be well and not ready.
        (Rule::Audits, 409) | (Rule::Open, 503) => true,
        _ => false,
    }
}

/// Asks a route of each client as somebody, and compares what comes back with the rule.
async fn check(site: &Site, caller: &Caller, route: &(&str, &str, Rule, &str)) {
    let (method, path, rule, sent) = *route;
    let mut answers = Vec::new();
    for client in [SHOWN, OTHER, NOBODY] {
        let mut address = path.replace("{id}", &client.to_string());
        for (name, sample) in SAMPLES {
            address = address.replace(name, sample);
        }
        let answer = ask(site, caller, method, &address, sent).await;
        let expected = expected(rule, caller, client);
        let case = format!("{} asks {method} {address}: {}", caller.name, answer.body);
        if expected == 200 {
            assert!(is_answered(rule, &answer), "{} {case}", answer.status);
        } else {
            assert_eq!(answer.status.as_u16(), expected, "{case}");
            assert_eq!(answer.json()["status"], expected, "{case}");
            for word in ["probability", "inputs", "\"rating\"", "entries"] {
                assert!(!answer.body.contains(word), "{word}, {case}");
            }
        }
        answers.push((expected, told(&answer, client)));
    }
    // Somebody else's client and none at all: the same to the byte, where neither is told of.
    if let [_, (other, of_other), (_, of_nobody)] = &answers[..]
        && *other != 200
    {
        assert_eq!(of_other, of_nobody, "{} asks {method} {path}", caller.name);
    }
}

/// The routes that the API describes, by method and path.
async fn described(site: &Site) -> BTreeMap<(String, String), Value> {
    let document = site.get("/api/v1/openapi.json", "").await.json();
    let mut described = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert((method.clone(), path.clone()), operation.clone());
        }
    }
    described
}

#[tokio::test]
async fn every_route_answers_those_whom_it_should_and_tells_others_nothing() {
    let folder = Folder::new("matrix-1");
    let site = site(&folder).await;
    let callers = callers(&site).await;
    for (method, path) in described(&site).await.into_keys() {
        let mut routes = ROUTES.iter();
        let route = routes.find(|(of, at, ..)| *of == method && *at == path);
        let Some(route) = route else {
            panic!("{method} {path} needs its line in ROUTES: whom does it answer?");
        };
        for caller in &callers {
            check(&site, caller, route).await;
        }
    }
}

#[tokio::test]
async fn every_page_is_shown_to_those_whom_it_should_be() {
    let folder = Folder::new("matrix-2");
    let site = site(&folder).await;
    let callers = callers(&site).await;
    for caller in &callers {
        let person = caller.may.filter(|may| !may.program);
        let page = |client: i64| match person {
            None => 303,
            Some(_) if client == NOBODY => 404,
            Some(may) => match may.sees {
                Sees::All => 200,
                Sees::Shown if client == SHOWN => 200,
                _ => 404,
            },
        };
        let mut answers = Vec::new();
        for client in [SHOWN, OTHER, NOBODY] {
            let path = format!("/clients/{client}");
            let answer = ask(&site, caller, "get", &path, "").await;
            assert_eq!(
                answer.status.as_u16(),
                page(client),
                "{} {path}",
                caller.name
            );
            answers.push(told(&answer, client));
        }
        if page(OTHER) != 200 {
            assert_eq!(answers[1], answers[2], "{}", caller.name);
        }
        let home = ask(&site, caller, "get", "/", "").await;
        let expected = match (person, caller.name) {
            (None, _) => (303, "/login"),
            (_, "client") => (303, "/me"),
            _ => (200, ""),
        };
        let led = (home.status.as_u16(), home.header(header::LOCATION));
        assert_eq!(led, expected, "{}", caller.name);
        let lists = |client: i64| home.body.contains(&format!("/clients/{client}"));
        let all = person.is_some_and(|may| may.sees == Sees::All);
        assert_eq!(lists(FIRST_CLIENT), all, "{}", caller.name);
        for path in ["/audit", "/audit/verify", "/audit/1"] {
            let answer = ask(&site, caller, "get", path, "").await;
            let expected = match person {
                None => 303,
                Some(may) if may.audits => 200,
                Some(_) => 403,
            };
            assert_eq!(answer.status.as_u16(), expected, "{} {path}", caller.name);
        }
        for path in ["/accessibility", "/glossary"] {
            let answer = ask(&site, caller, "get", path, "").await;
            assert_eq!(answer.status.as_u16(), 200, "{} {path}", caller.name);
        }
        for (path, rule) in [
            ("/agreement", Rule::Compares),
            ("/keys", Rule::Administers),
            ("/people", Rule::Administers),
            ("/people/1", Rule::Administers),
            ("/reviews", Rule::Waits),
            ("/settings", Rule::Administers),
        ] {
            let answer = ask(&site, caller, "get", path, "").await;
            let expected = of_page(rule, caller);
            assert_eq!(answer.status.as_u16(), expected, "{} {path}", caller.name);
        }
        let form = ask(&site, caller, "get", "/applications/new", "").await;
        let expected = match (person, caller.name) {
            (None, _) => 303,
            (_, "adviser" | "assigned") => 200,
            _ => 403,
        };
        assert_eq!(form.status.as_u16(), expected, "{}", caller.name);
        for path in [
            "/model/drift",
            "/model/fairness",
            "/model/features/rating",
            "/model/quality",
            "/model/runs",
        ] {
            let answer = ask(&site, caller, "get", path, "").await;
            let expected = match (person, caller.name) {
                (None, _) => 303,
                (_, "analyst" | "auditor" | "admin") => 200,
                _ => 403,
            };
            assert_eq!(answer.status.as_u16(), expected, "{} {path}", caller.name);
        }
        let own = ask(&site, caller, "get", "/me", "").await;
        let shown = format!("/clients/{SHOWN}");
        let expected = match (person, caller.name) {
            (None, _) => "/login?next=%2Fme",
            (_, "client") => shown.as_str(),
            _ => "/",
        };
        assert_eq!(own.header(header::LOCATION), expected, "{}", caller.name);
    }
}

#[tokio::test]
async fn every_route_of_the_code_is_described_under_a_name_of_its_own() {
    let described = described(&Site::open(Face::All).await).await;
    let mut names = BTreeSet::new();
    for ((method, path), operation) in &described {
        let name = operation["operationId"].as_str().unwrap_or_default();
        assert!(
            !name.is_empty() && names.insert(name),
            "{method} {path}: {name:?} is not its own"
        );
    }
    for route in routes_of_the_code() {
        let known = PAGES.contains(&route)
            || UNDESCRIBED.contains(&route)
            || described.keys().any(|(_, path)| path.ends_with(route));
        assert!(
            known,
            "{route} stands in the router, and neither in the document nor in PAGES"
        );
    }
}

/// The first argument of each `route(…)` of the router.
fn routes_of_the_code() -> Vec<&'static str> {
    let code = include_str!("../../src/router.rs");
    let calls = code.split(".route(").skip(1);
    let routes: Vec<&str> = calls
        .map(|call| {
            call.split('"')
                .nth(1)
                .expect("a route is written as a text")
        })
        .collect();
    assert!(routes.len() > 20, "{routes:?}");
    routes
}
