//! `limpide explain portfolio`: what each feature adds for many clients, as a Parquet file.
//!
//! Blocks of clients go through memory one after the other; the file takes its name when it is whole.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context as _, bail};
use limpide_engine::ParquetFile;
use limpide_engine::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use limpide_engine::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use limpide_explain::{Contributions, Explainer, explanation};
use limpide_model::{Bundle, Decision, Lang, Value};
use rayon::ThreadPool;
use rayon::prelude::*;
use serde_json::json;

use super::Opened;
use crate::commands::score::read_csv;
use crate::context::Context;
use crate::progress::Reporter;
use crate::registry::Registry;
use crate::stop;

/// Clients in memory at once, and in a row group of the file.
const BLOCK: usize = 8_192;
/// Clients explained at once by one thread.
const AT_ONCE: usize = 64;
/// Principal reasons that are written.
const REASONS: usize = 4;
/// The columns that stand before the features'.
const LEADING: [&str; 5] = ["client", "probability", "decision", "base", "margin"];

#[derive(clap::Args)]
pub struct Arguments {
    /// Where to write the Parquet file: client, probability, decision, base, margin, and what each
    /// feature adds to the margin, in log-odds; base and features add up to the margin.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A CSV of client numbers alone, or of clients and their features as for 'limpide score'.
    /// Without it, all clients of the workspace are explained.
    #[arg(long = "in", value_name = "FILE")]
    input: Option<PathBuf>,
    /// Write the principal reasons too, as sentences.
    #[arg(long)]
    reasons: bool,
    /// The language of the reasons: fr or en.
    #[arg(long, default_value = "fr")]
    lang: Lang,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let start = Instant::now();
    let bundle = Registry::new(context.workspace()).open_published()?;
    let hash = bundle.hash()?;
    let schema = schema(&bundle, &hash, arguments.reasons)?;
    let runtime = context.runtime()?;
    let stop = stop::flag(&runtime);
    let mut writer = Writer {
        lines: Lines {
            explainer: Explainer::new(Arc::new(bundle)),
            reasons: arguments.reasons.then_some(arguments.lang),
        },
        file: ParquetFile::create(&arguments.out, Arc::clone(&schema))?,
        schema,
        threads: rayon::ThreadPoolBuilder::new()
            .num_threads(context.threads())
            .build()?,
        reporter: context.reporter(),
        stop: &stop,
        done: 0,
    };
    match &arguments.input {
        Some(path) if !holds_clients_alone(path)? => {
            let bundle = Arc::clone(writer.lines.explainer.bundle());
            let mut block = Vec::with_capacity(BLOCK);
            read_csv(path, &bundle, |client, row| {
                block.push((client, row.to_vec()));
                if block.len() == BLOCK {
                    writer.write(std::mem::take(&mut block), 0)?;
                }
                Ok(())
            })?;
            writer.write(block, 0)?;
        }
        input => {
            let opened = Opened::new(context)?;
            let rows = match input {
                Some(path) => named(path, &opened)?,
                None => (0..opened.clients.matrix.clients().len()).collect(),
            };
            for places in rows.chunks(BLOCK) {
                let client = |&place: &usize| {
                    let clients = &opened.clients;
                    (clients.matrix.clients()[place], clients.row(place))
                };
                let block = writer
                    .threads
                    .install(|| places.par_iter().map(client).collect());
                writer.write(block, rows.len())?;
            }
        }
    }
    let rows = writer.file.finish()?;
    let seconds = start.elapsed().as_secs_f64();
    let json = json!({
        "rows": rows,
        "out": arguments.out,
        "bundle": hash,
        "seconds": seconds,
        "rows_per_second": rows as f64 / seconds,
    });
    let text = format!(
        "{rows} clients explained in {}, {:.0} a second\n",
        arguments.out.display(),
        rows as f64 / seconds
    );
    context.print(&json, &text)
}

/// The columns; the file says which model it tells of.
fn schema(bundle: &Bundle, hash: &str, reasons: bool) -> anyhow::Result<SchemaRef> {
    let mut names: Vec<String> = LEADING.map(str::to_owned).into();
    names.extend(bundle.features.iter().map(|feature| feature.name.clone()));
    let mut fields: Vec<Field> = names
        .iter()
        .map(|name| {
            let kind = match name.as_str() {
                "client" => DataType::Int64,
                "decision" => DataType::Utf8,
                _ => DataType::Float64,
            };
            Field::new(name, kind, false)
        })
        .collect();
    if reasons {
        let reason = |place| Field::new(format!("reason_{place}"), DataType::Utf8, true);
        fields.extend((1..=REASONS).map(reason));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = fields.iter().find(|field| !seen.insert(field.name())) {
        bail!(
            "the model has a feature '{0}', and the file has a column '{0}' of its own: call the \
             feature otherwise in the recipe, and train again",
            twice.name()
        );
    }
    let told = [
        ("limpide.model", hash.to_owned()),
        ("limpide.synthetic", bundle.synthetic.to_string()),
    ];
    let told = told.map(|(key, value)| (key.to_owned(), value));
    Ok(Arc::new(Schema::new_with_metadata(fields, told.into())))
}

/// Blocks of clients on their way into the file.
struct Writer<'a> {
    lines: Lines,
    file: ParquetFile,
    schema: SchemaRef,
    threads: ThreadPool,
    reporter: Reporter,
    stop: &'a AtomicBool,
    done: usize,
}

