//! `limpide score`: probabilities and decisions for many clients at once.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_model::{Bundle, Decision, Details, Kind, Score, Value};
use limpide_portfolio::portfolio::write_aside;
use rayon::prelude::*;
use serde_json::json;

use crate::context::Context;
use crate::registry::Registry;
use crate::rows::PortfolioRows;

#[derive(clap::Args)]
pub struct Arguments {
    /// A CSV: the client's number, then features by their names as the matrix has
    /// them; absent ones and empty fields count as missing, codes for missing do not.
    /// Without it, all clients of the workspace are scored.
    #[arg(long = "in", value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Where to write a CSV of client, probability, decision, distance to the threshold, and the
    /// probability's interval.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let bundle = Registry::new(context.workspace()).open_published()?;
    let start = Instant::now();
    let mut scores = Scores::new();
    match &arguments.input {
        Some(path) => read_csv(path, &bundle, |client, row| {
            scores.add(client, &bundle.score(row)?)
        })?,
        None => {
            let clients = PortfolioRows::open(context.workspace(), &bundle)?;
            let threads = rayon::ThreadPoolBuilder::new()
                .num_threads(context.threads())
                .build()?;
            let all = clients.matrix.clients();
            let one =
                |(row, &client): (usize, &i64)| Ok((client, bundle.score(&clients.row(row))?));
            let done: Vec<(i64, Score)> = threads.install(|| {
                all.par_iter()
                    .enumerate()
                    .map(one)
                    .collect::<anyhow::Result<_>>()
            })?;
            for (client, score) in done {
                scores.add(client, &score)?;
            }
        }
    }
    write_aside(&arguments.out, scores.text.as_bytes())?;
    let Scores {
        rows,
        granted,
        refused,
        review,
        ..
    } = scores;
    let json = json!({
        "rows": rows,
        "granted": granted,
        "refused": refused,
        "review": review,
        "out": arguments.out,
        "seconds": start.elapsed().as_secs_f64(),
    });
    let text = format!(
        "{rows} clients: {granted} granted, {refused} refused, {review} to review, in {}\n",
        arguments.out.display()
    );
    context.print(&json, &text)
}

/// The CSV as it grows, and how many of each decision it holds.
struct Scores {
    text: String,
    rows: u64,
    granted: u64,
    refused: u64,
    review: u64,
}

impl Scores {
    fn new() -> Self {
        Self {
            text: String::from("client,probability,decision,distance,low,high\n"),
            rows: 0,
            granted: 0,
            refused: 0,
            review: 0,
        }
    }

    fn add(&mut self, client: i64, score: &Score) -> anyhow::Result<()> {
        let (word, count) = match score.decision {
            Decision::Granted => ("granted", &mut self.granted),
            Decision::Refused => ("refused", &mut self.refused),
            Decision::Review => ("review", &mut self.review),
        };
        *count += 1;
        self.rows += 1;
        let (probability, distance, [low, high]) =
            (score.probability, score.distance, score.interval);
        writeln!(
            self.text,
            "{client},{probability},{word},{distance},{low},{high}"
        )?;
        Ok(())
    }
}

/// Reads handed-over features: the first column is the client, the others are found by name.
pub fn read_csv(
    path: &Path,
    bundle: &Bundle,
    mut each: impl FnMut(i64, &[Value]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let name = path.display();
    let mut reader = csv::Reader::from_path(path).with_context(|| name.to_string())?;
    let header = reader.headers().with_context(|| name.to_string())?.clone();
    if let Some(first) = header
        .get(0)
        .filter(|first| bundle.feature(first).is_some())
    {
        bail!(
            "{name}, line 1, column 1: the feature '{first}' stands where the client's number is \
             expected; put a column of client numbers before it"
        );
    }
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
    let mut seen = HashSet::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.with_context(|| format!("{name}, row {}", index + 1))?;
        let client = record.get(0).unwrap_or_default();
        let client: i64 = client.trim().parse().with_context(|| {
            format!(
                "{name}, row {}: '{client}' found, a client's number expected",
                index + 1
            )
        })?;
        let mut row = vec![Value::Missing; bundle.features.len()];
        let mut given = vec![false; bundle.features.len()];
        for (&place, text) in places.iter().zip(record.iter().skip(1)) {
            let feature = &bundle.features[place];
            given[place] = true;
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
        if !seen.insert(client) {
            bail!(
                "{name}, row {}: client {client} stands twice; expected once",
                index + 1
            );
        }
        // Learned features that no column gives follow from the others.
        let complete = bundle.complete(&row[..bundle.n_base()], Details::none());
        for (place, value) in complete.into_iter().enumerate() {
            if !given[place] {
                row[place] = value;
            }
        }
        each(client, &row)?;
    }
    if seen.is_empty() {
        bail!("{name} has no rows: expected a header line and at least one client");
    }
    Ok(())
}
