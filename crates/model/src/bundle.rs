//! A trained model with all that it takes to score, decide and explain, as one value.
//!
//! A bundle is written as JSON whose bytes depend on nothing but the model: no time, no order
//! of threads. Its hash is its name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::calibration::Calibration;
use crate::encoder::{Encoder, Source};
use crate::error::{Error, Result, RowProblem};
use crate::evidence::Evidence;
use crate::feature::{Concept, Feature, Kind, Theme, Unit};
use crate::judging::{Holdout, Imbalance, Standing};
use crate::learned::{Details, Learned};
use crate::metrics::Metrics;
use crate::policy::{Policy, ThresholdRow};
use crate::reference::Reference;
use crate::score::{GlassBox, Score, check_calibrated, score};
use crate::scorer::Scorer;
use crate::value::Value;
use crate::venn_abers::VennAbers;

/// Holds a trained model and all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Always [`Bundle::FORMAT`].
    pub format: String,
    /// Always [`Bundle::VERSION`].
    pub version: u32,
    /// The champion candidate's name.
    pub name: String,
    /// The recipe that made the features.
    pub recipe: RecipeRef,
    /// The hash of the portfolio that it was trained on.
    pub data_hash: String,
    /// The seed of folds and sampling.
    pub seed: u64,
    /// Whether the portfolio was invented.
    pub synthetic: bool,
    /// The symbol of amounts, such as €.
    pub currency: String,
    /// How many clients it was trained on.
    pub trained_on: TrainedOn,
    /// The features, in the order of a row: the recipe's, then the learned ones.
    pub features: Vec<Feature>,
    /// How the learned features follow from the others.
    pub learned: Learned,
    /// The concepts that features belong to.
    pub concepts: Vec<Concept>,
    /// The themes that concepts belong to.
    pub themes: Vec<Theme>,
    /// Values to encoded columns.
    pub encoder: Encoder,
    /// Encoded columns to margin.
    pub scorer: Scorer,
    /// What the learner was set to, by name: what it depends on and is not learned.
    #[serde(default)]
    pub hyperparameters: BTreeMap<String, f64>,
    /// Margin to probability.
    pub calibration: Calibration,
    /// Margin to an interval of the probability.
    pub interval: VennAbers,
    /// Probability to decision.
    pub policy: Policy,
    /// What other thresholds would have done out of fold, by rising threshold.
    pub thresholds: Vec<ThresholdRow>,
    /// How well it did on clients it had not seen.
    pub metrics: Metrics,
    /// How well every candidate did, the champion first.
    pub leaderboard: Vec<Standing>,
    /// How well the champion's learner did on the latest clients and on groups it had not seen;
    /// empty where the recipe names neither time nor group.
    pub holdouts: Vec<Holdout>,
    /// What treating the rarity of defaults does; empty where the effort compares none.
    pub imbalance: Vec<Imbalance>,
    /// The best model that can be read, beside the champion, which it may be itself.
    pub glass_box: Option<GlassBox>,
    /// What the training population looked like.
    pub reference: Reference,
    /// How it was trained and judged, for documents.
    pub evidence: Evidence,
}

/// Names the recipe that made the features.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeRef {
    /// Its folder's name.
    pub name: String,
    /// The hash of its content.
    pub hash: String,
}

/// Counts the clients that a model was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainedOn {
    /// Clients.
    pub rows: usize,
    /// Clients that did not repay.
    pub defaults: usize,
}

#[derive(Deserialize)]
struct Header {
    format: Option<String>,
    version: Option<u64>,
}

impl Bundle {
    /// The mark of a bundle.
    pub const FORMAT: &str = "limpide-bundle";
    /// The version of the format that this program writes and reads.
    pub const VERSION: u32 = 3;

