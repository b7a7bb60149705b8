//! Which rows and columns stand behind each feature of a plan, and the SQL that gives them.

use std::collections::{BTreeMap, BTreeSet};

use limpide_engine::columns_of;
use limpide_portfolio::Schema;

use super::behind::Behind;
use super::view::{Columns, View, keys_of, ordered, quoted};
use super::words::Wordbook;
use super::{ColumnRole, ShownColumn, behind};
use crate::aggregates::aggregates_of;
use crate::catalogue::FeatureInfo;
use crate::error::Result;
use crate::family_rows::FamilyRows;
use crate::learned::spec::RowModel;
use crate::learned::{Declared, row_expressions};
use crate::plan::Plan;
use crate::row_columns::RowColumns;
use crate::spec::{Family, FamilyKind, RecipeSpec, Text};

/// What stands behind the features of a plan.
pub(super) struct Shapes {
    sets: BTreeMap<String, RowSet>,
    asked: BTreeMap<String, Asked>,
    /// The SQL over each table of which rows stand behind others.
    tables: BTreeMap<String, (String, String)>,
    reads: BTreeMap<String, BTreeSet<String>>,
}

/// Rows that features are made of: a family's subset, a row family, the rows of a model.
pub(super) struct RowSet {
    pub(super) sql: String,
    pub(super) label: Text,
}

/// What stands behind one feature.
pub(super) enum Asked {
    /// Other features.
    Features(Vec<String>),
    /// Rows.
    Rows(Box<AskedRows>),
}

/// The rows behind one feature.
pub(super) struct AskedRows {
    /// The name of their query.
    pub(super) set: String,
    pub(super) columns: Vec<ShownColumn>,
    pub(super) behind: Vec<Behind>,
}

impl Shapes {
    pub(super) fn new(schema: &Schema, spec: &RecipeSpec, plan: &Plan) -> Result<Self> {
        let mut shapes = Self {
            sets: BTreeMap::new(),
            asked: BTreeMap::new(),
            tables: BTreeMap::new(),
            reads: BTreeMap::new(),
        };
        let learned = plan.learned.iter().flat_map(Declared::features);
        let infos = plan.features().map(|feature| &feature.info).chain(learned);
        let infos: BTreeMap<&str, &FeatureInfo> =
            infos.map(|info| (info.name.as_str(), info)).collect();
        let nothing = RowColumns::new();
        for family in &spec.parsed {
            let view = View {
                schema,
                spec,
                infos: &infos,
                tables: &family.tables,
                from: &family.rows,
                book: Wordbook {
                    spec,
                    tables: &family.tables,
                    own: spec.table_words.families.get(&family.name),
                    kind: family.kind,
                    family: &family.columns,
                    rows: spec.readings.rows.get(&family.name).unwrap_or(&nothing),
                },
            };
            match family.kind {
                FamilyKind::Derived => {}
                FamilyKind::Row => shapes.add_row_family(&view, family)?,
                FamilyKind::Aggregate => shapes.add_aggregates(&view, family)?,
            }
        }
        for model in &spec.learned.rows {
            let rows = spec.readings.learned_rows.get(&model.name);
            let view = View {
                schema,
                spec,
                infos: &infos,
                tables: &model.tables,
                from: &model.rows,
                book: Wordbook {
                    spec,
                    tables: &model.tables,
                    own: spec.table_words.learned.get(&model.name),
                    kind: FamilyKind::Row,
                    family: &[],
                    rows: rows.unwrap_or(&nothing),
                },
            };
            shapes.add_model(&view, model);
        }
        for (name, derived) in &spec.readings.derived {
            shapes.add_features(&infos, name, derived.reads.iter());
        }
        for declared in &plan.learned {
            match declared {
                Declared::Neighbours {
                    feature, inputs, ..
                } => shapes.add_features(&infos, &feature.name, inputs.iter()),
                Declared::Groups { by, numbers, .. } => {
                    for number in numbers {
                        for (_, info) in &number.outputs {
                            let keys = by.iter().map(|key| &key.feature);
                            shapes.add_features(&infos, &info.name, keys.chain([&number.input]));
                        }
                    }
                }
                Declared::Rows { .. } => {}
            }
        }
        shapes.look_up(schema, &infos);
        Ok(shapes)
    }

