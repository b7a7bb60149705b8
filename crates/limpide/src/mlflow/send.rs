//! A run kept in the workspace, sent to an MLflow server.
//!
//! Sending twice is no harm: a run is found again by its id, and one that was sent whole is left
//! as it is.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_model::Bundle;
use limpide_model::learned::Part;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::server::Server;
use crate::registry::{Registry, Stage};
use crate::runs::record::{Run, Status, cell};

/// The experiment that runs are put in.
const EXPERIMENT: &str = "limpide";
/// The tag that a run is found again by.
const RUN_TAG: &str = "limpide.run";
/// What MLflow takes of a parameter's value.
const LONGEST_VALUE: usize = 6000;
/// What MLflow takes at once.
const MOST_PARAMETERS: usize = 100;
/// Files that hold clients, and so stay here.
const OF_CLIENTS: [&str; 1] = ["oof.csv"];

/// What the server has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The run's id there.
    pub run: String,
    /// The experiment's id.
    pub experiment: String,
    /// The registered model's name and version.
    pub model: Option<(String, String)>,
    /// Whether the server had the run already.
    pub was_there: bool,
    /// Why the bundle itself was not sent.
    pub held_back: Option<&'static str>,
}

/// Sends a run, its files and its model.
pub fn send(
    server: &Server,
    run: &Run,
    folder: &Path,
    registry: &Registry,
) -> anyhow::Result<Sent> {
    let experiment = experiment(server)?;
    let known = find(server, &experiment, &run.id)?;
    if let Some(known) = &known
        && known["info"]["status"] != "RUNNING"
    {
        return Ok(Sent {
            run: text(&known["info"]["run_id"])?,
            experiment,
            model: None,
            was_there: true,
            held_back: None,
        });
    }
    let there = match known {
        Some(known) => known,
        None => server.post("runs/create", &created(run, &experiment)?)?["run"].take(),
    };
    let id = text(&there["info"]["run_id"])?;
    log(server, run, &id)?;
    let artefacts = Artefacts::of(&text(&there["info"]["artifact_uri"])?, &id)?;
    for name in run.artefacts.iter().map(String::as_str) {
        if !OF_CLIENTS.contains(&name) {
            let path = folder.join(name);
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            server.put(&artefacts.path(name), &bytes)?;
        }
    }
    server.put(
        &artefacts.path("run.json"),
        &serde_json::to_vec_pretty(run)?,
    )?;
    let (mut model, mut held_back) = (None, None);
    if let Some(result) = &run.result {
        let bundle = registry.open(&result.bundle)?;
        held_back = put_model(server, run, &id, &artefacts, &bundle, &result.bundle)?;
        model = Some(register(server, run, &id, &artefacts, &result.bundle)?);
        let is_published = registry.standing(&result.bundle)?.stage == Stage::Published;
        if let Some((name, version)) = model.as_ref().filter(|_| is_published) {
            let alias = json!({"name": name, "alias": "published", "version": version});
            server.post("registered-models/alias", &alias)?;
        }
    }
    // Last: a run that is not at its end is sent again.
    let status = match run.status {
        Status::Finished => "FINISHED",
        Status::Failed => "FAILED",
    };
    let end = json!({"run_id": id, "status": status, "end_time": millis(&run.end)?});
    server.post("runs/update", &end)?;
    Ok(Sent {
        run: id,
        experiment,
        model,
        was_there: false,
        held_back,
    })
}

fn experiment(server: &Server) -> anyhow::Result<String> {
    let by_name = [("experiment_name", EXPERIMENT)];
    if let Some(found) = server.get("mlflow/experiments/get-by-name", &by_name)? {
        if found["experiment"]["lifecycle_stage"] == "deleted" {
            bail!(
                "the experiment {EXPERIMENT} was deleted on the MLflow server at {}: restore it \
                 there",
                server.address()
            );
        }
        return text(&found["experiment"]["experiment_id"]);
    }
    let made = server.post("experiments/create", &json!({"name": EXPERIMENT}))?;
    text(&made["experiment_id"])
}

