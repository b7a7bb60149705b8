//! The training runs: as a list, and to an MLflow server.

use limpide_model::Lang;
use serde_json::{Value, json};

use super::list::{number, shown};
use crate::context::{Context, table};
use crate::mlflow::{Sent, Server, send};
use crate::registry::Registry;
use crate::runs::Runs;
use crate::runs::record::cell;

pub fn list(context: &Context) -> anyhow::Result<()> {
    let runs = Runs::new(context.workspace());
    let heads = [
        "run",
        "status",
        "effort",
        "clients",
        "champion",
        "AUC",
        "cost/client",
        "bundle",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let mut all = Vec::new();
    for (id, run) in runs.list()? {
        let run = match run {
            Ok(run) => run,
            Err(error) => {
                all.push(json!({"id": id, "error": format!("{error:#}")}));
                rows.push(vec![id, format!("unreadable: {error:#}")]);
                continue;
            }
        };
        let json = serde_json::to_value(&run)?;
        let mut row = vec![
            id,
            cell(&json["status"]),
            run.parameters.get("effort").map(cell).unwrap_or_default(),
            run.data.clients.to_string(),
        ];
        match (&run.result, &run.error) {
            (Some(result), _) => row.extend([
                result.champion.clone(),
                result.metrics.get("auc").map(shown).unwrap_or_default(),
                result
                    .metrics
                    .get("cost_per_client")
                    .and_then(Value::as_f64)
                    .map(number)
                    .unwrap_or_default(),
                result.bundle.chars().take(12).collect(),
            ]),
            (None, error) => row.push(error.clone().unwrap_or_default()),
        }
        rows.push(row);
        all.push(json);
    }
    let page = runs.index(Lang::En);
    let line = match all.is_empty() {
        true => "no run yet: 'limpide train' makes one\n".to_owned(),
        false => format!("{}page {}\n", table(&rows), page.display()),
    };
    context.print(&json!({"runs": all, "page": page}), &line)
}

pub fn log(registry: &Registry, run: &str, address: &str, context: &Context) -> anyhow::Result<()> {
    let server = Server::at(address)?;
    let runs = Runs::new(context.workspace());
    let run = runs.find(run)?;
    let sent = send(&server, &run, &runs.of(&run.id), registry)?;
    context.print(&json(&sent, &server), &line(&sent, &server))
}

/// What was sent, for `--json`.
pub fn json(sent: &Sent, server: &Server) -> Value {
    json!({
        "server": server.address(),
        "run": sent.run,
        "experiment": sent.experiment,
        "model": sent.model.as_ref().map(|(name, _)| name),
        "version": sent.model.as_ref().map(|(_, version)| version),
        "was_there": sent.was_there,
        "held_back": sent.held_back,
    })
}

/// What was sent, in a sentence.
pub fn line(sent: &Sent, server: &Server) -> String {
    if sent.was_there {
        return format!(
            "the MLflow server at {} has it as run {}\n",
            server.address(),
            sent.run
        );
    }
    let model = sent
        .model
        .as_ref()
        .map_or_else(String::new, |(name, version)| {
            format!(", model {name} version {version}")
        });
    let held_back = sent.held_back.map_or_else(String::new, |reason| {
        format!("the bundle itself was not sent: {reason}\n")
    });
    format!(
        "MLflow at {}: run {}{model}\n{held_back}",
        server.address(),
        sent.run
    )
}
