//! Why features stayed or went: as a line, as a page of text, and as JSON.

use std::path::Path;

use limpide_train::Selection;
use limpide_train::selection::{Reason, Verdict};
use serde_json::{Value, json};

use crate::context::table;

/// What `train --json` says of it.
pub fn summary(selection: &Selection, report: &Path) -> Value {
    json!({
        "kept": selection.kept(),
        "dropped": selection.dropped(),
        "by_reason": selection.by_reason(),
        "drifting": drifting(selection),
        "report": report.display().to_string(),
    })
}

/// One line on how many stayed, and why the others went.
pub fn line(selection: &Selection) -> String {
    let reasons = selection.by_reason();
    let reasons = reasons
        .iter()
        .map(|(word, count)| format!("{count} {}", words(word)));
    let reasons: Vec<String> = reasons.collect();
    let why = match reasons.is_empty() {
        true => String::new(),
        false => format!("; dropped: {}", reasons.join(", ")),
    };
    format!(
        "selection kept {} of {} features{why}\n",
        selection.kept(),
        selection.verdicts.len()
    )
}

/// All of it as a text that people can read: what was compared, then feature by feature.
pub fn page(selection: &Selection) -> String {
    let mut text = line(selection);
    text.push_str(&format!(
        "chosen on {} clients ({} defaults); {} that stayed drift\n\n",
        selection.clients,
        selection.defaults,
        drifting(selection),
    ));
    let mut rows = vec![
        [
            "most important",
            "AUC held out",
            "behind the best",
            "standard error",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for block in &selection.blocks {
        rows.push(vec![
            block.features.to_string(),
            format!("{:.4}", block.auc),
            format!("{:.4}", block.behind),
            format!("{:.4}", block.standard_error),
            if block.chosen { "taken" } else { "" }.to_owned(),
        ]);
    }
    text.push_str(&table(&rows));
    text.push('\n');
    let mut verdicts: Vec<&Verdict> = selection.verdicts.iter().collect();
    // Those that stayed by rank, then the others in the recipe's order.
    verdicts.sort_by_key(|verdict| match verdict.reason {
        Reason::Kept { rank } => (0, rank),
        Reason::Needed => (1, 0),
        _ => (2, 0),
    });
    let names = verdicts
        .iter()
        .map(|verdict| verdict.feature.chars().count());
    let width = names.max().unwrap_or(0);
    for verdict in verdicts {
        let word = if verdict.kept { "kept" } else { "dropped" };
        text.push_str(&format!(
            "{word:7}  {:width$}  {verdict}\n",
            verdict.feature
        ));
    }
    text
}

fn drifting(selection: &Selection) -> usize {
    let drifts = |verdict: &&Verdict| verdict.kept && verdict.drift.is_some();
    selection.verdicts.iter().filter(drifts).count()
}

fn words(reason: &str) -> &str {
    match reason {
        "unknown" => "hardly known",
        "near_duplicate" => "nearly duplicate",
        "noise" => "no better than by lot",
        other => other,
    }
}
