//! What a configuration is worth on an inner fold.

use std::fmt;
use std::str::FromStr;

use limpide_model::Costs;
use limpide_model::calibration::sigmoid;
use limpide_model::metrics::auc;
use limpide_model::policy::{cost_per_client, optimal_threshold};

use crate::error::Error;

/// Says what a configuration is chosen for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Objective {
    /// The area under the ROC curve. It reads every pair of clients, so it tells two
    /// configurations apart on far fewer clients than the cost, which hangs on one threshold and
    /// the few defaults near it.
    #[default]
    Auc,
    /// The cost a client at the best threshold of the inner fold: the same favour for every
    /// configuration.
    Cost,
}

impl Objective {
    /// Gives the name, `auc` or `cost`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::Cost => "cost",
        }
    }

    /// Gives what margins are worth, more is better: the AUC, or the cost below 0.
    pub(super) fn value(self, margins: &[f64], labels: &[u8], costs: Costs) -> f64 {
        match self {
            Self::Auc => auc(margins, labels),
            Self::Cost => {
                let found: Vec<f64> = margins.iter().map(|&margin| sigmoid(margin)).collect();
                let threshold = optimal_threshold(&found, labels, costs);
                -cost_per_client(&found, labels, costs, threshold)
            }
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Objective {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auc" => Ok(Self::Auc),
            "cost" => Ok(Self::Cost),
            _ => Err(Error::UnknownObjective {
                found: text.to_owned(),
            }),
        }
    }
}
