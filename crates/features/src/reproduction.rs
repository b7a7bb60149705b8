//! A plan's SQL for other programs: what each table holds, the families' rows, the queries, in order.

use limpide_portfolio::as_of::known_rows;
use serde_json::{Value, json};

use crate::catalogue::Kind;
use crate::plan::{Plan, Query};

/// The file beside a matrix that holds the SQL that it was made with.
pub const QUERIES: &str = "queries.json";

/// All of a plan's SQL. `tables` make the names that the rest reads, from Parquet files known as `stored_<name>`.
pub fn reproduction(plan: &Plan) -> Value {
    let tables = plan.tables.iter().map(|table| {
        json!({"name": table.name, "sql": known_rows(table, &format!("stored_{}", table.name))})
    });
    let steps = plan.steps.iter().map(|step| {
        let rows = step.rows.as_ref();
        json!({
            "family": step.family,
            "tables": step.tables,
            "rows": rows.map(|rows| json!({"table": rows.table, "sql": rows.sql})),
            "queries": step.queries.iter().map(query).collect::<Vec<_>>(),
        })
    });
    json!({
        "client": plan.client,
        "label": plan.label,
        "application": plan.application,
        "tables": tables.collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "derived": plan.derived.iter().map(query).collect::<Vec<_>>(),
    })
}

fn query(query: &Query) -> Value {
    let features = query.features.iter().map(|feature| {
        json!({
            "name": feature.info.name,
            "category": feature.info.kind == Kind::Category,
            "zero_without_rows": feature.zero_without_rows,
        })
    });
    json!({
        "prefix": query.prefix,
        "sql": query.sql,
        "features": features.collect::<Vec<_>>(),
    })
}
