//! Two models side by side: metrics, features, how they were trained, how often they decide alike.

use std::collections::{BTreeMap, BTreeSet};

use limpide_model::{Bundle, Decision, Score};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::list::{number, shown, summary};
use crate::context::{Context, table};
use crate::registry::Registry;
use crate::rows::PortfolioRows;
use crate::runs::Runs;
use crate::runs::record::cell;

/// Clients that both models decide on, at most.
const CLIENTS: usize = 20_000;
/// Features that the terminal names of each side; `--json` has all.
const NAMED: usize = 20;

/// How often two models decide alike.
struct Agreement {
    clients: usize,
    same: usize,
    /// Clients that each refuses.
    refused: [usize; 2],
    /// The mean size of the difference of probabilities.
    difference: f64,
}

pub fn compare(registry: &Registry, pair: [&String; 2], context: &Context) -> anyhow::Result<()> {
    let [a, b] = pair.map(|hash| registry.find(hash));
    let hashes = [a?, b?];
    let bundles = [registry.open(&hashes[0])?, registry.open(&hashes[1])?];
    let only = [
        missing(&bundles[0], &bundles[1]),
        missing(&bundles[1], &bundles[0]),
    ];
    let settings = settings(context, &hashes)?;
    let agreement = agreement(context, &bundles);

    let mut summaries = Vec::new();
    for (hash, bundle) in hashes.iter().zip(&bundles) {
        summaries.push(summary(hash, bundle, &registry.standing(hash)?));
    }
    let json = json!({
        "a": summaries[0],
        "b": summaries[1],
        "removed": only[0],
        "added": only[1],
        "settings": settings
            .iter()
            .map(|(name, [a, b])| json!({"name": name, "a": a, "b": b}))
            .collect::<Vec<_>>(),
        "agreement": agreement.as_ref().ok().map(Agreement::json),
        "no_agreement": agreement.as_ref().err().map(|error| format!("{error:#}")),
    });
    let mut text = sides(&summaries, &settings);
    for (word, names) in [("without", &only[0]), ("with", &only[1])] {
        if names.is_empty() {
            continue;
        }
        let shown: Vec<&str> = names.iter().take(NAMED).copied().collect();
        let more = match names.len() > NAMED {
            true => " …",
            false => "",
        };
        text.push_str(&format!(
            "the second is {word} {} features: {}{more}\n",
            names.len(),
            shown.join(", ")
        ));
    }
    text.push_str(&match &agreement {
        Ok(agreement) => agreement.line(),
        Err(error) => format!("how often they decide alike is not known: {error:#}\n"),
    });
    context.print(&json, &text)
}

/// Features that the first reads and the second does not.
fn missing<'a>(first: &'a Bundle, second: &Bundle) -> Vec<&'a str> {
    let known: BTreeSet<&str> = second.features.iter().map(|f| f.name.as_str()).collect();
    let names = first.features.iter().map(|feature| feature.name.as_str());
    names.filter(|name| !known.contains(name)).collect()
}

/// What the runs that made the two were asked and chose, where it differs.
fn settings(
    context: &Context,
    hashes: &[String; 2],
) -> anyhow::Result<BTreeMap<String, [Value; 2]>> {
    let mut settings: BTreeMap<String, [Value; 2]> = BTreeMap::new();
    let runs = Runs::new(context.workspace()).list()?;
    for (side, hash) in hashes.iter().enumerate() {
        let mut made = runs.iter().filter_map(|(_, run)| run.as_ref().ok());
        let made = made.find(|run| {
            let result = run.result.as_ref();
            result.is_some_and(|result| result.bundle == *hash)
        });
        let Some(run) = made else { continue };
        for (name, value) in &run.parameters {
            settings.entry(name.clone()).or_default()[side] = value.clone();
        }
        let chosen = run.result.as_ref().map(|result| &result.hyperparameters);
        if let Some(Value::Object(chosen)) = chosen {
            for (name, value) in chosen {
                settings.entry(name.clone()).or_default()[side] = value.clone();
            }
        }
    }
    settings.retain(|_, [a, b]| a != b);
    Ok(settings)
}

fn sides(summaries: &[Value], settings: &BTreeMap<String, [Value; 2]>) -> String {
    let both = |name: &str, text: &dyn Fn(&Value) -> String| {
        vec![name.to_owned(), text(&summaries[0]), text(&summaries[1])]
    };
    let short = |model: &Value| cell(&model["bundle"]).chars().take(12).collect::<String>();
    let mut rows = vec![both("", &short)];
    for name in ["stage", "when", "who", "candidate", "seed", "features"] {
        rows.push(both(name, &|model| cell(&model[name])));
    }
    rows.push(both("clients", &|model| cell(&model["trained_on"]["rows"])));
    rows.push(both("threshold", &|model| {
        shown(&model["policy"]["threshold"])
    }));
    let metrics = summaries[0]["metrics"].as_object();
    for name in metrics.into_iter().flatten().map(|(name, _)| name) {
        let mut row = both(name, &|model| shown(&model["metrics"][name]));
        let value = |side: usize| summaries[side]["metrics"][name].as_f64();
        if let (Some(a), Some(b)) = (value(0), value(1)) {
            row.push(format!("{:+.4}", b - a));
        }
        rows.push(row);
    }
    for (name, [a, b]) in settings {
        rows.push(vec![name.clone(), cell(a), cell(b)]);
    }
    table(&rows)
}

fn agreement(context: &Context, bundles: &[Bundle; 2]) -> anyhow::Result<Agreement> {
    let [a, b] = [scores(context, &bundles[0])?, scores(context, &bundles[1])?];
    let refused = |score: &&Score| score.decision == Decision::Refused;
    let pairs = || a.iter().zip(&b);
    let same = pairs().filter(|(a, b)| a.decision == b.decision).count();
    let difference: f64 = pairs()
        .map(|(a, b)| (a.probability - b.probability).abs())
        .sum();
    Ok(Agreement {
        clients: a.len(),
        same,
        refused: [
            a.iter().filter(refused).count(),
            b.iter().filter(refused).count(),
        ],
        difference: difference / a.len().max(1) as f64,
    })
}

/// Scores every so many of the workspace's clients.
fn scores(context: &Context, bundle: &Bundle) -> anyhow::Result<Vec<Score>> {
    let clients = PortfolioRows::open(context.workspace(), bundle)?;
    let n = clients.matrix.clients().len();
    let rows: Vec<usize> = (0..n).step_by(n.div_ceil(CLIENTS).max(1)).collect();
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(context.threads())
        .build()?;
    threads.install(|| {
        rows.par_iter()
            .map(|&row| Ok(bundle.score(&clients.row(row))?))
            .collect()
    })
}

impl Agreement {
    fn json(&self) -> Value {
        json!({
            "clients": self.clients,
            "same_decision": self.same,
            "refused": self.refused,
            "mean_difference": self.difference,
        })
    }

    fn line(&self) -> String {
        let [a, b] = self.refused;
        format!(
            "of {} clients they decide {} alike; the first refuses {a}, the second {b}; their \
             probabilities differ by {} on average\n",
            self.clients,
            self.same,
            number(self.difference)
        )
    }
}
