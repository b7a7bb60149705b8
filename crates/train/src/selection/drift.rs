//! Features that tell clients with a known outcome from those without.

use super::inner::Inner;
use super::ledger::Ledger;
use super::material::{Material, sample};
use super::ranks::auc_alone;
use super::report::{Drift, Reason};
use super::rules::{DRIFT_ROWS, MOST_DRIFT, WEIGHED_ALONE};
use crate::error::Result;
use crate::random::derive;

use std::collections::BTreeMap;

use limpide_model::Column;

/// Flags what drifts too much, and drops all of it where the model is as good without.
///
/// What is learned from a drifting feature may not hold of new clients; but it is a warning, not
/// a fault, so a feature that helps stays. No label of an unlabelled client is there to be read.
pub(super) fn check(material: &Material<'_>, ledger: &mut Ledger) -> Result<()> {
    let standing = ledger.standing();
    let mut flagged: Vec<(usize, f64)> = Vec::new();
    for &feature in &standing {
        material.observer.check()?;
        if let Some(auc) = drift(material, feature)
            && auc > MOST_DRIFT
        {
            flagged.push((feature, auc));
        }
    }
    if flagged.is_empty() {
        return Ok(());
    }
    let without = |dropped: &dyn Fn(usize) -> bool| -> Vec<usize> {
        standing
            .iter()
            .copied()
            .filter(|&feature| !dropped(feature))
            .collect()
    };
    let rest = without(&|feature| flagged.iter().any(|&(other, _)| other == feature));
    let inner = Inner::new(material);
    let with = inner.mean_area(material, &standing)?;
    let effect_of_all = inner.mean_area(material, &rest)? - with;
    flagged.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (place, &(feature, auc)) in flagged.iter().enumerate() {
        let effect = if material.is_published && place < WEIGHED_ALONE {
            let others = without(&|other| other == feature);
            Some(inner.mean_area(material, &others)? - with)
        } else {
            None
        };
        ledger.drift[feature] = Some(Drift {
            auc,
            effect,
            effect_of_all,
        });
    }
    if !rest.is_empty() && effect_of_all >= 0.0 {
        for (feature, _) in flagged {
            ledger.drop(feature, Reason::Drifting);
        }
    }
    Ok(())
}

/// Gives the AUC with which a feature alone tells the two kinds of clients apart; none where
/// clients without an outcome have no values, as of features that are learned.
fn drift(material: &Material<'_>, feature: usize) -> Option<f64> {
    let unlabelled = material.unlabelled.get(feature)?;
    let all: Vec<usize> = (0..unlabelled.len()).collect();
    let new = sample(&all, DRIFT_ROWS, derive(material.seed, &[6]));
    let known = sample(&material.rows, DRIFT_ROWS, derive(material.seed, &[7]));
    match (material.columns[feature], unlabelled) {
        (Column::Numbers(a), Column::Numbers(b)) => {
            let known = known.iter().map(|&row| (a[row], 0));
            Some(auc_alone(known.chain(new.iter().map(|&row| (b[row], 1)))))
        }
        (Column::Categories(a), Column::Categories(b)) => {
            let known = known.iter().map(|&row| (a[row].as_deref(), 0));
            let new = new.iter().map(|&row| (b[row].as_deref(), 1));
            Some(by_share(&known.chain(new).collect::<Vec<_>>()))
        }
        _ => None,
    }
}

/// Ranks categories by the share of new clients among every second client, and tells the others
/// apart by it: so rare categories prove nothing.
fn by_share(clients: &[(Option<&str>, u8)]) -> f64 {
    let mut shares: BTreeMap<Option<&str>, [f64; 2]> = BTreeMap::new();
    for &(category, group) in clients.iter().step_by(2) {
        shares.entry(category).or_default()[usize::from(group)] += 1.0;
    }
    auc_alone(clients.iter().skip(1).step_by(2).map(|&(category, group)| {
        let [known, new] = shares.get(&category).copied().unwrap_or_default();
        ((new + 1.0) / (known + new + 2.0), group)
    }))
}
