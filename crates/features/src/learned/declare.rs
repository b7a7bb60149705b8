//! Learned features for this portfolio: what its tables give, in words, and the rows behind them.

use std::collections::BTreeMap;

use limpide_portfolio::Schema;
use serde::{Deserialize, Serialize};

use super::spec::{Group, LearnedSpec, Neighbours, Number, Relation, RowModel, Summary};
use crate::catalogue::{FeatureInfo, Kind};
use crate::plan::Detail;
use crate::spec::{Direction, Text, Unit};

/// One or several features that are fitted together, as training reads them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Declared {
    /// The default rate of the nearest clients.
    Neighbours {
        feature: Box<FeatureInfo>,
        inputs: Vec<String>,
        neighbours: usize,
        from_clients: usize,
    },
    /// Comparisons with clients of the same kind.
    Groups {
        by: Vec<DeclaredKey>,
        least: usize,
        numbers: Vec<DeclaredNumber>,
        from_clients: usize,
    },
    /// A model of single rows.
    Rows {
        table: String,
        latest: Option<String>,
        outputs: Vec<(Summary, FeatureInfo)>,
        from_clients: usize,
    },
}

/// A part of a group's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredKey {
    /// The feature.
    pub feature: String,
    /// Where its bands begin; none for a category.
    pub bands: Vec<f64>,
}

/// The comparisons of one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredNumber {
    /// The feature.
    pub input: String,
    /// What is told of it.
    pub outputs: Vec<(Relation, FeatureInfo)>,
}

impl Declared {
    /// The features in the order in which training appends them.
    pub fn features(&self) -> Vec<&FeatureInfo> {
        match self {
            Self::Neighbours { feature, .. } => vec![feature],
            Self::Groups { numbers, .. } => {
                let outputs = numbers.iter().flat_map(|number| &number.outputs);
                outputs.map(|(_, info)| info).collect()
            }
            Self::Rows { outputs, .. } => outputs.iter().map(|(_, info)| info).collect(),
        }
    }
}

impl Declared {
    /// The features, to be completed.
    pub(crate) fn features_mut(&mut self) -> Vec<&mut FeatureInfo> {
        match self {
            Self::Neighbours { feature, .. } => vec![feature],
            Self::Groups { numbers, .. } => {
                let outputs = numbers.iter_mut().flat_map(|number| &mut number.outputs);
                outputs.map(|(_, info)| info).collect()
            }
            Self::Rows { outputs, .. } => outputs.iter_mut().map(|(_, info)| info).collect(),
        }
    }
}

/// Declares what can be learned from the features and tables that are there. What reads others
/// is left out.
pub fn declare(
    learned: &LearnedSpec,
    schema: &Schema,
    features: &[&FeatureInfo],
    has_table: impl Fn(&str) -> bool,
) -> (Vec<Declared>, Vec<Detail>) {
    let known = Known(features);
    let mut declared = Vec::new();
    let mut details = Vec::new();
    for neighbours in &learned.neighbours {
        declared.extend(known.neighbours(neighbours));
    }
    for group in &learned.groups {
        declared.extend(known.group(group));
    }
    for rows in &learned.rows {
        if rows.tables.iter().all(|table| has_table(table)) {
            declared.push(row_model(rows));
            details.push(detail(rows, &schema.client));
        }
    }
    (declared, details)
}

