//! How the features of the clients served have moved since the model was trained: some of the clients are looked at
//! once, and what was found is kept for as long as the model is served over them.

use crate::drift::features::{Counting, FeatureShift};
use crate::service::{RowsError, Service};

/// Clients looked at, evenly by number: 2,000 tell a shift of 0.01 from chance, in a fraction of a second.
const LOOKED_AT: usize = 2_000;

/// What was found.
#[derive(Debug)]
pub(crate) struct Moved {
    /// Clients that were looked at.
    pub(crate) clients: usize,
    /// Every feature that can be compared, the largest index first.
    pub(crate) features: Vec<FeatureShift>,
}

impl Service {
    /// Looks at clients to find how the features have moved; takes a fraction of a second.
    pub(crate) fn find_moved(&self) -> Result<Moved, RowsError> {
        let mut counting = Counting::of(&self.bundle);
        let numbers = self.numbers.numbers();
        let step = numbers.len().div_ceil(LOOKED_AT).max(1);
        let mut clients = 0;
        for &client in numbers.iter().step_by(step) {
            if let Some(row) = self.clients.row(client)? {
                counting.count(&row);
                clients += 1;
            }
        }
        Ok(Moved {
            clients,
            features: counting.shifts(),
        })
    }
}
