//! When a client's rows of the lender's tables came about, counted from the application: all that the
//! tables know of dates.

use std::collections::BTreeMap;

use limpide_engine::arrow::array::{Array, AsArray, RecordBatch};
use limpide_engine::arrow::datatypes::Float64Type;
use limpide_features::RecipeSpec;
use limpide_model::Unit;
use limpide_portfolio::Schema;
use limpide_web::{ComputeError, RowsDated};

use crate::online::{OnlineRows, failed};
use crate::rows;

/// The columns that date a table's rows, with the unit that they are counted in.
pub type Times = BTreeMap<String, (Vec<String>, Unit)>;

/// The tables of which the recipe says when their rows came about, and in which unit.
pub fn times(schema: &Schema, spec: &RecipeSpec) -> anyhow::Result<Times> {
    let mut times = Times::new();
    for table in &schema.tables {
        let words = spec.table_words.tables.get(&table.name);
        let units = table.time.iter().filter_map(|name| {
            let column = words.and_then(|words| words.columns.get(name))?;
            Some(rows::same::<_, Unit>(&column.unit))
        });
        let units = units.collect::<anyhow::Result<Vec<Unit>>>()?;
        // Of columns without words, or in several units, no latest can be told.
        if let Some(unit) = units.first().filter(|unit| {
            units.len() == table.time.len() && units.iter().all(|other| other == *unit)
        }) {
            times.insert(table.name.clone(), (table.time.clone(), *unit));
        }
    }
    Ok(times)
}

impl OnlineRows {
    /// The rows of these tables, as far as they are dated; `None`: no such client.
    pub fn find_dated(
        &self,
        client: i64,
        tables: &[&str],
    ) -> Result<Option<BTreeMap<String, RowsDated>>, ComputeError> {
        if !self.reader.contains(client) {
            return Ok(None);
        }
        let mut found = BTreeMap::new();
        for table in tables {
            let Some((columns, unit)) = self.times.get(*table) else {
                continue;
            };
            let batch = self.reader.rows_of(client, table).map_err(failed)?;
            let Some(batch) = batch else { continue };
            let (count, latest) = known(&batch, columns);
            let dated = RowsDated {
                count,
                latest,
                unit: *unit,
            };
            found.insert((*table).to_owned(), dated);
        }
        Ok(Some(found))
    }
}

/// How many rows came about before the application, or with it, or on no known day; and the latest
/// time of them.
fn known(batch: &RecordBatch, columns: &[String]) -> (usize, Option<f64>) {
    let columns = columns.iter().filter_map(|name| {
        let column = batch.column_by_name(name)?;
        column.as_primitive_opt::<Float64Type>()
    });
    let columns: Vec<_> = columns.collect();
    let (mut count, mut latest) = (0, None);
    for row in 0..batch.num_rows() {
        let times = columns.iter().filter(|column| column.is_valid(row));
        let time = times.map(|column| column.value(row)).max_by(f64::total_cmp);
        if time.is_some_and(|time| time > 0.0) {
            continue;
        }
        count += 1;
        latest = [latest, time].into_iter().flatten().max_by(f64::total_cmp);
    }
    (count, latest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use limpide_engine::arrow::array::{ArrayRef, Float64Array};

    use super::*;

    #[test]
    fn what_came_later_does_not_count_and_what_has_no_date_is_not_the_latest() {
        let column: ArrayRef = Arc::new(Float64Array::from(vec![
            Some(-400.0),
            None,
            Some(-91.0),
            Some(3.0),
        ]));
        let batch = RecordBatch::try_from_iter([("day", column)]).unwrap();
        let day = ["day".to_owned()];
        assert_eq!(known(&batch, &day), (3, Some(-91.0)));
        assert_eq!(known(&batch.slice(1, 1), &day), (1, None));
        assert_eq!(known(&batch.slice(3, 1), &day), (0, None));
        assert_eq!(known(&batch, &["other".to_owned()]), (4, None));
    }
}
