//! The whole portfolio's feature matrix and catalogue, on disk, whole or not at all.

use std::path::{Path, PathBuf};

use limpide_engine::Engine;
use limpide_portfolio::portfolio::{read_manifest, take, write_aside, write_manifest};
use limpide_portfolio::staging::{Staging, hash_file};
use limpide_portfolio::{Portfolio, Progress, Recipe};
use serde::{Deserialize, Serialize};

use crate::catalogue::{CATALOGUE, Catalogue};
use crate::compile::compile;
use crate::describe::describe;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::reproduction::{QUERIES, reproduction};
use crate::row_file;
use crate::spec::{Concept, RecipeSpec};
use crate::write::write_matrix;

const MANIFEST: &str = "features.json";
const FORMAT: &str = "limpide-features";
const VERSION: u32 = 2;

/// A feature matrix on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSet {
    format: String,
    version: u32,
    /// Its folder under `features/`.
    pub id: String,
    /// BLAKE3 of the matrix.
    pub hash: String,
    /// The recipe's hash.
    pub recipe_hash: String,
    /// The portfolio's hash.
    pub portfolio_hash: String,
    /// Whether its portfolio was made, not observed.
    pub synthetic: bool,
    /// Clients.
    pub rows: u64,
    /// Features.
    pub features: usize,
    /// The families, by prefix.
    pub families: Vec<FamilySummary>,
}

/// A family's part in a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilySummary {
    /// The prefix that its features share.
    pub prefix: String,
    /// How many they are.
    pub features: usize,
    /// How long they took; not kept on disk.
    #[serde(skip)]
    pub seconds: f64,
}

/// Makes the pages that tell people of the features: files' names and what they hold, or why not.
pub type Pages<'a> = &'a (
        dyn Fn(&FeatureSet, &Catalogue) -> std::result::Result<Vec<(&'static str, String)>, String>
            + Sync
    );

/// Builds the features of the workspace's portfolio, with their pages.
///
/// # Errors
/// The portfolio is absent, the recipe contradicts itself, a query fails or the disk is full;
/// the features that were there before stay.
pub async fn build(
    engine: &Engine,
    recipe: &Recipe,
    workspace: &Path,
    pages: Pages<'_>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<FeatureSet> {
    let spec = RecipeSpec::open(recipe)?;
    let _alone = take(workspace, "features")?;
    let portfolio = Portfolio::open(workspace)?;
    let plan = compile(&spec, &recipe.schema, |table| {
        portfolio.table_path(table).is_some()
    })?;
    let staging = Staging::new(workspace.join("features"))?;
    let path = staging.path().join("matrix.parquet");

    let written = write_matrix(engine, &portfolio, &plan, &path, progress).await?;
    let infos = plan.features().map(|feature| feature.info.clone());
    let is_there = |name: &str| plan.features().any(|feature| feature.info.name == name);
    let filters = spec.filters.iter().filter(|one| is_there(&one.feature));
    let catalogue = Catalogue {
        filters: filters.cloned().collect(),
        title: spec.title.clone(),
        themes: spec.themes.clone(),
        concepts: concepts(&spec, &plan),
        features: describe(&path, infos.collect(), &spec.values, engine.threads())?,
        learned: plan.learned.clone(),
        details: plan
            .details
            .iter()
            .map(|detail| (detail.name.clone(), detail.columns.clone()))
            .collect(),
    };
    write_manifest(&staging.path().join(CATALOGUE), &catalogue)?;
    write_manifest(&staging.path().join(QUERIES), &reproduction(&plan))?;
    let hash = hash_file(&path)?;
    row_file::make(staging.path(), &hash, &catalogue)?;
    let set = FeatureSet {
        format: FORMAT.to_owned(),
        version: VERSION,
        id: hash[..16].to_owned(),
        hash,
        recipe_hash: recipe.hash(),
        portfolio_hash: portfolio.hash.clone(),
        synthetic: portfolio.synthetic,
        rows: written.rows,
        features: catalogue.features.len(),
        families: families(&plan, &written.seconds),
    };
    let pages = pages(&set, &catalogue).map_err(|reason| Error::Matrix { path, reason })?;
    for (name, page) in pages {
        write_aside(&staging.path().join(name), page.as_bytes())?;
    }
    set.commit(staging, workspace)
}

/// The recipe's concepts, told by the features that there are.
fn concepts(spec: &RecipeSpec, plan: &Plan) -> Vec<Concept> {
    let learned = plan.learned.iter().flat_map(|declared| declared.features());
    let computed = plan.features().map(|feature| &feature.info);
    let names: Vec<&str> = computed
        .chain(learned)
        .map(|info| info.name.as_str())
        .collect();
    let mut concepts = spec.concepts.clone();
    for concept in &mut concepts {
        concept
            .told_by
            .retain(|telling| names.contains(&telling.feature.as_str()));
    }
    concepts
}

impl FeatureSet {
    /// Opens the workspace's features.
    ///
    /// # Errors
    /// [`Error::NoFeatures`], or a manifest of another version.
    pub fn open(workspace: &Path) -> Result<Self> {
        let path = workspace.join(MANIFEST);
        if !path.exists() {
            return Err(Error::NoFeatures(workspace.to_owned()));
        }
        Ok(read_manifest(&path, FORMAT, VERSION)?)
    }

    /// Checks that the features belong to this portfolio and this recipe.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn check(&self, workspace: &Path, portfolio: &Portfolio, recipe: &Recipe) -> Result<()> {
        self.check_portfolio(workspace, portfolio)?;
        if self.recipe_hash == recipe.hash() {
            return Ok(());
        }
        Err(Error::Stale {
            path: workspace.to_owned(),
            what: "recipe",
        })
    }

    /// Checks that the features belong to this portfolio.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn check_portfolio(&self, workspace: &Path, portfolio: &Portfolio) -> Result<()> {
        if self.portfolio_hash == portfolio.hash {
            return Ok(());
        }
        Err(Error::Stale {
            path: workspace.to_owned(),
            what: "portfolio",
        })
    }

    /// The folder that holds `matrix.parquet`, its rows and `catalogue.json`.
    pub fn folder(&self, workspace: &Path) -> PathBuf {
        workspace.join("features").join(&self.id)
    }

    fn commit(mut self, staging: Staging, workspace: &Path) -> Result<Self> {
        let wish = self.id.clone();
        staging.commit(&wish, |name| {
            self.id = name.to_owned();
            write_manifest(&workspace.join(MANIFEST), &self)
        })?;
        Ok(self)
    }
}

fn families(plan: &Plan, seconds: &[f64]) -> Vec<FamilySummary> {
    let mut families: Vec<FamilySummary> = Vec::new();
    for (query, seconds) in plan.queries().zip(seconds) {
        match families
            .iter_mut()
            .find(|family| family.prefix == query.prefix)
        {
            Some(family) => {
                family.features += query.features.len();
                family.seconds += seconds;
            }
            None => families.push(FamilySummary {
                prefix: query.prefix.clone(),
                features: query.features.len(),
                seconds: *seconds,
            }),
        }
    }
    families
}
