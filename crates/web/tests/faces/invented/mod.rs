//! An invented lender: clients, a small model over them and people who may ask. No number here
//! comes from anyone's data.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

mod clients;
mod compared;
mod display;
mod measured;
mod model;
mod ways;

use std::sync::Arc;

use limpide_model::Text;
use limpide_store::{NewPerson, Person, Predictions, Retention, Role, Store};
use limpide_web::{Comparisons, MeasuredModel, NoComparisons, Service, ServiceParts};

use clients::InventedRows;

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
    let made = Comparisons::default();
    made.get_or_init(|| {
        let dataset = clients::dataset();
        Ok(compared::comparing(&model::bundle(&dataset), &dataset))
    });
    service_with(store, made, measured())
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

fn measured() -> Option<Box<dyn MeasuredModel>> {
    let bundle = model::bundle(&clients::dataset());
    Some(Box::new(measured::Measured::new(&bundle)))
}

fn service_with(
    store: Store,
    comparisons: Comparisons,
    global: Option<Box<dyn MeasuredModel>>,
) -> Arc<Service> {
    let dataset = clients::dataset();
    let bundle = model::bundle(&dataset);
    Arc::new(
        Service::new(ServiceParts {
            bundle: Arc::new(bundle),
            comparisons,
            global,
            compute: Some(Box::new(InventedRows(dataset.clone()))),
            clients: Box::new(InventedRows(dataset)),
            display: display::display(),
            past: None,
            predictions: Predictions::open(&store, None, Predictions::MOST_BYTES).unwrap(),
            retention: Retention::default(),
            store,
            api_key: Some(API_KEY.to_owned()),
            secure_cookies: false,
        })
        .unwrap(),
    )
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
