//! What SQL reads, asked of tables that are known by their columns alone.
//!
//! An [`Outline`] holds no rows and runs nothing: it says which columns a text reads, down to the
//! tables, and what is wrong with it, so that a mistake is found before any data is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::{DFSchema, DataFusionError, Result as PlanResult, TableReference};
use datafusion::config::ConfigOptions;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::logical_plan::builder::LogicalTableSource;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner};
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource,
    WindowUDF,
};
use datafusion::sql::planner::{ParserOptions, PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use crate::crossing::{beyond_its_key, beyond_its_row};
use crate::error::SqlFault;
use crate::trace::{Trace, Traced, compared, is_of_many_rows, sources_of, trace};

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Columns that something rests on.
pub type Sources = BTreeSet<TableColumn>;

/// Tables known by their columns alone.
pub struct Outline {
    state: SessionState,
    tables: BTreeMap<String, Arc<dyn TableSource>>,
}

/// The rows that an SQL text makes: their columns, and what each rests on.
#[derive(Debug, Clone)]
pub struct OutlineRows {
    plan: LogicalPlan,
    schema: DFSchema,
    columns: Vec<Traced>,
    /// What decides which rows there are: conditions, keys of joins and groups.
    pub decided_by: Sources,
    /// The tables that are read.
    pub tables: BTreeSet<String>,
    /// Texts that columns of tables are compared with on the way.
    pub compared: Vec<(TableColumn, String)>,
}

/// What an expression over one row rests on.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The columns behind it.
    pub sources: Sources,
    /// The columns of the rows that it names.
    pub columns: BTreeSet<String>,
    /// The column of a table that it is, unchanged.
    pub plain: Option<TableColumn>,
    /// Texts that columns of tables are compared with.
    pub compared: Vec<(TableColumn, String)>,
    /// What it gives.
    pub data_type: DataType,
}

impl Reading {
    /// A number that rests on no column.
    pub fn number() -> Self {
        Self {
            sources: Sources::new(),
            columns: BTreeSet::new(),
            plain: None,
            compared: Vec::new(),
            data_type: DataType::Float64,
        }
    }
}

/// An unknown table on its way through the planner.
#[derive(Debug, thiserror::Error)]
#[error("table {0} is unknown")]
struct UnknownTable(String);

impl Outline {
    /// Tables by their names, with their columns.
    pub fn new(tables: impl IntoIterator<Item = (String, SchemaRef)>) -> Self {
        let sources = tables.into_iter().map(|(name, schema)| {
            let source: Arc<dyn TableSource> = Arc::new(LogicalTableSource::new(schema));
            (name, source)
        });
        Self {
            state: SessionStateBuilder::new_with_default_features().build(),
            tables: sources.collect(),
        }
    }

    /// The rows of what stands after FROM: a table's name, a join, a SELECT in parentheses.
    ///
    /// # Errors
    /// The text does not parse, or reads what is not there.
    pub fn rows(&self, from: &str) -> Result<OutlineRows, SqlFault> {
        // On a line of its own, so that the parser's lines are the text's but for one.
        let sql = format!("SELECT * FROM\n{from}");
        let parsed = Parser::parse_sql(&GenericDialect {}, &sql);
        let mut statements = parsed.map_err(|error| {
            // The SELECT alone is told more plainly than as a part of FROM.
            let inner = select_in_parentheses(from).map(|select| parse(&select));
            match inner {
                Some(Err(error)) => syntax(&error, from, 0),
                _ => syntax(&error, from, 1),
            }
        })?;
        let (Some(statement), true) = (statements.pop(), statements.is_empty()) else {
            let reason = "one table or SELECT expected".to_owned();
            return Err(SqlFault::Syntax { reason, line: 1 });
        };
        let plan = self
            .planner()
            .sql_statement_to_plan(statement)
            .map_err(|error| self.fault(&error, &[]))?;
        let Trace {
            columns,
            rows,
            tables,
            compared,
        } = trace(&plan);
        Ok(OutlineRows {
            schema: plan.schema().as_ref().clone(),
            columns,
            decided_by: rows,
            tables,
            compared,
            plan,
        })
    }

