//! What each feature adds to one client's margin, for any sort of scorer.
//!
//! Encoded columns are folded into the features that they come from. No contribution leaves here
//! unless base and contributions add up to the margin.

use std::sync::Arc;

use limpide_model::{Bundle, Reader, Scorer, Value};
use serde::{Deserialize, Serialize};

use crate::concepts::Outline;
use crate::error::{Error, Result};
use crate::explanation::{self, Explanation, Principal};
use crate::interactions::{self, Interactions, Pairs};
use crate::layout::Layout;

/// How far base plus contributions may be from the margin, in log-odds.
pub const ADDITIVITY_LIMIT: f64 = 1e-9;

/// Rows that are encoded before they are explained.
const ROWS_AT_ONCE: usize = 256;

/// Holds what each feature adds to one client's margin, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// The expected margin over the training rows, or over those of a sample.
    pub base: f64,
    /// The client's margin.
    pub margin: f64,
    /// One contribution a feature, aligned with the bundle's features.
    pub per_feature: Vec<f64>,
}

/// Holds encoded rows that others are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Encoded values, `(n_rows, n_columns)`, row after row.
    pub(crate) encoded: Vec<f32>,
    pub(crate) n_rows: usize,
    /// Their mean margin.
    base: f64,
}

impl Sample {
    /// Gives one row's encoded values.
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        let width = self.encoded.len() / self.n_rows;
        &self.encoded[row * width..][..width]
    }
}

/// Explains the decisions of one bundle; laid out once, shared by all requests.
#[derive(Debug, Clone)]
pub struct Explainer {
    bundle: Arc<Bundle>,
    layout: Layout,
    outline: Outline,
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
            outline: Outline::new(&bundle),
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
        one_row(&self.bundle, &self.layout, &self.bundle.scorer, row)
    }

    /// Gives each row's contributions, to the bit those of [`Explainer::contributions`], in less time.
    ///
    /// # Errors
    /// As [`Explainer::contributions`]: one row that does not fit or add up refuses them all.
    pub fn many(&self, rows: &[Vec<Value>]) -> Result<Vec<Contributions>> {
        self.many_known(rows, &vec![None; rows.len()])
    }

    /// The same of rows of which some margins are known, as the scorer gives them, aligned with the rows.
    ///
    /// # Errors
    /// As [`Explainer::many`]; a known margin that is another row's does not add up.
    pub fn many_known(
        &self,
        rows: &[Vec<Value>],
        margins: &[Option<f64>],
    ) -> Result<Vec<Contributions>> {
        let (bundle, width) = (&self.bundle, self.bundle.encoder.width());
        let mut found = Vec::with_capacity(rows.len());
        let margins = margins.chunks(ROWS_AT_ONCE);
        for (rows, known) in rows.chunks(ROWS_AT_ONCE).zip(margins) {
            let encoded = encode(bundle, rows)?;
            let margins = self.margins(&encoded, known);
            let mut per_column = vec![0.0; encoded.len()];
            self.layout.add(&mut per_column, 1.0, &encoded, rows.len());
            for (row, margin) in margins.into_iter().enumerate() {
                let per_column = &per_column[row * width..][..width];
                found.push(fold(bundle, self.layout.base(), margin, per_column)?);
            }
        }
        Ok(found)
    }

    /// Each encoded row's margin, worked out where it is not known.
    fn margins(&self, encoded: &[f32], known: &[Option<f64>]) -> Vec<f64> {
        let rows = encoded.chunks(self.bundle.encoder.width().max(1));
        let unknown = rows.zip(known).filter(|(_, known)| known.is_none());
        let unknown: Vec<&[f32]> = unknown.map(|(row, _)| row).collect();
        let found = self.bundle.scorer.margins(&unknown.concat(), unknown.len());
        let mut found = found.into_iter();
        let margins = known.iter().map(|known| known.or_else(|| found.next()));
        // There is one for each; where there were none, nothing would add up.
        margins.map(|margin| margin.unwrap_or(f64::NAN)).collect()
    }

    /// Gives what concepts add to one row's margin by themselves and two by two.
    ///
    /// # Errors
    /// As [`Explainer::contributions`].
    pub fn interactions(&self, row: &[Value]) -> Result<Interactions> {
        let bundle = &self.bundle;
        let contributions = self.contributions(row)?;
        let places = interactions::concept_places(bundle);
        let columns = bundle.encoder.columns.iter();
        let groups: Vec<usize> = columns.map(|column| places[column.feature]).collect();
        let mut pairs = Pairs::new(&groups, bundle.concepts.len() + 1);
        self.layout.add_pairs(&mut pairs, 1.0, &bundle.encode(row)?);
        let mut alone = vec![0.0; bundle.concepts.len() + 1];
        for (&place, contribution) in places.iter().zip(&contributions.per_feature) {
            alone[place] += contribution;
        }
        Interactions::new(&contributions, pairs.with_diagonal(&alone))
    }

    /// Encodes rows that others are to be held against.
    ///
    /// # Errors
    /// [`Error::EmptySample`] where there is none, [`Error::Model`] where one does not fit the bundle.
    pub fn sample(&self, rows: &[Vec<Value>]) -> Result<Sample> {
        if rows.is_empty() {
            return Err(Error::EmptySample);
        }
        let encoded = encode(&self.bundle, rows)?;
        let margins = self.bundle.scorer.margins(&encoded, rows.len());
        Ok(Sample {
            base: margins.iter().sum::<f64>() / rows.len() as f64,
            n_rows: rows.len(),
            encoded,
        })
    }

    /// Gives each feature's interventional contribution for one row: what the row's values change where
    /// they stand in for those of a sample's rows. The base is the sample's mean margin.
    ///
    /// # Errors
    /// As [`Explainer::contributions`].
    ///
    /// # Source
    /// Janzing, Minorics and Blöbaum, "Feature relevance quantification in explainable AI: a causal
    /// problem", AISTATS 2020.
    pub fn against(&self, row: &[Value], sample: &Sample) -> Result<Contributions> {
        let encoded = self.bundle.encode(row)?;
        let mut per_column = vec![0.0; encoded.len()];
        self.layout
            .add_against(&mut per_column, 1.0, &encoded, sample);
        let margin = self.bundle.scorer.margin(&encoded);
        fold(&self.bundle, sample.base, margin, &per_column)
    }

    /// Explains one row to a reader; a language alone stands for anybody but the client.
    ///
    /// # Errors
    /// As [`Explainer::contributions`].
    pub fn explain(&self, row: &[Value], reader: impl Into<Reader>) -> Result<Explanation> {
        self.explain_with(row, &self.contributions(row)?, reader)
    }

    /// Explains one row whose contributions are known.
    ///
    /// # Errors
    /// As [`Explainer::contributions`], of the glass box.
    pub fn explain_with(
        &self,
        row: &[Value],
        contributions: &Contributions,
        reader: impl Into<Reader>,
    ) -> Result<Explanation> {
        let second = self.second_contributions(row)?;
        let bundle = &self.bundle;
        Ok(explanation::build_with(
            bundle,
            &self.outline,
            row,
            contributions,
            second.as_ref(),
            reader.into(),
        ))
    }

    /// Gives the principal reasons of one row whose contributions are known: those of its
    /// explanation, in less time.
    pub fn principal(
        &self,
        row: &[Value],
        known: &Contributions,
        reader: impl Into<Reader>,
    ) -> Principal {
        explanation::principal(&self.bundle, &self.outline, row, known, reader.into())
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
        one_row(&self.bundle, layout, scorer, row).map(Some)
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
    let layout = Layout::new(&bundle.scorer, bundle.encoder.width());
    one_row(bundle, &layout, &bundle.scorer, row)
}

