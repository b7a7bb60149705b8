//! The models as a list, and one of them in full.

use limpide_model::Bundle;
use limpide_train::Selection;
use limpide_web::{Proposal, ProposalState, Signed};
use serde_json::{Value, json};

use crate::context::{Context, table};
use crate::registry::{Registry, Standing};

pub fn list(registry: &Registry, context: &Context) -> anyhow::Result<()> {
    let heads = [
        "model",
        "stage",
        "since",
        "by",
        "candidate",
        "AUC",
        "cost/client",
        "features",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let mut models = Vec::new();
    for hash in registry.hashes()? {
        match registry.open(&hash) {
            Ok(bundle) => {
                let standing = registry.standing(&hash)?;
                let since = standing.since.as_ref();
                let of_event = |text: fn(&crate::registry::Event) -> &str| {
                    since.map_or_else(|| "–".to_owned(), |event| text(event).to_owned())
                };
                rows.push(vec![
                    hash[..12].to_owned(),
                    standing.stage.word().to_owned(),
                    of_event(|event| &event.when),
                    of_event(|event| &event.who),
                    bundle.name.clone(),
                    number(bundle.metrics.auc),
                    number(bundle.metrics.cost_per_client),
                    bundle.features.len().to_string(),
                ]);
                models.push(summary(&hash, &bundle, &standing));
            }
            Err(error) => {
                rows.push(vec![
                    hash.chars().take(12).collect(),
                    format!("unreadable: {error:#}"),
                ]);
                models.push(json!({"bundle": hash, "error": format!("{error:#}")}));
            }
        }
    }
    let proposals = registry.proposals()?;
    let mut text = table(&rows);
    let mut lines = Vec::new();
    for proposal in &proposals {
        lines.push(vec![
            format!("proposal {}", proposal.number),
            proposal.bundle.chars().take(12).collect(),
            proposal.state.words(),
            proposal.when.clone(),
            proposal.signed.by.name.clone(),
            proposal.signed.reason.clone(),
        ]);
    }
    if !lines.is_empty() {
        text.push('\n');
        text.push_str(&table(&lines));
    }
    let proposals: Vec<Value> = proposals.iter().map(described).collect();
    context.print(&json!({ "models": models, "proposals": proposals }), &text)
}

fn described(proposal: &Proposal) -> Value {
    let Signed { by, reason, .. } = &proposal.signed;
    let mut told = json!({
        "number": proposal.number,
        "bundle": proposal.bundle,
        "replaces": proposal.replaces,
        "person": by.person,
        "who": by.name,
        "when": proposal.when,
        "reason": reason,
        "state": match &proposal.state {
            ProposalState::Open => "open",
            ProposalState::Stale => "stale",
            ProposalState::Answered(_) => "answered",
        },
    });
    if let ProposalState::Answered(answer) = &proposal.state {
        let Signed { by, reason, .. } = &answer.signed;
        told["approved"] = answer.approved.into();
        told["answered_person"] = by.person.into();
        told["answered_by"] = by.name.clone().into();
        told["answered_at"] = answer.when.clone().into();
        told["answer"] = reason.clone().into();
    }
    told
}

pub fn show(
    hash: &str,
    bundle: &Bundle,
    report: Option<&Selection>,
    registry: &Registry,
    context: &Context,
) -> anyhow::Result<()> {
    let standing = registry.standing(hash)?;
    let metrics = serde_json::to_value(bundle.metrics)?;
    let mut rows = vec![
        vec!["model".to_owned(), hash.to_owned()],
        vec!["stage".to_owned(), standing.stage.word().to_owned()],
        vec!["candidate".to_owned(), bundle.name.clone()],
        vec!["recipe".to_owned(), bundle.recipe.name.clone()],
        vec!["clients".to_owned(), bundle.trained_on.rows.to_string()],
        vec![
            "defaults".to_owned(),
            bundle.trained_on.defaults.to_string(),
        ],
        vec!["synthetic data".to_owned(), bundle.synthetic.to_string()],
        vec!["threshold".to_owned(), number(bundle.policy.threshold)],
    ];
    for (name, value) in metrics.as_object().into_iter().flatten() {
        rows.push(vec![name.clone(), shown(value)]);
    }
    if let Some(report) = report {
        let kept = format!("{} of {}", report.kept(), report.verdicts.len());
        rows.push(vec!["features selected".to_owned(), kept]);
    }
    let events = registry.events()?;
    let events: Vec<_> = events.iter().filter(|event| event.bundle == hash).collect();
    let mut history: Vec<Vec<String>> = Vec::new();
    for event in &events {
        history.push(vec![
            event.stage.word().to_owned(),
            event.when.clone(),
            event.who.clone(),
            event.note.clone().unwrap_or_default(),
        ]);
    }
    let mut json = summary(hash, bundle, &standing);
    json["selection"] = serde_json::to_value(report)?;
    json["events"] = serde_json::to_value(&events)?;
    let mut text = table(&rows);
    if !history.is_empty() {
        text.push('\n');
        text.push_str(&table(&history));
    }
    context.print(&json, &text)
}

/// A metric as people read it: a number, or an interval's two ends.
pub fn shown(value: &Value) -> String {
    let ends = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    let ends: Vec<String> = ends.iter().filter_map(Value::as_f64).map(number).collect();
    ends.join(" – ")
}

pub fn number(value: f64) -> String {
    format!("{value:.4}")
}

pub fn summary(hash: &str, bundle: &Bundle, standing: &Standing) -> Value {
    let since = standing.since.as_ref();
    json!({
        "bundle": hash,
        "stage": standing.stage.word(),
        "who": since.map(|event| &event.who),
        "when": since.map(|event| &event.when),
        "note": since.and_then(|event| event.note.as_ref()),
        "candidate": bundle.name,
        "recipe": bundle.recipe,
        "data_hash": bundle.data_hash,
        "seed": bundle.seed,
        "synthetic": bundle.synthetic,
        "trained_on": bundle.trained_on,
        "features": bundle.features.len(),
        "policy": bundle.policy,
        "metrics": bundle.metrics,
        "leaderboard": bundle.leaderboard,
    })
}
