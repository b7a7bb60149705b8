//! What a subset's rows become: the names and the SQL of its aggregates.

use crate::spec::{Aggregate, Column, Count, Family, Share, Subset};

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
        if !column.subsets.is_empty() && !column.subsets.contains(prefix) {
            continue;
        }
        let name = &column.name;
        for aggregate in &column.aggregates {
            let (function, ending) = match aggregate {
                Aggregate::Mean => ("avg", "MEAN"),
                Aggregate::Sum => ("sum", "SUM"),
                Aggregate::Min => ("min", "MIN"),
                Aggregate::Max => ("max", "MAX"),
                Aggregate::Std => ("stddev_samp", "STD"),
                Aggregate::Count => ("count", "COUNT"),
            };
            features.push(AggregateFeature {
                name: format!("{prefix}_{name}_{ending}"),
                sql: format!("{function}(\"{name}\")"),
                source: AggregateSource::Column(column, *aggregate),
            });
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
