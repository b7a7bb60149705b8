//! What every route answers, and to whom: statuses, problem documents, pages in words.
#![allow(clippy::unwrap_used)]

mod invented;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use invented::{API_KEY, PASSWORD, SHOWN};
use limpide_store::{Role, Store};
use limpide_web::{Face, router};
use serde_json::{Value, json};
use tower::ServiceExt;

struct Site {
    router: Router,
    store: Store,
}

/// What came back, read to its end.
struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body, once it is known to be a problem document of this kind.
    fn problem(&self, status: StatusCode, slug: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:limpide:problem:{slug}"));
        assert_eq!(problem["status"], status.as_u16());
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem
    }
}

impl Site {
    async fn open(face: Face) -> Self {
        let store = Store::open(":memory:").await.unwrap();
        invented::add(&store, "adviser", "C. Moreau", Role::Adviser, None).await;
        invented::add(&store, "analyst", "Ada Ngo", Role::Analyst, None).await;
        invented::add(&store, "auditor", "Otto Blum", Role::Auditor, None).await;
        invented::add(&store, "client", "Amina Laurent", Role::Client, Some(SHOWN)).await;
        Self {
            router: router(invented::service(store.clone()), face),
            store,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn get_with_key(&self, path: &str, key: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post_json(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    async fn post_form(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(form.to_owned().into()).unwrap())
            .await
    }

    /// Signs in through the form and gives the session's cookie.
    async fn sign_in(&self, username: &str) -> String {
        let form = format!(
            "username={username}&password={}",
            PASSWORD.replace(' ', "+")
        );
        let answer = self.post_form("/login", "", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let cookie = answer.header(header::SET_COOKIE);
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        cookie.split(';').next().unwrap().to_owned()
    }
}

fn paths_of(client: i64) -> [String; 3] {
    [
        format!("/clients/{client}"),
        format!("/api/v1/clients/{client}/score"),
        format!("/api/v1/clients/{client}/explanation"),
    ]
}

#[tokio::test]
async fn health_names_the_model_and_needs_nobody() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/healthz", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let health = answer.json();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["clients"], invented::CLIENTS);
    assert_eq!(health["model"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_score_says_risk_decision_and_distance() {
    let site = Site::open(Face::Api).await;
    let path = format!("/api/v1/clients/{SHOWN}/score");
    let score = site.get_with_key(&path, API_KEY).await.json();
    assert_eq!(score["client"], SHOWN);
    assert_eq!(score["decision"], "refused");
    assert_eq!(score["threshold"], 0.11);
    assert_eq!(score["synthetic"], true);
    let distance = score["distance"].as_f64().unwrap();
    let expected = score["probability"].as_f64().unwrap() - 0.11;
    assert!((distance - expected).abs() < 1e-12);
    let health = site.get("/healthz", "").await.json();
    assert_eq!(score["model"], health["model"]);
}

#[tokio::test]
async fn an_explanation_adds_up_and_speaks_the_language_asked_for() {
    let site = Site::open(Face::Api).await;
    let path = |lang| format!("/api/v1/clients/{SHOWN}/explanation?lang={lang}");
    let explanation = site.get_with_key(&path("fr"), API_KEY).await.json();
    let contributions = explanation["contributions"].as_array().unwrap();
    let sum: f64 = contributions
        .iter()
        .map(|one| one["contribution"].as_f64().unwrap())
        .sum();
    let base = explanation["base"].as_f64().unwrap();
    assert!((base + sum - explanation["margin"].as_f64().unwrap()).abs() < 1e-9);
    let sentence = |explanation: &Value| explanation["reasons"][0]["sentence"].clone();
    assert!(
        sentence(&explanation)
            .as_str()
            .unwrap()
            .contains("valeur plus basse")
    );
    let english = site.get_with_key(&path("en"), API_KEY).await.json();
    assert!(sentence(&english).as_str().unwrap().contains("lower than"));
    site.get_with_key(&path("de"), API_KEY)
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn posted_values_score_as_the_same_client_does() {
    let site = Site::open(Face::Api).await;
    let path = format!("/api/v1/clients/{SHOWN}/explanation");
    let client = site.get_with_key(&path, API_KEY).await.json();
    let features: serde_json::Map<String, Value> = client["contributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["feature"].as_str().unwrap().to_owned(),
                one["value"].clone(),
            )
        })
        .collect();
    let body = json!({ "features": features }).to_string();
    let posted = site.post_json("/api/v1/score", body.clone()).await.json();
    assert_eq!(posted["probability"], client["probability"]);
    assert_eq!(posted["client"], Value::Null);
    assert!(posted.get("contributions").is_none());
    let explained = site
        .post_json("/api/v1/score?explain=true", body)
        .await
        .json();
    assert_eq!(explained["contributions"], client["contributions"]);
}

#[tokio::test]
async fn what_is_left_out_or_null_is_missing() {
    let site = Site::open(Face::Api).await;
    let none = site.post_json("/api/v1/score", r#"{"features": {}}"#).await;
    let null = site
        .post_json("/api/v1/score", r#"{"features": {"rating": null}}"#)
        .await;
    assert_eq!(none.status, StatusCode::OK);
    assert_eq!(none.body, null.body);
}

#[tokio::test]
async fn values_that_do_not_fit_are_all_named() {
    let site = Site::open(Face::Api).await;
    let body = r#"{"features": {"ratting": 0.5, "rating": "high", "family": 3, "months": [1]}}"#;
    let answer = site.post_json("/api/v1/score", body).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    let fields: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["ratting", "rating", "months", "family"]);
    insta::assert_json_snapshot!("unfit_values", problem);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_a_bad_request() {
    let site = Site::open(Face::Api).await;
    for body in ["{", "[]", "", r#"{"features": 3}"#, r#"{"feature": {}}"#] {
        site.post_json("/api/v1/score", body)
            .await
            .problem(StatusCode::BAD_REQUEST, "bad-request");
    }
    let request = Request::post("/api/v1/score")
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    site.send(request)
        .await
        .problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
    site.post_json("/api/v1/score?explain=perhaps", "{}")
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn a_body_too_large_is_refused() {
    let site = Site::open(Face::Api).await;
    let body = format!(r#"{{"features": {{"family": "{}"}}}}"#, "x".repeat(300_000));
    site.post_json("/api/v1/score", body)
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test]
async fn unknown_clients_addresses_and_methods_are_problems_in_the_api() {
    let site = Site::open(Face::All).await;
    let unknown = site
        .get_with_key("/api/v1/clients/7/score", API_KEY)
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-client");
    insta::assert_json_snapshot!("unknown_client", unknown);
    let words = site
        .get_with_key("/api/v1/clients/seven/score", API_KEY)
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
    insta::assert_json_snapshot!("client_number", words);
    site.get("/api/v1/nothing", "")
        .await
        .problem(StatusCode::NOT_FOUND, "not-found");
    let answer = site.post_json("/api/v1/clients/7/score", "{}").await;
    answer.problem(StatusCode::METHOD_NOT_ALLOWED, "method");
    assert_eq!(answer.header(header::ALLOW), "GET,HEAD");
}

#[tokio::test]
async fn nobody_reaches_a_client_without_signing_in_or_a_key() {
    let site = Site::open(Face::All).await;
    let [page, score, explanation] = paths_of(SHOWN);
    for path in [&score, &explanation] {
        let answer = site.get(path, "").await;
        let problem = answer.problem(StatusCode::UNAUTHORIZED, "signed-out");
        assert!(
            answer
                .header(header::WWW_AUTHENTICATE)
                .starts_with("Bearer")
        );
        insta::assert_json_snapshot!("signed_out", problem);
        let wrong = site.get_with_key(path, "another key altogether").await;
        wrong.problem(StatusCode::UNAUTHORIZED, "signed-out");
        assert!(!wrong.body.contains(API_KEY));
        let planted = site.get(path, "limpide=AAAAAAAAAAAAAAAAAAAAAA").await;
        planted.problem(StatusCode::UNAUTHORIZED, "signed-out");
    }
    let answer = site.get(&page, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header(header::LOCATION),
        "/login?next=%2Fclients%2F100042"
    );
    let posted = Request::post("/api/v1/score")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"features": {}}"#))
        .unwrap();
    site.send(posted)
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn a_client_reaches_their_own_data_and_no_others_by_any_route() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    for path in paths_of(SHOWN) {
        assert_eq!(
            site.get(&path, &cookie).await.status,
            StatusCode::OK,
            "{path}"
        );
    }
    // 7 is no client at all: the answer must not tell.
    for other in [SHOWN + 1, 7] {
        for path in paths_of(other) {
            let answer = site.get(&path, &cookie).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!answer.body.contains("probability"), "{path}");
        }
    }
    let home = site.get("/?q=100", &cookie).await;
    assert_eq!(home.header(header::LOCATION), "/me");
    let own = site.get("/me", &cookie).await;
    assert_eq!(own.header(header::LOCATION), format!("/clients/{SHOWN}"));
    let posted = Request::post("/api/v1/score")
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"features": {}}"#))
        .unwrap();
    site.send(posted)
        .await
        .problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn an_address_that_reads_as_another_client_opens_no_other_client() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    let other = SHOWN + 1;
    for path in [
        format!("/clients/%31{}", &other.to_string()[1..]),
        format!("/clients/{SHOWN}/../{other}"),
        format!("/clients/{SHOWN}%2F..%2F{other}"),
        format!("/clients/+{other}"),
        format!("/api/v1/clients/0{other}/score"),
        format!("//clients/{other}"),
    ] {
        let answer = site.get(&path, &cookie).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn staff_see_every_client_and_only_some_score() {
    let site = Site::open(Face::All).await;
    for (username, scores) in [("adviser", true), ("analyst", true), ("auditor", false)] {
        let cookie = site.sign_in(username).await;
        for path in paths_of(SHOWN + 1) {
            assert_eq!(site.get(&path, &cookie).await.status, StatusCode::OK);
        }
        let posted = Request::post("/api/v1/score")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"features": {}}"#))
            .unwrap();
        let expected = if scores {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(site.send(posted).await.status, expected, "{username}");
    }
}

#[tokio::test]
async fn a_disabled_persons_session_stops_at_the_next_request() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::OK);
    site.store.disable("adviser").await.unwrap();
    let answer = site.get("/", &cookie).await;
    assert_eq!(answer.header(header::LOCATION), "/login");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let answer = site.post_form("/logout", &cookie, "").await;
    assert_eq!(answer.header(header::LOCATION), "/login");
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_wrong_password_is_said_in_words_and_shown_nowhere() {
    let site = Site::open(Face::All).await;
    let form = "username=%3Cb%3Eadviser&password=a+wrong+one&next=%2F";
    let answer = site.post_form("/login?lang=fr", "", form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(
        answer
            .body
            .contains("Identifiant ou mot de passe incorrect.")
    );
    assert!(!answer.body.contains("a wrong one"));
    assert!(!answer.body.contains("<b>adviser"));
}

#[tokio::test]
async fn signing_in_gives_a_new_token_and_leads_where_one_was_going() {
    let site = Site::open(Face::All).await;
    let form = format!(
        "username=adviser&password={}&next=%2Fclients%2F100042",
        PASSWORD.replace(' ', "+")
    );
    let planted = "limpide=AAAAAAAAAAAAAAAAAAAAAA";
    let answer = site.post_form("/login", planted, &form).await;
    assert_eq!(answer.header(header::LOCATION), "/clients/100042");
    assert!(!answer.header(header::SET_COOKIE).contains(planted));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let request = Request::post("/logout")
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get("/", &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = Site::open(Face::All).await;
    for path in ["/login", "/healthz", "/nothing", "/api/v1/openapi.json"] {
        let answer = site.get(path, "").await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_page_has_an_inline_script_or_style() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for path in ["/", "/login", &format!("/clients/{SHOWN}"), "/nothing"] {
        let page = site.get(path, &cookie).await.body;
        assert!(
            !page.contains(" style=") && !page.contains("<style"),
            "{path}"
        );
        assert!(
            !page.contains(" onclick=") && !page.contains("<script>"),
            "{path}"
        );
        for elsewhere in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
            assert!(!page.contains(elsewhere), "{path}: {elsewhere}");
        }
    }
}

#[tokio::test]
async fn every_file_a_page_loads_is_there_and_is_kept() {
    let site = Site::open(Face::All).await;
    let page = site.get("/login", "").await.body;
    let files: Vec<&str> = page
        .split(['"'])
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert_eq!(files.len(), 4);
    for file in files {
        let answer = site.get(file, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
    }
    let answer = site.get("/assets/0000000000000000/limpide.css", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_in_words_for_people() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/nothing?lang=fr", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Page introuvable"));
    let cookie = site.sign_in("adviser").await;
    let answer = site.get("/clients/7?lang=en", &cookie).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Unknown client"));
    let request = Request::builder()
        .method(Method::DELETE)
        .uri("/login")
        .body(Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.body.contains("Adresse mal utilisée"));
}

#[tokio::test]
async fn a_face_shows_its_own_routes_only() {
    let api = Site::open(Face::Api).await;
    api.get("/login", "")
        .await
        .problem(StatusCode::NOT_FOUND, "not-found");
    let dashboard = Site::open(Face::Dashboard).await;
    let answer = dashboard.get("/api/v1/openapi.json", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for site in [api, dashboard] {
        assert_eq!(site.get("/healthz", "").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_number_finds_its_client_and_a_prefix_several() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let one = site.get("/?q=100042", &cookie).await;
    assert_eq!(one.header(header::LOCATION), "/clients/100042");
    let several = site.get("/?q=10004&lang=en", &cookie).await;
    assert!(several.body.contains("10 clients found."));
    let many = site.get("/?q=10&lang=en", &cookie).await;
    assert!(many.body.contains("The first 25 clients"));
    let none = site.get("/?q=9&lang=en", &cookie).await;
    assert!(
        none.body
            .contains("No client has a number that starts like this.")
    );
    let letters = site.get("/?q=abc&lang=en", &cookie).await;
    assert!(
        letters
            .body
            .contains("A client number is made of digits only.")
    );
}

#[tokio::test]
async fn a_language_once_chosen_is_kept() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/login?lang=en", "").await;
    assert!(answer.body.contains("<html lang=\"en\">"));
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap();
    let kept = site.get("/login", cookie).await;
    assert!(kept.body.contains("<html lang=\"en\">"));
    let first = site.get("/login", "").await;
    assert!(first.body.contains("<html lang=\"fr\">"));
}

#[tokio::test]
async fn information_is_filtered_without_a_script() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let path = format!("/clients/{SHOWN}?lang=fr&q=echeances");
    let page = site.get(&path, &cookie).await.body;
    assert!(page.contains("Une information affichée."));
    assert!(page.contains("<dt>Échéances payées en retard</dt>"));
    assert!(!page.contains("<dt>Montant</dt>"));
}

#[tokio::test]
async fn the_clients_page_reads_as_expected_in_french() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let page = site
        .get(&format!("/clients/{SHOWN}?lang=fr"), &cookie)
        .await
        .body;
    let health = site.get("/healthz", "").await.json();
    let model = &health["model"].as_str().unwrap()[..12];
    let assets = &page[page.find("/assets/").unwrap()..][..24];
    let page = page
        .replace(model, "[model]")
        .replace(assets, "/assets/[hash]");
    insta::assert_snapshot!("client_page_fr", page);
}

#[tokio::test]
async fn the_openapi_document_is_31_and_describes_routes_that_answer() {
    let site = Site::open(Face::Api).await;
    let mut document = site.get("/api/v1/openapi.json", "").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", &SHOWN.to_string());
        let answer = if operations.get("get").is_some() {
            site.get_with_key(&path, API_KEY).await
        } else {
            site.post_json(&path, r#"{"features": {}}"#).await
        };
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    document["info"]["version"] = "[version]".into();
    insta::assert_json_snapshot!("openapi", document);
}
