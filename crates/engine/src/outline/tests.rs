#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::*;

fn outline() -> Outline {
    let table = |columns: &[(&str, DataType)]| {
        let fields = columns
            .iter()
            .map(|(name, kind)| Field::new(*name, kind.clone(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    };
    let (key, number, text) = (DataType::Int64, DataType::Float64, DataType::Utf8);
    Outline::new([
        (
            "cups".to_owned(),
            table(&[
                ("guest", key.clone()),
                ("cup", key.clone()),
                ("price", number.clone()),
                ("paid", number.clone()),
                ("kind", text.clone()),
            ]),
        ),
        (
            "sips".to_owned(),
            table(&[("cup", key), ("size", number), ("state", text)]),
        ),
    ])
}

fn said(sources: &Sources) -> Vec<String> {
    let sources = sources.iter();
    sources
        .map(|source| format!("{}.{}", source.table, source.column))
        .collect()
}

#[test]
fn an_expression_rests_on_the_columns_that_it_names() {
    let outline = outline();
    let cups = outline.rows("cups").unwrap();
    let share = outline
        .expression(
            &cups,
            "CASE WHEN kind = 'tea' THEN paid / NULLIF(price, 0) END",
        )
        .unwrap();
    assert_eq!(
        said(&share.sources),
        ["cups.kind", "cups.paid", "cups.price"]
    );
    assert_eq!(share.data_type, DataType::Float64);
    let order = outline.order(&cups, "price DESC, cup DESC").unwrap();
    let orders: Vec<String> = order.iter().flat_map(|by| said(&by.sources)).collect();
    assert_eq!(orders, ["cups.price", "cups.cup"]);
}

#[test]
fn joins_groups_and_windows_are_followed_to_the_tables() {
    let outline = outline();
    let rows = outline
        .rows(
            "(WITH sizes AS (SELECT cup, sum(size) AS drunk FROM sips WHERE state <> 'spilt' GROUP BY cup)
              SELECT c.guest, c.price, s.drunk, s.drunk / c.price AS per_euro,
                row_number() OVER (PARTITION BY c.guest ORDER BY c.paid) AS place
              FROM cups AS c LEFT JOIN sizes AS s USING (cup)) AS x",
        )
        .unwrap();
    assert_eq!(
        rows.names(),
        ["guest", "price", "drunk", "per_euro", "place"]
    );
    let of = |name: &str| said(&rows.column(name).unwrap().sources);
    assert_eq!(of("price"), ["cups.price"]);
    assert_eq!(of("drunk"), ["sips.size"]);
    assert_eq!(of("per_euro"), ["cups.price", "sips.size"]);
    assert_eq!(of("place"), ["cups.guest", "cups.paid"]);
    assert_eq!(
        said(&rows.decided_by),
        ["cups.cup", "sips.cup", "sips.state"]
    );
    assert_eq!(rows.tables.iter().collect::<Vec<_>>(), ["cups", "sips"]);
    assert!(outline.expression(&rows, "x.drunk * 2").is_ok());
}

#[test]
fn a_subquery_in_rows_is_followed() {
    let outline = outline();
    let rows = outline
        .rows(
            "(SELECT price > (SELECT avg(size) FROM sips WHERE sips.cup = cups.cup) AS bigger
              FROM cups) AS x",
        )
        .unwrap();
    let bigger = rows.column("bigger").unwrap();
    assert_eq!(
        said(&bigger.sources),
        ["cups.cup", "cups.price", "sips.cup", "sips.size"]
    );
}

#[test]
fn an_expression_that_is_no_function_of_its_row_is_refused() {
    let outline = outline();
    let cups = outline.rows("cups").unwrap();
    for (text, expected) in [
        ("price - avg(price) OVER ()", "a window function"),
        ("sum(price) OVER (PARTITION BY guest)", "a window function"),
        ("price > (SELECT avg(size) FROM sips)", "a subquery"),
        ("cup IN (SELECT cup FROM sips)", "a subquery"),
        ("price * random()", "random()"),
        ("CASE WHEN now() IS NULL THEN price END", "now()"),
    ] {
        let fault = outline.expression(&cups, text).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "{text}: {fault}");
    }
    assert!(outline.order(&cups, "random()").is_err());
}

