//! What kept queries hold: the same bits as a session of their own, whoever else runs them.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use limpide_engine::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use limpide_engine::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use limpide_engine::{Engine, EngineConfig, Handed, KeptQuery};

const QUERIES: [&str; 5] = [
    "SELECT client, CAST(sum(amount) AS DOUBLE) AS s, CAST(stddev(amount) AS DOUBLE) AS d, \
     CAST(count(*) FILTER (WHERE kind = 'a') AS DOUBLE) AS a FROM loans GROUP BY client",
    "SELECT client, CAST(avg(amount) AS DOUBLE) AS m FROM (SELECT * FROM (SELECT *, row_number() \
     OVER (PARTITION BY client ORDER BY amount DESC) AS r FROM loans) WHERE r <= 3) GROUP BY client",
    "SELECT loans.client, CAST(max(months) AS DOUBLE) AS m FROM loans JOIN months ON \
     loans.loan = months.loan GROUP BY loans.client",
    "SELECT loans.client, CAST(count(months) AS DOUBLE) AS m FROM loans LEFT JOIN months ON \
     loans.loan = months.loan GROUP BY loans.client",
    "SELECT client, amount FROM loans WHERE amount > (SELECT min(amount) FROM loans) ORDER BY amount LIMIT 2",
];

fn engine() -> Engine {
    Engine::new(&EngineConfig {
        threads: 2,
        memory_bytes: 64 << 20,
        spill_folder: std::env::temp_dir(),
    })
    .unwrap()
}

fn loans_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("client", DataType::Int64, false),
        Field::new("loan", DataType::Int64, false),
        Field::new("amount", DataType::Float64, true),
        Field::new("kind", DataType::Utf8, true),
    ]))
}

fn months_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("loan", DataType::Int64, false),
        Field::new("months", DataType::Float64, true),
    ]))
}

/// Invented rows of a client: `rows` loans, every second with months.
fn tables(client: i64, rows: i64) -> (RecordBatch, RecordBatch) {
    let loans = (0..rows).map(|row| client * 100 + row);
    let amount = |row: i64| (row % 5 != 4).then(|| (client * row + 1) as f64 / 7.0);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![client; rows as usize])),
        Arc::new(Int64Array::from_iter_values(loans.clone())),
        Arc::new(Float64Array::from_iter((0..rows).map(amount))),
        Arc::new(StringArray::from_iter(
            (0..rows).map(|row| Some(["a", "b"][row as usize % 2])),
        )),
    ];
    let of_months: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(loans.clone().step_by(2))),
        Arc::new(Float64Array::from_iter_values(
            loans.step_by(2).map(|loan| loan as f64 / 3.0),
        )),
    ];
    (
        RecordBatch::try_new(loans_schema(), columns).unwrap(),
        RecordBatch::try_new(months_schema(), of_months).unwrap(),
    )
}

async fn kept() -> Vec<KeptQuery> {
    let session = engine().keeping_session();
    session.register_handed("loans", loans_schema()).unwrap();
    session.register_handed("months", months_schema()).unwrap();
    let mut kept = Vec::new();
    for sql in QUERIES {
        kept.push(session.prepare("invented", sql).await.unwrap());
    }
    kept
}

fn handed(client: i64, rows: i64) -> Arc<Handed> {
    let (loans, months) = tables(client, rows);
    let handed = Handed::default();
    handed.insert("loans", loans);
    handed.insert("months", months);
    Arc::new(handed)
}

#[tokio::test]
async fn a_kept_query_gives_what_a_session_of_its_own_gives() {
    let kept = kept().await;
    for (client, rows) in [(1, 7), (2, 0), (3, 1), (4, 40)] {
        let session = engine().ordered_session();
        let (loans, months) = tables(client, rows);
        session
            .register_batches("loans", loans_schema(), vec![loans])
            .unwrap();
        session
            .register_batches("months", months_schema(), vec![months])
            .unwrap();
        for (query, sql) in kept.iter().zip(QUERIES) {
            let found = query.run(&handed(client, rows)).await.unwrap();
            let expected = session.collect("invented", sql).await.unwrap();
            let rows = |batches: &[RecordBatch]| {
                let batches = batches.iter().filter(|batch| batch.num_rows() > 0);
                batches.cloned().collect::<Vec<_>>()
            };
            assert_eq!(rows(&found), rows(&expected), "{sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_that_run_one_plan_at_the_same_time_see_their_own_rows_only() {
    let kept = Arc::new(kept().await);
    let mut alone = Vec::new();
    for client in 0..8 {
        for query in kept.iter() {
            alone.push(query.run(&handed(client, client * 3)).await.unwrap());
        }
    }
    let together: Vec<_> = (0..8)
        .map(|client| {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let mut found = Vec::new();
                for _ in 0..20 {
                    found.clear();
                    for query in kept.iter() {
                        found.push(query.run(&handed(client, client * 3)).await.unwrap());
                    }
                }
                found
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in together {
        found.extend(task.await.unwrap());
    }
    assert_eq!(found, alone);
}

#[tokio::test]
async fn a_kept_query_names_what_it_reads_and_what_it_was_not_given() {
    let kept = kept().await;
    let reads = kept[2].reads();
    assert_eq!(reads["loans"], ["client", "loan"]);
    assert_eq!(reads["months"], ["loan", "months"]);
    let nothing = Arc::new(Handed::default());
    let error = kept[0].run(&nothing).await.unwrap_err().to_string();
    assert!(error.contains("no rows of table loans"), "{error}");
    let (_, months) = tables(1, 3);
    nothing.insert("loans", months);
    let error = kept[0].run(&nothing).await.unwrap_err().to_string();
    assert!(error.contains("loans have no column client"), "{error}");
}
