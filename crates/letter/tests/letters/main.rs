//! What stands in the files that are written, read back with other programs.

mod invented;

use limpide_letter::write;

#[test]
fn the_same_letter_gives_the_same_bytes() {
    for letter in [invented::refusal(), invented::record()] {
        let [first, second] = [write(&letter), write(&letter)].map(Result::unwrap);
        assert_eq!(first, second);
    }
    if let Some(folder) = std::env::var_os("LIMPIDE_LETTERS") {
        let folder = std::path::PathBuf::from(folder);
        for (name, letter) in [("refusal", invented::refusal()), ("record", invented::record())] {
            std::fs::write(folder.join(format!("{name}.pdf")), write(&letter).unwrap().pdf).unwrap();
        }
    }
}
