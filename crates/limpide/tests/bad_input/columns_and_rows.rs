//! CSV files whose columns or rows are not those of the recipe.

use std::fs;
use std::path::Path;

use crate::ingest_refuses;
use crate::workspace::{column, edit_csv, source_copy};

/// Changes one file of the prepared source and asserts that it is refused with these words.
fn refused_after(file: &str, change: impl FnOnce(&Path), expected: &[&str]) {
    let source = source_copy();
    change(&source.path().join(file));
    ingest_refuses(source.path(), expected);
}

#[test]
fn a_missing_column_is_named() {
    let drop = |path: &Path| {
        edit_csv(path, |rows| {
            let place = column(rows, "AMT_INCOME_TOTAL");
            rows.iter_mut().for_each(|row| drop(row.remove(place)));
        });
    };
    let expected = [
        "application_train.csv: column AMT_INCOME_TOTAL is missing",
        "expected the 122 columns",
    ];
    refused_after("application_train.csv", drop, &expected);
}

#[test]
fn an_extra_column_is_named_with_its_place() {
    let add = |path: &Path| {
        edit_csv(path, |rows| {
            rows[0].insert(2, "SHOE_SIZE".to_owned());
            rows[1..]
                .iter_mut()
                .for_each(|row| row.insert(2, "44".to_owned()));
        });
    };
    let expected = [
        "bureau.csv, column 3",
        "'SHOE_SIZE' is not in the recipe",
        "expected the 17 columns",
    ];
    refused_after("bureau.csv", add, &expected);
}

#[test]
fn a_column_that_stands_twice_is_named() {
    let add = |path: &Path| {
        edit_csv(path, |rows| {
            rows.iter_mut().for_each(|row| row.push(row[3].clone()))
        });
    };
    refused_after(
        "installments_payments.csv",
        add,
        &["installments_payments.csv, column 9", "stands twice"],
    );
}

#[test]
fn a_wrong_type_is_named_with_file_row_and_column() {
    let change = |path: &Path| {
        edit_csv(path, |rows| {
            let place = column(rows, "AMT_CREDIT");
            rows[7][place] = "a lot".to_owned();
        });
    };
    let expected = [
        "application_train.csv, row 7 (line 8)",
        "column AMT_CREDIT",
        "'a lot' found",
        "a number or nothing expected",
    ];
    refused_after("application_train.csv", change, &expected);
}

#[test]
fn a_key_that_is_no_whole_number_is_named() {
    let change = |path: &Path| {
        edit_csv(path, |rows| {
            let place = column(rows, "SK_ID_CURR");
            rows[7][place] = String::new();
        });
    };
    let expected = [
        "bureau.csv, row 7 (line 8)",
        "column SK_ID_CURR",
        "'' found",
        "a whole number expected",
    ];
    refused_after("bureau.csv", change, &expected);
}

#[test]
fn an_outcome_that_is_neither_0_nor_1_is_named() {
    let change = |path: &Path| {
        edit_csv(path, |rows| {
            let place = column(rows, "TARGET");
            rows[7][place] = "2".to_owned();
        });
    };
    let expected = [
        "application_train.csv, row 7 (line 8)",
        "column TARGET",
        "'2' found",
        "0 (repaid) or 1 (defaulted)",
    ];
    refused_after("application_train.csv", change, &expected);
}

#[test]
fn infinity_is_no_number() {
    let change = |path: &Path| {
        edit_csv(path, |rows| {
            let place = column(rows, "AMT_BALANCE");
            rows[7][place] = "inf".to_owned();
        });
    };
    refused_after(
        "credit_card_balance.csv",
        change,
        &[
            "credit_card_balance.csv, row 7",
            "AMT_BALANCE",
            "'inf' found",
        ],
    );
}

#[test]
fn a_client_that_stands_twice_is_named_with_both_rows() {
    let mut client = String::new();
    let source = source_copy();
    edit_csv(&source.path().join("application_train.csv"), |rows| {
        client = rows[3][column(rows, "SK_ID_CURR")].clone();
        let again = rows[3].clone();
        rows.push(again);
    });
    let twice = format!("SK_ID_CURR {client} stands twice");
    let rows = [
        "application_train.csv, row 3",
        "application_train.csv, row 501",
        "expected each once",
    ];
    ingest_refuses(source.path(), &[&twice, rows[0], rows[1], rows[2]]);
}

#[test]
fn a_client_of_both_application_files_is_named_with_both_places() {
    let source = source_copy();
    let mut client = String::new();
    edit_csv(&source.path().join("application_train.csv"), |rows| {
        client = rows[5][column(rows, "SK_ID_CURR")].clone();
    });
    edit_csv(&source.path().join("application_test.csv"), |rows| {
        let place = column(rows, "SK_ID_CURR");
        rows[2][place] = client.clone();
    });
    let twice = format!("SK_ID_CURR {client} stands twice");
    ingest_refuses(
        source.path(),
        &[
            &twice,
            "application_train.csv, row 5",
            "application_test.csv, row 2",
        ],
    );
}

#[test]
fn a_file_with_a_header_only_is_empty() {
    let cut = |path: &Path| edit_csv(path, |rows| rows.truncate(1));
    refused_after(
        "bureau.csv",
        cut,
        &["bureau.csv has no rows", "expected at least one row"],
    );
}

#[test]
fn a_file_of_no_bytes_is_empty() {
    let cut = |path: &Path| fs::write(path, "").unwrap();
    let expected = [
        "application_train.csv has no rows",
        "expected at least one row",
    ];
    refused_after("application_train.csv", cut, &expected);
}

#[test]
fn latin_1_text_is_named_with_its_place_and_the_way_out() {
    let change = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let latin: Vec<u8> = text
            .replace("Working", "Salari\u{e9}")
            .chars()
            .map(|c| c as u8)
            .collect();
        fs::write(path, latin).unwrap();
    };
    let expected = [
        "application_train.csv, row ",
        "column NAME_INCOME_TYPE",
        "not UTF-8 text",
        "iconv -f LATIN1 -t UTF-8",
    ];
    refused_after("application_train.csv", change, &expected);
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_row_is_named_with_the_row() {
    let source = source_copy();
    let path = source.path().join("POS_CASH_balance.csv");
    let text = fs::read_to_string(&path).unwrap();
    let rows = text.lines().count() - 1;
    let last = text.trim_end().rfind('\n').unwrap();
    let cut = last + text[last..].find(',').unwrap() + 3;
    fs::write(&path, &text[..cut]).unwrap();
    let place = format!("POS_CASH_balance.csv, row {rows} (line {})", rows + 1);
    ingest_refuses(source.path(), &[&place, "2 fields found, 8 expected"]);
}

#[test]
fn a_row_with_a_field_too_many_is_named() {
    let change = |path: &Path| edit_csv(path, |rows| rows[7].push("more".to_owned()));
    refused_after(
        "bureau_balance.csv",
        change,
        &[
            "bureau_balance.csv, row 7 (line 8)",
            "4 fields found, 3 expected",
        ],
    );
}

#[test]
fn a_file_of_another_kind_is_refused_at_its_header() {
    let change = |path: &Path| fs::write(path, "<html><body>Sign in</body></html>\n").unwrap();
    refused_after(
        "previous_application.csv",
        change,
        &["previous_application.csv: column ", "is missing"],
    );
}