#[test]
fn rows_that_mix_keys_are_told() {
    let outline = outline();
    let said = |text: &str| outline.rows(text).unwrap().beyond_its_key("guest");
    for (text, expected) in [
        (
            "(SELECT guest, row_number() OVER (ORDER BY price) AS place FROM cups) AS x",
            "a window",
        ),
        (
            "(SELECT guest, sum(price) OVER (PARTITION BY kind) AS sold FROM cups) AS x",
            "a window",
        ),
        (
            "(SELECT max(guest) AS guest FROM cups GROUP BY kind) AS x",
            "an aggregate",
        ),
        (
            "(SELECT guest % 2 AS guest, sum(price) AS sold FROM cups GROUP BY guest % 2) AS x",
            "an aggregate",
        ),
        (
            "(SELECT c.guest FROM cups AS c
              LEFT JOIN (SELECT kind, avg(price) AS usual FROM cups GROUP BY kind) AS k
              ON c.kind = k.kind) AS x",
            "an aggregate",
        ),
        ("(SELECT * FROM cups LIMIT 3) AS x", "LIMIT"),
        (
            "(SELECT * FROM cups WHERE price > (SELECT avg(price) FROM cups)) AS x",
            "a subquery",
        ),
        (
            "(SELECT guest, random() AS chance FROM cups) AS x",
            "random()",
        ),
    ] {
        let reason = said(text).unwrap_or_default();
        assert!(reason.starts_with(expected), "{text}: {reason}");
    }
    for text in [
        "cups",
        "(SELECT guest AS host, cup, sum(price) AS sold FROM cups GROUP BY guest, cup) AS x",
        "(SELECT *, row_number() OVER (PARTITION BY guest ORDER BY sold) AS place
          FROM (SELECT guest, kind, sum(price) AS sold FROM cups GROUP BY guest, kind) AS k) AS x",
        "(SELECT guest, count(*) AS n
          FROM (SELECT guest FROM cups UNION ALL SELECT guest FROM cups) AS u
          GROUP BY guest) AS x",
    ] {
        assert_eq!(said(text), None, "{text}");
    }
}

#[test]
fn a_computed_column_stands_for_the_raw_one_of_its_name() {
    let outline = outline();
    let cups = outline.rows("cups").unwrap();
    let net = outline.expression(&cups, "price - paid").unwrap();
    let cups = cups.with("price", &net).with("cheap", &net);
    for name in ["price", "cheap"] {
        let read = outline.expression(&cups, &format!("{name} < 3")).unwrap();
        assert_eq!(said(&read.sources), ["cups.paid", "cups.price"]);
        assert_eq!(read.data_type, DataType::Boolean);
    }
}

#[test]
fn texts_that_columns_are_compared_with_are_found() {
    let outline = outline();
    let cups = outline
        .rows("(SELECT *, upper(kind) AS loud FROM cups WHERE kind <> 'water') AS c")
        .unwrap();
    let text = |compared: &[(TableColumn, String)]| -> Vec<String> {
        let compared = compared.iter();
        compared
            .map(|(of, text)| format!("{}.{} {text}", of.table, of.column))
            .collect()
    };
    assert_eq!(text(&cups.compared), ["cups.kind water"]);
    let read = outline
        .expression(
            &cups,
            "kind IN ('tea', 'mate') OR loud = 'TEA' OR CASE kind WHEN 'milk' THEN true END",
        )
        .unwrap();
    assert_eq!(
        text(&read.compared),
        ["cups.kind tea", "cups.kind mate", "cups.kind milk"]
    );
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let outline = outline();
    let cups = outline.rows("cups").unwrap();
    let wrong = |text: &str| outline.expression(&cups, text).unwrap_err();
    let SqlFault::UnknownColumn { name, known } = wrong("prize / 2") else {
        panic!("an unknown column expected");
    };
    assert_eq!(name, "prize");
    assert!(known.contains(&"price".to_owned()));
    assert!(
        matches!(wrong("flor(price)"), SqlFault::UnknownFunction { name, .. } if name == "flor")
    );
    assert!(matches!(
        outline.rows("(SELECT guest FROM cupps)").unwrap_err(),
        SqlFault::UnknownTable { name, .. } if name == "cupps"
    ));
    assert!(matches!(
        outline.rows("(SELECT gest FROM cups)").unwrap_err(),
        SqlFault::UnknownColumn { name, .. } if name == "gest"
    ));
    assert!(matches!(wrong("kind * 2"), SqlFault::Other(_)));
    assert!(matches!(wrong("max(price)"), SqlFault::Other(_)));
}

#[test]
fn what_does_not_parse_says_where() {
    let outline = outline();
    let cups = outline.rows("cups").unwrap();
    for (text, expected) in [
        ("price +", 1),
        ("price,\n paid", 1),
        ("price > 0\n  AND\n  ) OR paid", 3),
        ("kind = 'tea", 1),
    ] {
        let SqlFault::Syntax { line, .. } = outline.expression(&cups, text).unwrap_err() else {
            panic!("{text}");
        };
        assert_eq!(line, expected, "{text}");
    }
    let SqlFault::Syntax { line, reason } = outline.rows("(SELECT guest\nFORM cups)").unwrap_err()
    else {
        panic!("a fault of syntax expected");
    };
    assert_eq!(line, 2, "{reason}");
}