/// Makes lines of clients.
struct Lines {
    explainer: Explainer,
    /// The language of the principal reasons, where they are asked for.
    reasons: Option<Lang>,
}

/// One client, explained.
struct Line {
    client: i64,
    contributions: Contributions,
    probability: f64,
    decision: &'static str,
    reasons: Vec<String>,
}

impl Writer<'_> {
    /// Explains clients and appends them; `total` is 0 where it is not known.
    fn write(&mut self, clients: Vec<(i64, Vec<Value>)>, total: usize) -> anyhow::Result<()> {
        let (numbers, rows): (Vec<i64>, Vec<Vec<Value>>) = clients.into_iter().unzip();
        let (lines, stop) = (&self.lines, self.stop);
        let parts = self.threads.install(|| {
            let parts = rows.par_chunks(AT_ONCE).zip(numbers.par_chunks(AT_ONCE));
            parts
                .map(|(rows, numbers)| {
                    if stop.load(Ordering::Relaxed) {
                        bail!("stopped before the end; what was there before is unchanged");
                    }
                    lines.of(numbers, rows)
                })
                .collect::<anyhow::Result<Vec<Vec<Line>>>>()
        })?;
        let lines: Vec<Line> = parts.into_iter().flatten().collect();
        if lines.is_empty() {
            return Ok(());
        }
        self.file.write(&self.batch(&lines)?)?;
        self.file.end_row_group()?;
        self.done += lines.len();
        self.reporter
            .show("explain", "portfolio", self.done as u64, total as u64);
        Ok(())
    }

    fn batch(&self, lines: &[Line]) -> anyhow::Result<RecordBatch> {
        let numbers = |of: &dyn Fn(&Line) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(lines.iter().map(of)))
        };
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(
                lines.iter().map(|line| line.client),
            )),
            numbers(&|line| line.probability),
            Arc::new(StringArray::from_iter_values(
                lines.iter().map(|line| line.decision),
            )),
            numbers(&|line| line.contributions.base),
            numbers(&|line| line.contributions.margin),
        ];
        for place in 0..self.lines.explainer.bundle().features.len() {
            columns.push(numbers(&|line| line.contributions.per_feature[place]));
        }
        if self.lines.reasons.is_some() {
            for place in 0..REASONS {
                let told = lines.iter().map(|line| line.reasons.get(place));
                columns.push(Arc::new(told.collect::<StringArray>()));
            }
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Lines {
    fn of(&self, clients: &[i64], rows: &[Vec<Value>]) -> anyhow::Result<Vec<Line>> {
        let bundle = self.explainer.bundle();
        // Refuses what does not add up.
        let found = self.explainer.many(rows)?;
        let lines = clients.iter().zip(rows).zip(found);
        let lines = lines.map(|((&client, row), contributions)| {
            let score = bundle.score_margin(contributions.margin);
            let reasons = self.reasons.map_or_else(Vec::new, |lang| {
                let explanation = explanation::build(bundle, row, &contributions, None, lang);
                let principal = explanation.principal();
                let told = principal.iter().map(|reason| reason.sentence.clone());
                told.take(REASONS).collect()
            });
            Line {
                client,
                probability: score.probability,
                decision: match score.decision {
                    Decision::Granted => "granted",
                    Decision::Refused => "refused",
                    Decision::Review => "review",
                },
                contributions,
                reasons,
            }
        });
        Ok(lines.collect())
    }
}

/// Whether a CSV has one column: the clients are then looked up in the workspace.
fn holds_clients_alone(path: &Path) -> anyhow::Result<bool> {
    let name = || path.display().to_string();
    let mut reader = csv::Reader::from_reader(File::open(path).with_context(name)?);
    Ok(reader.headers().with_context(name)?.len() == 1)
}

/// The rows of the clients that a CSV of one column names, in its order.
fn named(path: &Path, opened: &Opened) -> anyhow::Result<Vec<usize>> {
    let mut clients = Vec::new();
    read_csv(path, &opened.bundle, |client, _| {
        clients.push(client);
        Ok(())
    })?;
    let matrix = &opened.clients.matrix;
    let place = |(row, client): (usize, i64)| {
        matrix.row_of(client).with_context(|| {
            format!(
                "{}, row {}: client {client} is not in the portfolio of {} clients",
                path.display(),
                row + 1,
                matrix.clients().len()
            )
        })
    };
    clients.into_iter().enumerate().map(place).collect()
}
