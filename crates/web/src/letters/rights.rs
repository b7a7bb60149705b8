//! What the client may do next, as the letter lists it.

use limpide_store::{Status, Verdict};

use super::case_file::CaseFile;
use crate::router::AppState;

/// What comes next, in a sentence or two.
pub(super) fn next_step(file: &CaseFile) -> String {
    let texts = file.texts;
    match (file.case.status, file.case.verdict) {
        (Status::Contested, _) => texts.get("letter-next-contested"),
        (_, Some(Verdict::Granted)) => texts.get("letter-next-granted"),
        (_, Some(Verdict::Refused)) => texts.get("letter-next-refused"),
        (_, None) => texts.get("letter-next-waiting"),
    }
}

/// The client's rights, as far as the case leaves them.
pub(super) fn rights(file: &CaseFile) -> Vec<String> {
    let texts = file.texts;
    let mut rights = Vec::new();
    if matches!(file.case.status, Status::Proposed | Status::Decided) {
        rights.push(texts.get("letter-right-review"));
    }
    rights.push(texts.get("letter-right-see"));
    rights.push(texts.get("letter-right-correct"));
    rights.push(texts.get("letter-right-authority"));
    rights
}

/// Whom to ask.
pub(super) fn contact(file: &CaseFile, state: &AppState) -> String {
    let texts = file.texts;
    match state.service.shared.lender.contact.as_str() {
        "" => texts.get("letter-contact-adviser"),
        contact => texts.with("letter-contact", &[("contact", contact)]),
    }
}
