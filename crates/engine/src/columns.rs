//! Which columns an SQL expression reads, from its text alone.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, visit_expressions};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::error::{Error, Result};

/// The names of the columns that an expression (or a list of them, as after ORDER BY) reads,
/// without the tables that may stand before them.
///
/// # Errors
/// [`Error::Query`] if the text is not an expression.
pub fn columns_of(expression: &str) -> Result<BTreeSet<String>> {
    let wrong = |reason: String| Error::Query {
        name: expression.to_owned(),
        reason,
    };
    let sql = format!("SELECT 1 ORDER BY {expression}");
    let statements =
        Parser::parse_sql(&GenericDialect {}, &sql).map_err(|error| wrong(error.to_string()))?;
    let mut columns = BTreeSet::new();
    let _ = visit_expressions(&statements, |expression| {
        match expression {
            Expr::Identifier(name) => {
                columns.insert(name.value.clone());
            }
            Expr::CompoundIdentifier(names) => {
                columns.extend(names.last().map(|name| name.value.clone()));
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    Ok(columns)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::columns_of;

    #[test]
    fn columns_are_found_and_functions_texts_and_keywords_are_not() {
        let sql = "CASE WHEN a > 0 AND \"b c\" IS NOT NULL THEN max(t.d) ELSE 'e' END DESC, f";
        let columns: Vec<String> = columns_of(sql).unwrap().into_iter().collect();
        assert_eq!(columns, ["a", "b c", "d", "f"]);
    }

    #[test]
    fn what_is_not_an_expression_is_refused() {
        assert!(columns_of("a +").is_err());
    }
}
