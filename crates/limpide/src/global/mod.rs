//! What the published model does over all clients: measured once, kept beside the model, told in the terminal
//! ([`terminal`]), on a page ([`page`]) and by the API.

pub mod page;
pub mod terminal;

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, bail};
use limpide_explain::Explainer;
use limpide_explain::global::{
    Global, Mark, Material, Progress, Sample, Segmentation, Stage, Watch, even, explain_all,
    global, marks, segments,
};
use limpide_model::{Bundle, Value};
use limpide_portfolio::portfolio::write_aside;
use limpide_web::{MeasuredModel, RowsError};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::registry::Registry;
use crate::rows::PortfolioRows;
use crate::stop;

/// Clients that contributions are measured on.
const SAMPLED: usize = 2_000;
/// Clients with a known outcome whose values are mixed up.
const JUDGED: usize = 4_000;
/// How often values are mixed up.
const REPEATS: usize = 5;
/// What clients and orders are drawn from.
const SEED: u64 = 1;

/// What a model does over the clients of one portfolio, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Always [`Kept::FORMAT`].
    pub format: String,
    /// Always [`Kept::VERSION`].
    pub version: u32,
    /// The model's hash.
    pub model: String,
    /// The hash of the matrix that it was measured on.
    pub matrix: String,
    /// What was measured.
    #[serde(flatten)]
    pub global: Global,
}

impl Kept {
    /// The mark of the file.
    pub const FORMAT: &str = "limpide-global";
    /// The version of the format that this program writes and reads.
    pub const VERSION: u32 = 2;

    /// Reads what is kept of a model, by its full hash; nothing where nothing is.
    pub fn open(registry: &Registry, hash: &str) -> anyhow::Result<Option<Self>> {
        let path = registry.global_path(hash);
        if !path.exists() {
            return Ok(None);
        }
        Self::read(&path).map(Some)
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = || path.display().to_string();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(path).with_context(name)?).with_context(name)?;
        if json["format"] != Self::FORMAT || json["version"] != Self::VERSION {
            bail!(
                "{} is nothing that this program reads: format {}, version {} found, {}, version {} \
                 expected; run 'limpide explain model'",
                path.display(),
                json["format"],
                json["version"],
                Self::FORMAT,
                Self::VERSION
            );
        }
        serde_json::from_value(json).with_context(name)
    }

    fn write(&self, registry: &Registry) -> anyhow::Result<()> {
        let bytes = serde_json::to_vec(self)?;
        Ok(write_aside(&registry.global_path(&self.model), &bytes)?)
    }
}

/// What is kept of the published model, looked for when it is asked for, as it may be measured while the server runs;
/// once found it is not read again.
pub struct KeptGlobal {
    registry: Registry,
    model: String,
    matrix: String,
    found: OnceLock<Global>,
}

impl KeptGlobal {
    /// Looks for what is kept of a model, by its full hash, over the clients of a matrix, by its own.
    pub fn new(workspace: &Path, model: &str, matrix: &str) -> Self {
        Self {
            registry: Registry::new(workspace),
            model: model.to_owned(),
            matrix: matrix.to_owned(),
            found: OnceLock::new(),
        }
    }
}

impl MeasuredModel for KeptGlobal {
    fn global(&self) -> Result<Option<Global>, RowsError> {
        if let Some(found) = self.found.get() {
            return Ok(Some(found.clone()));
        }
        let kept = Kept::open(&self.registry, &self.model);
        // What cannot be read is as if it had not been made: the command makes it anew.
        let kept = kept.unwrap_or_else(|error| {
            tracing::warn!("{error:#}");
            None
        });
        let fits = kept.filter(|kept| kept.matrix == self.matrix && kept.model == self.model);
        Ok(fits.map(|kept| self.found.get_or_init(|| kept.global).clone()))
    }
}

/// A model over the clients that it is measured on.
pub struct Measuring<'a> {
    pub context: &'a Context,
    pub bundle: &'a Arc<Bundle>,
    /// The model's hash.
    pub hash: &'a str,
    pub clients: &'a PortfolioRows,
}

