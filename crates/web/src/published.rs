//! The service in force, behind an address that stays the same: another model takes its place
//! between two requests, and whoever was answered by the one before is answered by it to the end.

use std::convert::Infallible;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use tower::{ServiceExt, service_fn};

use crate::router::{Face, probes_router, router};
use crate::service::Service;

/// The header that names the model which answered, by its hash.
pub const MODEL: HeaderName = HeaderName::from_static("x-limpide-model");

/// What a server shows: one service after the other.
pub struct Published {
    face: Face,
    in_force: ArcSwap<InForce>,
}

struct InForce {
    service: Arc<Service>,
    faces: Router,
    probes: Router,
    model: Option<HeaderValue>,
}

impl InForce {
    fn new(service: Arc<Service>, face: Face) -> Arc<Self> {
        Arc::new(Self {
            faces: router(Arc::clone(&service), face),
            probes: probes_router(Arc::clone(&service)),
            // A hash is hexadecimal, which any header may hold.
            model: HeaderValue::from_str(service.model()).ok(),
            service,
        })
    }
}

impl Published {
    /// Shows a face of a service.
    pub fn new(service: Arc<Service>, face: Face) -> Arc<Self> {
        Arc::new(Self {
            face,
            in_force: ArcSwap::new(InForce::new(service, face)),
        })
    }

    /// The service in force.
    pub fn service(&self) -> Arc<Service> {
        Arc::clone(&self.in_force.load().service)
    }

    /// Puts another service in force, for all requests that begin from now on.
    pub fn replace(&self, service: Arc<Service>) {
        service.set_refused(None);
        self.in_force.store(InForce::new(service, self.face));
    }

    /// Says why a model that was published is not served; the one in force goes on.
    pub fn refuse(&self, reason: String) {
        self.service().set_refused(Some(reason));
    }

    /// The routes of the face, answered by whatever service is in force when a request begins.
    pub fn routes(self: &Arc<Self>) -> Router {
        self.of(|in_force| &in_force.faces)
    }

    /// Where the server tells of itself, likewise.
    pub fn probes(self: &Arc<Self>) -> Router {
        self.of(|in_force| &in_force.probes)
    }

    fn of(self: &Arc<Self>, routes: fn(&InForce) -> &Router) -> Router {
        let published = Arc::clone(self);
        Router::new().fallback_service(service_fn(move |request| {
            let in_force = published.in_force.load_full();
            answer(in_force, routes, request)
        }))
    }
}

async fn answer(
    in_force: Arc<InForce>,
    routes: fn(&InForce) -> &Router,
    request: Request,
) -> Result<Response, Infallible> {
    let mut response = routes(&in_force).clone().oneshot(request).await?;
    if let Some(model) = &in_force.model {
        response.headers_mut().insert(MODEL, model.clone());
    }
    Ok(response)
}
