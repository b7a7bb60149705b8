//! A family's rows as SQL: made once, read by all of its subsets' queries.
//!
//! They hold the client, the columns that the subsets' aggregates and conditions name (computed
//! or raw; where both have a name, the computed one is meant) and a mark for each "last k".
//!
//! A row is among its client's last k if the row k places before it, clients in order and for
//! each the latest first, is of another client. That is one window over all rows; a window a
//! client, with a rank in it, costs ten times as much.

use std::collections::BTreeSet;

use limpide_engine::columns_of;

use crate::aggregates::aggregates_of;
use crate::error::Result;
use crate::spec::{Family, Last, Subset};

/// A family's rows and what its subsets take of them.
pub(crate) struct FamilyRows<'a> {
    /// The SELECT that makes the rows.
    pub(crate) sql: String,
    /// The columns that they hold beside the client and the marks.
    pub(crate) columns: Vec<String>,
    marks: Vec<Mark<'a>>,
}

/// The last rows of each client among those that meet the subset's condition.
#[derive(PartialEq)]
struct Mark<'a> {
    condition: Option<&'a str>,
    last: &'a Last,
}

impl<'a> FamilyRows<'a> {
    /// Writes the SELECT.
    ///
    /// # Errors
    /// An expression of the recipe cannot be read.
    pub(crate) fn new(family: &'a Family, client: &str) -> Result<Self> {
        Self::carrying(family, client, &BTreeSet::new())
    }

    /// The same rows with more columns than the queries read, for people to look at.
    ///
    /// # Errors
    /// An expression of the recipe cannot be read.
    pub(crate) fn carrying(
        family: &'a Family,
        client: &str,
        more: &BTreeSet<String>,
    ) -> Result<Self> {
        let mut marks: Vec<Mark<'a>> = Vec::new();
        for mark in family.subsets.iter().filter_map(Mark::of) {
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        let mut read_later = columns_read_by_queries(family)?;
        read_later.extend(more.iter().cloned());
        let mut read_here = read_later.clone();
        for mark in &marks {
            read_here.extend(columns_of(&mark.last.order)?);
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
        if !marks.is_empty() {
            let mut selected = vec![format!("\"{client}\"")];
            let kept = read_later.iter().filter(|name| *name != client);
            selected.extend(kept.map(|name| format!("\"{name}\"")));
            for (index, Mark { condition, last }) in marks.iter().enumerate() {
                // Rows that meet the condition come first: before them are only such rows.
                let first = match condition {
                    Some(condition) => format!("({condition}) DESC NULLS LAST, "),
                    None => String::new(),
                };
                selected.push(format!(
                    "lag(\"{client}\", {}) OVER (ORDER BY \"{client}\", {first}{}) IS DISTINCT FROM \"{client}\" AS \"{}\"",
                    last.rows,
                    last.order,
                    mark_name(index)
                ));
            }
            sql = format!(
                "SELECT {}\nFROM (\n{sql}\n) AS unmarked",
                selected.join(",\n  ")
            );
        }
        read_later.remove(client);
        Ok(Self {
            sql,
            columns: read_later.into_iter().collect(),
            marks,
        })
    }

    /// The condition that a subset's rows meet, as ` WHERE …`; empty for all rows.
    pub(crate) fn filter(&self, subset: &Subset) -> String {
        let mut conditions: Vec<String> = subset.condition.iter().cloned().collect();
        if let Some(mark) = Mark::of(subset) {
            let index = self.marks.iter().position(|known| *known == mark);
            let name = mark_name(index.expect("every subset's mark was collected from the family"));
            if let [condition] = &mut conditions[..] {
                *condition = format!("({condition})");
            }
            conditions.push(format!("\"{name}\""));
        }
        if conditions.is_empty() {
            return String::new();
        }
        format!("\nWHERE {}", conditions.join(" AND "))
    }
}

impl<'a> Mark<'a> {
    fn of(subset: &'a Subset) -> Option<Self> {
        Some(Self {
            condition: subset.condition.as_deref(),
            last: subset.last.as_ref()?,
        })
    }
}

fn mark_name(index: usize) -> String {
    format!("__last_{}", index + 1)
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
