//! What the faces serve: one published model over one portfolio, and the people who may ask.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use limpide_explain::comparing::Comparing;
use limpide_explain::{Explainer, Global, Ways};
use limpide_model::{Bundle, Value};
use limpide_store::{Predictions, Retention, Store};
use serde_json::Map;
use tokio::sync::OnceCell;

use crate::application_form::ApplicationForm;
use crate::batches::Batches;
use crate::display::{Display, Information};
use crate::documents::{CatalogueEntry, ModelDocuments};
use crate::explaining::Explaining;
use crate::feature_rows::{FeatureRows, RawRows, RowsDated, RowsPage};
use crate::hosting::Hosting;
use crate::in_force::SettingSection;
use crate::known_results::KnownResults;
use crate::letters::Lender;
use crate::listing::{Categories, ClientNumbers, Scores};
use crate::moved::Moved;
use crate::open_id::{OpenIdError, OpenIdSettings};
use crate::publication::RegisteredModels;
use crate::quality::PortfolioQuality;
use crate::runs::WorkspaceRuns;
use crate::shared::Shared;
use crate::trying::{TriedField, WaysAsked};

/// A portfolio's rows could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the portfolio's rows cannot be read: {0}")]
pub struct RowsError(pub String);

/// The clients whom the faces know, one row of features each.
pub trait ClientRows: Send + Sync {
    /// Values of a client's features in the order of `Bundle::features`; `None`: no such client.
    ///
    /// # Errors
    /// The rows cannot be read.
    fn row(&self, client: i64) -> Result<Option<Vec<Value>>, RowsError>;

    /// Values of a client's features by name, in the order asked for, also of features that the
    /// model does not use; what is unknown is missing. `None`: no such client.
    ///
    /// # Errors
    /// The rows cannot be read.
    fn named(&self, client: i64, features: &[&str]) -> Result<Option<Vec<Value>>, RowsError>;

    /// Clients whose number starts with these digits, smallest first; all for an empty prefix.
    fn search(&self, prefix: &str, limit: usize) -> Vec<i64>;

    /// How many clients there are.
    fn count(&self) -> usize;

    /// Which matrix the rows are taken from, by its hash; `None`: it cannot be told.
    fn matrix(&self) -> Option<String> {
        None
    }
}

impl<T: ClientRows + ?Sized> ClientRows for Arc<T> {
    fn row(&self, client: i64) -> Result<Option<Vec<Value>>, RowsError> {
        (**self).row(client)
    }

    fn named(&self, client: i64, features: &[&str]) -> Result<Option<Vec<Value>>, RowsError> {
        (**self).named(client, features)
    }

    fn search(&self, prefix: &str, limit: usize) -> Vec<i64> {
        (**self).search(prefix, limit)
    }

    fn count(&self) -> usize {
        (**self).count()
    }

    fn matrix(&self) -> Option<String> {
        (**self).matrix()
    }
}

/// What compares clients, once it has been made: looking at all clients may take a while, and
/// requests are answered meanwhile.
pub type Comparisons = Arc<OnceLock<Result<Comparing, NoComparisons>>>;

/// Why clients cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoComparisons {
    /// The model gives all of them the same risk.
    Alike,
    /// It failed, and the log says why.
    Failed,
}

/// A value that does not fit the lender's tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfitValue {
    /// Its place among what was sent.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// Features could not be computed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ComputeError {
    /// What was sent does not fit the lender's tables.
    #[error("{} values do not fit the tables", .0.len())]
    Unfit(Vec<UnfitValue>),
    /// The recipe has no such feature.
    #[error("there is no feature {name}{}", nearest.as_ref().map(|near| format!("; the nearest is {near}")).unwrap_or_default())]
    UnknownFeature {
        /// What was asked for.
        name: String,
        /// The feature whose name is nearest.
        nearest: Option<String>,
    },
    /// The computation itself failed.
    #[error("the features cannot be computed: {0}")]
    Failed(String),
}

/// What was computed from posted rows.
#[derive(Clone, Debug, PartialEq)]
pub struct FromRows {
    /// Values in the order of `Bundle::features`.
    pub row: Vec<Value>,
    /// The client's number, if a row names it.
    pub client: Option<i64>,
    /// The lender's tables of which no row was posted.
    pub empty_tables: Vec<String>,
    /// Rows left out because their parent was not posted, by table.
    pub orphans: BTreeMap<String, usize>,
}

/// Computes features when asked: of rows that are posted, or of a client with other values; and
/// finds the rows behind them. All work for milliseconds, off the threads that wait for requests.
pub trait ComputeRows: Send + Sync {
    /// The row of an application whose raw rows these are: lists of rows by table.
    ///
    /// # Errors
    /// The rows do not fit, or the computation failed.
    fn posted(&self, tables: &Map<String, serde_json::Value>) -> Result<FromRows, ComputeError>;

