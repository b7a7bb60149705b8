//! A query's plan followed down to the tables: what each of its columns rests on.

use std::collections::BTreeSet;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::logical_expr::expr::{Exists, InList, InSubquery, SetComparison};
use datafusion::logical_expr::{BinaryExpr, Case, Distinct, Expr, LogicalPlan, Operator, Subquery};

use crate::outline::{Sources, TableColumn};

/// What a column rests on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traced {
    pub(crate) sources: Sources,
    /// The column of a table that it is, unchanged.
    pub(crate) plain: Option<TableColumn>,
}

/// What the columns of a plan rest on, in their order.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) columns: Vec<Traced>,
    /// What decides which rows there are.
    pub(crate) rows: Sources,
    pub(crate) tables: BTreeSet<String>,
    /// Texts that columns of tables are compared with.
    pub(crate) compared: Vec<(TableColumn, String)>,
}

impl Trace {
    /// Adds what decides about another plan's rows.
    fn also(&mut self, other: &Self) {
        self.rows.extend(other.rows.iter().cloned());
        self.tables.extend(other.tables.iter().cloned());
        self.compared.extend(other.compared.iter().cloned());
    }

    /// Everything that a plan rests on.
    fn all(&self) -> Sources {
        let columns = self.columns.iter().flat_map(|column| &column.sources);
        columns.chain(&self.rows).cloned().collect()
    }
}

/// Follows a plan.
pub(crate) fn trace(plan: &LogicalPlan) -> Trace {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let table = scan.table_name.table();
            let fields = scan.projected_schema.fields().iter();
            let columns = fields.map(|field| {
                let plain = TableColumn {
                    table: table.to_owned(),
                    column: field.name().clone(),
                };
                Traced {
                    sources: Sources::from([plain.clone()]),
                    plain: Some(plain),
                }
            });
            Trace {
                columns: columns.collect(),
                tables: BTreeSet::from([table.to_owned()]),
                ..Trace::default()
            }
        }
        LogicalPlan::Projection(projection) => computed(&projection.input, &projection.expr),
        LogicalPlan::Filter(filter) => {
            let mut input = trace(&filter.input);
            let schema = filter.input.schema();
            add_rows(&mut input, [&filter.predicate], schema);
            add_subqueries(&mut input, [&filter.predicate]);
            input
        }
        LogicalPlan::Window(window) => {
            let mut input = trace(&window.input);
            let added = computed(&window.input, &window.window_expr);
            input.columns.extend(added.columns);
            input.compared = added.compared;
            input
        }
        LogicalPlan::Aggregate(aggregate) => {
            let expressions: Vec<Expr> = aggregate
                .group_expr
                .iter()
                .chain(&aggregate.aggr_expr)
                .cloned()
                .collect();
            let mut grouped = computed(&aggregate.input, &expressions);
            let input = trace(&aggregate.input);
            for group in &aggregate.group_expr {
                let sources = sources_of(group, aggregate.input.schema(), &input.columns);
                grouped.rows.extend(sources);
            }
            grouped
        }
        LogicalPlan::Join(join) => {
            let (left, right) = (trace(&join.left), trace(&join.right));
            let mut joined = Trace::default();
            joined.also(&left);
            joined.also(&right);
            for (on_left, on_right) in &join.on {
                let sources = sources_of(on_left, join.left.schema(), &left.columns);
                joined.rows.extend(sources);
                let sources = sources_of(on_right, join.right.schema(), &right.columns);
                joined.rows.extend(sources);
            }
            joined.columns = [left.columns, right.columns].concat();
            if let Some(filter) = &join.filter
                && let Ok(both) = join.left.schema().join(join.right.schema())
            {
                add_rows(&mut joined, [filter], &both);
                add_subqueries(&mut joined, [filter]);
            }
            if joined.columns.len() != join.schema.fields().len() {
                return blurred(joined, plan);
            }
            joined
        }
        LogicalPlan::SubqueryAlias(alias) => trace(&alias.input),
        LogicalPlan::Subquery(inner) => trace(&inner.subquery),
        LogicalPlan::Sort(sort) => {
            let mut input = trace(&sort.input);
            let by = sort.expr.iter().map(|by| &by.expr);
            add_rows(&mut input, by, sort.input.schema());
            input
        }
        LogicalPlan::Limit(limit) => trace(&limit.input),
        LogicalPlan::Repartition(repartition) => trace(&repartition.input),
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let mut input = trace(input);
            input.rows = input.all();
            input
        }
        LogicalPlan::Union(union) => {
            let mut inputs = union.inputs.iter().map(|input| trace(input));
            let mut united = inputs.next().unwrap_or_default();
            for input in inputs {
                united.also(&input);
                for (column, other) in united.columns.iter_mut().zip(input.columns) {
                    column.sources.extend(other.sources);
                    column.plain = None;
                }
            }
            united
        }
        other => {
            let mut inputs = Trace::default();
            for input in other.inputs() {
                let input = trace(input);
                inputs.also(&input);
                inputs.columns.extend(input.columns);
            }
            blurred(inputs, plan)
        }
    }
}

