//! `limpide score`: probabilities and decisions for many clients at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_features::Matrix;
use limpide_model::{Bundle, Decision, Kind, Value};
use serde_json::json;

use crate::context::Context;
use crate::registry::{Registry, write_aside};
use crate::rows::RowReader;

#[derive(clap::Args)]
pub struct Arguments {
    /// A CSV: the client's number, then features by their names; absent ones count as missing.
    /// Without it, all clients of the workspace are scored.
    #[arg(long = "in", value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Where to write a CSV of client, probability, decision and distance to the threshold.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let bundle = Registry::new(context.workspace()).open_published()?;
    let start = Instant::now();
    let rows = match &arguments.input {
        Some(path) => read_csv(path, &bundle)?,
        None => read_workspace(context.workspace(), &bundle)?,
    };
    let mut text = String::from("client,probability,decision,distance\n");
    let (mut granted, mut refused, mut review) = (0u64, 0u64, 0u64);
    for (client, row) in &rows {
        let score = bundle.score(row)?;
        let decision = match score.decision {
            Decision::Granted => {
                granted += 1;
                "granted"
            }
            Decision::Refused => {
                refused += 1;
                "refused"
            }
            Decision::Review => {
                review += 1;
                "review"
            }
        };
        writeln!(
            text,
            "{client},{},{decision},{}",
            score.probability, score.distance
        )?;
    }
    write_aside(&arguments.out, text.as_bytes())?;
    let json = json!({
        "rows": rows.len(),
        "granted": granted,
        "refused": refused,
        "review": review,
        "out": arguments.out,
        "seconds": start.elapsed().as_secs_f64(),
    });
    let text = format!(
        "{} clients: {granted} granted, {refused} refused, {review} to review, in {}\n",
        rows.len(),
        arguments.out.display()
    );
    context.print(&json, &text)
}

fn read_workspace(workspace: &Path, bundle: &Bundle) -> anyhow::Result<Vec<(i64, Vec<Value>)>> {
    let (_, matrix) = Matrix::open(workspace)?;
    let reader = RowReader::new(bundle, &matrix)?;
    let clients = matrix.clients().iter().enumerate();
    Ok(clients
        .map(|(row, client)| (*client, reader.row(&matrix, row)))
        .collect())
}

/// Reads posted features: the first column is the client, the others are found by name.
fn read_csv(path: &Path, bundle: &Bundle) -> anyhow::Result<Vec<(i64, Vec<Value>)>> {
    let name = path.display();
    let mut reader = csv::Reader::from_path(path).with_context(|| name.to_string())?;
    let header = reader.headers().with_context(|| name.to_string())?.clone();
    let mut places = Vec::new();
    for (column, feature) in header.iter().enumerate().skip(1) {
        let Some(place) = bundle.feature(feature) else {
            bail!(
                "{name}, line 1, column {}: the model has no feature '{feature}'; expected the \
                 client's number, then features of the model",
                column + 1
            );
        };
        if places.contains(&place) {
            bail!(
                "{name}, line 1, column {}: the feature '{feature}' stands twice; expected once",
                column + 1
            );
        }
        places.push(place);
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.with_context(|| format!("{name}, row {}", index + 1))?;
        let client = record.get(0).unwrap_or_default();
        let client = client.trim().parse().with_context(|| {
            format!(
                "{name}, row {}: '{client}' found, a client's number expected",
                index + 1
            )
        })?;
        let mut row = vec![Value::Missing; bundle.features.len()];
        for (&place, text) in places.iter().zip(record.iter().skip(1)) {
            let feature = &bundle.features[place];
            row[place] = match (text, feature.kind) {
                ("", _) => Value::Missing,
                (text, Kind::Category) => Value::Category(text.to_owned()),
                (text, Kind::Number) => match text.trim().parse::<f64>() {
                    Ok(number) if number.is_finite() => Value::Number(number),
                    _ => bail!(
                        "{name}, row {}, column {}: '{text}' found, a number or nothing expected",
                        index + 1,
                        feature.name
                    ),
                },
            };
        }
        rows.push((client, row));
    }
    if rows.is_empty() {
        bail!("{name} has no rows: expected a header line and at least one client");
    }
    Ok(rows)
}
