//! SQL of a test's own.

use crate::database::Database;

/// Runs SQL as a person does who has the database's password.
pub async fn execute(database: &Database, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::any::install_default_drivers();
    let address = match database {
        Database::Sqlite(_) => format!("sqlite://{}", database.address()),
        Database::Postgres(_) => database.address(),
    };
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&address).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await?;
    sqlx::Connection::close(connection).await
}