/// A plan that is not followed column by column: each rests on all that goes in.
fn blurred(mut inputs: Trace, plan: &LogicalPlan) -> Trace {
    let columns = inputs.columns.iter().flat_map(|column| &column.sources);
    let all = Traced {
        sources: columns.cloned().collect(),
        plain: None,
    };
    inputs.columns = vec![all; plan.schema().fields().len()];
    inputs
}

/// Expressions over the rows of a plan.
fn computed(input: &LogicalPlan, expressions: &[Expr]) -> Trace {
    let traced = trace(input);
    let columns = expressions.iter().map(|expression| Traced {
        sources: sources_of(expression, input.schema(), &traced.columns),
        plain: plain(expression, input.schema(), &traced.columns),
    });
    let mut out = Trace {
        columns: columns.collect(),
        ..Trace::default()
    };
    out.also(&traced);
    for expression in expressions {
        let compared = compared(expression, input.schema(), &traced.columns);
        out.compared.extend(compared);
    }
    add_subqueries(&mut out, expressions);
    out
}

fn add_rows<'a>(
    input: &mut Trace,
    expressions: impl IntoIterator<Item = &'a Expr>,
    schema: &DFSchema,
) {
    for expression in expressions {
        let sources = sources_of(expression, schema, &input.columns);
        input.rows.extend(sources);
        let compared = compared(expression, schema, &input.columns);
        input.compared.extend(compared);
    }
}

fn add_subqueries<'a>(input: &mut Trace, expressions: impl IntoIterator<Item = &'a Expr>) {
    for expression in expressions {
        for inner in subqueries(expression) {
            let inner = trace(&inner.subquery);
            input.tables.extend(inner.tables);
            input.compared.extend(inner.compared);
        }
    }
}

/// The column of a table that an expression is, unchanged.
fn plain(expression: &Expr, schema: &DFSchema, columns: &[Traced]) -> Option<TableColumn> {
    match expression {
        Expr::Column(column) => {
            let place = schema.maybe_index_of_column(column)?;
            columns.get(place)?.plain.clone()
        }
        Expr::Alias(alias) => plain(&alias.expr, schema, columns),
        _ => None,
    }
}

/// Whether an expression is the column `key` of a table, or of several that were united.
pub(crate) fn is_key(expression: &Expr, schema: &DFSchema, columns: &[Traced], key: &str) -> bool {
    if let Some(column) = plain(expression, schema, columns) {
        return column.column == key;
    }
    let is_named = matches!(expression, Expr::Column(column) if column.name == key);
    let sources = sources_of(expression, schema, columns);
    is_named && !sources.is_empty() && sources.iter().all(|source| source.column == key)
}

/// The texts that columns of tables are compared with, by `=`, `<>`, `IN` and `CASE … WHEN`.
pub(crate) fn compared(
    expression: &Expr,
    schema: &DFSchema,
    columns: &[Traced],
) -> Vec<(TableColumn, String)> {
    let mut found = Vec::new();
    let mut add = |one: &Expr, other: &Expr| {
        if let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = other
            && let Some(column) = plain(one, schema, columns)
        {
            found.push((column, text.clone()));
        }
    };
    let walked = expression.apply(|part| {
        match part {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::Eq | Operator::NotEq,
                right,
            }) => {
                add(left, right);
                add(right, left);
            }
            Expr::InList(InList { expr, list, .. }) => list.iter().for_each(|text| add(expr, text)),
            Expr::Case(Case {
                expr: Some(expr),
                when_then_expr,
                ..
            }) => when_then_expr.iter().for_each(|(text, _)| add(expr, text)),
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(walked.is_ok(), "looking at an expression cannot fail");
    found
}

/// What an expression over rows rests on; `columns` are what the rows' columns rest on.
pub(crate) fn sources_of(expression: &Expr, schema: &DFSchema, columns: &[Traced]) -> Sources {
    let mut sources = Sources::new();
    let mut add = |column: &Column| {
        let place = schema.maybe_index_of_column(column);
        if let Some(found) = place.and_then(|place| columns.get(place)) {
            sources.extend(found.sources.iter().cloned());
        }
    };
    for column in expression.column_refs() {
        add(column);
    }
    let inner = subqueries(expression);
    for subquery in &inner {
        for outer in &subquery.outer_ref_columns {
            if let Expr::OuterReferenceColumn(_, column) = outer {
                add(column);
            }
        }
    }
    for subquery in inner {
        sources.extend(trace(&subquery.subquery).all());
    }
    sources
}

/// Whether an expression aggregates rows, so that it has no value for one of them.
pub(crate) fn is_of_many_rows(expression: &Expr) -> bool {
    let found = expression.exists(|part| Ok(matches!(part, Expr::AggregateFunction(_))));
    found.unwrap_or(false)
}

/// The SELECTs that stand inside an expression.
pub(crate) fn subqueries(expression: &Expr) -> Vec<Subquery> {
    let mut found = Vec::new();
    let walked = expression.apply(|part| {
        match part {
            Expr::ScalarSubquery(subquery)
            | Expr::Exists(Exists { subquery, .. })
            | Expr::InSubquery(InSubquery { subquery, .. })
            | Expr::SetComparison(SetComparison { subquery, .. }) => found.push(subquery.clone()),
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(walked.is_ok(), "looking at an expression cannot fail");
    found
}
