//! The rows that are served one by one are the matrix's, and a file of them that cannot be used is
//! refused in words and made anew.

use std::fs;
use std::path::{Path, PathBuf};

use limpide_features::row_file::{ROWS, make};
use limpide_features::{Catalogue, Error, FeatureSet, Matrix, RowFile};

use crate::ready::{Server, is_same_bits};
use crate::workspace::{folder, workspace};

/// A matrix's folder of the test's own, its hash and its catalogue.
fn features(workspace: &Path) -> (PathBuf, String, Catalogue) {
    let set = FeatureSet::open(workspace).unwrap();
    let folder = set.folder(workspace);
    let catalogue = Catalogue::open(&folder).unwrap();
    (folder, set.hash, catalogue)
}

#[test]
fn stored_rows_are_the_matrix_to_the_bit() {
    let workspace = workspace();
    let (folder, hash, catalogue) = features(workspace.path());
    let (_, matrix) = Matrix::open(workspace.path()).unwrap();
    let rows = RowFile::open(&folder, &hash, &catalogue).unwrap();
    assert_eq!(rows.clients(), matrix.clients());
    assert!(!matrix.details.is_empty() && !matrix.clients().is_empty());
    for (place, client) in matrix.clients().iter().enumerate() {
        assert_eq!(rows.place(*client), Some(place));
        assert_eq!(rows.outcome(place), matrix.label(place));
        let row = rows.row(place).unwrap();
        assert_eq!(row.cells.len(), catalogue.features.len());
        for (index, cell) in row.cells.iter().enumerate() {
            let (found, wanted) = (*cell, matrix.cell(place, index));
            assert!(is_same_bits(found, wanted), "{found:?} {wanted:?}");
        }
        assert_eq!(row.details.len(), matrix.details.len());
        for (found, table) in row.details.iter().zip(&matrix.details) {
            let width = table.columns.len();
            let (from, to) = (table.offsets[place], table.offsets[place + 1]);
            let wanted = &table.values[from * width..to * width];
            let bits = |values: &[f32]| values.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(found), bits(wanted));
        }
    }
    assert_eq!(rows.place(-1), None);
}

#[test]
fn a_file_that_is_not_of_this_matrix_is_refused_in_words() {
    let workspace = workspace();
    let (from, hash, catalogue) = features(workspace.path());
    let whole = fs::read(from.join(ROWS)).unwrap();
    let at = folder();
    let path = at.path().join(ROWS);
    let said = |bytes: &[u8], hash: &str| {
        fs::write(&path, bytes).unwrap();
        match RowFile::open(at.path(), hash, &catalogue) {
            Err(error @ Error::Rows { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(said(&whole, "another").ends_with("it holds the rows of other features"));
    let stranger = "it is not a file of clients' rows";
    assert!(said(b"", &hash).ends_with(stranger));
    assert!(said(&[0; 4_096], &hash).ends_with(stranger));
    let changed = "it is cut short, or was changed since it was written";
    for length in [60, whole.len() / 2, whole.len() - 1] {
        assert!(said(&whole[..length], &hash).ends_with(changed), "{length}");
    }
    // A bit anywhere behind the records: index, head, length, hash.
    for from_end in [1, 33, 45, 400, 4_000] {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 4;
        assert!(said(&bytes, &hash).ends_with(changed), "{from_end}");
    }
    let mut longer = whole.clone();
    longer.extend([0; 100]);
    assert!(said(&longer, &hash).ends_with(changed));
    fs::remove_file(&path).unwrap();
    let absent = RowFile::open(at.path(), &hash, &catalogue);
    assert!(matches!(absent, Err(Error::Io { .. })), "{absent:?}");
}

#[test]
fn a_changed_record_is_seen_when_it_is_read_and_no_other_is() {
    let workspace = workspace();
    let (folder, hash, catalogue) = features(workspace.path());
    let path = folder.join(ROWS);
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    let rows = RowFile::open(&folder, &hash, &catalogue).unwrap();
    let first = rows.clients()[0];
    let said = rows.row(0).unwrap_err().to_string();
    let wanted = format!("the row of client {first} was changed since it was written");
    assert!(said.ends_with(&wanted), "{said}");
    assert!(rows.row(1).is_ok());
    // The same again, from the matrix.
    make(&folder, &hash, &catalogue).unwrap();
    let rows = RowFile::open(&folder, &hash, &catalogue).unwrap();
    assert!(rows.row(0).is_ok());
}

#[test]
fn a_server_makes_rows_anew_that_are_absent_or_damaged() {
    let workspace = workspace();
    let (folder, ..) = features(workspace.path());
    let path = folder.join(ROWS);
    let whole = fs::read(&path).unwrap();
    for broken in [
        None,
        Some(&whole[..whole.len() / 3]),
        Some(b"rows".as_slice()),
    ] {
        match broken {
            None => fs::remove_file(&path).unwrap(),
            Some(bytes) => fs::write(&path, bytes).unwrap(),
        }
        let server = Server::start(workspace.path());
        assert!(server.get("/healthz")["clients"].as_u64() > Some(0));
        drop(server);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}
