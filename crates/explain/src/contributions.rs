//! What each feature adds to one client's margin, for any sort of scorer.
//!
//! Encoded columns are folded into the features that they come from. No contribution leaves here
//! unless base and contributions add up to the margin.

use std::sync::Arc;

use limpide_model::{Bundle, Lang, Scorer, Value};
use serde::{Deserialize, Serialize};

use crate::additive;
use crate::error::{Error, Result};
use crate::explanation::{self, Explanation};
use crate::linear;
use crate::tree_shap::TreeExplainer;

/// How far base plus contributions may be from the margin, in log-odds.
pub const ADDITIVITY_LIMIT: f64 = 1e-9;

/// Holds what each feature adds to one client's margin, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// The expected margin over the training rows.
    pub base: f64,
    /// The client's margin.
    pub margin: f64,
    /// One contribution a feature, aligned with the bundle's features.
    pub per_feature: Vec<f64>,
}

/// Explains the decisions of one bundle; laid out once, shared by all requests.
#[derive(Debug, Clone)]
pub struct Explainer {
    bundle: Arc<Bundle>,
    layout: Layout,
    /// The glass box's; `None` where the bundle has none, or where it is the champion itself.
    second: Option<Layout>,
}

impl Explainer {
    /// Lays a bundle's scorer out.
    pub fn new(bundle: Arc<Bundle>) -> Self {
        let columns = bundle.encoder.width();
        let layout = Layout::new(&bundle.scorer, columns);
        let second = second_scorer(&bundle).map(|scorer| Layout::new(scorer, columns));
        Self {
            bundle,
            layout,
            second,
        }
    }

    /// Gives the bundle whose decisions are explained.
    pub fn bundle(&self) -> &Arc<Bundle> {
        &self.bundle
    }

    /// Gives each feature's contribution for one row, aligned with the bundle's features.
    ///
    /// # Errors
    /// [`Error::Model`] where the row does not fit the bundle, [`Error::NotAdditive`] where base and
    /// contributions are not the margin.
    pub fn contributions(&self, row: &[Value]) -> Result<Contributions> {
        self.layout.feature_contributions(&self.bundle, row)
    }

    /// Explains one row in one language.
    ///
    /// # Errors
    /// As [`Explainer::contributions`].
    pub fn explain(&self, row: &[Value], lang: Lang) -> Result<Explanation> {
        let contributions = self.contributions(row)?;
        let second = self.second_contributions(row)?;
        Ok(explanation::build(
            &self.bundle,
            row,
            &contributions,
            second.as_ref(),
            lang,
        ))
    }

    /// Gives each feature's contribution to the glass box's margin for one row; `None` where the
    /// bundle has no glass box, or where it is the champion itself.
    ///
    /// # Errors
    /// As [`Explainer::contributions`], of the glass box.
    pub fn second_contributions(&self, row: &[Value]) -> Result<Option<Contributions>> {
        let (Some(layout), Some(scorer)) = (&self.second, second_scorer(&self.bundle)) else {
            return Ok(None);
        };
        layout.contributions_of(&self.bundle, scorer, row).map(Some)
    }
}

/// The scorer of a glass box that is not the champion itself.
fn second_scorer(bundle: &Bundle) -> Option<&Scorer> {
    let glass_box = bundle.glass_box.as_ref();
    glass_box
        .map(|found| &found.scorer)
        .filter(|scorer| **scorer != bundle.scorer)
}

/// Gives each feature's contribution for one row; for many rows make an [`Explainer`] once.
///
/// # Errors
/// As [`Explainer::contributions`].
pub fn contributions(bundle: &Bundle, row: &[Value]) -> Result<Contributions> {
    Layout::new(&bundle.scorer, bundle.encoder.width()).feature_contributions(bundle, row)
}

/// Explains one row in one language; for many rows make an [`Explainer`] once.
///
/// # Errors
/// As [`Explainer::contributions`].
pub fn explain(bundle: &Bundle, row: &[Value], lang: Lang) -> Result<Explanation> {
    let contributions = contributions(bundle, row)?;
    let columns = bundle.encoder.width();
    let second = second_scorer(bundle)
        .map(|scorer| Layout::new(scorer, columns).contributions_of(bundle, scorer, row))
        .transpose()?;
    Ok(explanation::build(
        bundle,
        row,
        &contributions,
        second.as_ref(),
        lang,
    ))
}