    /// Writes the bundle; equal bundles give equal bytes.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a part does not fit the others.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.check()?;
        serde_json::to_vec(self).map_err(|error| Error::Damaged {
            reason: error.to_string(),
        })
    }

    /// Reads a bundle back.
    ///
    /// # Errors
    /// [`Error::NotABundle`] for a stranger's file, [`Error::OtherVersion`] for another format
    /// version, [`Error::Damaged`] where the parts do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let header: Header = serde_json::from_slice(bytes).map_err(|error| Error::NotABundle {
            found: format!("no JSON object ({error})"),
        })?;
        match header.format.as_deref() {
            Some(Self::FORMAT) => {}
            Some(other) => {
                return Err(Error::NotABundle {
                    found: format!("its format is {other:?}"),
                });
            }
            None => {
                return Err(Error::NotABundle {
                    found: "it names no format".to_owned(),
                });
            }
        }
        match header.version {
            Some(version) if version == u64::from(Self::VERSION) => {}
            Some(found) => {
                return Err(Error::OtherVersion {
                    found,
                    reads: Self::VERSION,
                });
            }
            None => {
                return Err(Error::NotABundle {
                    found: "it names no format version".to_owned(),
                });
            }
        }
        let bundle: Self = serde_json::from_slice(bytes).map_err(|error| Error::Damaged {
            reason: error.to_string(),
        })?;
        bundle.check()?;
        Ok(bundle)
    }

    /// Gives the hash of the bundle's bytes, in hexadecimal: its name in a registry.
    ///
    /// # Errors
    /// As [`Bundle::to_bytes`].
    pub fn hash(&self) -> Result<String> {
        Ok(blake3::hash(&self.to_bytes()?).to_hex().to_string())
    }

    /// Counts the features that come from the recipe: the learned ones stand after them.
    #[inline]
    pub fn n_base(&self) -> usize {
        self.features.len().saturating_sub(self.learned.len())
    }

    /// Makes a row of the recipe's features' values and of what is learned from them and from
    /// the rows behind them.
    pub fn complete(&self, base: &[Value], details: Details<'_>) -> Vec<Value> {
        self.learned.complete(base, details)
    }

    /// Scores one row, aligned with the features.
    ///
    /// # Errors
    /// [`Error::RowLength`] or [`Error::Row`] where the row does not fit the features.
    pub fn score(&self, row: &[Value]) -> Result<Score> {
        Ok(self.score_encoded(&self.encode(row)?))
    }

    /// Encodes one row, aligned with the features, for the scorer.
    ///
    /// # Errors
    /// [`Error::RowLength`] or [`Error::Row`] where the row does not fit the features.
    pub fn encode(&self, row: &[Value]) -> Result<Vec<f32>> {
        if row.len() != self.features.len() {
            return Err(Error::RowLength {
                found: row.len(),
                expected: self.features.len(),
            });
        }
        let problems: Vec<RowProblem> = self.features.iter().zip(row).filter_map(misfit).collect();
        if !problems.is_empty() {
            return Err(Error::Row { problems });
        }
        Ok(self.encoder.encode_row(row))
    }

    /// Scores one encoded row.
    pub fn score_encoded(&self, encoded: &[f32]) -> Score {
        self.score_margin(self.scorer.margin(encoded))
    }

    /// Calibrates and decides on one margin.
    pub fn score_margin(&self, margin: f64) -> Score {
        score(margin, &self.calibration, &self.interval, &self.policy)
    }

    /// Scores one encoded row by the glass box; `None` where the bundle has none.
    pub fn score_glass_box(&self, encoded: &[f32]) -> Option<Score> {
        let glass_box = self.glass_box.as_ref()?;
        self.score_glass_box_margin(glass_box.scorer.margin(encoded))
    }

    /// Calibrates and decides on one margin of the glass box; `None` where the bundle has none.
    pub fn score_glass_box_margin(&self, margin: f64) -> Option<Score> {
        let glass_box = self.glass_box.as_ref()?;
        let (costs, reviewing) = (self.policy.costs(), self.policy.reviewing());
        Some(score(
            margin,
            &glass_box.calibration,
            &glass_box.interval,
            &Policy::without_review(costs, reviewing, glass_box.threshold),
        ))
    }

    /// Makes a row of values handed over by feature name; what is absent or null is missing, but
    /// for learned features: where they are left out they follow from the others.
    ///
    /// # Errors
    /// [`Error::Row`] with one problem for each unknown name and each value of a wrong type.
    pub fn row_from_json(&self, values: &Map<String, serde_json::Value>) -> Result<Vec<Value>> {
        let mut problems = Vec::new();
        for name in values.keys() {
            if !self.features.iter().any(|feature| feature.name == *name) {
                problems.push(RowProblem::UnknownFeature { name: name.clone() });
            }
        }
        let mut row = Vec::with_capacity(self.features.len());
        for feature in &self.features {
            match value_from_json(feature, values.get(&feature.name)) {
                Ok(value) => row.push(value),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Row { problems });
        }
        let complete = self.complete(&row[..self.n_base()], Details::none());
        for (place, value) in complete.into_iter().enumerate().skip(self.n_base()) {
            if !values.contains_key(&self.features[place].name) {
                row[place] = value;
            }
        }
        Ok(row)
    }

    /// Finds a feature by name.
    pub fn feature(&self, name: &str) -> Option<usize> {
        self.features
            .iter()
            .position(|feature| feature.name == name)
    }

    fn check(&self) -> Result<()> {
        let damaged = |reason: String| Err(Error::Damaged { reason });
        if self.format != Self::FORMAT || self.version != Self::VERSION {
            return damaged(format!(
                "marked {:?}, version {}",
                self.format, self.version
            ));
        }
        for column in &self.encoder.columns {
            let kind = match column.source {
                Source::Number => Kind::Number,
                Source::Equals(_) => Kind::Category,
            };
            if self
                .features
                .get(column.feature)
                .map(|feature| feature.kind)
                != Some(kind)
            {
                return damaged(format!(
                    "encoded column of feature {}: {:?}",
                    column.feature, column.source
                ));
            }
        }
        self.check_learned()?;
        if let Some(reason) = self.scorer.misfit() {
            return damaged(reason);
        }
        if self.scorer.width() > self.encoder.width() {
            return damaged(format!(
                "scorer of {} columns, encoder of {}",
                self.scorer.width(),
                self.encoder.width()
            ));
        }
        if self.reference.features.len() != self.features.len() {
            return damaged(format!(
                "reference of {} features, model of {}",
                self.reference.features.len(),
                self.features.len()
            ));
        }
        if let Some(reason) = self
            .evidence
            .misfit(self.features.len(), self.concepts.len())
        {
            return damaged(reason);
        }
        if !self.policy.is_sound() {
            return damaged(format!(
                "threshold {}, review from {} to {}",
                self.policy.threshold, self.policy.review[0], self.policy.review[1]
            ));
        }
        check_calibrated(&self.calibration, &self.interval)?;
        let Some(glass_box) = &self.glass_box else {
            return Ok(());
        };
        if glass_box.scorer.width() > self.encoder.width() || !glass_box.threshold.is_finite() {
            return damaged(format!(
                "glass box of {} columns, encoder of {}, threshold {}",
                glass_box.scorer.width(),
                self.encoder.width(),
                glass_box.threshold
            ));
        }
        check_calibrated(&glass_box.calibration, &glass_box.interval)
    }

    fn check_learned(&self) -> Result<()> {
        let damaged = |reason: String| Err(Error::Damaged { reason });
        if self.learned.len() > self.features.len() {
            return damaged(format!(
                "{} learned features among {}",
                self.learned.len(),
                self.features.len()
            ));
        }
        let (base, learned) = self.features.split_at(self.n_base());
        if let Some(feature) = learned.iter().find(|feature| feature.kind != Kind::Number) {
            return damaged(format!("the learned category {}", feature.name));
        }
        for (input, is_category) in self.learned.inputs() {
            let fits = |feature: &Feature| (feature.kind == Kind::Category) == is_category;
            if !base.get(input).is_some_and(fits) {
                return damaged(format!("a feature learned from feature {input}"));
            }
        }
        match self.learned.misfit() {
            Some(reason) => damaged(reason),
            None => Ok(()),
        }
    }
}