/// The features that the portfolio gives.
struct Known<'a>(&'a [&'a FeatureInfo]);

impl Known<'_> {
    fn find(&self, name: &str) -> Option<&FeatureInfo> {
        self.0.iter().find(|info| info.name == name).copied()
    }

    fn neighbours(&self, spec: &Neighbours) -> Option<Declared> {
        let inputs: Option<Vec<&FeatureInfo>> =
            spec.inputs.iter().map(|name| self.find(name)).collect();
        let sql = format!(
            "default rate of the {} training clients nearest in {}",
            spec.k,
            spec.inputs.join(", ")
        );
        let mut info = blank(spec.name.clone(), sql, spec.label.clone(), &inputs?);
        info.concept.clone_from(&spec.concept);
        info.unit = Unit::Share;
        info.direction = Direction::Up;
        Some(Declared::Neighbours {
            feature: Box::new(info),
            inputs: spec.inputs.clone(),
            neighbours: spec.k,
            from_clients: spec.from_clients,
        })
    }

    fn group(&self, spec: &Group) -> Option<Declared> {
        let keys: Option<Vec<&FeatureInfo>> =
            spec.by.iter().map(|key| self.find(&key.feature)).collect();
        let keys = keys?;
        let mut numbers = Vec::new();
        for number in &spec.numbers {
            let Some(input) = self.find(&number.feature) else {
                continue;
            };
            let mut inputs = vec![input];
            inputs.extend(&keys);
            let relations = number.relations.iter();
            let outputs =
                relations.map(|&relation| (relation, compared(spec, number, relation, &inputs)));
            numbers.push(DeclaredNumber {
                input: number.feature.clone(),
                outputs: outputs.collect(),
            });
        }
        let by = spec.by.iter().map(|key| DeclaredKey {
            feature: key.feature.clone(),
            bands: key.bands.clone(),
        });
        (!numbers.is_empty()).then(|| Declared::Groups {
            by: by.collect(),
            least: spec.least,
            numbers,
            from_clients: spec.from_clients,
        })
    }
}

/// A comparison; the number that is compared is the first of the inputs.
fn compared(
    group: &Group,
    number: &Number,
    relation: Relation,
    inputs: &[&FeatureInfo],
) -> FeatureInfo {
    let of = inputs[0];
    let keys: Vec<&str> = group.by.iter().map(|key| key.feature.as_str()).collect();
    let what = match relation {
        Relation::Median => "median of",
        Relation::Deviation => "standard deviation of",
        Relation::Difference => "distance to the median of",
        Relation::Ratio => "ratio to the median of",
        Relation::Z => "standardised distance to the median of",
    };
    let sql = format!(
        "{what} {} within {} of the training clients",
        number.feature,
        keys.join(" × ")
    );
    let label = told(relation, &of.label, &group.label);
    let mut info = blank(group.feature(number, relation), sql, label, inputs);
    info.concept.clone_from(&of.concept);
    info.direction = of.direction;
    info.unit = match (relation, of.unit) {
        (Relation::Ratio, _) => Unit::Ratio,
        (Relation::Z, _) => Unit::None,
        (Relation::Median, unit) => unit,
        (_, Unit::Date) => Unit::Days,
        (_, Unit::Flag) => Unit::Share,
        (_, unit) => unit,
    };
    if relation == Relation::Deviation {
        info.direction = Direction::None;
    }
    info
}

/// "revenu : écart à la médiane de ceux du même métier".
fn told(relation: Relation, of: &Text, group: &Text) -> Text {
    let (fr, en) = match relation {
        Relation::Median => (" : médiane de", ": median of"),
        Relation::Deviation => (" : dispersion parmi", ": spread among"),
        Relation::Difference => (" : écart à la médiane de", ": distance to the median of"),
        Relation::Ratio => (" : rapport à la médiane de", ": ratio to the median of"),
        Relation::Z => (
            " : écart, en écarts-types, à la médiane de",
            ": distance, in standard deviations, to the median of",
        ),
    };
    Text {
        fr: format!("{}{fr} {}", of.fr, group.fr),
        en: format!("{}{en} {}", of.en, group.en),
    }
}

fn row_model(spec: &RowModel) -> Declared {
    let outputs = spec.outputs.iter().map(|output| {
        let what = match output.summary {
            Summary::Mean => "mean",
            Summary::Max => "greatest",
            Summary::Min => "least",
            Summary::Sum => "sum of the",
            Summary::Latest => "latest row's",
        };
        let condition = spec.condition.as_ref().map(|c| format!(" WHERE {c}"));
        let sql = format!(
            "{what} default probability by a model of the rows of {}{}",
            spec.rows.split_whitespace().collect::<Vec<_>>().join(" "),
            condition.unwrap_or_default()
        );
        let mut info = blank(output.name.clone(), sql, output.label.clone(), &[]);
        info.tables.clone_from(&spec.tables);
        info.concept.clone_from(&spec.concept);
        info.direction = output.direction;
        info.unit = match output.summary {
            Summary::Sum => Unit::None,
            _ => Unit::Share,
        };
        (output.summary, info)
    });
    Declared::Rows {
        table: spec.name.clone(),
        latest: spec.latest.clone(),
        outputs: outputs.collect(),
        from_clients: spec.from_clients,
    }
}

