//! What to train, and how hard to try.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use limpide_model::{Concept, Costs, RecipeRef, Reviewing, Theme};

use crate::error::Error;
use crate::folds::Folds;
use crate::imported::Imported;
use crate::tuning::Tuning;

/// Holds what training depends on, beside the data.
#[derive(Debug, Clone, Default)]
pub struct TrainConfig {
    /// The seed of folds and sampling.
    pub seed: u64,
    /// How hard to try.
    pub effort: Effort,
    /// Who is judged when; made from the seed where absent.
    pub folds: Option<Folds>,
    /// How hyperparameters are sought.
    pub tuning: Tuning,
    /// What the two errors cost.
    pub costs: Costs,
    /// What a person's look costs, and how far it is trusted.
    pub reviewing: Reviewing,
    /// By what clients are held out beside the folds.
    pub judging: Judging,
    /// Models trained elsewhere that compete with the others.
    pub imported: Vec<Imported>,
    /// What is taken for a leak.
    pub limits: Limits,
    /// Threads to use; all of the machine's where absent. The bundle does not depend on it.
    pub threads: Option<NonZeroUsize>,
    /// Where features and data come from, for the bundle.
    pub provenance: Provenance,
}

impl TrainConfig {
    /// Tells whether hyperparameters are sought.
    pub fn tunes(&self) -> bool {
        self.tuning.budget(self.effort).is_some()
    }
}

/// Says how hard to try; a greater effort is a harder one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// A minute on 20,000 clients and 300 features.
    #[default]
    Quick,
    /// Features are selected, hyperparameters tuned; more candidates, more and slower trees.
    Standard,
    /// The same with several times as many trees, slower still, and more trials of tuning.
    Thorough,
}

impl Effort {
    /// Tells whether features are selected.
    pub fn selects(self) -> bool {
        self != Self::Quick
    }

    /// Tells whether more is fitted for the report than the choice of a champion needs: holdouts,
    /// treatments of imbalance, whether new clients can be told from the known.
    pub fn compares(self) -> bool {
        self != Self::Quick
    }
}

/// Says by what clients are held out beside the folds; nothing where the recipe names nothing.
#[derive(Debug, Clone, Default)]
pub struct Judging {
    /// The clients' groups, one a client; `None` where unknown.
    pub group: Option<HoldoutColumn<Option<String>>>,
    /// The clients' times in any unit, one a client, later ones larger; NaN where unknown.
    pub time: Option<HoldoutColumn<f64>>,
}

/// Holds a column that clients are held out by.
#[derive(Debug, Clone)]
pub struct HoldoutColumn<T> {
    /// The column's name.
    pub column: String,
    /// One value a client.
    pub values: Vec<T>,
}

/// Holds the AUCs above which a leak is suspected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// For a candidate.
    pub max_auc: f64,
    /// For one feature alone.
    pub max_single_auc: f64,
}

/// Says where features and data come from; it goes into the bundle as it is.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// The recipe that made the features.
    pub recipe: RecipeRef,
    /// The hash of the portfolio.
    pub data_hash: String,
    /// Whether the portfolio was invented.
    pub synthetic: bool,
    /// The symbol of amounts.
    pub currency: String,
    /// The concepts that features belong to.
    pub concepts: Vec<Concept>,
    /// The themes that concepts belong to.
    pub themes: Vec<Theme>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_auc: 0.82,
            max_single_auc: 0.80,
        }
    }
}

impl FromStr for Effort {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "quick" => Ok(Self::Quick),
            "standard" => Ok(Self::Standard),
            "thorough" => Ok(Self::Thorough),
            _ => Err(Error::UnknownEffort {
                found: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Thorough => "thorough",
        })
    }
}