fn misfit((feature, value): (&Feature, &Value)) -> Option<RowProblem> {
    match (feature.kind, value) {
        (_, Value::Missing)
        | (Kind::Number, Value::Number(_))
        | (Kind::Category, Value::Category(_)) => None,
        (Kind::Number, Value::Category(found)) => {
            Some(wrong_type(feature, format!("the text {found:?}")))
        }
        (Kind::Category, Value::Number(found)) => {
            Some(wrong_type(feature, format!("the number {found}")))
        }
    }
}

fn value_from_json(
    feature: &Feature,
    json: Option<&serde_json::Value>,
) -> Result<Value, RowProblem> {
    use serde_json::Value as Json;
    match (feature.kind, json) {
        (_, None | Some(Json::Null)) => Ok(Value::Missing),
        (Kind::Number, Some(Json::Number(number))) => match number.as_f64() {
            Some(number) if number.is_finite() => Ok(Value::Number(number)),
            _ => Err(wrong_type(
                feature,
                format!("the number {number}, too large"),
            )),
        },
        (Kind::Number, Some(Json::Bool(flag))) if feature.unit == Unit::Flag => {
            Ok(Value::Number(if *flag { 1.0 } else { 0.0 }))
        }
        (Kind::Category, Some(Json::String(category))) => Ok(Value::Category(category.clone())),
        (_, Some(Json::String(text))) => Err(wrong_type(feature, format!("the text {text:?}"))),
        (_, Some(Json::Number(number))) => Err(wrong_type(feature, format!("the number {number}"))),
        (_, Some(Json::Bool(flag))) => Err(wrong_type(feature, flag.to_string())),
        (_, Some(Json::Array(_))) => Err(wrong_type(feature, "a list".to_owned())),
        (_, Some(Json::Object(_))) => Err(wrong_type(feature, "an object".to_owned())),
    }
}

fn wrong_type(feature: &Feature, found: String) -> RowProblem {
    let expected = match (feature.kind, feature.unit) {
        (Kind::Number, Unit::Flag) => "0 or 1, true or false",
        (Kind::Number, _) => "a number",
        (Kind::Category, _) => "a text",
    };
    RowProblem::WrongType {
        feature: feature.name.clone(),
        expected,
        found,
    }
}
