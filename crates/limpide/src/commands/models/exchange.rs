//! Models for other programs and workspaces, and from them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_model::export::xgboost;
use limpide_model::import::Foreign;
use limpide_model::scorecard::sql::Measure;
use limpide_model::{Bundle, Calibration, Scorecard, Scorer};
use limpide_portfolio::portfolio::write_aside;
use serde_json::json;

use crate::context::Context;
use crate::mlflow::personal;
use crate::registry::{Mover, Registry};

/// What a model can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// XGBoost's JSON, for a model of trees.
    XgboostJson,
    /// The scorecard's table as CSV.
    ScorecardCsv,
    /// The scorecard as one SQL expression.
    ScorecardSql,
    /// The bundle as it is, for another workspace.
    Bundle,
}

pub fn export(
    registry: &Registry,
    hash: &str,
    format: Format,
    out: &Path,
    context: &Context,
) -> anyhow::Result<()> {
    let bundle = registry.open(hash)?;
    let hash = registry.find(hash)?;
    let (bytes, note) = match format {
        Format::XgboostJson => as_xgboost(&bundle)?,
        Format::ScorecardCsv => {
            let (scorecard, note) = scorecard(&bundle, &hash)?;
            let csv = scorecard.csv(&bundle.encoder, &bundle.features)?;
            (csv.into_bytes(), Some(note))
        }
        Format::ScorecardSql => {
            let (scorecard, note) = scorecard(&bundle, &hash)?;
            let sql = scorecard.sql(&bundle.encoder, &bundle.features, Measure::Margin)?;
            (sql.into_bytes(), Some(note))
        }
        Format::Bundle => {
            let note =
                personal(&bundle).map(|reason| format!("keep it as personal data: {reason}"));
            (bundle.to_bytes()?, note)
        }
    };
    write_aside(out, &bytes)?;
    let json = json!({"bundle": hash, "out": out, "bytes": bytes.len(), "note": note});
    let note = note.map_or_else(String::new, |note| format!("{note}\n"));
    context.print(&json, &format!("{hash} is in {}\n{note}", out.display()))
}

/// Finds the scorecard of a model: its champion, or the glass box beside it.
fn scorecard<'a>(bundle: &'a Bundle, hash: &str) -> anyhow::Result<(&'a Scorecard, String)> {
    let beside = bundle.glass_box.as_ref().map(|glass_box| &glass_box.scorer);
    match (&bundle.scorer, beside) {
        (Scorer::Scorecard(scorecard), _) => Ok((scorecard, "it is the champion".to_owned())),
        (_, Some(Scorer::Scorecard(scorecard))) => {
            let note = format!("it is the glass box beside the champion, {}", bundle.name);
            Ok((scorecard, note))
        }
        _ => bail!(
            "model {hash} has no scorecard: its champion is {}, its glass box {}",
            bundle.name,
            bundle
                .glass_box
                .as_ref()
                .map_or("absent", |glass_box| &glass_box.name)
        ),
    }
}

fn as_xgboost(bundle: &Bundle) -> anyhow::Result<(Vec<u8>, Option<String>)> {
    let exported = xgboost::bundle(bundle)?;
    let note = match (&bundle.calibration, exported.is_calibrated) {
        (_, true) => "its probability is the calibrated one",
        (Calibration::Isotonic { .. }, false) => {
            "its probability is not calibrated: the isotonic curve from margin to probability is \
             under the attribute limpide_calibration"
        }
        (_, false) => {
            "its probability is not calibrated: the calibration is under the attribute \
             limpide_calibration"
        }
    };
    Ok((exported.json, Some(note.to_owned())))
}

pub fn import(
    registry: &Registry,
    file: &Path,
    mut mover: Mover,
    context: &Context,
) -> anyhow::Result<()> {
    let name = || file.display().to_string();
    let bytes = fs::read(file).with_context(name)?;
    let bundle = match Bundle::from_bytes(&bytes) {
        Ok(bundle) => bundle,
        Err(_) if Foreign::read(&bytes).is_ok() => bail!(
            "{} is a model of another program, which neither calibration nor threshold go with: \
             'limpide train --imported NAME={}' judges it on the folds beside the others",
            name(),
            name()
        ),
        Err(error) => return Err(error).with_context(name),
    };
    let from = file.file_name().unwrap_or_default().to_string_lossy();
    let note = mover
        .note
        .map_or_else(String::new, |note| format!(": {note}"));
    mover.note = Some(format!("imported from {from}{note}"));
    let hash = registry.add(&bundle, None, &mover)?;
    let stage = registry.standing(&hash)?.stage.word();
    context.print(
        &json!({"bundle": hash, "stage": stage, "by": mover.who}),
        &format!("{hash} is a {stage}, by {}\n", mover.who),
    )
}