impl Measuring<'_> {
    /// What is kept, or is measured now and kept; with the parts that one feature makes, if one is named by its place.
    pub fn kept(&self, by: Option<usize>) -> anyhow::Result<Kept> {
        let registry = Registry::new(self.context.workspace());
        let kept = match Kept::open(&registry, self.hash) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!("measured anew: {error:#}");
                None
            }
        };
        let matrix = &self.clients.matrix_hash;
        let kept = kept.filter(|kept| kept.matrix == *matrix && kept.model == self.hash);
        let has = |kept: &Kept, feature: usize| {
            let name = &self.bundle.features[feature].name;
            kept.global
                .segments
                .iter()
                .any(|known| known.feature == *name)
        };
        if let Some(kept) = &kept
            && by.is_none_or(|feature| has(kept, feature))
        {
            return Ok(kept.clone());
        }
        let measured = self.measure(kept.map(|kept| kept.global), by)?;
        let kept = Kept {
            format: Kept::FORMAT.to_owned(),
            version: Kept::VERSION,
            model: self.hash.to_owned(),
            matrix: matrix.clone(),
            global: measured,
        };
        kept.write(&registry)?;
        Ok(kept)
    }

    /// One client's value and contribution on each curve.
    pub fn marks(&self, kept: &Kept, row: &[Value]) -> anyhow::Result<Vec<Mark>> {
        let contributions = limpide_explain::contributions(self.bundle, row)?;
        Ok(marks(
            self.bundle,
            &kept.global.dependence,
            row,
            &contributions,
        ))
    }

    fn measure(&self, known: Option<Global>, by: Option<usize>) -> anyhow::Result<Global> {
        let runtime = self.context.runtime()?;
        let stop = stop::flag(&runtime);
        let reporter = self.context.reporter();
        let progress = |progress: Progress| {
            let stage = match progress.stage {
                Stage::Contributions => "contributions",
                Stage::Permutation => "values mixed up",
                Stage::Pairs => "pairs of concepts",
            };
            reporter.show(
                "explain",
                stage,
                progress.done as u64,
                progress.total as u64,
            );
        };
        let watch = Watch {
            progress: &progress,
            stop: &stop,
        };
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(self.context.threads())
            .build()?;
        let matrix = &self.clients.matrix;
        let all = matrix.clients().len();
        let places = even(all, SAMPLED, SEED);
        let rows: Vec<Vec<Value>> = places.iter().map(|&row| self.clients.row(row)).collect();
        let outcomes: Vec<Option<u8>> = places.iter().map(|&row| matrix.label(row)).collect();
        let sample = Sample {
            rows: &rows,
            outcomes: &outcomes,
        };
        let explainer = Explainer::new(Arc::clone(self.bundle));
        let found = threads.install(|| -> limpide_explain::Result<Global> {
            let contributions = explain_all(&explainer, &rows, &watch)?;
            let mut found = match known {
                Some(known) => known,
                None => {
                    let judged = self.judged();
                    let material = Material {
                        clients: all,
                        sample,
                        judged: (&judged.0, &judged.1),
                        judged_were_seen: self.bundle.data_hash == self.clients.portfolio_hash,
                        repeats: REPEATS,
                        seed: SEED,
                    };
                    global(&explainer, &material, &contributions, &watch)?
                }
            };
            if let Some(feature) = by {
                let parts = segments(self.bundle, feature, sample, &contributions);
                found.segments.push(parts);
                let name = |parts: &Segmentation| parts.feature.clone();
                found.segments.sort_by_key(name);
            }
            Ok(found)
        });
        found.map_err(|error| match error {
            limpide_explain::Error::Stopped => {
                anyhow::anyhow!("stopped before the end; what was there before is unchanged")
            }
            error => error.into(),
        })
    }

    /// Clients with a known outcome, and their outcomes.
    fn judged(&self) -> (Vec<Vec<Value>>, Vec<u8>) {
        let matrix = &self.clients.matrix;
        let known: Vec<(usize, u8)> = (0..matrix.clients().len())
            .filter_map(|row| Some((row, matrix.label(row)?)))
            .collect();
        let places = even(known.len(), JUDGED, SEED);
        let judged = places.into_iter().map(|place| {
            let (row, label) = known[place];
            (self.clients.row(row), label)
        });
        judged.unzip()
    }
}
