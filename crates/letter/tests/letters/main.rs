//! What stands in the files that are written, read back with a PDF library of another language:
//! `tests/letters/read.py` reads the structure aloud and refuses what is not marked.
#![allow(clippy::print_stderr, clippy::unwrap_used)]

mod invented;

use std::path::{Path, PathBuf};
use std::process::Command;

use limpide_letter::{Letter, write};

/// What a file says; `None` without pikepdf. `LIMPIDE_LETTERS` names a folder to keep it in.
fn read(name: &str, letter: &Letter) -> Option<String> {
    let folder = std::env::var_os("LIMPIDE_LETTERS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
    let file = folder.join(format!("{name}.pdf"));
    std::fs::write(&file, write(letter).unwrap().pdf).unwrap();
    let python = std::env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/letters/read.py");
    let ran = Command::new(&python).arg(script).arg(&file).output();
    let ran = ran.unwrap();
    if ran.status.code() == Some(77) {
        assert!(std::env::var_os("CI").is_none(), "{python} has no pikepdf");
        eprintln!("SKIPPED: {python} has no pikepdf; LIMPIDE_PYTHON may name a Python that has it");
        return None;
    }
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(String::from_utf8(ran.stdout).unwrap())
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    for letter in [invented::refusal(), invented::record()] {
        let [first, second] = [write(&letter), write(&letter)].map(Result::unwrap);
        assert_eq!(first, second);
    }
}

#[test]
fn a_letter_is_read_aloud_as_it_is_meant() {
    if let Some(text) = read("refusal", &invented::refusal()) {
        insta::assert_snapshot!("refusal", text);
    }
}

#[test]
fn a_long_file_is_read_whole_and_what_the_fonts_lack_is_told() {
    let letter = invented::record();
    let written = write(&letter).unwrap();
    assert_eq!(written.stand_ins, "王小明😀مريم".chars().collect());
    let Some(text) = read("record", &letter) else {
        return;
    };
    assert!(text.contains("王小明 😀 مريم O’Neil \"Жанна\""), "{text}");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("TH Column"))
            .count(),
        3
    );
    assert!(
        lines
            .iter()
            .any(|line| *line == format!("TD: {}", "word ".repeat(900).trim()))
    );
    for number in 1..=90 {
        assert!(lines.contains(&format!("TH Row: Feature number {number}").as_str()));
        assert!(lines.contains(&format!("TD: {}", number * 7).as_str()));
    }
}
