//! Fields of an application tried with other numbers: the recipe's changes, and the columns that
//! its display lets staff try.

use std::collections::BTreeMap;

use limpide_engine::arrow::array::{Array, AsArray};
use limpide_engine::arrow::datatypes::{DataType, Float64Type};
use limpide_features::{Axis, Change};
use limpide_model::{Text, Unit, Value};
use limpide_portfolio::ClientTables;
use limpide_web::{ComputeError, TriedField, UnfitValue};
use serde_json::Map;
use tokio::runtime::Handle;

use crate::online::{OnlineRows, failed};
use crate::rows;

/// How far a column may be tried: from a quarter of what is there now to three times it.
const PARTS: [f64; 2] = [0.25, 3.0];

impl OnlineRows {
    /// The fields that may be tried for a client; `None`: no such client.
    pub fn find_tried_fields(&self, client: i64) -> Result<Option<Vec<TriedField>>, ComputeError> {
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let axes = Handle::current().block_on(self.changes.axes(&tables));
        let mut fields = Vec::new();
        for axis in axes.map_err(failed)? {
            let change = &self.changes.all()[axis.change];
            fields.extend(of_change(change, &axis).map_err(failed)?);
        }
        for (name, label) in &self.tries {
            if let Some(now) = self.number(&tables, name) {
                fields.extend(self.of_column(name, label, now)?);
            }
        }
        Ok(Some(fields))
    }

    /// The row of a client with other numbers in some fields; `None`: no such client.
    pub fn try_numbers(
        &self,
        client: i64,
        numbers: &BTreeMap<String, f64>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let changes = self.changes.all();
        let is_change = |name: &String| changes.iter().any(|change| change.name == *name);
        let is_column = |name: &String| self.tries.iter().any(|(known, _)| known == name);
        let unknown = numbers
            .keys()
            .find(|name| !is_change(name) && !is_column(name));
        if let Some(name) = unknown {
            return Err(ComputeError::Unfit(vec![UnfitValue {
                field: name.clone(),
                found: "a field that may not be tried".to_owned(),
                expected: "one of those that may".to_owned(),
            }]));
        }
        let asked: Vec<Vec<Option<f64>>> = changes
            .iter()
            .map(|change| vec![numbers.get(&change.name).copied(), None])
            .collect();
        let points = self.changes.points(&tables, &asked, 2);
        let points = Handle::current().block_on(points).map_err(failed)?;
        let mut edits = Map::new();
        for (column, _) in &points.columns {
            // The second point is the application as it is.
            let (after, before) = (points.value(column, 0), points.value(column, 1));
            if let Some(after) = after.filter(|_| after != before) {
                edits.insert(column.clone(), after.into());
            }
        }
        for (name, number) in numbers.iter().filter(|(name, _)| is_column(name)) {
            edits.insert(name.clone(), (*number).into());
        }
        self.row_with(&tables, &edits).map(Some)
    }

    /// A number of the application; none where it is missing, or no number.
    fn number(&self, tables: &ClientTables, column: &str) -> Option<f64> {
        let application = tables.rows(&self.schema.application().name)?;
        let column = application.column_by_name(column)?;
        let is_number = column.data_type() == &DataType::Float64;
        let known = is_number && !column.is_empty() && column.is_valid(0);
        known.then(|| column.as_primitive::<Float64Type>().value(0))
    }

    /// A column in the words of the feature that it is.
    fn of_column(
        &self,
        name: &str,
        label: &limpide_features::Text,
        now: f64,
    ) -> Result<Option<TriedField>, ComputeError> {
        let mut features = self.online.plan().features();
        let Some(feature) = features.find(|feature| feature.info.name == name) else {
            return Ok(None);
        };
        let words = match label.fr.is_empty() {
            true => &feature.info.label,
            false => label,
        };
        let step = step_of(now);
        Ok(Some(TriedField {
            name: name.to_owned(),
            label: rows::same::<_, Text>(words).map_err(failed)?,
            unit: rows::same::<_, Unit>(&feature.info.unit).map_err(failed)?,
            now,
            range: PARTS.map(|part| (now * part / step).round() * step),
            step,
            actionable: false,
        }))
    }
}

/// A change, where this client may make one. What may only fall may be tried as far upwards, for
/// staff ask what more would do as well.
fn of_change(change: &Change, axis: &Axis) -> anyhow::Result<Option<TriedField>> {
    let (Some(now), false) = (axis.now, axis.values.is_empty()) else {
        return Ok(None);
    };
    let values = axis.values.iter().map(|one| one.value);
    let low = values.clone().fold(now, f64::min);
    let high = values.fold(now, f64::max);
    let range = match low < now && high <= now && change.shares.is_some() {
        true => [low, now + (now - low)],
        false => [low, high],
    };
    let rounding = change.shares.as_ref().and_then(|shares| shares.round);
    let step = rounding.or(change.range.map(|_| 1.0)).unwrap_or(1.0);
    Ok(Some(TriedField {
        name: change.name.clone(),
        label: rows::same::<_, Text>(&change.label)?,
        unit: rows::same::<_, Unit>(&change.unit)?,
        now,
        range,
        step,
        actionable: true,
    }))
}

/// A round hundredth of a number: 1, 2 or 5 times a power of ten.
fn step_of(now: f64) -> f64 {
    let hundredth = (now.abs() / 100.0).max(1e-9);
    let power = 10f64.powf(hundredth.log10().floor());
    let factor = [5.0, 2.0, 1.0];
    let fits = factor
        .into_iter()
        .find(|factor| factor * power <= hundredth);
    fits.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_hundredths() {
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-9;
        assert!(close(step_of(38_400.0), 200.0));
        assert!(close(step_of(99.0), 0.5));
        assert!(close(step_of(180_000.0), 1000.0));
    }
}
