//! What is wrong with a recipe's changes, before any data is read.
//!
//! Nothing that is protected, and nothing that the features do not call actionable, may change.

use std::collections::BTreeMap;

use limpide_engine::arrow::datatypes::DataType;
use limpide_engine::{Outline, OutlineRows, Reading};
use limpide_portfolio::Recipe;

use crate::changes::axes::{MOST_VALUES, count};
use crate::changes::{Allowed, Change};
use crate::faults::{Faults, nearest_of, sql_fault};
use crate::spec::{Column, FamilyKind, RecipeSpec, Text};

const FILE: &str = "recipe.toml";

/// The places of a change's words.
const PLACES: [&str; 2] = ["{before}", "{after}"];

/// Checks every change against the application's columns and what the features say of them.
pub(crate) fn check_changes(
    recipe: &Recipe,
    spec: &RecipeSpec,
    outline: &Outline,
    faults: &mut Faults,
) {
    let application = recipe.schema.application();
    let Ok(rows) = outline.rows(&format!("\"{}\"", application.name)) else {
        return;
    };
    for (index, change) in spec.changes.iter().enumerate() {
        let mut checker = Checker {
            recipe,
            spec,
            outline,
            rows: &rows,
            change,
            index: index.to_string(),
            faults: &mut *faults,
        };
        checker.name(&spec.changes[..index]);
        checker.words();
        checker.values();
        checker.sql();
        checker.sets();
    }
}

struct Checker<'a> {
    recipe: &'a Recipe,
    spec: &'a RecipeSpec,
    outline: &'a Outline,
    rows: &'a OutlineRows,
    change: &'a Change,
    index: String,
    faults: &'a mut Faults,
}