    /// What an expression over one row reads.
    ///
    /// # Errors
    /// The text is not one expression, or reads what is not there.
    pub fn expression(&self, rows: &OutlineRows, text: &str) -> Result<Reading, SqlFault> {
        let mut parser = parser(text)?;
        let parsed = parser
            .parse_expr()
            .and_then(|parsed| ended(&parser).map(|()| parsed))
            .map_err(|error| syntax(&error, text, 0))?;
        self.reading(rows, parsed)
    }

    /// What the expressions of an order (`a DESC, b`) read.
    ///
    /// # Errors
    /// The text is not such a list, or reads what is not there.
    pub fn order(&self, rows: &OutlineRows, text: &str) -> Result<Vec<Reading>, SqlFault> {
        let mut parser = parser(text)?;
        let parsed = parser
            .parse_comma_separated(Parser::parse_order_by_expr)
            .and_then(|parsed| ended(&parser).map(|()| parsed))
            .map_err(|error| syntax(&error, text, 0))?;
        let readings = parsed.into_iter();
        readings.map(|by| self.reading(rows, by.expr)).collect()
    }

    fn reading(
        &self,
        rows: &OutlineRows,
        parsed: datafusion::sql::sqlparser::ast::Expr,
    ) -> Result<Reading, SqlFault> {
        let known = rows.names();
        let fault = |error: DataFusionError| self.fault(&error, &known);
        let expression: Expr = self
            .planner()
            .sql_to_expr(parsed, &rows.schema, &mut PlannerContext::new())
            .map_err(fault)?;
        if is_of_many_rows(&expression) {
            return Err(SqlFault::Other(
                "an aggregate, where a value of one row is expected".to_owned(),
            ));
        }
        if let Some(reason) = beyond_its_row(&expression) {
            return Err(SqlFault::Other(reason));
        }
        Ok(Reading {
            sources: sources_of(&expression, &rows.schema, &rows.columns),
            columns: expression
                .column_refs()
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            plain: None,
            compared: compared(&expression, &rows.schema, &rows.columns),
            data_type: expression.get_type(&rows.schema).map_err(fault)?,
        })
    }

    fn planner(&self) -> SqlToRel<'_, Self> {
        let options = ParserOptions::new()
            .with_enable_ident_normalization(false)
            .with_map_string_types_to_utf8view(false);
        SqlToRel::new_with_options(self, options)
    }

    /// The planner's error as what people can act on. `known` are the names of the rows' columns.
    fn fault(&self, error: &DataFusionError, known: &[String]) -> SqlFault {
        let root = error.find_root();
        if let DataFusionError::External(inner) = root
            && let Some(UnknownTable(name)) = inner.downcast_ref()
        {
            return SqlFault::UnknownTable {
                name: name.clone(),
                known: self.tables.keys().cloned().collect(),
            };
        }
        if let DataFusionError::SchemaError(inner, _) = root
            && let datafusion::common::SchemaError::FieldNotFound {
                field,
                valid_fields,
            } = inner.as_ref()
        {
            let known = if known.is_empty() {
                valid_fields.iter().map(|c| c.name.clone()).collect()
            } else {
                known.to_vec()
            };
            return SqlFault::UnknownColumn {
                name: field.name.clone(),
                known,
            };
        }
        let words = root.strip_backtrace();
        let said = words.split_once("Invalid function '");
        if let Some((name, _)) = said.and_then(|(_, rest)| rest.split_once('\'')) {
            let functions = self.udf_names().into_iter();
            let functions = functions.chain(self.udaf_names()).chain(self.udwf_names());
            return SqlFault::UnknownFunction {
                name: name.to_owned(),
                known: functions.collect(),
            };
        }
        let words = words.lines().collect::<Vec<_>>().join(" ");
        let known_beginnings = ["Error during planning: ", "Schema error: "];
        let bare = known_beginnings
            .iter()
            .find_map(|beginning| words.strip_prefix(beginning));
        SqlFault::Other(bare.unwrap_or(&words).to_owned())
    }
}

