//! What learned features are made of, and the refusal of SQL that reads what is not there.

use limpide_engine::Outline;
use limpide_portfolio::Recipe;

use super::FILE;
use super::spec::{RowColumn, RowModel};
use crate::faults::Faults;
use crate::lineage::{FamilyReader, Lineage, Readings};
use crate::row_columns::{RowColumns, row_columns};
use crate::spec::{Column, Direction, Family, FamilyKind, RecipeSpec, Text, Unit};

/// Follows every learned feature to the tables.
pub(crate) fn read_learned(
    recipe: &Recipe,
    spec: &RecipeSpec,
    outline: &Outline,
    readings: &mut Readings,
    faults: &mut Faults,
) {
    let learned = &spec.learned;
    for neighbours in &learned.neighbours {
        let inputs = neighbours.inputs.iter();
        let lineage = behind(readings, inputs);
        readings.features.insert(neighbours.name.clone(), lineage);
    }
    for group in &learned.groups {
        for number in &group.numbers {
            let keys = group.by.iter().map(|key| &key.feature);
            let lineage = behind(readings, keys.chain([&number.feature]));
            for relation in &number.relations {
                let name = group.feature(number, *relation);
                readings.features.insert(name, lineage.clone());
            }
        }
    }
    for (place, rows) in learned.rows.iter().enumerate() {
        let family = family(rows);
        let place = place.to_string();
        let mut reader = FamilyReader {
            recipe,
            spec,
            outline,
            family: &family,
            file: FILE,
            at: &["rows", &place],
            faults,
        };
        let Some((lineage, columns)) = row_model(&mut reader, rows) else {
            continue;
        };
        readings.learned_rows.insert(rows.name.clone(), columns);
        for output in &rows.outputs {
            readings
                .features
                .insert(output.name.clone(), lineage.clone());
        }
    }
}

/// What stands behind other features.
fn behind<'a>(readings: &Readings, features: impl Iterator<Item = &'a String>) -> Lineage {
    let mut lineage = Lineage::default();
    for name in features {
        if let Some(found) = readings.features.get(name) {
            lineage.add(found);
        }
    }
    lineage
}

/// What a model of rows reads, and the columns of its rows; `None` if they cannot be understood.
fn row_model(reader: &mut FamilyReader<'_>, model: &RowModel) -> Option<(Lineage, RowColumns)> {
    let rows = reader.rows()?;
    let mut lineage = Lineage {
        rows: rows.decided_by.clone(),
        ..Lineage::default()
    };
    for (index, column) in model.columns.iter().enumerate() {
        let reading = reader.column(&rows, index);
        lineage
            .values
            .extend(reading.into_iter().flat_map(|r| r.sources));
        if let Some(sql) = &column.sql {
            lineage.computed.insert(column.name.clone(), sql.clone());
        }
    }
    if let Some(condition) = &model.condition {
        let what = format!("the rows {}", model.name);
        let reading = reader.condition(&rows, &["where"], &what, condition);
        lineage
            .rows
            .extend(reading.into_iter().flat_map(|r| r.sources));
    }
    Some((reader.filled(lineage), row_columns(&rows)))
}

/// A model's rows as a family has them.
fn family(model: &RowModel) -> Family {
    Family {
        name: model.name.clone(),
        kind: FamilyKind::Row,
        tables: model.tables.clone(),
        rows: model.rows.clone(),
        time: None,
        subsets: Vec::new(),
        columns: model.columns.iter().map(column).collect(),
    }
}

fn column(column: &RowColumn) -> Column {
    Column {
        name: column.name.clone(),
        sql: column.sql.clone(),
        label: Text::default(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        category: false,
        actionable: false,
        protected: false,
        aggregates: Vec::new(),
        shares: Vec::new(),
        subsets: Vec::new(),
        also: Vec::new(),
    }
}
