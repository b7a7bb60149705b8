//! What was known when the client asked: a table's rows without those that came later.
//!
//! Whoever computes a feature reads a table as [`known_rows`] gives it, in training and in serving
//! alike, so that nothing that happened after the application can enter.

use std::collections::BTreeMap;

use crate::schema::Table;

/// The SELECT over a stored table that holds what was known at the application: its rows without those whose
/// time lies after it, and without what the others only learned later. Their order stays.
///
/// A row whose time is missing stays: nothing says that it came later.
pub fn known_rows(table: &Table, stored: &str) -> String {
    let mut columns = "*".to_owned();
    let mut dates: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for later in &table.known_later {
        for column in &later.columns {
            dates.entry(column).or_default().push(&later.date);
        }
    }
    let blanked: Vec<String> = dates
        .iter()
        .map(|(column, dates)| {
            let later = dates.iter().map(|date| is_later(date));
            let later = later.collect::<Vec<_>>().join(" OR ");
            format!("CASE WHEN {later} THEN NULL ELSE \"{column}\" END AS \"{column}\"")
        })
        .collect();
    if !blanked.is_empty() {
        columns = format!("* REPLACE ({})", blanked.join(", "));
    }
    let mut sql = format!("SELECT {columns} FROM \"{stored}\"");
    if let Some(later) = row_is_later(table) {
        sql.push_str(&format!(" WHERE ({later}) IS NOT TRUE"));
    }
    sql
}

/// The SQL condition of a stored row that came after the application; `None` if the table has no time.
pub fn row_is_later(table: &Table) -> Option<String> {
    let later: Vec<String> = table.time.iter().map(|time| is_later(time)).collect();
    (!later.is_empty()).then(|| later.join(" OR "))
}

/// Times are counted from the application, in days or in months: the past is negative, the day itself 0.
pub fn is_later(time: &str) -> String {
    format!("\"{time}\" > 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_table_without_time_is_read_as_it_stands() {
        let table = table("name = 't'\nfiles = []\nkeys = []");
        assert_eq!(known_rows(&table, "stored_t"), "SELECT * FROM \"stored_t\"");
        assert_eq!(row_is_later(&table), None);
    }

    #[test]
    fn later_rows_are_left_out_and_what_came_later_is_blanked() {
        let table = table(
            "name = 't'\nfiles = []\nkeys = []\nnumbers = ['due', 'paid', 'amount']\ntime = ['due']\n\
             [[known_later]]\ndate = 'paid'\ncolumns = ['paid', 'amount']\n\
             [[known_later]]\ndate = 'told'\ncolumns = ['amount']",
        );
        assert_eq!(
            known_rows(&table, "s"),
            "SELECT * REPLACE (CASE WHEN \"paid\" > 0 OR \"told\" > 0 THEN NULL ELSE \"amount\" END AS \"amount\", \
             CASE WHEN \"paid\" > 0 THEN NULL ELSE \"paid\" END AS \"paid\") FROM \"s\" WHERE (\"due\" > 0) IS NOT TRUE"
        );
    }
}
