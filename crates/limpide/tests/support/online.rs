//! A workspace with its kept plans and its look-ups, and a server on it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::{DataType, Float64Type, Int64Type};
use limpide_engine::{Engine, EngineConfig};
use limpide_features::{Cell, Computed, DetailRows, Matrix, Online, RecipeSpec, cell, compile};
use limpide_portfolio::{ClientReader, ClientTables, Portfolio, Recipe, Schema};
use serde_json::{Map, Value, json};

/// All that it takes to compute one client's features, and what they must be.
pub struct Ready {
    pub engine: Engine,
    pub portfolio: Portfolio,
    pub schema: Schema,
    pub matrix: Matrix,
    pub online: Online,
    pub reader: ClientReader,
}

impl Ready {
    pub async fn open(workspace: &Path) -> Self {
        Self::open_with(workspace, "home-credit").await
    }

    /// Opens a workspace with a built-in recipe, or one in a folder.
    pub async fn open_with(workspace: &Path, recipe: &str) -> Self {
        let engine = Engine::new(&EngineConfig {
            threads: 2,
            memory_bytes: 1 << 30,
            spill_folder: workspace.join("spill"),
        })
        .unwrap();
        let (_, matrix) = Matrix::open(workspace).unwrap();
        let portfolio = Portfolio::open(workspace).unwrap();
        let recipe = Recipe::open(recipe).unwrap();
        let spec = RecipeSpec::open(&recipe).unwrap();
        let plan = compile(&spec, &recipe.schema, |table| {
            portfolio.table_path(table).is_some()
        })
        .unwrap();
        let schema = recipe.schema;
        let online = Online::new(&engine, &schema, &spec, plan).await.unwrap();
        let reader = ClientReader::open(&portfolio, &schema, &online.reads(), 2).unwrap();
        Self {
            engine,
            portfolio,
            schema,
            matrix,
            online,
            reader,
        }
    }

    /// Asserts that what was computed is a client's row of the matrix, and the rows behind it;
    /// how many values are known.
    pub fn assert_same(&self, client: i64, computed: Computed) -> usize {
        let row = self.matrix.row_of(client).unwrap();
        assert_eq!(computed.details.len(), self.matrix.details.len());
        for (alone, all) in computed.details.into_iter().zip(&self.matrix.details) {
            let one = DetailRows::new(&all.name, &all.columns, &[client], &[alone]).unwrap();
            let width = all.columns.len();
            let among_all = &all.values[all.offsets[row] * width..all.offsets[row + 1] * width];
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(
                bits(&one.values),
                bits(among_all),
                "{} of {client}",
                all.name
            );
        }
        let one = Matrix::new(self.matrix.catalogue.clone(), computed.batch).unwrap();
        assert_eq!(one.clients(), [client]);
        assert_eq!(one.label(0), self.matrix.label(row));
        let mut known = 0;
        for (index, feature) in self.matrix.catalogue.features.iter().enumerate() {
            let (alone, among_all) = (one.cell(0, index), self.matrix.cell(row, index));
            assert!(
                is_same_bits(alone, among_all),
                "{} of {client}: {alone:?} alone, {among_all:?} among all",
                feature.name
            );
            known += usize::from(alone != Cell::Missing);
        }
        known
    }

    /// A look-up of every stored column, as a lender would post them.
    pub fn reader_of_all_columns(&self) -> ClientReader {
        let columns: BTreeMap<String, Vec<String>> = self
            .schema
            .tables
            .iter()
            .map(|table| {
                let stored = self.schema.stored(table);
                let names = stored.fields().iter().map(|field| field.name().clone());
                (table.name.clone(), names.collect())
            })
            .collect();
        ClientReader::open(&self.portfolio, &self.schema, &columns, 2).unwrap()
    }

    /// Rows as they are posted: the client's number is in the files of the tables that name it.
    pub fn as_json(&self, tables: &ClientTables) -> Map<String, Value> {
        let mut posted = Map::new();
        for (name, batch) in tables.iter() {
            let table = self.schema.tables.iter().find(|table| table.name == name);
            let through_parent = table.unwrap().parent.is_some();
            let rows: Vec<Value> = (0..batch.num_rows())
                .map(|row| {
                    let fields = batch.schema();
                    let fields = fields.fields().iter().zip(batch.columns());
                    let named = fields.filter(|(field, _)| {
                        !(through_parent && field.name() == &self.schema.client)
                    });
                    let values =
                        named.map(|(field, column)| (field.name().clone(), value_at(column, row)));
                    Value::Object(values.collect())
                })
                .collect();
            posted.insert(name.to_owned(), Value::Array(rows));
        }
        posted
    }
}

fn value_at(column: &dyn Array, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Int64 => json!(column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => json!(column.as_primitive::<Float64Type>().value(row)),
        _ => json!(column.as_string::<i32>().value(row)),
    }
}

/// The bits of a batch's features, of its first row.
pub fn values_of(batch: &RecordBatch) -> Vec<String> {
    let columns = batch.columns().iter().skip(2);
    columns
        .map(|column| match cell(column, 0) {
            Cell::Number(number) => format!("{:x}", number.to_bits()),
            other => format!("{other:?}"),
        })
        .collect()
}

pub fn is_same_bits(a: Cell<'_>, b: Cell<'_>) -> bool {
    match (a, b) {
        (Cell::Number(a), Cell::Number(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// A running `limpide serve`, ended when dropped.
pub struct Server {
    program: Child,
    address: String,
    agent: ureq::Agent,
}

const KEY: &str = "a key that nobody guesses";

impl Server {
    /// Serves a workspace and waits until it can be asked.
    pub fn start(workspace: &Path) -> Self {
        let log = workspace.join("serve.txt");
        let program = Command::new(env!("CARGO_BIN_EXE_limpide"))
            .arg("--workspace")
            .arg(workspace)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("LIMPIDE_API_KEY", KEY)
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self {
            program,
            address: String::new(),
            agent: ureq::Agent::config_builder()
                .http_status_as_error(false)
                .build()
                .into(),
        };
        let until = Instant::now() + Duration::from_secs(60);
        while server.address.is_empty() {
            let said = fs::read_to_string(&log).unwrap();
            let address = said.split("127.0.0.1:").nth(1).and_then(|rest| {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                // Written whole: something follows.
                (rest.len() > port.len()).then(|| format!("http://127.0.0.1:{port}"))
            });
            server.address = address.unwrap_or_default();
            assert!(Instant::now() < until, "the server said:\n{said}");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Posts rows of a media type; the answer.
    pub fn post_rows(&self, path: &str, kind: &str, body: &[u8]) -> Value {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {KEY}"));
        let answer = request.header("content-type", kind).send(body);
        answer.unwrap().body_mut().read_json().unwrap()
    }

    /// The bytes of an answer of a media type.
    pub fn fetch(&self, path: &str, kind: &str) -> Vec<u8> {
        let request = self.agent.get(format!("{}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {KEY}"));
        let answer = request.header("accept", kind).call();
        answer.unwrap().body_mut().read_to_vec().unwrap()
    }

    pub fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.address));
        let answer = request
            .header("authorization", format!("Bearer {KEY}"))
            .call();
        answer.unwrap().body_mut().read_json().unwrap()
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.address));
        let answer = request
            .header("authorization", format!("Bearer {KEY}"))
            .send_json(body);
        answer.unwrap().body_mut().read_json().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
