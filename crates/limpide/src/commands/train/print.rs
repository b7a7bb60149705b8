//! What training tells when it is done.

use std::fmt::Write as _;

use limpide_model::{Bundle, HoldoutKind};
use serde_json::json;

use super::{Done, references};
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::selection;
use crate::tuning;

pub(super) fn print(context: &Context, done: &Done, seconds: f64) -> anyhow::Result<()> {
    let Done { trained, hash, .. } = done;
    let bundle = &trained.bundle;
    let metrics = &bundle.metrics;
    let leaderboard = trained.leaderboard.iter().map(|timed| {
        json!({
            "candidate": timed.standing.candidate,
            "auc": timed.standing.auc,
            "auc_interval": timed.standing.auc_interval,
            "cost_per_client": timed.standing.cost_per_client,
            "cost_interval": timed.standing.cost_interval,
            "brier": timed.standing.brier,
            "paired": timed.standing.paired,
            "seconds": timed.seconds,
            "seen_all": timed.seen_all,
        })
    });
    let json = json!({
        "champion": bundle.name,
        "bundle": hash,
        "auc": metrics.auc,
        "auc_interval": metrics.auc_interval,
        "cost_per_client": metrics.cost_per_client,
        "threshold": bundle.policy.threshold,
        "review": bundle.policy.review,
        "brier": metrics.brier,
        "features": bundle.features.len(),
        "selection": trained.selection.as_ref().map(|found| {
            selection::summary(found, &Registry::new(context.workspace()).selection_path(hash))
        }),
        "hyperparameters": bundle.hyperparameters,
        "tuning": trained.tuning.as_ref().map(tuning::summary),
        "clients": bundle.trained_on.rows,
        "defaults": bundle.trained_on.defaults,
        "metrics": metrics,
        "glass_box": bundle.glass_box.as_ref().map(|glass_box| &glass_box.name),
        "holdouts": bundle.holdouts,
        "imbalance": bundle.imbalance,
        "leaderboard": leaderboard.collect::<Vec<_>>(),
        "references": done.leads,
        "published": done.published,
        "by": done.who,
        "run": done.run,
        "page": done.page,
        "mlflow": done.mlflow.as_ref().map(|tracked| &tracked.json),
        "seconds": seconds,
    });
    let heads = [
        "candidate",
        "AUC",
        "95 % interval",
        "cost/client",
        "Brier",
        "seconds",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for timed in &trained.leaderboard {
        let standing = &timed.standing;
        let [low, high] = standing.auc_interval;
        rows.push(vec![
            match timed.seen_all {
                true => format!("{} (may have seen these clients)", standing.candidate),
                false => standing.candidate.clone(),
            },
            format!("{:.4}", standing.auc),
            format!("{low:.4} – {high:.4}"),
            format!("{:.4}", standing.cost_per_client),
            format!("{:.4}", standing.brier),
            format!("{:.1}", timed.seconds),
        ]);
    }
    let text = format!(
        "{}{}{}champion {} on {} features, {} clients ({} defaults), in {seconds:.1} s\n\
         {}{}{}bundle {hash}, {} by {}\nrun {}: {}\n{}",
        table(&rows),
        trained
            .selection
            .as_ref()
            .map(selection::line)
            .unwrap_or_default(),
        trained
            .tuning
            .as_ref()
            .map(tuning::lines)
            .unwrap_or_default(),
        bundle.name,
        bundle.features.len(),
        bundle.trained_on.rows,
        bundle.trained_on.defaults,
        decisions(bundle),
        beyond_the_folds(bundle),
        references::lines(&done.leads),
        match done.published {
            true => "published",
            false => "a candidate,",
        },
        done.who,
        done.run,
        done.page.display(),
        done.mlflow.as_ref().map_or("", |tracked| &tracked.line),
    );
    context.print(&json, &text)
}

/// Where decisions change, and which model can be read.
fn decisions(bundle: &Bundle) -> String {
    let [low, high] = bundle.policy.review.map(|probability| 100.0 * probability);
    let mut text = format!("refused from a probability of {high:.2} %");
    if low < high {
        let share = 100.0 * bundle.metrics.review_share;
        let _ = write!(text, ", reviewed from {low:.2} % ({share:.1} % of clients)");
    }
    if let Some(glass_box) = &bundle.glass_box {
        let _ = write!(text, "; glass box: {}", glass_box.name);
    }
    text + "\n"
}

/// How the champion does on clients unlike those it learned from.
fn beyond_the_folds(bundle: &Bundle) -> String {
    let mut text = String::new();
    for held in &bundle.holdouts {
        let what = match held.kind {
            HoldoutKind::Time => "latest clients",
            HoldoutKind::Group => "groups never seen",
        };
        let [low, high] = held.auc_interval;
        let _ = writeln!(
            text,
            "{what} by {}: AUC {:.4} ({low:.4} – {high:.4}) on {} clients, {:.4} in the folds",
            held.column, held.auc, held.judged_on, held.auc_in_folds
        );
    }
    if let Some(auc) = bundle.metrics.adversarial_auc {
        let _ = writeln!(
            text,
            "clients with and without outcome told apart: AUC {auc:.4}"
        );
    }
    text
}