    /// The names of all queries.
    pub(super) fn queries(&self) -> impl Iterator<Item = &String> {
        self.sets
            .keys()
            .chain(self.tables.values().map(|(name, _)| name))
    }

    pub(super) fn asked(&self, feature: &str) -> Option<&Asked> {
        self.asked.get(feature)
    }

    pub(super) fn set(&self, name: &str) -> &RowSet {
        &self.sets[name]
    }

    /// The SQL over a table of which rows stand behind others.
    pub(super) fn behind(&self, table: &str) -> &str {
        &self.tables[table].1
    }

    /// The columns that all queries read, by table.
    pub(super) fn reads(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.reads
    }

    fn add_features<'n>(
        &mut self,
        infos: &BTreeMap<&str, &FeatureInfo>,
        name: &str,
        reads: impl Iterator<Item = &'n String>,
    ) {
        if infos.contains_key(name) {
            let reads = Asked::Features(reads.cloned().collect());
            self.asked.insert(name.to_owned(), reads);
        }
    }

    /// One row a client: its columns that the feature names.
    fn add_row_family(&mut self, view: &View<'_>, family: &Family) -> Result<()> {
        let name = format!("rows {}", family.name);
        let mut all = view.needed();
        let mut features = Vec::with_capacity(family.columns.len());
        for column in &family.columns {
            let reads = match &column.sql {
                Some(sql) => columns_of(sql)?,
                None => BTreeSet::from([column.name.clone()]),
            };
            let mut columns = Columns::new(view);
            columns.add(reads.iter(), ColumnRole::Value, view);
            features.push((&column.name, columns));
            all.extend(reads);
        }
        all.remove(&view.schema.client);
        // A family of constants rests on no column: there is nothing to show.
        if all.is_empty() {
            return Ok(());
        }
        for (feature, columns) in features {
            self.add_rows(view, feature, &name, columns);
        }
        let all = all.iter().map(|name| quoted(name));
        let sql = format!(
            "SELECT {}\nFROM {}",
            all.collect::<Vec<_>>().join(", "),
            family.rows.trim()
        );
        let label = view.label();
        self.sets.insert(name, RowSet { sql, label });
        Ok(())
    }

    /// Many rows a client: each subset's, with what its aggregates and conditions name.
    fn add_aggregates(&mut self, view: &View<'_>, family: &Family) -> Result<()> {
        let mut more = view.needed();
        for sql in family
            .columns
            .iter()
            .filter_map(|column| column.sql.as_ref())
        {
            let inputs = columns_of(sql)?;
            more.extend(inputs.into_iter().filter(|name| view.has(name)));
        }
        let lasts = family
            .subsets
            .iter()
            .filter_map(|subset| subset.last.as_ref());
        for last in lasts.clone() {
            more.extend(columns_of(&last.order)?);
        }
        let rows = FamilyRows::carrying(family, &view.schema.client, &more)?;
        let last = lasts.map(|last| last.order.as_str()).next();
        let order = view.order(last);
        // Where no time of a table is passed on, what orders the rows dates them.
        let dated = view.marked().any(|(_, role)| role == ColumnRole::Time);
        let dating = match last {
            Some(last) if !dated => columns_of(last)?,
            _ => BTreeSet::new(),
        };
        let selected: Vec<String> = rows.columns.iter().map(|name| quoted(name)).collect();
        for subset in &family.subsets {
            let name = format!("rows {}", subset.prefix);
            let mut deciding = BTreeSet::new();
            if let Some(condition) = &subset.condition {
                deciding.extend(columns_of(condition)?);
            }
            if let Some(last) = &subset.last {
                deciding.extend(columns_of(&last.order)?);
            }
            for feature in aggregates_of(family, subset) {
                let mut columns = Columns::new(view);
                columns.add(dating.iter(), ColumnRole::Time, view);
                let values = columns_of(&feature.sql)?;
                columns.add(values.iter(), ColumnRole::Value, view);
                columns.add(deciding.iter(), ColumnRole::Rows, view);
                self.add_rows(view, &feature.name, &name, columns);
            }
            let sql = format!(
                "SELECT {}\nFROM (\n{}\n) AS rows{}{order}",
                selected.join(", "),
                rows.sql,
                rows.filter(subset)
            );
            let label = subset.label.clone();
            self.sets.insert(name, RowSet { sql, label });
        }
        Ok(())
    }

    /// The rows that a model of rows reads.
    fn add_model(&mut self, view: &View<'_>, model: &RowModel) {
        let name = format!("learned {}", model.name);
        let mut columns = Columns::new(view);
        let expressions = row_expressions(model);
        for column in &model.columns {
            let sql = column.sql.clone();
            columns.push(&column.name, ColumnRole::Value, sql, view);
        }
        for output in &model.outputs {
            self.add_rows(view, &output.name, &name, columns.clone());
        }
        let made = |name: &String| model.columns.iter().any(|column| column.name == *name);
        let marked = view.marked().map(|(name, _)| name);
        let marked = marked.filter(|name| !made(name)).map(|name| quoted(&name));
        let selected: Vec<String> = marked.chain(expressions).collect();
        let condition = model.condition.as_ref().map(|c| format!("\nWHERE {c}"));
        let sql = format!(
            "SELECT {}\nFROM {}{}{}",
            selected.join(", "),
            model.rows,
            condition.unwrap_or_default(),
            view.order(None)
        );
        let label = view.label();
        self.sets.insert(name, RowSet { sql, label });
    }

    /// Notes the rows behind a feature, if the plan has it.
    fn add_rows(&mut self, view: &View<'_>, feature: &str, set: &str, columns: Columns) {
        if let Some(info) = view.infos.get(feature) {
            let rows = AskedRows {
                set: set.to_owned(),
                columns: columns.shown(),
                behind: view.behind(info),
            };
            self.asked
                .insert(feature.to_owned(), Asked::Rows(Box::new(rows)));
        }
    }

    /// Finds what look-ups bring, and writes the SQL over the tables behind.
    fn look_up(&mut self, schema: &Schema, infos: &BTreeMap<&str, &FeatureInfo>) {
        for source in infos.values().flat_map(|info| &info.lineage) {
            let columns = self.reads.entry(source.table.clone()).or_default();
            columns.insert(source.column.clone());
        }
        for table in &schema.tables {
            // What decides what was known at the application is read with every row.
            if let Some(columns) = self.reads.get_mut(&table.name) {
                columns.extend(table.keys.iter().cloned());
                columns.extend(table.time.iter().cloned());
                columns.extend(table.known_later.iter().map(|later| later.date.clone()));
            }
        }
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for asked in self.asked.values() {
            let Asked::Rows(rows) = asked else { continue };
            for behind in &rows.behind {
                let columns = wanted.entry(behind.table.clone()).or_default();
                columns.extend(behind.columns.iter().map(|column| column.name.clone()));
                columns.extend(behind.keys.iter().map(|(_, key)| key.clone()));
            }
        }
        for (name, columns) in wanted {
            let Some(table) = schema.tables.iter().find(|table| table.name == name) else {
                continue;
            };
            let reads = self.reads.entry(name.clone()).or_default();
            reads.extend(columns.iter().cloned());
            let selected: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
            let sql = format!(
                "SELECT {}\nFROM {}{}",
                selected.join(", "),
                quoted(&name),
                ordered(&table.time, &keys_of(table, &schema.client))
            );
            self.tables
                .insert(name.clone(), (behind::query(&name), sql));
        }
    }
}