    /// The row of a client if columns of the application held other values; `None`: no such
    /// client.
    ///
    /// # Errors
    /// The edits do not fit, or the computation failed.
    fn edited(
        &self,
        client: i64,
        edits: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError>;

    /// The smallest changes of a client's request that it would be granted with; `None`: no such
    /// client.
    ///
    /// # Errors
    /// A field may not change, or the computation failed.
    fn ways(&self, client: i64, asked: &WaysAsked) -> Result<Option<Ways>, ComputeError>;

    /// The fields of a client's application that may be tried; `None`: no such client.
    ///
    /// # Errors
    /// The computation failed.
    fn tried_fields(&self, client: i64) -> Result<Option<Vec<TriedField>>, ComputeError>;

    /// The row of a client if such fields, by name, held other numbers; `None`: no such client.
    ///
    /// # Errors
    /// There is no such field, or the computation failed.
    fn tried(
        &self,
        client: i64,
        numbers: &BTreeMap<String, f64>,
    ) -> Result<Option<Vec<Value>>, ComputeError>;

    /// What a new application is asked, filled with a client's own values where one is named;
    /// `None`: no such client. A form without sections where none can be made.
    ///
    /// # Errors
    /// The computation failed.
    fn application_form(
        &self,
        _start: Option<i64>,
    ) -> Result<Option<ApplicationForm>, ComputeError> {
        Ok(Some(ApplicationForm::default()))
    }

    /// The row of a client who applies anew: the application's columns hold these values, what is
    /// not named is missing, and all other tables are as they are. `None`: no such client, or
    /// nobody's application can be changed.
    ///
    /// # Errors
    /// The values do not fit, or the computation failed.
    fn applied(
        &self,
        _client: i64,
        _application: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        Ok(None)
    }

    /// When a client's rows of these tables came about, by table; tables whose rows have no dates
    /// are left out. `None`: no such client.
    ///
    /// # Errors
    /// The rows cannot be read.
    fn dated(
        &self,
        _client: i64,
        _tables: &[&str],
    ) -> Result<Option<BTreeMap<String, RowsDated>>, ComputeError> {
        Ok(Some(BTreeMap::new()))
    }

    /// What a feature of a client was made of, down to the raw rows; `None`: no such client. `row`
    /// is the client's in the order of `Bundle::features`.
    ///
    /// # Errors
    /// There is no such feature, or the rows cannot be read.
    fn rows(
        &self,
        client: i64,
        row: &[Value],
        feature: &str,
        page: RowsPage,
    ) -> Result<Option<FeatureRows>, ComputeError>;

    /// All rows of a client in the lender's tables, every column of them; `None`: no such client.
    ///
    /// # Errors
    /// The rows cannot be read.
    fn tables(&self, client: i64) -> Result<Option<Vec<RawRows>>, ComputeError>;
}

/// Models of other days, to make their decisions again.
pub trait PastModels: Send + Sync {
    /// The bundle of that hash; `None`: it is not kept any more.
    ///
    /// # Errors
    /// It is kept and cannot be read.
    fn bundle(&self, hash: &str) -> Result<Option<Bundle>, RowsError>;
}

/// What was measured of the published model over many clients, once and ahead of all requests.
pub trait MeasuredModel: Send + Sync {
    /// What is kept of it; `None`: it was never measured, or on other clients.
    ///
    /// # Errors
    /// What is kept cannot be read.
    fn global(&self) -> Result<Option<Global>, RowsError>;
}

/// A published model over a portfolio: what another publication replaces.
pub struct ModelParts {
    /// The published model.
    pub bundle: Arc<Bundle>,
    /// The portfolio's clients.
    pub clients: Box<dyn ClientRows>,
    /// Computes features of posted rows and of changed applications; `None` where the model's
    /// recipe is not at hand.
    pub compute: Option<Box<dyn ComputeRows>>,
    /// Compares a client with others.
    pub comparisons: Comparisons,
    /// What was measured of the model over many clients; `None` where nothing is kept.
    pub global: Option<Box<dyn MeasuredModel>>,
    /// The numbers of the portfolio's clients.
    pub numbers: Arc<dyn ClientNumbers>,
    /// The model's card, its catalogue, and what values may be; `None`: the bundle alone.
    pub documents: Option<Arc<dyn ModelDocuments>>,
    /// What a client's page shows.
    pub display: Display,
}

/// All that [`Service::new`] needs.
pub struct ServiceParts {
    /// What is served first.
    pub model: ModelParts,
    /// Models that were published before; `None` where none is kept.
    pub past: Option<Arc<dyn PastModels>>,
    /// The workspace's models, and how they are published; `None`: they are not at hand.
    pub models: Option<Arc<dyn RegisteredModels>>,
    /// The workspace's runs; `None`: they are not at hand.
    pub runs: Option<Arc<dyn WorkspaceRuns>>,
    /// What was found wrong with the portfolio's rows; `None`: the portfolio is not at hand.
    pub quality: Option<Arc<dyn PortfolioQuality>>,
    /// People, sessions and decisions.
    pub store: Store,
    /// What was answered.
    pub predictions: Predictions,
    /// For how long things are kept.
    pub retention: Retention,
    /// Batches to be scored; `None`: none are taken on.
    pub batches: Option<Batches>,
    /// Limits and what is counted, for as long as the server runs.
    pub hosting: Arc<Hosting>,
    /// Key that opens the API to programs, sent as `Authorization: Bearer`; `None`: no program.
    pub api_key: Option<String>,
    /// Whether session cookies travel over HTTPS only; off where a browser reaches plain HTTP.
    pub secure_cookies: bool,
    /// How long people stay signed in.
    pub sessions: SessionLimits,
    /// The provider that people may sign in with; `None`: with a password only.
    pub provider: Option<OpenIdSettings>,
    /// Who writes letters.
    pub lender: Lender,
    /// What the server was set to; empty: it is not known.
    pub settings: Vec<SettingSection>,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without any request.
    pub idle: Duration,
    /// In all, whatever is asked.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    /// Twelve hours without a request, seven days in all.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(12 * 3600),
            absolute: Duration::from_secs(7 * 24 * 3600),
        }
    }
}

