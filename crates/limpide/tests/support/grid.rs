//! What a client may change in amount, term and papers, written down once more and without the recipe.

#![allow(clippy::unwrap_used)]

use limpide_engine::arrow::array::AsArray;
use limpide_engine::arrow::datatypes::Float64Type;
use limpide_portfolio::ClientTables;
use serde_json::{Value as Json, json};

/// The size of each change, fewest fields first, and the columns as they would be.
pub fn grid_by_hand(rows: &ClientTables) -> Vec<((usize, f64), Json)> {
    let application = rows.rows("application").unwrap();
    let number = |name: &str| {
        let column = application.column_by_name(name).unwrap();
        column.as_primitive::<Float64Type>().iter().next().flatten()
    };
    let contract = application.column_by_name("NAME_CONTRACT_TYPE").unwrap();
    let is_cash = contract.as_string::<i32>().value(0) == "Cash loans";
    let credit = number("AMT_CREDIT").unwrap();
    let annuity = number("AMT_ANNUITY");
    let goods = number("AMT_GOODS_PRICE");
    let mut amounts = vec![None];
    for step in 1..=10 {
        let amount = (credit * (1.0 - 0.05 * f64::from(step)) / 500.0 - 1e-9).ceil() * 500.0;
        if amount < credit && !amounts.contains(&Some(amount)) {
            amounts.push(Some(amount));
        }
    }
    let now = annuity.map(|annuity| credit / annuity);
    let mut terms = vec![None];
    if let Some(now) = now.filter(|_| is_cash) {
        let all = (3..=15).map(|step| f64::from(3 * step));
        terms.extend(all.filter(|term| *term != now).map(Some));
    }
    let mut papers = vec![None];
    if number("FLAG_DOCUMENT_3") == Some(0.0) {
        papers.push(Some(1.0));
    }
    let mut grid = Vec::new();
    for amount in &amounts {
        for term in &terms {
            for paper in &papers {
                let (mut fields, mut size) = (0, 0.0);
                let mut edits = serde_json::Map::new();
                let mut credit_after = credit;
                if let Some(amount) = amount {
                    if *amount < 45_000.0 {
                        continue;
                    }
                    (fields, size) = (fields + 1, size + (credit - amount) / credit);
                    credit_after = *amount;
                    edits.insert("AMT_CREDIT".into(), json!(amount));
                    if let Some(annuity) = annuity {
                        edits.insert("AMT_ANNUITY".into(), json!(annuity * amount / credit));
                    }
                    if let Some(goods) = goods {
                        edits.insert("AMT_GOODS_PRICE".into(), json!(goods * amount / credit));
                    }
                }
                if let (Some(term), Some(now)) = (term, now) {
                    (fields, size) = (fields + 1, size + 0.5 * (term - now).abs() / now);
                    edits.insert("AMT_ANNUITY".into(), json!(credit_after / term));
                }
                if let Some(paper) = paper {
                    (fields, size) = (fields + 1, size + 0.1);
                    edits.insert("FLAG_DOCUMENT_3".into(), json!(paper));
                }
                if fields > 0 {
                    grid.push(((fields, size), Json::Object(edits)));
                }
            }
        }
    }
    grid.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)));
    grid
}
