//! A site in memory, and the requests that tests send to it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use limpide_store::{Role, Store};
use limpide_web::{Face, Service, router};
use serde_json::Value;
use tower::ServiceExt;

use crate::invented::{self, API_KEY, PASSWORD, SHOWN};

/// The header that names a request.
pub(crate) const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

pub(crate) struct Site {
    router: Router,
    pub(crate) store: Store,
}

/// What came back, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.into(),
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body, once it is known to be a problem document of this kind.
    pub(crate) fn problem(&self, status: StatusCode, slug: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        let mut problem = self.json();
        // Another one each time, so that it is no part of what is compared.
        let id = problem.as_object_mut().unwrap().remove("request_id");
        assert_eq!(id.unwrap(), self.header(REQUEST_ID));
        assert_eq!(problem["type"], format!("urn:limpide:problem:{slug}"));
        assert_eq!(problem["status"], status.as_u16());
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem
    }
}

impl Site {
    pub(crate) async fn open(face: Face) -> Self {
        Self::serving(face, invented::service).await
    }

    /// A site that serves what is made of its people.
    pub(crate) async fn serving(face: Face, service: impl Fn(Store) -> Arc<Service>) -> Self {
        let store = Store::open(":memory:").await.unwrap();
        Self::over(store, face, service).await
    }

    /// A site over an empty store.
    pub(crate) async fn over(
        store: Store,
        face: Face,
        service: impl Fn(Store) -> Arc<Service>,
    ) -> Self {
        Self::staffed(&store).await;
        Self::of(store, face, service)
    }

    async fn staffed(store: &Store) {
        invented::add(store, "adviser", "C. Moreau", Role::Adviser, None).await;
        invented::add(store, "analyst", "Ada Ngo", Role::Analyst, None).await;
        invented::add(store, "auditor", "Otto Blum", Role::Auditor, None).await;
        invented::add(store, "client", "Amina Laurent", Role::Client, Some(SHOWN)).await;
    }

    /// A site of these routes, over their empty store.
    pub(crate) async fn with_routes(store: Store, router: Router) -> Self {
        Self::staffed(&store).await;
        Self { router, store }
    }

    /// A site over a store that has its people.
    pub(crate) fn of(store: Store, face: Face, service: impl Fn(Store) -> Arc<Service>) -> Self {
        Self {
            router: router(service(store.clone()), face),
            store,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get_with_key(&self, path: &str, key: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn post_form(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(form.to_owned().into()).unwrap())
            .await
    }

    /// Signs in through the form and gives the session's cookie.
    pub(crate) async fn sign_in(&self, username: &str) -> String {
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

pub(crate) fn paths_of(client: i64) -> [String; 6] {
    [
        format!("/clients/{client}"),
        format!("/api/v1/clients/{client}/score"),
        format!("/api/v1/clients/{client}/explanation"),
        format!("/api/v1/clients/{client}/rows?feature=rating"),
        format!("/api/v1/clients/{client}/similar"),
        format!("/api/v1/clients/{client}/comparison?feature=rating"),
    ]
}