/// A model that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The bundle has no hash: its parts do not fit together.
    #[error(transparent)]
    Bundle(#[from] limpide_model::Error),
    /// A key that would be guessed.
    #[error("the API key has {found} characters, expected at least {least}")]
    ShortKey {
        /// Characters found.
        found: usize,
        /// Fewest allowed.
        least: usize,
    },
    /// A provider that cannot be used.
    #[error(transparent)]
    Provider(#[from] OpenIdError),
}

/// One published model over one portfolio, ready to answer.
pub struct Service {
    /// What stays when another model takes this one's place.
    pub(crate) shared: Shared,
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) model: Arc<str>,
    pub(crate) explainer: Arc<Explainer>,
    pub(crate) explaining: Arc<Explaining>,
    pub(crate) clients: Box<dyn ClientRows>,
    pub(crate) compute: Option<Arc<dyn ComputeRows>>,
    pub(crate) comparisons: Comparisons,
    pub(crate) global: Option<Arc<dyn MeasuredModel>>,
    pub(crate) numbers: Arc<dyn ClientNumbers>,
    /// What was made of single clients.
    pub(crate) known_results: KnownResults,
    /// Everybody's score, made when a list first needs it.
    pub(crate) scores: OnceLock<Scores>,
    /// How features have moved, found when it is first asked for; who asks meanwhile waits.
    pub(crate) moved: OnceCell<Moved>,
    /// Categories by feature, kept once a list was narrowed by them.
    pub(crate) categories: Mutex<BTreeMap<String, Arc<Categories>>>,
    pub(crate) documents: Option<Arc<dyn ModelDocuments>>,
    /// What a bundle alone tells of its features, where there are no documents.
    pub(crate) bundle_catalogue: Vec<CatalogueEntry>,
    pub(crate) information: Information,
}

impl Service {
    /// Makes a model ready to be served: hashed, and laid out for explanations.
    ///
    /// # Errors
    /// The bundle is damaged, the API key is too short, or the settings of the provider do not hold.
    pub fn new(parts: ServiceParts) -> Result<Self, ServiceError> {
        let (shared, model) = Shared::new(parts)?;
        Self::of(model, shared)
    }

    /// Makes another model ready to be served to the same people: what they have open, and what
    /// counts over all requests, goes on.
    ///
    /// # Errors
    /// The bundle is damaged.
    pub fn with_model(&self, model: ModelParts) -> Result<Self, ServiceError> {
        Self::of(model, self.shared.clone())
    }

    fn of(model: ModelParts, shared: Shared) -> Result<Self, ServiceError> {
        let explainer = Arc::new(Explainer::new(Arc::clone(&model.bundle)));
        Ok(Self {
            shared,
            model: model.bundle.hash()?.into(),
            explaining: Explaining::new(Arc::clone(&explainer)),
            explainer,
            known_results: KnownResults::new(model.numbers.numbers().len()),
            numbers: model.numbers,
            scores: OnceLock::new(),
            moved: OnceCell::new(),
            categories: Mutex::default(),
            bundle_catalogue: match model.documents {
                Some(_) => Vec::new(),
                None => CatalogueEntry::of_bundle(&model.bundle),
            },
            documents: model.documents,
            information: Information::new(model.display, &model.bundle),
            bundle: model.bundle,
            clients: model.clients,
            compute: model.compute.map(Arc::from),
            comparisons: model.comparisons,
            global: model.global.map(Arc::from),
        })
    }

    /// Every feature, as the documents tell it, or else the bundle.
    pub(crate) fn catalogue(&self) -> &[CatalogueEntry] {
        match &self.documents {
            Some(documents) => documents.catalogue(),
            None => &self.bundle_catalogue,
        }
    }

    /// People, sessions, keys and decisions.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Whether features of posted rows and of changed applications can be computed.
    pub fn computes(&self) -> bool {
        self.compute.is_some()
    }

    /// Why the model that was published last is not the one served; `None` where it is.
    pub fn refused(&self) -> Option<Arc<String>> {
        self.shared.refused.load_full()
    }

    /// Says why the model that was published last is not served, or that it is.
    pub(crate) fn set_refused(&self, reason: Option<String>) {
        self.shared.refused.store(reason.map(Arc::new));
    }

    /// Hash of the published bundle.
    pub fn model(&self) -> &str {
        &self.model
    }
}