fn find(server: &Server, experiment: &str, id: &str) -> anyhow::Result<Option<Value>> {
    let asked = json!({
        "experiment_ids": [experiment],
        "filter": format!("tags.`{RUN_TAG}` = '{id}'"),
        "max_results": 1,
    });
    let mut found = server.post("runs/search", &asked)?;
    Ok(found["runs"].get_mut(0).map(Value::take))
}

fn created(run: &Run, experiment: &str) -> anyhow::Result<Value> {
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    let mut tags = vec![
        tag(RUN_TAG, &run.id),
        tag("mlflow.user", &run.who),
        tag("mlflow.source.name", "limpide train"),
        tag("limpide.recipe", &run.data.recipe),
        tag("limpide.recipe_hash", &run.data.recipe_hash),
        tag("limpide.portfolio", &run.data.portfolio),
        tag("limpide.matrix", &run.data.matrix),
        tag("limpide.synthetic", &run.data.synthetic.to_string()),
    ];
    if let Some(folds) = &run.data.folds {
        tags.push(tag("limpide.folds", folds));
    }
    if let Some(result) = &run.result {
        tags.push(tag("limpide.bundle", &result.bundle));
        tags.push(tag("limpide.champion", &result.champion));
    }
    if let Some(error) = &run.error {
        tags.push(tag("limpide.error", error));
    }
    Ok(json!({
        "experiment_id": experiment,
        "run_name": run.id,
        "user_id": run.who,
        "start_time": millis(&run.start)?,
        "tags": tags,
    }))
}

/// Logs parameters and metrics; a candidate's metrics are named `candidate/metric`.
fn log(server: &Server, run: &Run, id: &str) -> anyhow::Result<()> {
    let mut parameters = Vec::new();
    for (key, value) in &run.parameters {
        parameter(key, value, &mut parameters);
    }
    let at = millis(&run.end)?;
    let mut metrics = Vec::new();
    let mut metric = |key: String, value: f64| {
        let key = allowed(&key);
        metrics.push(json!({"key": key, "value": value, "timestamp": at, "step": 0}));
    };
    metric("seconds".to_owned(), run.seconds);
    metric("clients".to_owned(), run.data.clients as f64);
    metric("defaults".to_owned(), run.data.defaults as f64);
    if let Some(result) = &run.result {
        if !result.hyperparameters.is_null() {
            parameter("hyperparameters", &result.hyperparameters, &mut parameters);
        }
        metric("features".to_owned(), result.features as f64);
        for (key, value) in numbers(&result.metrics).chain(numbers(&result.policy)) {
            metric(key, value);
        }
        for line in &result.leaderboard {
            let candidate = line.get("candidate").map(cell).unwrap_or_default();
            for (key, value) in numbers(line) {
                metric(format!("{candidate}/{key}"), value);
            }
        }
    }
    for some in parameters.chunks(MOST_PARAMETERS) {
        server.post("runs/log-batch", &json!({"run_id": id, "params": some}))?;
    }
    for some in metrics.chunks(MOST_PARAMETERS) {
        server.post("runs/log-batch", &json!({"run_id": id, "metrics": some}))?;
    }
    Ok(())
}

/// A parameter, or one for each part of an object.
fn parameter(key: &str, value: &Value, parameters: &mut Vec<Value>) {
    if let Value::Object(parts) = value {
        for (part, value) in parts {
            parameter(&format!("{key}.{part}"), value, parameters);
        }
        return;
    }
    let text: String = cell(value).chars().take(LONGEST_VALUE).collect();
    parameters.push(json!({"key": allowed(key), "value": text}));
}

/// The numbers of a list of names and values; an interval's ends become `_low` and `_high`.
fn numbers(values: &Map<String, Value>) -> impl Iterator<Item = (String, f64)> {
    values.iter().flat_map(|(key, value)| {
        let ends = value.as_array().map(Vec::as_slice);
        match (value.as_f64(), ends) {
            (Some(number), _) => vec![(key.clone(), number)],
            (None, Some([low, high])) => [("low", low), ("high", high)]
                .into_iter()
                .filter_map(|(end, value)| Some((format!("{key}_{end}"), value.as_f64()?)))
                .collect(),
            _ => Vec::new(),
        }
    })
}

/// A name with what MLflow does not take in one replaced.
fn allowed(name: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter,
        '_' | '-' | '.' | ' ' | ':' | '/' => letter,
        _ => '_',
    };
    name.chars().map(letter).collect()
}

