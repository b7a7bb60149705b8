//! Another model takes the place of the one in force while requests run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_model::Scorer;
use limpide_store::Store;
use limpide_web::{Face, MODEL, Published, Service, router};
use tower::ServiceExt;

use crate::invented::{self, API_KEY, SHOWN};
use crate::site::Answer;

/// How often models are exchanged.
const PUBLICATIONS: usize = 100;

async fn ask(routes: &Router, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {API_KEY}"));
    let request = request.body(Body::empty()).unwrap();
    Answer::read(routes.clone().oneshot(request).await.unwrap()).await
}

/// Two models over the same clients, and the second's margins higher by one.
async fn two_models() -> [Arc<Service>; 2] {
    let store = Store::open(":memory:").await.unwrap();
    let first = invented::service(store);
    let second = first.with_model(invented::parts(|bundle| {
        let Scorer::Logistic(logistic) = &mut bundle.scorer else {
            unreachable!("the invented model is a logistic regression")
        };
        logistic.intercept += 1.0;
    }));
    [first, Arc::new(second.unwrap())]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_during_publications_is_one_models_alone() {
    let models = two_models().await;
    let paths = ["score", "explanation"].map(|what| format!("/api/v1/clients/{SHOWN}/{what}"));
    let mut wanted = BTreeMap::new();
    for service in &models {
        let routes = router(Arc::clone(service), Face::All);
        let score = ask(&routes, &paths[0]).await.json();
        wanted.insert(service.model().to_owned(), score["probability"].clone());
    }
    assert_eq!(wanted.len(), 2);
    let published = Published::new(Arc::clone(&models[0]), Face::All);
    let (routes, over) = (published.routes(), Arc::new(AtomicBool::new(false)));
    let (wanted, answered) = (Arc::new(wanted), Arc::new(AtomicUsize::new(0)));
    let asking: Vec<_> = (0..4)
        .map(|number| {
            let (routes, path, over) = (routes.clone(), paths[number % 2].clone(), over.clone());
            let (wanted, answered) = (Arc::clone(&wanted), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut met = BTreeMap::new();
                while !over.load(Ordering::Relaxed) {
                    let answer = ask(&routes, &path).await;
                    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                    let (model, json) = (answer.header(MODEL).to_owned(), answer.json());
                    assert_eq!(json["model"], model);
                    assert_eq!(json["probability"], wanted[&model]);
                    answered.fetch_add(1, Ordering::Relaxed);
                    *met.entry(model).or_insert(0) += 1;
                }
                met
            })
        })
        .collect();
    for publication in 1..=PUBLICATIONS {
        // Some requests between two publications, so that both models are met.
        let before = answered.load(Ordering::Relaxed);
        while answered.load(Ordering::Relaxed) < before + 2
            && !asking.iter().any(|one| one.is_finished())
        {
            tokio::task::yield_now().await;
        }
        published.replace(Arc::clone(&models[publication % 2]));
    }
    over.store(true, Ordering::Relaxed);
    let mut met = BTreeMap::new();
    for one in asking {
        for (model, times) in one.await.unwrap() {
            *met.entry(model).or_insert(0) += times;
        }
    }
    assert!(
        met.len() == 2 && met.values().all(|&times| times > 10),
        "{met:?}"
    );
}

#[tokio::test]
async fn a_model_that_cannot_be_served_is_said_so_until_one_can() {
    let [first, second] = two_models().await;
    let published = Published::new(Arc::clone(&first), Face::All);
    assert_eq!(published.service().refused(), None);
    published.refuse("its bytes were changed".to_owned());
    let refused = published.service().refused();
    assert_eq!(refused.unwrap().as_str(), "its bytes were changed");
    let health = ask(&published.routes(), "/healthz").await;
    assert_eq!(health.json()["model"], first.model());
    published.replace(Arc::clone(&second));
    assert_eq!(published.service().refused(), None);
    let health = ask(&published.routes(), "/healthz").await;
    assert_eq!(health.json()["model"], second.model());
}

#[tokio::test]
async fn sessions_and_limits_outlive_a_publication() {
    let [first, second] = two_models().await;
    let published = Published::new(first, Face::All);
    let form = |path: &str, body: String| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        request.unwrap()
    };
    let store = published.service().store().clone();
    invented::add(
        &store,
        "adviser",
        "C. Moreau",
        limpide_store::Role::Adviser,
        None,
    )
    .await;
    let body = format!("username=adviser&password={}", invented::PASSWORD);
    let signed_in = published
        .routes()
        .oneshot(form("/login", body))
        .await
        .unwrap();
    let cookie = signed_in.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    published.replace(second);
    let request = Request::get(format!("/clients/{SHOWN}")).header(header::COOKIE, cookie);
    let request = request.body(Body::empty()).unwrap();
    let page = published.routes().oneshot(request).await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
}
