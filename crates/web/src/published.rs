//! The service in force, behind an address that stays the same: another model takes its place
//! between two requests, and whoever was answered by the one before is answered by it to the end.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use futures::FutureExt as _;
use tower::{Service as _, service_fn};

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
        let shown = self.faces();
        Router::new().fallback_service(service_fn(move |request| shown.answer(request).map(Ok)))
    }

    /// The face, likewise.
    pub(crate) fn faces(self: &Arc<Self>) -> Shown {
        self.shown(|in_force| &in_force.faces)
    }

    /// Where the server tells of itself, likewise.
    pub(crate) fn probes(self: &Arc<Self>) -> Shown {
        self.shown(|in_force| &in_force.probes)
    }

    fn shown(self: &Arc<Self>, routes: fn(&InForce) -> &Router) -> Shown {
        let published = Arc::clone(self);
        Shown { published, routes }
    }
}

/// What a listener shows, answered by whatever service is in force when a request begins.
#[derive(Clone)]
pub(crate) struct Shown {
    published: Arc<Published>,
    routes: fn(&InForce) -> &Router,
}

impl Shown {
    /// Answers a request.
    pub(crate) fn answer(&self, request: Request) -> impl Future<Output = Response> + Send + use<> {
        let in_force = self.published.in_force.load_full();
        let answered = (self.routes)(&in_force).clone().call(request);
        async move {
            let Ok(mut response) = answered.await;
            if let Some(model) = &in_force.model {
                response.headers_mut().insert(MODEL, model.clone());
            }
            response
        }
    }
}
