//! What stays when one published model takes another's place: people, limits, what is counted, what
//! is kept of requests.

use std::sync::Arc;
use std::thread::available_parallelism;

use arc_swap::ArcSwapOption;
use limpide_store::{Predictions, Retention, Store};
use tokio::sync::Semaphore;

use crate::batches::Batches;
use crate::hosting::Hosting;
use crate::in_force::SettingSection;
use crate::known_keys::KnownKeys;
use crate::letters::Lender;
use crate::open_id::Provider;
use crate::publication::RegisteredModels;
use crate::quality::PortfolioQuality;
use crate::runs::WorkspaceRuns;
use crate::service::{ModelParts, PastModels, ServiceError, ServiceParts, SessionLimits};

/// Fewest characters of the server's own API key.
const LEAST_KEY_CHARACTERS: usize = 16;

/// What stays; clones are the same.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) predictions: Predictions,
    pub(crate) retention: Retention,
    pub(crate) past: Option<Arc<dyn PastModels>>,
    pub(crate) models: Option<Arc<dyn RegisteredModels>>,
    pub(crate) runs: Option<Arc<dyn WorkspaceRuns>>,
    pub(crate) quality: Option<Arc<dyn PortfolioQuality>>,
    pub(crate) hosting: Arc<Hosting>,
    pub(crate) batches: Option<Batches>,
    /// One permit a core: computations beyond them wait their turn.
    pub(crate) computing: Arc<Semaphore>,
    pub(crate) api_key: Option<blake3::Hash>,
    pub(crate) known_keys: Arc<KnownKeys>,
    pub(crate) secure_cookies: bool,
    pub(crate) sessions: SessionLimits,
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) lender: Arc<Lender>,
    pub(crate) settings: Arc<[SettingSection]>,
    /// Why the model that was published last is not the one served.
    pub(crate) refused: Arc<ArcSwapOption<String>>,
}

impl Shared {
    /// Takes what stays from a service's parts, and leaves the model.
    pub(crate) fn new(parts: ServiceParts) -> Result<(Self, ModelParts), ServiceError> {
        if let Some(key) = &parts.api_key {
            let found = key.chars().count();
            if found < LEAST_KEY_CHARACTERS {
                return Err(ServiceError::ShortKey {
                    found,
                    least: LEAST_KEY_CHARACTERS,
                });
            }
        }
        let provider = parts.provider.map(Provider::new).transpose()?;
        let shared = Self {
            store: parts.store,
            predictions: parts.predictions,
            retention: parts.retention,
            past: parts.past,
            models: parts.models,
            runs: parts.runs,
            quality: parts.quality,
            hosting: parts.hosting,
            batches: parts.batches,
            computing: Arc::new(Semaphore::new(
                available_parallelism().map_or(1, usize::from),
            )),
            api_key: parts.api_key.map(|key| blake3::hash(key.as_bytes())),
            known_keys: Arc::default(),
            secure_cookies: parts.secure_cookies,
            sessions: parts.sessions,
            provider: provider.map(Arc::new),
            lender: Arc::new(parts.lender),
            settings: parts.settings.into(),
            refused: Arc::default(),
        };
        Ok((shared, parts.model))
    }
}