/// What a model reads of a row, as SQL.
pub(crate) fn row_expressions(spec: &RowModel) -> Vec<String> {
    let columns = spec.columns.iter().map(|column| {
        let quoted = || format!("\"{}\"", column.name);
        let sql = column.sql.clone().unwrap_or_else(quoted);
        format!("CAST({sql} AS DOUBLE) AS \"{}\"", column.name)
    });
    columns.collect()
}

fn detail(spec: &RowModel, client: &str) -> Detail {
    let columns = row_expressions(spec);
    let condition = spec.condition.as_ref().map(|c| format!("\nWHERE {c}"));
    Detail {
        name: spec.name.clone(),
        tables: spec.tables.clone(),
        sql: format!(
            "SELECT \"{client}\",\n  {}\nFROM {}{}",
            columns.join(",\n  "),
            spec.rows,
            condition.unwrap_or_default()
        ),
        columns: spec.columns.iter().map(|c| c.name.clone()).collect(),
    }
}

/// A feature that is made of others: protected if one of them is.
fn blank(name: String, sql: String, label: Text, inputs: &[&FeatureInfo]) -> FeatureInfo {
    let mut tables: Vec<String> = Vec::new();
    for table in inputs.iter().flat_map(|input| &input.tables) {
        if !tables.contains(table) {
            tables.push(table.clone());
        }
    }
    FeatureInfo {
        name,
        family: "learned".to_owned(),
        kind: Kind::Number,
        tables,
        sql,
        label,
        values: BTreeMap::new(),
        concept: String::new(),
        unit: Unit::None,
        direction: Direction::None,
        actionable: false,
        protected: inputs.iter().any(|input| input.protected),
        missing_share: 0.0,
        quantiles: BTreeMap::new(),
        histogram: None,
        categories: Vec::new(),
        theme: String::new(),
        lineage: Vec::new(),
        computed: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use limpide_portfolio::Recipe;

    use super::*;
    use crate::compile::compile;
    use crate::plan::Plan;
    use crate::spec::RecipeSpec;

    fn plan(has_table: impl Fn(&str) -> bool) -> Plan {
        let recipe = Recipe::open("home-credit").expect("it is built in");
        let spec = RecipeSpec::open(&recipe).expect("it is sound");
        compile(&spec, &recipe.schema, has_table).expect("it compiles")
    }

    #[test]
    fn learned_features_have_words_a_unit_and_a_concept_and_age_makes_them_protected() {
        let plan = plan(|_| true);
        let all: Vec<&FeatureInfo> = plan.learned.iter().flat_map(Declared::features).collect();
        let find = |name: &str| *all.iter().find(|info| info.name == name).expect(name);
        let near = find("NEIGHBOURS_DEFAULT_RATE");
        assert_eq!((near.unit, near.direction), (Unit::Share, Direction::Up));
        assert!(near.label.fr.contains("{k}") && !near.protected);
        let income = find("PEERS_AMT_INCOME_TOTAL_RATIO");
        assert_eq!(income.unit, Unit::Ratio);
        assert!(income.protected, "the group is made by age among others");
        assert!(!find("EMPLOYER_AMT_INCOME_TOTAL_RATIO").protected);
        assert_eq!(find("PEERS_DAYS_EMPLOYED_DIFFERENCE").unit, Unit::Days);
        assert_eq!(find("PREVIOUS_RISK_MEAN").tables, ["previous_application"]);
        assert!(
            all.iter()
                .all(|info| !info.concept.is_empty() && !info.sql.is_empty())
        );
    }

    #[test]
    fn a_table_that_is_absent_takes_along_what_is_learned_from_it() {
        let plan = plan(|table| table != "bureau");
        let names: Vec<&str> = plan
            .details
            .iter()
            .map(|detail| detail.name.as_str())
            .collect();
        assert_eq!(names, ["previous"]);
        let all = plan.learned.iter().flat_map(Declared::features);
        assert!(all.clone().all(|info| !info.name.starts_with("BUREAU")));
        assert!(all.clone().any(|info| info.name == "PREVIOUS_RISK_MEAN"));
    }
}
