//! A model comes to decide when a second person approves it: by the page's forms, and by the API.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_model::{Bundle, Scorer};
use limpide_store::{Role, Store};
use limpide_web::{Face, MODEL, Published, Service};
use serde_json::{Value, json};

use crate::invented::{self, InventedModels, SHOWN};
use crate::site::{Answer, Site};

const PROPOSALS: &str = "/model/versions/proposals";
const API: &str = "/api/v1/model/versions";

/// A site over three models, the first of which decides, that follows what is published.
struct Versions {
    site: Site,
    registry: Arc<InventedModels>,
    published: Arc<Published>,
    services: Vec<Arc<Service>>,
}

/// The invented model, with margins higher by so much.
fn shifted(bundle: &mut Bundle, by: f64) {
    let Scorer::Logistic(logistic) = &mut bundle.scorer else {
        unreachable!("the invented model is a logistic regression")
    };
    logistic.intercept += by;
}

impl Versions {
    async fn open() -> Self {
        let shifts = [0.0, 1.0, 2.0];
        let parts = shifts.map(|by| invented::parts(|bundle| shifted(bundle, by)));
        let bundles = parts.iter().map(|parts| (*parts.bundle).clone());
        let registry = Arc::new(InventedModels::new(bundles.collect()));
        let store = Store::open(":memory:").await.unwrap();
        let [first, second, third] = parts;
        let first = invented::service_registered(store.clone(), first, Arc::clone(&registry));
        let others = [second, third].map(|parts| Arc::new(first.with_model(parts).unwrap()));
        let published = Published::new(Arc::clone(&first), Face::All);
        let site = Site::with_routes(store, published.routes()).await;
        invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
        Self {
            site,
            registry,
            published,
            services: Vec::from_iter([first].into_iter().chain(others)),
        }
    }

    /// Serves what the registry says, as the program does when it sees another file.
    fn follow(&self) {
        let hash = self.registry.published();
        let found = self.services.iter().find(|one| one.model() == hash);
        self.published.replace(Arc::clone(found.unwrap()));
    }

    fn hash(&self, number: usize) -> &str {
        self.services[number].model()
    }

    /// Posts JSON as a person, under a key.
    async fn post(&self, path: &str, cookie: &str, key: &str, body: &Value) -> Answer {
        let mut request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let body = Body::from(body.to_string());
        self.site.send(request.body(body).unwrap()).await
    }
}

#[tokio::test]
async fn a_second_person_approves_by_the_page_and_the_model_decides() {
    let versions = Versions::open().await;
    let site = &versions.site;
    let (analyst, admin) = (site.sign_in("analyst").await, site.sign_in("admin").await);
    let score = format!("/api/v1/clients/{SHOWN}/score");
    let before = site.get_with_key(&score, invented::API_KEY).await;
    assert_eq!(before.header(MODEL), versions.hash(0));

    let second = versions.hash(1);
    let form = format!("model={second}&reason=better+%3Cb%3E");
    let empty = format!("model={second}&reason=+");
    let refused = site.post_form(PROPOSALS, &analyst, &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let proposed = site.post_form(PROPOSALS, &analyst, &form).await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.body);
    // The button pressed twice is one proposal.
    site.post_form(PROPOSALS, &analyst, &form).await;
    let first = format!("action=\"{PROPOSALS}/1\"");
    let page = site.get("/model/versions?lang=en", &analyst).await.body;
    assert!(
        page.contains("Ada Ngo") && page.contains("better &#60;b&#62;"),
        "{page}"
    );
    assert!(
        !page.contains(&first) && !page.contains("roposal 2"),
        "{page}"
    );

    // Not the one who proposed, and not whoever only looks on.
    let approve = "verdict=approve&reason=seen";
    let own = format!("{PROPOSALS}/1?lang=en");
    let own = site.post_form(&own, &analyst, approve).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    assert!(own.body.contains("role=\"alert\""));
    let auditor = site.sign_in("auditor").await;
    let shut = site
        .post_form(&format!("{PROPOSALS}/1"), &auditor, approve)
        .await;
    assert_eq!(shut.status, StatusCode::FORBIDDEN);
    assert_eq!(versions.registry.published(), versions.hash(0));

    let page = site.get("/model/versions?lang=en", &admin).await.body;
    assert!(page.contains(&first), "{page}");
    let approved = site
        .post_form(&format!("{PROPOSALS}/1"), &admin, approve)
        .await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
    versions.follow();
    let after = site.get_with_key(&score, invented::API_KEY).await;
    assert_eq!(after.header(MODEL), second);
    assert_eq!(after.json()["model"], second);
    let risk = |answer: &Answer| answer.json()["probability"].as_f64().unwrap();
    assert!(risk(&after) > risk(&before));
}

