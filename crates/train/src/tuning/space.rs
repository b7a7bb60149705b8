//! What may be chosen: hyperparameters, their bounds and scales.

use serde::Serialize;

/// Names a number that a learner takes, and between which bounds it is sought.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hyperparameter {
    /// The name, such as `depth`.
    pub name: &'static str,
    /// The least value.
    pub low: f64,
    /// The largest value, at least the least.
    pub high: f64,
    /// How far apart two values are.
    pub scale: Scale,
    /// Whether only whole numbers are allowed; the bounds are whole then.
    pub is_whole: bool,
}

/// Says how far apart two values of a hyperparameter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// By their difference.
    Linear,
    /// By their ratio; the bounds are above 0.
    Log,
}

impl Hyperparameter {
    /// Gives the place of a value between the bounds, 0 to 1.
    pub(super) fn place(&self, value: f64) -> f64 {
        let (low, high) = (self.scaled(self.low), self.scaled(self.high));
        if high <= low {
            return 0.0;
        }
        ((self.scaled(value) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// Gives the value at a place between the bounds, 0 to 1.
    pub(super) fn value(&self, place: f64) -> f64 {
        let (low, high) = (self.scaled(self.low), self.scaled(self.high));
        let scaled = low + place * (high - low);
        let value = match self.scale {
            Scale::Linear => scaled,
            Scale::Log => scaled.exp(),
        };
        let value = if self.is_whole { value.round() } else { value };
        value.clamp(self.low, self.high)
    }

    fn scaled(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => value,
            Scale::Log => value.ln(),
        }
    }
}
