//! The verdicts on every feature, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Holds the verdicts on every feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Always [`Selection::FORMAT`].
    pub format: String,
    /// Always [`Selection::VERSION`].
    pub version: u32,
    /// Labelled clients that features were chosen on.
    pub clients: usize,
    /// Those of them that did not repay.
    pub defaults: usize,
    /// The sets of features that were compared, the smallest first.
    pub blocks: Vec<Block>,
    /// One a feature, in the recipe's order, learned features last.
    pub verdicts: Vec<Verdict>,
}

/// Says how well the most important features did on training clients held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// How many.
    pub features: usize,
    /// Their mean AUC over the inner folds.
    pub auc: f64,
    /// By how much they lie behind the best set; 0 for that one.
    pub behind: f64,
    /// The standard error of that, paired by fold.
    pub standard_error: f64,
    /// Whether this set was taken.
    pub chosen: bool,
}

/// Says why one feature stayed or went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The feature's name.
    pub feature: String,
    /// Whether the model has it.
    pub kept: bool,
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
    /// By how much its splits reduced the loss of small models; absent where it went before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// The same with shuffled labels, at the percentile that the gain is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_gain: Option<f64>,
    /// How it differs between labelled and unlabelled clients, where it does by much. Never of a
    /// learned feature: unlabelled clients have no values of it, so its drift is not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// Flags a feature that tells labelled from unlabelled clients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The AUC with which it does so alone.
    pub auc: f64,
    /// What dropping it alone does to the AUC of the model on training clients held out; absent
    /// where it was not measured.
    pub effect: Option<f64>,
    /// What dropping all flagged features does to it.
    pub effect_of_all: f64,
}

/// Says why a feature stayed or went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// It stayed.
    Kept {
        /// Its place among those that stayed, by importance, from 1.
        rank: usize,
    },
    /// No model reads it, but a learned feature that stayed follows from it.
    Needed,
    /// It says the same of nearly everyone.
    Constant {
        /// Clients of whom it says something else.
        differing: usize,
        /// Clients of whom it would have to.
        needed: usize,
    },
    /// Too little is known.
    Unknown {
        /// The share of clients of whom it is known.
        share: f64,
    },
    /// It holds exactly another's values.
    Duplicate {
        /// The one that stood for both.
        of: String,
    },
    /// It puts clients into nearly the same order as another.
    NearDuplicate {
        /// The one that stood for both.
        of: String,
        /// Their rank correlation.
        correlation: f64,
    },
    /// It helps no more than if outcomes were drawn by lot.
    Noise,
    /// More important features do as well without it.
    Superfluous {
        /// How many they are.
        features: usize,
    },
    /// It drifts, and the model is as good without.
    Drifting,
}

impl Reason {
    /// Gives the word for it in counts and JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Kept { .. } => "kept",
            Self::Needed => "needed",
            Self::Constant { .. } => "constant",
            Self::Unknown { .. } => "unknown",
            Self::Duplicate { .. } => "duplicate",
            Self::NearDuplicate { .. } => "near_duplicate",
            Self::Noise => "noise",
            Self::Superfluous { .. } => "superfluous",
            Self::Drifting => "drifting",
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            format: Self::FORMAT.to_owned(),
            version: Self::VERSION,
            clients: 0,
            defaults: 0,
            blocks: Vec::new(),
            verdicts: Vec::new(),
        }
    }
}

impl Selection {
    /// The mark of a report on selection.
    pub const FORMAT: &str = "limpide-selection";
    /// The version of the format that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// Counts the features that stayed.
    pub fn kept(&self) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.kept).count()
    }

    /// Counts the features that went.
    pub fn dropped(&self) -> usize {
        self.verdicts.len() - self.kept()
    }

    /// Counts the features that went, by the word for the reason.
    pub fn by_reason(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for verdict in self.verdicts.iter().filter(|verdict| !verdict.kept) {
            *counts.entry(verdict.reason.word()).or_default() += 1;
        }
        counts
    }

    /// Gives the features that stayed, as places in the list.
    pub(crate) fn places(&self) -> Vec<usize> {
        (0..self.verdicts.len())
            .filter(|&place| self.verdicts[place].kept)
            .collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Kept { rank } => write!(f, "number {rank} by importance")?,
            Reason::Needed => f.write_str("not scored; a learned feature follows from it")?,
            Reason::Constant { differing, needed } => write!(
                f,
                "differs from its most frequent value for {differing} clients, of {needed} needed"
            )?,
            Reason::Unknown { share } => {
                write!(f, "known of {:.1} % of the clients", 100.0 * share)?
            }
            Reason::Duplicate { of } => write!(f, "holds the values of {of}")?,
            Reason::NearDuplicate { of, correlation } => {
                write!(
                    f,
                    "orders clients as {of} does (rank correlation {correlation:.4})"
                )?;
            }
            Reason::Noise => f.write_str("helps no more than with outcomes drawn by lot")?,
            Reason::Superfluous { features } => write!(
                f,
                "the {features} more important ones do as well without it"
            )?,
            Reason::Drifting => f.write_str("drifts, and the model is as good without it")?,
        }
        if let (Some(gain), Some(null)) = (self.gain, self.null_gain) {
            write!(f, "; gain {gain:.2}, by lot {null:.2}")?;
        }
        if let Some(drift) = &self.drift {
            write!(
                f,
                "; drift: AUC {:.3} between known and new clients",
                drift.auc
            )?;
            match drift.effect {
                Some(effect) => write!(f, ", {effect:+.4} AUC if dropped")?,
                None => write!(
                    f,
                    ", {:+.4} AUC if all that drift are dropped",
                    drift.effect_of_all
                )?,
            }
        }
        Ok(())
    }
}