#[tokio::test]
async fn a_proposal_that_another_model_overtook_is_refused_on_the_page() {
    let versions = Versions::open().await;
    let site = &versions.site;
    let (analyst, admin) = (site.sign_in("analyst").await, site.sign_in("admin").await);
    for number in [1, 2] {
        let form = format!("model={}&reason=better", versions.hash(number));
        let proposed = site.post_form(PROPOSALS, &analyst, &form).await;
        assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.body);
    }
    // Read before the other one decides, answered after it does.
    let read = site.get("/model/versions?lang=en", &admin).await.body;
    assert!(
        read.contains(&format!("action=\"{PROPOSALS}/2\"")),
        "{read}"
    );
    let approve = "verdict=approve&reason=seen";
    site.post_form(&format!("{PROPOSALS}/1"), &admin, approve)
        .await;
    versions.follow();
    let path = format!("{PROPOSALS}/2?lang=en");
    let stale = site.post_form(&path, &admin, approve).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    let words = "Another model was published since this proposal";
    assert!(stale.body.contains(words), "{}", stale.body);
    assert_eq!(versions.registry.published(), versions.hash(1));
    let again = site
        .post_form(&format!("{PROPOSALS}/1"), &admin, approve)
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let in_force = format!("model={}&reason=better", versions.hash(1));
    let in_force = site.post_form(PROPOSALS, &analyst, &in_force).await;
    assert_eq!(in_force.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn programs_read_versions_and_people_publish_by_the_api() {
    let versions = Versions::open().await;
    let site = &versions.site;
    let (analyst, admin) = (site.sign_in("analyst").await, site.sign_in("admin").await);
    let proposals = format!("{API}/proposals");
    let body = json!({ "model": versions.hash(1), "reason": "better" });
    let post = |cookie: &str, key: &str, body: &Value| {
        let (cookie, key, body) = (cookie.to_owned(), key.to_owned(), body.clone());
        let (versions, path) = (&versions, proposals.clone());
        async move { versions.post(&path, &cookie, &key, &body).await }
    };
    let program = site.post_json(&proposals, body.to_string()).await;
    program.problem(StatusCode::FORBIDDEN, "forbidden");
    let unknown = json!({ "model": "0".repeat(64), "reason": "better" });
    let unknown = post(&analyst, "", &unknown).await;
    let problem = unknown.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"][0]["field"], "model");
    let long = json!({ "model": versions.hash(1), "reason": "x".repeat(2_001), "by": 1 });
    let long = post(&analyst, "", &long).await;
    let problem = long.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");

    let proposed = post(&analyst, "k-1", &body).await;
    assert_eq!(proposed.status, StatusCode::CREATED, "{}", proposed.body);
    assert_eq!(proposed.json()["number"], 1);
    assert_eq!(proposed.json()["state"], "open");
    // Sent again, it is the same; with another body the key is refused.
    assert_eq!(post(&analyst, "k-1", &body).await.json(), proposed.json());
    let other = json!({ "model": versions.hash(2), "reason": "better" });
    let reused = post(&analyst, "k-1", &other).await;
    reused.problem(StatusCode::CONFLICT, "conflict");

    let first = format!("{proposals}/1");
    let approve = json!({ "verdict": "approve", "reason": "seen" });
    let own = versions.post(&first, &analyst, "", &approve).await;
    own.problem(StatusCode::CONFLICT, "conflict");
    let maybe = json!({ "verdict": "maybe", "reason": "seen" });
    let maybe = versions.post(&first, &admin, "", &maybe).await;
    maybe.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    for nowhere in ["2", "0", "x"] {
        let path = format!("{proposals}/{nowhere}");
        let nowhere = versions.post(&path, &admin, "", &approve).await;
        nowhere.problem(StatusCode::NOT_FOUND, "not-found");
    }
    let approved = versions.post(&first, &admin, "k-2", &approve).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.body);
    assert_eq!(approved.json()["state"], "approved");
    assert_eq!(approved.json()["answer"]["by"]["name"], "Ines Adam");
    let again = versions.post(&first, &admin, "k-2", &approve).await;
    assert_eq!(again.json(), approved.json());
    let twice = versions.post(&first, &admin, "", &approve).await;
    twice.problem(StatusCode::CONFLICT, "conflict");

    versions.follow();
    let listed = site.get_with_key(API, invented::API_KEY).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.body);
    let listed = listed.json();
    assert_eq!(listed["model"], versions.hash(1));
    assert_eq!(listed["models"].as_array().unwrap().len(), 3);
    assert_eq!(listed["proposals"][0], approved.json());
    let adviser = site.sign_in("adviser").await;
    let shut = site.get(API, &adviser).await;
    shut.problem(StatusCode::FORBIDDEN, "forbidden");
}
