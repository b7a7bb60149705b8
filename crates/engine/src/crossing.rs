//! Whether SQL reads more than it should: rows of another key, or the moment.
//!
//! Rows that belong to one key must be the same alone as among all, today as tomorrow.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, Volatility};

use crate::trace::{is_key, subqueries, trace};

/// Why an expression is no function of its row; `None` if it is.
pub(crate) fn beyond_its_row(expression: &Expr) -> Option<String> {
    let window = expression.exists(|part| Ok(matches!(part, Expr::WindowFunction(_))));
    if window.unwrap_or(false) {
        return Some("a window function, where a value of one row is expected".to_owned());
    }
    unsteady(expression)
}

/// Why a plan's rows may rest on rows with another value of the column `key`; `None` if they do
/// not.
pub(crate) fn beyond_its_key(plan: &LogicalPlan, key: &str) -> Option<String> {
    let mut found = None;
    let walked = plan.apply(|part| {
        found = mixing(part, key).or_else(|| unsteady_part(part));
        Ok(on_unless(found.is_some()))
    });
    debug_assert!(walked.is_ok(), "looking at a plan cannot fail");
    found
}

fn on_unless(found: bool) -> TreeNodeRecursion {
    match found {
        true => TreeNodeRecursion::Stop,
        false => TreeNodeRecursion::Continue,
    }
}

/// Why one part of a plan mixes keys.
fn mixing(part: &LogicalPlan, key: &str) -> Option<String> {
    match part {
        LogicalPlan::Limit(_) => Some(format!("LIMIT counts rows of every {key}: leave it out")),
        LogicalPlan::Aggregate(aggregate)
            if !has_key(&aggregate.group_expr, &aggregate.input, key) =>
        {
            Some(format!(
                "an aggregate mixes rows of one {key} with those of another: add {key} to its \
                 GROUP BY"
            ))
        }
        LogicalPlan::Window(window)
            if window
                .window_expr
                .iter()
                .any(|expression| has_wide_window(expression, &window.input, key)) =>
        {
            Some(format!(
                "a window mixes rows of one {key} with those of another: add {key} to its \
                 PARTITION BY"
            ))
        }
        LogicalPlan::Distinct(Distinct::On(distinct))
            if !has_key(&distinct.on_expr, &distinct.input, key) =>
        {
            Some(format!(
                "DISTINCT ON mixes rows of one {key} with those of another: add {key} to it"
            ))
        }
        _ => None,
    }
}

/// Whether an expression holds a window that is not parted by the key.
fn has_wide_window(expression: &Expr, input: &LogicalPlan, key: &str) -> bool {
    let found = expression.exists(|part| {
        Ok(match part {
            Expr::WindowFunction(window) => !has_key(&window.params.partition_by, input, key),
            _ => false,
        })
    });
    found.unwrap_or(true)
}

/// Whether the key is one of some expressions over a plan's rows.
fn has_key(expressions: &[Expr], input: &LogicalPlan, key: &str) -> bool {
    let columns = trace(input).columns;
    let mut expressions = expressions.iter();
    expressions.any(|expression| is_key(expression, input.schema(), &columns, key))
}

fn unsteady_part(part: &LogicalPlan) -> Option<String> {
    let mut found = None;
    let walked = part.apply_expressions(|expression| {
        found = unsteady(expression);
        Ok(on_unless(found.is_some()))
    });
    debug_assert!(walked.is_ok(), "looking at expressions cannot fail");
    found
}

/// Why an expression is no function of the rows that it stands over; `None` if it is.
fn unsteady(expression: &Expr) -> Option<String> {
    if !subqueries(expression).is_empty() {
        return Some("a subquery, which may read any row: join its rows instead".to_owned());
    }
    let mut found = None;
    let walked = expression.apply(|part| {
        if let Expr::ScalarFunction(function) = part
            && function.func.signature().volatility != Volatility::Immutable
        {
            let name = function.func.name();
            found = Some(format!("{name}() does not always give the same value"));
        }
        Ok(on_unless(found.is_some()))
    });
    debug_assert!(walked.is_ok(), "looking at an expression cannot fail");
    found
}