/// Where a run's files are kept on the server.
struct Artefacts {
    uri: String,
    folder: String,
}

impl Artefacts {
    /// The folder behind `mlflow-artifacts:/1/<run>/artifacts`.
    fn of(uri: &str, run: &str) -> anyhow::Result<Self> {
        let folder = uri
            .strip_prefix("mlflow-artifacts:")
            .map(|path| path.trim_start_matches('/'))
            // After two slashes stands a server's name.
            .filter(|_| !uri.starts_with("mlflow-artifacts://"));
        match folder {
            Some(folder) => Ok(Self {
                uri: uri.to_owned(),
                folder: folder.to_owned(),
            }),
            None => bail!(
                "the MLflow server keeps the files of run {run} at {uri}, where it does not take \
                 them itself: start it with --serve-artifacts and --artifacts-destination, and \
                 give the experiment {EXPERIMENT} a location that begins with mlflow-artifacts:"
            ),
        }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

/// Puts the bundle and the file by which MLflow knows a model; says why the bundle was not sent.
fn put_model(
    server: &Server,
    run: &Run,
    id: &str,
    artefacts: &Artefacts,
    bundle: &Bundle,
    hash: &str,
) -> anyhow::Result<Option<&'static str>> {
    let held_back = personal(bundle);
    let data = match held_back {
        None => {
            server.put(&artefacts.path("model/bundle.json"), &bundle.to_bytes()?)?;
            "bundle.json"
        }
        Some(_) => "",
    };
    // JSON is YAML.
    let model = json!({
        "artifact_path": "model",
        "flavors": {"limpide": {
            "bundle_format": Bundle::FORMAT,
            "bundle_version": Bundle::VERSION,
            "bundle_hash": hash,
            "data": data,
        }},
        "model_uuid": hash.get(..32).unwrap_or(hash),
        "run_id": id,
        "utc_time_created": run.end.replace('T', " ").replace('Z', ".000000"),
    });
    server.put(
        &artefacts.path("model/MLmodel"),
        &serde_json::to_vec_pretty(&model)?,
    )?;
    let logged = json!({"run_id": id, "model_json": model.to_string()});
    server.post("runs/log-model", &logged)?;
    Ok(held_back)
}

/// Why a bundle must not leave the workspace, if so.
pub fn personal(bundle: &Bundle) -> Option<&'static str> {
    let is_of_clients = |part: &Part| matches!(part, Part::Neighbours(_));
    bundle.learned.parts.iter().any(is_of_clients).then_some(
        "it holds the standardised inputs and outcomes of its training clients, which are \
         personal data",
    )
}

/// Registers the model under the recipe's name, once a run.
fn register(
    server: &Server,
    run: &Run,
    id: &str,
    artefacts: &Artefacts,
    hash: &str,
) -> anyhow::Result<(String, String)> {
    let name = allowed(&format!("limpide-{}", run.data.recipe)).replace(['/', ':'], "_");
    server.create("registered-models/create", &json!({"name": name}))?;
    let of_run = format!("run_id = '{id}'");
    let known = server.get("mlflow/model-versions/search", &[("filter", &of_run)])?;
    let known = known
        .as_ref()
        .map(|known| &known["model_versions"][0]["version"]);
    if let Some(version) = known.filter(|version| !version.is_null()) {
        return Ok((name, cell(version)));
    }
    let asked = json!({
        "name": name,
        "source": format!("{}/model", artefacts.uri),
        "run_id": id,
        "description": format!("Limpide bundle {hash}"),
        "tags": [{"key": "limpide.bundle", "value": hash}],
    });
    let made = server.post("model-versions/create", &asked)?;
    Ok((name, cell(&made["model_version"]["version"])))
}

fn text(value: &Value) -> anyhow::Result<String> {
    match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => bail!("{value} found in the MLflow server's answer, a text expected"),
    }
}

fn millis(written: &str) -> anyhow::Result<i64> {
    let moment = OffsetDateTime::parse(written, &Rfc3339)
        .with_context(|| format!("the moment {written:?} of the run"))?;
    Ok(moment.unix_timestamp() * 1000)
}
