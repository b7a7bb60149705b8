//! Posted rows and edits become typed rows, or are refused with every reason named.

#![allow(clippy::unwrap_used)]

use limpide_engine::arrow::array::{Array, AsArray};
use limpide_engine::arrow::datatypes::{Float64Type, Int64Type};
use limpide_portfolio::{Error, Posted, Schema, posted};
use serde_json::{Map, Value, json};

/// An invented lender: applications, loans of the client, months of a loan.
fn schema() -> Schema {
    let text = r#"
        client = "client"
        label = "defaulted"
        missing = [{ value = "99999", columns = "days*" }, { value = "?", columns = "*" }]
        [[table]]
        name = "application"
        files = [{ name = "applications", labelled = true }]
        unique = "client"
        keys = ["client"]
        numbers = ["amount", "days_employed"]
        texts = ["home"]
        [[table]]
        name = "loans"
        files = [{ name = "loans" }]
        unique = "loan"
        keys = ["client", "loan"]
        numbers = ["debt"]
        [[table]]
        name = "months"
        files = [{ name = "months" }]
        parent = { table = "loans", key = "loan" }
        keys = ["loan"]
        numbers = ["month"]
        texts = ["status"]
    "#;
    let schema: Schema = toml::from_str(text).unwrap();
    schema.check().unwrap();
    schema
}

fn read(tables: Value) -> Result<Posted, Error> {
    posted(&schema(), tables.as_object().unwrap())
}

/// What is wrong, one line a problem.
fn problems(result: Result<impl Sized, Error>) -> String {
    match result.map(|_| ()) {
        Err(Error::Unfit { problems }) => problems
            .iter()
            .map(|p| format!("{}: found {}, expected {}\n", p.field, p.found, p.expected))
            .collect(),
        other => panic!("problems expected: {other:?}"),
    }
}

#[test]
fn rows_are_typed_in_their_order_and_what_stands_for_not_known_is_missing() {
    let read = read(json!({
        "loans": [{ "loan": 12, "debt": 5 }, { "loan": 11.0, "client": 7, "debt": null }],
        "months": [
            { "loan": 11, "month": -1, "status": "?" },
            { "loan": 99, "month": -1, "status": "late" },
            { "loan": 12, "month": -2.5, "status": "late" },
        ],
        "application": [{ "amount": 1e3, "days_employed": 99999, "home": "" }],
    }))
    .unwrap();
    assert_eq!(read.client, Some(7));
    assert_eq!(read.tables.client(&schema()), Some(7));
    assert_eq!(read.orphans["months"], 1);
    assert!(read.empty_tables.is_empty());
    for (name, rows) in read.tables.iter() {
        let schema = schema();
        let table = schema
            .tables
            .iter()
            .find(|table| table.name == name)
            .unwrap();
        assert_eq!(rows.schema(), schema.stored(table));
        let clients = rows.column_by_name("client").unwrap();
        let clients = clients.as_primitive::<Int64Type>();
        assert!(clients.iter().all(|client| client == Some(7)), "{name}");
    }
    let loans = read.tables.rows("loans").unwrap();
    assert_eq!(
        loans.column(1).as_primitive::<Int64Type>().values(),
        &[12, 11]
    );
    assert!(loans.column(2).is_null(1));
    let months = read.tables.rows("months").unwrap();
    assert_eq!(months.num_rows(), 2);
    let month = months.column_by_name("month").unwrap();
    assert_eq!(month.as_primitive::<Float64Type>().values(), &[-1.0, -2.5]);
    assert!(months.column_by_name("status").unwrap().is_null(0));
    let application = read.tables.rows("application").unwrap();
    let employed = application.column_by_name("days_employed").unwrap();
    assert!(employed.is_null(0));
    assert!(application.column_by_name("home").unwrap().is_null(0));
    assert!(application.column_by_name("defaulted").unwrap().is_null(0));
}

#[test]
fn tables_without_rows_are_named() {
    let read = read(json!({ "application": [{ "amount": 1 }], "loans": [] })).unwrap();
    assert_eq!(read.client, None);
    assert_eq!(read.empty_tables, ["loans", "months"]);
    assert_eq!(read.tables.rows("months").unwrap().num_rows(), 0);
}

#[test]
fn whatever_does_not_fit_is_named_with_its_place() {
    let refused = [
        json!({}),
        json!({ "application": [{}, {}] }),
        json!({ "application": { "amount": 1 } }),
        json!({ "aplication": [{}], "application": [3] }),
        json!({ "application": [{ "amuont": 1, "amount": "1000", "home": 3, "defaulted": 2 }] }),
        json!({ "application": [{ "amount": true, "home": [1], "days_employed": { "a": 1 } }] }),
        json!({ "application": [{ "client": 1 }], "loans": [{ "loan": 1, "client": 2 }] }),
        json!({ "application": [{ "client": "1" }], "loans": [{ "debt": 1 }, { "loan": 1.5 }] }),
        json!({ "application": [{}], "loans": [{ "loan": 4 }, { "loan": 5 }, { "loan": 4 }] }),
        json!({ "application": [{}], "months": [{ "month": 3 }] }),
    ];
    let said: Vec<String> = refused
        .into_iter()
        .map(|tables| format!("{tables}\n{}", problems(read(tables.clone()))))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn edits_change_the_application_alone() {
    let before = read(json!({
        "application": [{ "client": 7, "amount": 1, "home": "owned" }],
        "loans": [{ "loan": 1, "debt": 2 }],
    }))
    .unwrap()
    .tables;
    let edits = json!({ "amount": 2, "home": null });
    let after = before
        .edited(&schema(), edits.as_object().unwrap())
        .unwrap();
    assert_eq!(after.rows("loans"), before.rows("loans"));
    let application = after.rows("application").unwrap();
    let amount = application.column_by_name("amount").unwrap();
    assert_eq!(amount.as_primitive::<Float64Type>().value(0), 2.0);
    assert!(application.column_by_name("home").unwrap().is_null(0));
    assert_eq!(after.client(&schema()), Some(7));
    assert_eq!(before.edited(&schema(), &Map::new()).unwrap(), before);
    let wrong = json!({ "ammount": 1, "client": 8, "home": 3, "amount": "x", "defaulted": 1 });
    insta::assert_snapshot!(problems(
        before.edited(&schema(), wrong.as_object().unwrap())
    ));
}
