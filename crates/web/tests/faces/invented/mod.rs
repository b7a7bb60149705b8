//! An invented lender: clients, a small model over them and people who may ask. No number here
//! comes from anyone's data.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

mod application;
mod clients;
mod compared;
mod display;
mod documents;
mod measured;
mod model;
mod models;
mod slow;
mod ways;
pub mod workspace;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use limpide_model::{Bundle, Text};
use limpide_store::{NewPerson, Person, Predictions, Retention, Role, Store};
use limpide_web::{
    Batches, Comparisons, Hosting, Lender, Limits, MeasuredModel, ModelParts, NoComparisons,
    OpenIdSettings, Service, ServiceParts, SessionLimits, SettingSection,
};

use clients::InventedRows;
pub use models::InventedModels;

pub const FIRST_CLIENT: i64 = 100_001;
pub const CLIENTS: usize = 400;
/// A client whose file makes a telling page.
pub const SHOWN: i64 = 100_042;
pub const API_KEY: &str = "a key that nobody guesses";
pub const PASSWORD: &str = "four short grey words";

fn text(fr: &str, en: &str) -> Text {
    Text {
        fr: fr.to_owned(),
        en: en.to_owned(),
    }
}

pub fn service(store: Store) -> Arc<Service> {
    service_with(store, compared(), measured())
}

fn compared() -> Comparisons {
    let made = Comparisons::default();
    made.get_or_init(|| {
        let dataset = clients::dataset();
        Ok(compared::comparing(&model::bundle(&dataset), &dataset))
    });
    made
}

/// A service whose model was never measured over many clients.
pub fn service_unmeasured(store: Store) -> Arc<Service> {
    service_with(store, Comparisons::default(), None)
}

/// A service that is started before clients can be compared, or where they never can.
pub fn service_without_comparisons(store: Store, reason: Option<NoComparisons>) -> Arc<Service> {
    let made = Comparisons::default();
    if let Some(reason) = reason {
        made.get_or_init(|| Err(reason));
    }
    service_with(store, made, measured())
}

/// A service whose people may sign in with a provider.
pub fn service_with_provider(store: Store, provider: OpenIdSettings) -> Arc<Service> {
    made(ServiceParts {
        provider: Some(provider),
        ..whole(store, measured_parts())
    })
}

/// A service that was set so.
pub fn service_set(store: Store, settings: Vec<SettingSection>) -> Arc<Service> {
    made(ServiceParts {
        settings,
        ..whole(store, measured_parts())
    })
}

/// A service of this model, beside its registry.
pub fn service_registered(
    store: Store,
    model: ModelParts,
    registry: Arc<InventedModels>,
) -> Arc<Service> {
    made(ServiceParts {
        models: Some(registry),
        ..whole(store, model)
    })
}

/// A service behind HTTPS.
pub fn service_over_https(store: Store) -> Arc<Service> {
    made(ServiceParts {
        secure_cookies: true,
        ..whole(store, measured_parts())
    })
}

fn measured() -> Option<Box<dyn MeasuredModel>> {
    let bundle = model::bundle(&clients::dataset());
    Some(Box::new(measured::Measured::new(&bundle)))
}

/// The invented model, changed.
pub fn parts(change: impl FnOnce(&mut Bundle)) -> ModelParts {
    let dataset = clients::dataset();
    let mut bundle = model::bundle(&dataset);
    change(&mut bundle);
    ModelParts {
        bundle: Arc::new(bundle),
        comparisons: Comparisons::default(),
        global: None,
        compute: Some(Box::new(InventedRows(dataset.clone()))),
        numbers: Arc::new(InventedRows(dataset.clone())),
        clients: Box::new(InventedRows(dataset)),
        documents: None,
        display: display::display(),
    }
}

/// A service that bears so much.
pub fn service_limited(store: Store, limits: Limits) -> Arc<Service> {
    made(ServiceParts {
        hosting: Hosting::new(limits),
        ..whole(store, measured_parts())
    })
}