impl Checker<'_> {
    fn fault(&mut self, keys: &[&str], reason: &str) {
        let path = [&["change", &self.index], keys].concat();
        let place = self.recipe.place(FILE, &path);
        let reason = format!("the change {}: {reason}", self.change.name);
        self.faults.add(&place, reason);
    }

    /// A name that is asked for on a command line, and stands for itself in SQL.
    fn name(&mut self, before: &[Change]) {
        let name = &self.change.name;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(is_plain) || name.starts_with(char::is_numeric) {
            self.fault(
                &["name"],
                "its name must be of small letters, digits and _, a letter first",
            );
        }
        let is_input = self.spec.inputs.iter().any(|input| input.name == *name);
        if self.rows.names().contains(name) || is_input {
            let reason = "its name is that of a column or an input: take another";
            self.fault(&["name"], reason);
        }
        if before.iter().any(|other| other.name == *name) {
            self.fault(&["name"], "it stands twice");
        }
    }

    fn words(&mut self) {
        let Change { label, words, .. } = self.change;
        for (key, text) in [("label", label), ("words", words)] {
            let Text { fr, en } = text;
            if fr.trim().is_empty() || en.trim().is_empty() {
                self.fault(
                    &[key],
                    &format!("its {key} must be there in French (fr) and English (en)"),
                );
            }
        }
        for text in [&words.fr, &words.en] {
            let mut rest = text.clone();
            for place in PLACES {
                rest = rest.replace(place, "");
            }
            if rest.contains(['{', '}']) {
                let reason = format!(
                    "its words may have the places {} and no other",
                    PLACES.join(" and ")
                );
                self.fault(&["words"], &reason);
            }
        }
    }

    fn values(&mut self) {
        let change = self.change;
        let ways = [
            change.shares.is_some(),
            change.range.is_some(),
            !change.values.is_empty(),
        ];
        if ways.iter().filter(|there| **there).count() != 1 {
            self.fault(
                &[],
                "it must say its new values by one of shares, range and values",
            );
        }
        let is_size = |number: f64| number.is_finite() && number > 0.0;
        if !is_size(change.weight) {
            self.fault(&["weight"], "its weight must be above 0");
        }
        if !change.values.iter().all(|value| value.is_finite()) {
            self.fault(&["values"], "its values must be numbers");
        }
        if let Some(range) = &change.range {
            let ends = range.from.is_finite() && range.to.is_finite() && range.from <= range.to;
            if !ends || !is_size(range.by) {
                let reason = "its range must go up from a number to a number by steps above 0";
                self.fault(&["range"], reason);
            } else if count(range.to - range.from, range.by) >= MOST_VALUES {
                let reason = format!("its range has more than {MOST_VALUES} values");
                self.fault(&["range"], &reason);
            }
        }
        if let Some(shares) = &change.shares {
            if !is_size(shares.by) || !is_size(shares.to) || shares.by > shares.to {
                let reason = "its shares must go by steps above 0, to at least one of them";
                self.fault(&["shares"], reason);
            } else if count(shares.to, shares.by) >= MOST_VALUES {
                let reason = format!("it has more than {MOST_VALUES} shares");
                self.fault(&["shares"], &reason);
            }
            if shares.round.is_some_and(|unit| !is_size(unit)) {
                self.fault(&["shares"], "what it is rounded to must be above 0");
            }
            if change.direction != Allowed::Higher && shares.of.is_none() && shares.to >= 1.0 {
                let reason =
                    "nobody can ask for less than nothing: its largest share must be below 1";
                self.fault(&["shares"], reason);
            }
        }
    }

    /// What is read of the application as it is, and as it would be.
    fn sql(&mut self) {
        let change = self.change;
        self.number(&["now"], &change.now, self.rows);
        if let Some(of) = change.shares.as_ref().and_then(|shares| shares.of.as_ref()) {
            self.number(&["shares", "of"], of, self.rows);
        }
        self.condition(&["where"], change.condition.as_deref());
        self.condition(&["offered"], change.offered.as_deref());
    }

    fn sets(&mut self) {
        let change = self.change;
        if change.sets.is_empty() {
            self.fault(&["sets"], "it sets nothing");
        }
        let rows = self.rows.with(&change.name, &Reading::number());
        let inputs: BTreeMap<&str, &str> = self
            .spec
            .inputs
            .iter()
            .map(|input| (input.name.as_str(), input.sets.as_str()))
            .collect();
        for (name, sql) in &change.sets {
            let path = ["sets", name.as_str()];
            let column = inputs.get(name.as_str()).copied().unwrap_or(name);
            match self.may_not(column) {
                Some(reason) => self.fault(&path, &reason),
                None => self.number(&path, sql, &rows),
            }
        }
    }

    /// Why a column may not be set; nothing where it may.
    fn may_not(&self, column: &str) -> Option<String> {
        let application = self.recipe.schema.application();
        if !application.numbers.iter().any(|known| known == column) {
            let near = nearest_of(column, application.numbers.iter().map(String::as_str));
            return Some(format!(
                "{column} is no number of {} and no input{near}",
                application.name
            ));
        }
        let mut dates = application.known_later.iter().map(|known| &known.date);
        if application.time.iter().any(|time| time == column) || dates.any(|date| date == column) {
            return Some(format!(
                "{column} says when something was known, which nobody changes"
            ));
        }
        // What the features say of the column itself.
        let row_families = self.spec.parsed.iter();
        let row_families = row_families.filter(|family| family.kind == FamilyKind::Row);
        let is_it = |known: &&Column| known.name == column && known.sql.is_none();
        let feature = row_families
            .flat_map(|family| &family.columns)
            .find(is_it)?;
        if feature.protected {
            return Some(format!(
                "{column} is protected: nobody may be asked to change it"
            ));
        }
        (!feature.actionable).then(|| {
            format!(
                "the features do not say that a client could change {column}: actionable = true"
            )
        })
    }

    fn number(&mut self, keys: &[&str], sql: &str, rows: &OutlineRows) {
        if let Some(reading) = self.read(keys, sql, rows)
            && !(reading.data_type.is_numeric() || reading.data_type == DataType::Null)
        {
            self.fault(keys, &format!("{sql} is no number"));
        }
    }

    fn condition(&mut self, keys: &[&str], sql: Option<&str>) {
        let Some(sql) = sql else {
            return;
        };
        if let Some(reading) = self.read(keys, sql, self.rows)
            && !matches!(reading.data_type, DataType::Boolean | DataType::Null)
        {
            self.fault(keys, &format!("{sql} is no condition"));
        }
    }

    fn read(&mut self, keys: &[&str], sql: &str, rows: &OutlineRows) -> Option<Reading> {
        match self.outline.expression(rows, sql) {
            Ok(reading) => Some(reading),
            Err(fault) => {
                let path = [&["change", &self.index], keys].concat();
                let (place, reason) = sql_fault(self.recipe, FILE, &path, &fault);
                let reason = format!("the change {}: {reason}", self.change.name);
                self.faults.add(&place, reason);
                None
            }
        }
    }
}
