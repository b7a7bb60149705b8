//! Zips and folders that hold too little, too much, or nothing that can be read.

use std::fs;
use std::os::unix::fs::symlink;

use crate::workspace::{ask, copy_folder, edit_csv, folder, source, source_copy, text};
use crate::zip::{write_zip, zip_of};
use crate::{entries, ingest_refuses};

#[test]
fn a_zip_that_was_cut_short_is_no_whole_zip() {
    let folder = folder();
    let zip = folder.path().join("cut.zip");
    zip_of(&source(), &zip, "", &[]);
    let bytes = fs::read(&zip).unwrap();
    for length in [bytes.len() / 2, bytes.len() - 7, 30] {
        fs::write(&zip, &bytes[..length]).unwrap();
        ingest_refuses(
            &zip,
            &[
                "cut.zip is not a whole zip",
                "expected a zip or a folder of CSV or Parquet files",
            ],
        );
    }
}

#[test]
fn a_zip_with_damaged_bytes_is_refused_by_the_file_that_they_are_in() {
    let folder = folder();
    let zip = folder.path().join("damaged.zip");
    zip_of(&source(), &zip, "", &[]);
    let mut bytes = fs::read(&zip).unwrap();
    let header = b"SK_ID_PREV,SK_ID_CURR,NUM_INSTALMENT_VERSION";
    let place = bytes
        .windows(header.len())
        .position(|window| window == header)
        .unwrap();
    // A digit of the first row's client becomes another: only the checksum can tell.
    let first_row = place
        + bytes[place..]
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap()
        + 1;
    bytes[first_row] = if bytes[first_row] == b'1' { b'2' } else { b'1' };
    fs::write(&zip, bytes).unwrap();
    ingest_refuses(&zip, &["installments_payments.csv", "cut short or damaged"]);
}

#[test]
fn a_file_that_is_no_zip_is_refused() {
    let folder = folder();
    let file = folder.path().join("data.zip");
    fs::write(&file, "not found").unwrap();
    ingest_refuses(
        &file,
        &[
            "data.zip is not a whole zip",
            "expected a zip or a folder of CSV or Parquet files",
        ],
    );
}

#[test]
fn a_csv_handed_over_alone_is_refused() {
    ingest_refuses(
        &source().join("bureau.csv"),
        &[
            "bureau.csv is not a whole zip",
            "expected a zip or a folder",
        ],
    );
}

#[test]
fn a_source_that_is_not_there_is_named() {
    let folder = folder();
    let absent = folder.path().join("absent.zip");
    ingest_refuses(
        &absent,
        &[
            text(&absent),
            "does not exist",
            "expected a zip or a folder of CSV or Parquet files",
        ],
    );
}

#[test]
fn a_folder_without_tables_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("notes.csv"), "a,b\n1,2\n").unwrap();
    ingest_refuses(
        folder.path(),
        &[
            "holds no application_train.csv",
            "expected a zip or a folder",
        ],
    );
}

#[test]
fn a_source_without_applications_says_that_they_are_needed() {
    let source = source_copy();
    for file in ["application_train.csv", "application_test.csv"] {
        fs::remove_file(source.path().join(file)).unwrap();
    }
    ingest_refuses(
        source.path(),
        &["holds no application_train.csv", "where the clients are"],
    );
}

#[test]
fn a_table_that_stands_in_two_folders_of_the_zip_is_refused() {
    let folder = folder();
    let zip = folder.path().join("twice.zip");
    let bureau = fs::read(source().join("bureau.csv")).unwrap();
    zip_of(&source(), &zip, "first/", &[("second/bureau.csv", bureau)]);
    ingest_refuses(
        &zip,
        &[
            "holds bureau.csv twice",
            "first/bureau.csv",
            "second/bureau.csv",
        ],
    );
}

#[test]
fn files_inside_a_folder_of_the_zip_are_found_and_other_files_are_ignored() {
    let folder = folder();
    let (zip, workspace) = (
        folder.path().join("kaggle.zip"),
        folder.path().join("workspace"),
    );
    let others = [
        (
            "home-credit/HomeCredit_columns_description.csv",
            b"Table,Row\nbureau,\xe9\xe8\n".to_vec(),
        ),
        (
            "home-credit/sample_submission.csv",
            b"SK_ID_CURR,TARGET\n100001,0.5\n".to_vec(),
        ),
        ("__MACOSX/home-credit/._bureau.csv", vec![0, 5, 22, 7]),
        ("home-credit/.DS_Store", vec![0, 0, 0, 1]),
        ("home-credit/bureau.csv.bak", b"x".to_vec()),
    ];
    zip_of(&source(), &zip, "home-credit/", &others);
    let from_zip = ask(&workspace, &["ingest", text(&zip)]);
    let from_folder = ask(&workspace, &["ingest", text(&source())]);
    assert_eq!(from_zip["hash"], from_folder["hash"]);
    assert_eq!(from_zip["absent"].as_array().unwrap().len(), 0);
    assert_eq!(from_zip["tables"].as_array().unwrap().len(), 8);
}

