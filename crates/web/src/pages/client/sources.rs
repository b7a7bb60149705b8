//! Where each value of a client comes from, and how old it is. The lender's tables count days and
//! months before the application and do not tell its own day: nor does this.

use std::collections::{BTreeMap, BTreeSet};

use limpide_explain::format;
use limpide_model::{Lang, Unit};

use super::view::View;
use crate::api::compute;
use crate::display::Item;
use crate::error::Error;
use crate::feature_rows::RowsDated;
use crate::texts::Texts;

/// When a client's rows came about, by table.
pub(super) struct Sources {
    dated: BTreeMap<String, RowsDated>,
}

impl Sources {
    /// Looks up the rows that the shown values were made of.
    pub(super) async fn load(view: &View<'_>) -> Result<Self, Error> {
        let groups = view.state.service.information.groups.iter();
        let items = groups.flat_map(|(_, items)| items);
        let tables: BTreeSet<String> = items
            .flat_map(|item| &item.sources)
            .map(|source| source.table.clone())
            .collect();
        if tables.is_empty() || view.state.service.compute.is_none() {
            return Ok(Self {
                dated: BTreeMap::new(),
            });
        }
        let client = view.client;
        let dated = compute(view.state, move |rows| {
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            rows.dated(client, &tables)
        });
        let dated = dated.await?.ok_or(Error::UnknownClient { client })?;
        Ok(Self { dated })
    }

    /// Where a value comes from, in words; empty where it is not known.
    pub(super) fn of(&self, item: &Item, texts: Texts) -> String {
        let told = item.sources.iter().map(|source| {
            let label = source.label.get(texts.lang);
            match self.dated.get(&source.table) {
                None => label.to_owned(),
                Some(rows) if rows.count == 0 => texts.with("source-nothing", &[("source", label)]),
                Some(rows) => match rows.latest.and_then(|at| age(at, rows.unit, texts)) {
                    Some(age) => texts.with("source-dated", &[("source", label), ("age", &age)]),
                    None => label.to_owned(),
                },
            }
        });
        let told: Vec<String> = told.collect();
        match told.is_empty() {
            true => String::new(),
            false => texts.with("source", &[("source", &told.join(texts_joint(texts.lang)))]),
        }
    }
}

/// How long before the application, in words; none where the unit is not one of time.
fn age(at: f64, unit: Unit, texts: Texts) -> Option<String> {
    match unit {
        Unit::Date | Unit::Days => Some(format::date(at, texts.lang)),
        Unit::Months if at == 0.0 => Some(texts.get("month-of-request")),
        Unit::Months => {
            let months = at.abs().round();
            let written = format::number(months, 0, texts.lang);
            // A month is a small whole number.
            Some(texts.plural("months-before", months as usize, &written))
        }
        _ => None,
    }
}

fn texts_joint(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "\u{202f}; ",
        Lang::En => "; ",
    }
}
