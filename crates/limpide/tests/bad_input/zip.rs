//! A zip made file by file, stored: the sources of these tests differ in what their zips hold and where.

use std::fs;
use std::path::Path;

use flate2::Crc;

/// Writes a zip of these files, each by its place in the zip.
pub fn write_zip(path: &Path, files: &[(&str, Vec<u8>)]) {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (place, content) in files {
        let offset = length(&bytes);
        let mut crc = Crc::new();
        crc.update(content);
        let mut common = Vec::new();
        // Version 2.0, UTF-8 names, stored, 1980-01-01.
        common.extend([20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]);
        common.extend(crc.sum().to_le_bytes());
        common.extend(length(content));
        common.extend(length(content));
        common.extend([place.len() as u8, 0, 0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(place.as_bytes());
        bytes.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(place.as_bytes());
    }
    let start = length(&bytes);
    let count = (files.len() as u16).to_le_bytes();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(length(&directory));
    bytes.extend(start);
    bytes.extend([0, 0]);
    fs::write(path, bytes).unwrap();
}

/// Zips the CSV files of a folder, placed by `place`, with other files beside them.
pub fn zip_of(source: &Path, path: &Path, prefix: &str, others: &[(&str, Vec<u8>)]) {
    let mut files = Vec::new();
    let names = crate::entries(source);
    let places: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
    for (name, place) in names.iter().zip(&places) {
        files.push((place.as_str(), fs::read(source.join(name)).unwrap()));
    }
    files.extend(others.iter().cloned());
    write_zip(path, &files);
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap().to_le_bytes()
}