impl OutlineRows {
    /// The columns' names, in order.
    pub fn names(&self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    /// Why a row may rest on rows with another value of the column `key`, or on the moment;
    /// `None` if none does.
    pub fn beyond_its_key(&self, key: &str) -> Option<String> {
        beyond_its_key(&self.plan, key)
    }

    /// What a column rests on, and what it holds.
    pub fn column(&self, name: &str) -> Option<Reading> {
        let fields = self.schema.fields();
        let place = fields.iter().position(|field| field.name() == name)?;
        Some(Reading {
            sources: self.columns[place].sources.clone(),
            columns: BTreeSet::from([name.to_owned()]),
            plain: self.columns[place].plain.clone(),
            compared: Vec::new(),
            data_type: fields[place].data_type().clone(),
        })
    }

    /// Adds a computed column; where both have a name, it stands for the one that was there.
    #[must_use]
    pub fn with(&self, name: &str, reading: &Reading) -> Self {
        let mut fields: Vec<(Option<TableReference>, Arc<Field>)> = Vec::new();
        let mut columns = Vec::new();
        for ((table, field), traced) in self.schema.iter().zip(&self.columns) {
            if field.name() != name {
                fields.push((table.cloned(), Arc::clone(field)));
                columns.push(traced.clone());
            }
        }
        fields.push((
            None,
            Arc::new(Field::new(name, reading.data_type.clone(), true)),
        ));
        columns.push(Traced {
            sources: reading.sources.clone(),
            plain: None,
        });
        match DFSchema::new_with_metadata(fields, HashMap::new()) {
            Ok(schema) => Self {
                schema,
                columns,
                ..self.clone()
            },
            // Two columns of one name and no table: the rows' own SELECT has been refused before.
            Err(_) => self.clone(),
        }
    }
}

/// The SELECT of `(SELECT …) AS name`, on the lines on which it stands.
fn select_in_parentheses(from: &str) -> Option<String> {
    let start = from.find(|c: char| !c.is_whitespace())?;
    let (before, rest) = from.split_at(start);
    let inner = rest.strip_prefix('(')?;
    let end = inner.rfind(')')?;
    Some(format!("{before}{}", &inner[..end]))
}

fn parse(sql: &str) -> Result<(), ParserError> {
    Parser::parse_sql(&GenericDialect {}, sql).map(|_| ())
}

fn parser(text: &str) -> Result<Parser<'static>, SqlFault> {
    Parser::new(&GenericDialect {})
        .try_with_sql(text)
        .map_err(|error| syntax(&error, text, 0))
}

fn ended(parser: &Parser<'_>) -> Result<(), ParserError> {
    let next = parser.peek_token();
    if next.token == Token::EOF {
        return Ok(());
    }
    parser.expected("the end of the expression", next)
}

/// The parser's words, with the line inside `text`; `before` lines stood before it.
fn syntax(error: &ParserError, text: &str, before: usize) -> SqlFault {
    let (ParserError::ParserError(words) | ParserError::TokenizerError(words)) = error else {
        let reason = "nested too deeply".to_owned();
        return SqlFault::Syntax { reason, line: 1 };
    };
    let (reason, place) = match words.split_once(" at Line: ") {
        Some((reason, place)) => (reason, place.split(',').next().unwrap_or_default()),
        None => (words.as_str(), ""),
    };
    let last = text.lines().count().max(1);
    let line = place.trim().parse::<usize>().unwrap_or(last + before);
    let reason = reason
        .replace("Expected: ", "expected ")
        .replace("found: EOF", "found its end")
        .replace("found: ", "found ");
    SqlFault::Syntax {
        reason,
        line: line.saturating_sub(before).clamp(1, last),
    }
}

impl ContextProvider for Outline {
    fn get_table_source(&self, name: TableReference) -> PlanResult<Arc<dyn TableSource>> {
        let table = self.tables.get(name.table()).cloned();
        table.ok_or_else(|| DataFusionError::External(Box::new(UnknownTable(name.to_string()))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.state.expr_planners()
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.state.scalar_functions().get(name).cloned()
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.state.higher_order_functions().get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.state.aggregate_functions().get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.state.window_functions().get(name).cloned()
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        self.state.scalar_functions().keys().cloned().collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udaf_names(&self) -> Vec<String> {
        self.state.aggregate_functions().keys().cloned().collect()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.state.window_functions().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests;
