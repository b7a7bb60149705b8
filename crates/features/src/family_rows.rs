//! A family's rows as SQL: made once, read by all of its subsets' queries.
//!
//! They hold the client, the columns that the subsets' aggregates and conditions name (computed
//! or raw; where both have a name, the computed one is meant) and a rank for each "last k".

use std::collections::BTreeSet;

use limpide_engine::columns_of;

use crate::aggregates::aggregates_of;
use crate::error::Result;
use crate::spec::{Family, Last, Subset};

/// A family's rows and what its subsets take of them.
pub(crate) struct FamilyRows<'a> {
    /// The SELECT that makes the rows.
    pub(crate) sql: String,
    ranks: Vec<Rank<'a>>,
}

/// Rows are ranked among those that meet the subset's condition.
#[derive(PartialEq)]
struct Rank<'a> {
    condition: Option<&'a str>,
    order: &'a str,
}

impl<'a> FamilyRows<'a> {
    /// Writes the SELECT.
    ///
    /// # Errors
    /// An expression of the recipe cannot be read.
    pub(crate) fn new(family: &'a Family, client: &str) -> Result<Self> {
        let mut ranks: Vec<Rank<'a>> = Vec::new();
        for rank in family.subsets.iter().filter_map(Rank::of) {
            if !ranks.contains(&rank) {
                ranks.push(rank);
            }
        }
        let read_later = columns_read_by_queries(family)?;
        let mut read_here = read_later.clone();
        for rank in &ranks {
            read_here.extend(columns_of(rank.order)?);
        }
        read_here.remove(client);
        let mut selected = vec![format!("\"{client}\"")];
        for name in &read_here {
            let computed = family.columns.iter().find(|column| &column.name == name);
            selected.push(match computed.and_then(|column| column.sql.as_ref()) {
                Some(sql) => format!("{sql} AS \"{name}\""),
                None => format!("\"{name}\""),
            });
        }
        let mut sql = format!(
            "SELECT {}\nFROM {}",
            selected.join(",\n  "),
            family.rows.trim()
        );
        if !ranks.is_empty() {
            let mut selected = vec![format!("\"{client}\"")];
            let kept = read_later.iter().filter(|name| *name != client);
            selected.extend(kept.map(|name| format!("\"{name}\"")));
            for (index, rank) in ranks.iter().enumerate() {
                let among = match rank.condition {
                    Some(condition) => format!(", ({condition})"),
                    None => String::new(),
                };
                selected.push(format!(
                    "row_number() OVER (PARTITION BY \"{client}\"{among} ORDER BY {}) AS \"{}\"",
                    rank.order,
                    rank_name(index)
                ));
            }
            sql = format!(
                "SELECT {}\nFROM (\n{sql}\n) AS unranked",
                selected.join(",\n  ")
            );
        }
        Ok(Self { sql, ranks })
    }

    /// The condition that a subset's rows meet, as ` WHERE …`; empty for all rows.
    pub(crate) fn filter(&self, subset: &Subset) -> String {
        let mut conditions: Vec<String> = subset.condition.iter().cloned().collect();
        if let (Some(last), Some(rank)) = (&subset.last, Rank::of(subset)) {
            let index = self.ranks.iter().position(|known| *known == rank);
            let name = rank_name(index.expect("every subset's rank was collected from the family"));
            if let [condition] = &mut conditions[..] {
                *condition = format!("({condition})");
            }
            conditions.push(format!("\"{name}\" <= {}", last.rows));
        }
        if conditions.is_empty() {
            return String::new();
        }
        format!("\nWHERE {}", conditions.join(" AND "))
    }
}

impl<'a> Rank<'a> {
    fn of(subset: &'a Subset) -> Option<Self> {
        let Last { order, .. } = subset.last.as_ref()?;
        Some(Self {
            condition: subset.condition.as_deref(),
            order,
        })
    }
}

fn rank_name(index: usize) -> String {
    format!("__rank_{}", index + 1)
}

fn columns_read_by_queries(family: &Family) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for subset in &family.subsets {
        if let Some(condition) = &subset.condition {
            names.extend(columns_of(condition)?);
        }
        for aggregate in aggregates_of(family, subset) {
            names.extend(columns_of(&aggregate.sql)?);
        }
    }
    Ok(names)
}
