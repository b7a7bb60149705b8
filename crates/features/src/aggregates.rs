//! What a subset's rows become: the names and the SQL of its aggregates.

use crate::spec::{Aggregate, Column, Count, Direction, Family, Share, Subset, Unit};

/// One aggregate of a subset: its name and its SQL over the subset's rows.
pub(crate) struct AggregateFeature<'a> {
    pub(crate) name: String,
    pub(crate) sql: String,
    pub(crate) source: AggregateSource<'a>,
}

pub(crate) enum AggregateSource<'a> {
    Count(&'a Count),
    Column(&'a Column, Aggregate),
    Share(&'a Column, &'a Share),
}

pub(crate) fn aggregates_of<'a>(
    family: &'a Family,
    subset: &'a Subset,
) -> Vec<AggregateFeature<'a>> {
    let prefix = &subset.prefix;
    let mut features = Vec::new();
    if let Some(count) = &subset.count {
        features.push(AggregateFeature {
            name: format!("{prefix}_COUNT"),
            sql: "count(*)".to_owned(),
            source: AggregateSource::Count(count),
        });
    }
    for column in &family.columns {
        let name = &column.name;
        for aggregate in aggregates_in(column, prefix) {
            let (function, ending) = match aggregate {
                Aggregate::Mean => ("avg", "MEAN"),
                Aggregate::Sum => ("sum", "SUM"),
                Aggregate::Min => ("min", "MIN"),
                Aggregate::Max => ("max", "MAX"),
                Aggregate::Median => ("median", "MEDIAN"),
                Aggregate::Std => ("stddev_samp", "STD"),
                Aggregate::Trend => ("regr_slope", "TREND"),
                Aggregate::Count => ("count", "COUNT"),
            };
            let sql = match (&family.time, aggregate) {
                (Some(time), Aggregate::Trend) => {
                    format!("{function}(\"{name}\", \"{}\")", time.column)
                }
                _ => format!("{function}(\"{name}\")"),
            };
            features.push(AggregateFeature {
                name: format!("{prefix}_{name}_{ending}"),
                sql,
                source: AggregateSource::Column(column, aggregate),
            });
        }
        if !is_in(column, prefix) {
            continue;
        }
        for share in &column.shares {
            let value = share.value.replace('\'', "''");
            features.push(AggregateFeature {
                name: format!("{prefix}_{name}_{}_SHARE", capitals(&share.value)),
                sql: format!(
                    "CAST(count(*) FILTER (WHERE \"{name}\" = '{value}') AS DOUBLE) / count(*)"
                ),
                source: AggregateSource::Share(column, share),
            });
        }
    }
    features
}

/// A column's aggregates in the subset of a prefix.
fn aggregates_in(column: &Column, prefix: &String) -> Vec<Aggregate> {
    let mut aggregates = Vec::new();
    if is_in(column, prefix) {
        aggregates.extend(&column.aggregates);
    }
    for also in &column.also {
        if also.subsets.contains(prefix) {
            aggregates.extend(&also.aggregates);
        }
    }
    aggregates
}

fn is_in(column: &Column, prefix: &String) -> bool {
    column.subsets.is_empty() || column.subsets.contains(prefix)
}

/// What an aggregate of a column is measured in, and which way risk goes with it.
pub(crate) fn nature(aggregate: Aggregate, column: &Column) -> (Unit, Direction) {
    let unit = match (aggregate, column.unit) {
        (Aggregate::Count, _) | (Aggregate::Sum, Unit::Flag) => Unit::Count,
        (Aggregate::Mean | Aggregate::Trend, Unit::Flag) => Unit::Share,
        (Aggregate::Std | Aggregate::Trend, Unit::Date) => Unit::Days,
        (_, unit) => unit,
    };
    let direction = match aggregate {
        Aggregate::Std => Direction::None,
        _ => column.direction,
    };
    (unit, direction)
}

/// "Credit card" to "CREDIT_CARD".
fn capitals(value: &str) -> String {
    let upper: String = value
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    let parts: Vec<&str> = upper.split('_').filter(|part| !part.is_empty()).collect();
    parts.join("_")
}