/// A scorer, laid out for contributions.
#[derive(Debug, Clone)]
enum Layout {
    Dummy { log_odds: f64 },
    Logistic(limpide_model::Logistic),
    Additive(limpide_model::Additive),
    Scorecard(limpide_model::Scorecard),
    Trees(TreeExplainer),
    Blend(Vec<(f64, Layout)>),
}

impl Layout {
    fn new(scorer: &Scorer, columns: usize) -> Self {
        match scorer {
            Scorer::Dummy { log_odds } => Self::Dummy {
                log_odds: *log_odds,
            },
            Scorer::Logistic(logistic) => Self::Logistic(logistic.clone()),
            Scorer::Additive(additive) => Self::Additive(additive.clone()),
            Scorer::Scorecard(scorecard) => Self::Scorecard(scorecard.clone()),
            Scorer::Trees(ensemble) => Self::Trees(TreeExplainer::new(ensemble, columns)),
            Scorer::Blend(parts) => Self::Blend(
                parts
                    .iter()
                    .map(|part| (part.weight, Self::new(&part.scorer, columns)))
                    .collect(),
            ),
        }
    }

    fn feature_contributions(&self, bundle: &Bundle, row: &[Value]) -> Result<Contributions> {
        self.contributions_of(bundle, &bundle.scorer, row)
    }

    /// The contributions to the margin of the scorer that is laid out here.
    fn contributions_of(
        &self,
        bundle: &Bundle,
        scorer: &Scorer,
        row: &[Value],
    ) -> Result<Contributions> {
        let encoded = bundle.encode(row)?;
        let margin = scorer.margin(&encoded);
        let mut per_column = vec![0.0; encoded.len()];
        self.add_to(&mut per_column, 1.0, &encoded);
        let mut per_feature = vec![0.0; bundle.features.len()];
        for (column, contribution) in bundle.encoder.columns.iter().zip(per_column) {
            per_feature[column.feature] += contribution;
        }
        let base = self.base();
        check_additive(base, &per_feature, margin)?;
        Ok(Contributions {
            base,
            margin,
            per_feature,
        })
    }

    /// The expected margin.
    fn base(&self) -> f64 {
        match self {
            Self::Dummy { log_odds } => *log_odds,
            Self::Logistic(logistic) => logistic.intercept,
            Self::Additive(additive) => additive.intercept(),
            Self::Scorecard(scorecard) => scorecard.intercept,
            Self::Trees(trees) => trees.base(),
            Self::Blend(parts) => parts
                .iter()
                .map(|(weight, part)| weight * part.base())
                .sum(),
        }
    }

    fn add_to(&self, per_column: &mut [f64], weight: f64, encoded: &[f32]) {
        let found = match self {
            Self::Dummy { .. } => return,
            Self::Logistic(logistic) => linear::contributions(logistic, encoded),
            Self::Additive(additive) => additive::contributions(additive, encoded),
            Self::Scorecard(scorecard) => linear::of_scorecard(scorecard, encoded),
            Self::Trees(trees) => trees.contributions(encoded),
            Self::Blend(parts) => {
                for (share, part) in parts {
                    part.add_to(per_column, weight * share, encoded);
                }
                return;
            }
        };
        for (sum, contribution) in per_column.iter_mut().zip(found) {
            *sum += weight * contribution;
        }
    }
}

fn check_additive(base: f64, contributions: &[f64], margin: f64) -> Result<()> {
    let sum = base + contributions.iter().sum::<f64>();
    let difference = (sum - margin).abs();
    // Written so that a NaN on either side is refused too.
    if difference <= ADDITIVITY_LIMIT {
        return Ok(());
    }
    Err(Error::NotAdditive {
        sum,
        margin,
        difference,
        limit: ADDITIVITY_LIMIT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contributions_that_do_not_add_up_are_refused() {
        assert!(check_additive(-1.0, &[0.5, 0.25], -0.25).is_ok());
        assert!(matches!(
            check_additive(-1.0, &[0.5, 0.25 + 2e-9], -0.25),
            Err(Error::NotAdditive { .. })
        ));
        assert!(matches!(
            check_additive(f64::NAN, &[], 0.0),
            Err(Error::NotAdditive { .. })
        ));
    }
}