#[test]
fn files_inside_a_folder_of_the_folder_are_found_and_other_files_are_ignored() {
    let [folder, workspace] = [folder(), folder()];
    copy_folder(&source(), &folder.path().join("home-credit"));
    fs::write(folder.path().join("notes.csv"), "a,b\n1,2\n").unwrap();
    symlink("/nowhere", folder.path().join("link")).unwrap();
    let nested = ask(workspace.path(), &["ingest", text(folder.path())]);
    let flat = ask(workspace.path(), &["ingest", text(&source())]);
    assert_eq!(nested["hash"], flat["hash"]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let (changed, workspace) = (source_copy(), folder());
    for file in ["application_train.csv", "bureau.csv"] {
        let path = changed.path().join(file);
        let unix = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("\u{feff}{}", unix.replace('\n', "\r\n"))).unwrap();
    }
    let windows = ask(workspace.path(), &["ingest", text(changed.path())]);
    let unix = ask(workspace.path(), &["ingest", text(&source())]);
    assert_eq!(windows["hash"], unix["hash"]);
}

#[test]
fn columns_in_another_order_give_the_same_portfolio() {
    let (changed, folder) = (source_copy(), folder());
    edit_csv(&changed.path().join("bureau.csv"), |rows| {
        rows.iter_mut().for_each(|row| row.reverse())
    });
    let reordered = ask(folder.path(), &["ingest", text(changed.path())]);
    let original = ask(folder.path(), &["ingest", text(&source())]);
    assert_eq!(reordered["hash"], original["hash"]);
}

#[test]
fn an_absent_table_is_reported_and_its_features_are_left_out() {
    let (source, workspace) = (source_copy(), folder());
    let all = ask(workspace.path(), &["ingest", text(source.path())]);
    let all_features = ask(workspace.path(), &["features"]);
    assert_eq!(all["absent"].as_array().unwrap().len(), 0);
    for (file, prefixes) in [
        ("bureau_balance", &["BB", "BB12"][..]),
        ("installments_payments", &["INSTAL", "INSTAL365"]),
    ] {
        fs::remove_file(source.path().join(format!("{file}.csv"))).unwrap();
        let ingested = ask(workspace.path(), &["ingest", text(source.path())]);
        assert!(
            ingested["absent"]
                .as_array()
                .unwrap()
                .contains(&file.into()),
            "{}",
            ingested["absent"]
        );
        let features = ask(workspace.path(), &["features"]);
        assert_eq!(features["rows"], all_features["rows"]);
        assert!(features["features"].as_u64() < all_features["features"].as_u64());
        for family in features["families"].as_array().unwrap() {
            assert!(
                !prefixes.contains(&family["prefix"].as_str().unwrap()),
                "{family}"
            );
        }
    }
    // What is derived from an absent table is gone with it.
    let catalogue = crate::manifest(workspace.path(), "features.json");
    let path = format!(
        "features/{}/catalogue.json",
        catalogue["id"].as_str().unwrap()
    );
    let catalogue = fs::read_to_string(workspace.path().join(path)).unwrap();
    assert!(catalogue.contains("\"REFUSED_TO_APPROVED\""));
    assert!(!catalogue.contains("\"PAID_TO_DUE\""));
    assert_eq!(entries(&workspace.path().join("portfolio")).len(), 1);
}

#[test]
fn a_portfolio_without_bureau_still_takes_its_monthly_balances() {
    let (source, workspace) = (source_copy(), folder());
    fs::remove_file(source.path().join("bureau.csv")).unwrap();
    let ingested = ask(workspace.path(), &["ingest", text(source.path())]);
    assert_eq!(ingested["absent"], serde_json::json!(["bureau"]));
    let features = ask(workspace.path(), &["features"]);
    let prefixes = features["families"]
        .as_array()
        .unwrap()
        .iter()
        .map(|family| family["prefix"].as_str().unwrap());
    assert!(
        !prefixes
            .into_iter()
            .any(|prefix| ["BURO", "BB"].contains(&prefix))
    );
}

#[test]
fn a_zip_that_is_larger_than_it_says_is_refused() {
    let folder = folder();
    let zip = folder.path().join("lies.zip");
    let train = fs::read(source().join("application_train.csv")).unwrap();
    write_zip(&zip, &[("application_train.csv", train.clone())]);
    let mut bytes = fs::read(&zip).unwrap();
    // The compressed and unpacked sizes of the local header and of the directory.
    let half = u32::try_from(train.len() / 2).unwrap().to_le_bytes();
    let directory = bytes.len() - 22 - 46 - "application_train.csv".len();
    for place in [18, 22, directory + 20, directory + 24] {
        bytes[place..place + 4].copy_from_slice(&half);
    }
    fs::write(&zip, bytes).unwrap();
    ingest_refuses(&zip, &["application_train.csv"]);
}