/// The same, where computing features of posted rows takes a while.
pub fn service_slow(store: Store, takes: Duration, limits: Limits) -> Arc<Service> {
    let rows = InventedRows(clients::dataset());
    let model = ModelParts {
        compute: Some(Box::new(slow::SlowRows { rows, takes })),
        ..measured_parts()
    };
    made(ServiceParts {
        hosting: Hosting::new(limits),
        ..whole(store, model)
    })
}

/// When the invented model was trained.
pub const TRAINED_AT: &str = documents::TRAINED_AT;

/// A service whose recipe says what some values may be.
pub fn service_with_documents(store: Store) -> Arc<Service> {
    let model = measured_parts();
    let documents = documents::InventedDocuments::new(&model.bundle);
    let model = ModelParts {
        documents: Some(Arc::new(documents)),
        ..model
    };
    made(whole(store, model))
}

/// A service over a workspace with trainings and a report on its rows.
pub fn service_with_workspace(store: Store) -> Arc<Service> {
    let hash = parts(|_| {}).bundle.hash().unwrap();
    service_with_runs(store, workspace::runs(&hash))
}

/// The same with sixty trainings, an hour apart.
pub fn service_with_many_runs(store: Store) -> Arc<Service> {
    let ids = (0..60).map(|n| format!("202611{:02}T{:02}0000Z", 1 + n / 24, n % 24));
    let runs = ids.map(|id| workspace::found(workspace::run(&id, "quick", 1, 0.77, "")));
    service_with_runs(store, workspace::InventedRuns(runs.collect()))
}

/// The same before the first training.
pub fn service_with_no_runs(store: Store) -> Arc<Service> {
    service_with_runs(store, workspace::InventedRuns(Vec::new()))
}

fn service_with_runs(store: Store, runs: workspace::InventedRuns) -> Arc<Service> {
    let model = ModelParts {
        comparisons: compared(),
        ..measured_parts()
    };
    made(ServiceParts {
        runs: Some(Arc::new(runs)),
        quality: Some(Arc::new(workspace::quality())),
        ..whole(store, model)
    })
}

/// A service that keeps batches in a folder; it reads no Parquet.
pub fn service_with_batches(store: Store, folder: &Path) -> Arc<Service> {
    let model = ModelParts {
        comparisons: compared(),
        ..measured_parts()
    };
    made(ServiceParts {
        batches: Some(Batches::open(folder, Arc::new(documents::NoParquet)).unwrap()),
        models: Some(Arc::new(InventedModels::new(vec![(*model.bundle).clone()]))),
        ..whole(store, model)
    })
}

fn service_with(
    store: Store,
    comparisons: Comparisons,
    global: Option<Box<dyn MeasuredModel>>,
) -> Arc<Service> {
    let model = ModelParts {
        comparisons,
        global,
        ..parts(|_| {})
    };
    made(whole(store, model))
}

fn measured_parts() -> ModelParts {
    ModelParts {
        global: measured(),
        ..parts(|_| {})
    }
}

fn whole(store: Store, model: ModelParts) -> ServiceParts {
    ServiceParts {
        model,
        predictions: Predictions::open(&store, None, Predictions::MOST_BYTES).unwrap(),
        store,
        batches: None,
        past: None,
        models: None,
        runs: None,
        quality: None,
        retention: Retention::default(),
        hosting: Hosting::new(Limits::default()),
        api_key: Some(API_KEY.to_owned()),
        secure_cookies: false,
        sessions: SessionLimits::default(),
        provider: None,
        lender: Lender::default(),
        settings: Vec::new(),
    }
}

fn made(parts: ServiceParts) -> Arc<Service> {
    Arc::new(Service::new(parts).unwrap())
}

pub async fn add(
    store: &Store,
    username: &str,
    name: &str,
    role: Role,
    client: Option<i64>,
) -> Person {
    store
        .add_person(NewPerson {
            username: username.to_owned(),
            full_name: name.to_owned(),
            title: String::new(),
            role,
            client,
            password: PASSWORD.to_owned(),
        })
        .await
        .unwrap()
}
