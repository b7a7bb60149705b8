//! A run as it is taken down: begun before training, ended after it.

use std::time::Instant;

use limpide_train::Trained;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::Artefact;
use super::record::{Data, Outcome, Run, Status, leaderboard_csv};
use crate::clock;

/// A run that has begun.
pub struct Taking {
    who: String,
    start: OffsetDateTime,
    clock: Instant,
    parameters: Vec<(&'static str, Value)>,
    data: Data,
}

impl Taking {
    pub fn begin(who: String, parameters: Vec<(&'static str, Value)>, data: Data) -> Self {
        Self {
            who,
            start: clock::now(),
            clock: Instant::now(),
            parameters,
            data,
        }
    }

    /// The run, with a model that `hash` names.
    pub fn finish(self, trained: &Trained, hash: &str, published: bool) -> anyhow::Result<Run> {
        let bundle = &trained.bundle;
        let mut leaderboard = Vec::new();
        for timed in &trained.leaderboard {
            let mut line = object(serde_json::to_value(&timed.standing)?);
            line.insert("seconds".to_owned(), Value::from(timed.seconds));
            if timed.seen_all {
                line.insert("seen_all".to_owned(), Value::from(true));
            }
            leaderboard.push(line);
        }
        let outcome = Outcome {
            champion: bundle.name.clone(),
            bundle: hash.to_owned(),
            published,
            features: bundle.features.len(),
            metrics: object(serde_json::to_value(bundle.metrics)?),
            policy: object(serde_json::to_value(bundle.policy)?),
            leaderboard,
            hyperparameters: serde_json::to_value(&bundle.hyperparameters)?,
        };
        Ok(self.end(Status::Finished, None, Some(outcome)))
    }

    /// The run, ended by an error.
    pub fn fail(self, error: &limpide_train::Error) -> Run {
        self.end(Status::Failed, Some(error.to_string()), None)
    }

    fn end(self, status: Status, error: Option<String>, result: Option<Outcome>) -> Run {
        let end = clock::now();
        let parameters = self.parameters.into_iter();
        Run {
            format: Run::FORMAT.to_owned(),
            version: Run::VERSION,
            id: clock::compact(end),
            status,
            error,
            who: self.who,
            start: clock::written(self.start),
            end: clock::written(end),
            seconds: self.clock.elapsed().as_secs_f64(),
            parameters: parameters
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            data: self.data,
            result,
            artefacts: Vec::new(),
        }
    }
}

/// The files that a finished run leaves beside its plots.
pub fn artefacts(run: &Run, oof: Option<Vec<u8>>) -> anyhow::Result<Vec<Artefact>> {
    let mut files = Vec::new();
    if let Some(result) = &run.result {
        files.push(Artefact {
            name: "leaderboard.csv",
            bytes: leaderboard_csv(&result.leaderboard)?,
        });
    }
    files.extend(oof.map(|bytes| Artefact {
        name: "oof.csv",
        bytes,
    }));
    Ok(files)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