/// Explains one row to a reader, as [`Explainer::explain`]; for many rows make an [`Explainer`] once.
///
/// # Errors
/// As [`Explainer::contributions`].
pub fn explain(bundle: &Bundle, row: &[Value], reader: impl Into<Reader>) -> Result<Explanation> {
    let contributions = contributions(bundle, row)?;
    let columns = bundle.encoder.width();
    let second = second_scorer(bundle)
        .map(|scorer| one_row(bundle, &Layout::new(scorer, columns), scorer, row))
        .transpose()?;
    Ok(explanation::build(
        bundle,
        row,
        &contributions,
        second.as_ref(),
        reader,
    ))
}

/// Gives each feature's contribution to the margin of the scorer that is laid out.
fn one_row(
    bundle: &Bundle,
    layout: &Layout,
    scorer: &Scorer,
    row: &[Value],
) -> Result<Contributions> {
    let encoded = bundle.encode(row)?;
    let mut per_column = vec![0.0; encoded.len()];
    layout.add(&mut per_column, 1.0, &encoded, 1);
    let margin = scorer.margin(&encoded);
    fold(bundle, layout.base(), margin, &per_column)
}

/// Encodes rows, one behind the other.
fn encode(bundle: &Bundle, rows: &[Vec<Value>]) -> Result<Vec<f32>> {
    let mut encoded = Vec::with_capacity(rows.len() * bundle.encoder.width());
    for row in rows {
        encoded.extend(bundle.encode(row)?);
    }
    Ok(encoded)
}

/// Folds one row's columns into features, and refuses what does not add up.
fn fold(bundle: &Bundle, base: f64, margin: f64, per_column: &[f64]) -> Result<Contributions> {
    let mut per_feature = vec![0.0; bundle.features.len()];
    for (column, contribution) in bundle.encoder.columns.iter().zip(per_column) {
        per_feature[column.feature] += contribution;
    }
    check_additive(base, &per_feature, margin)?;
    Ok(Contributions {
        base,
        margin,
        per_feature,
    })
}

pub(crate) fn check_additive(base: f64, contributions: &[f64], margin: f64) -> Result<()> {
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
