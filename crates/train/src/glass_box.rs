//! The model that can be read, beside the champion.

use limpide_model::{GlassBox, Scorer};

use crate::calibrate::Calibrated;
use crate::judge::Judged;

/// Lists the candidates whose models can be read, the preferred ones first: of the first line
/// that takes part the candidate with the highest AUC is the glass box.
const READABLE: [&[&str]; 2] = [&["scorecard", "additive"], &["logistic"]];

/// Gives the place of the candidate that is the glass box; the champion may be it.
pub(crate) fn place(judged: &[Judged]) -> Option<usize> {
    READABLE.iter().find_map(|names| {
        let name = |place: usize| judged[place].standing.candidate.as_str();
        let readable = (0..judged.len()).filter(|&place| names.contains(&name(place)));
        let auc = |place: usize| judged[place].standing.auc;
        readable.max_by(|&a, &b| auc(a).total_cmp(&auc(b)).then(b.cmp(&a)))
    })
}

/// Puts a fitted scorer together with what was fitted on margins of clients not seen.
pub(crate) fn assemble(name: &str, scorer: Scorer, calibrated: Calibrated) -> GlassBox {
    GlassBox {
        name: name.to_owned(),
        scorer,
        calibration: calibrated.calibration,
        interval: calibrated.interval,
        threshold: calibrated.policy.threshold,
    }
}
