//! What was measured of the invented model over some of its clients.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use limpide_explain::global::{Material, Sample, Watch, explain_all, global, segments};
use limpide_explain::{Explainer, Global};
use limpide_model::{Bundle, Value};
use limpide_web::{MeasuredModel, RowsError};

use super::clients;

/// Clients that are measured.
const MEASURED: usize = 100;

pub(super) struct Measured(Global);

impl Measured {
    pub(super) fn new(bundle: &Bundle) -> Self {
        let dataset = clients::dataset();
        let rows: Vec<Vec<Value>> = (0..MEASURED).map(|row| dataset.row(row)).collect();
        let labels = &dataset.labels[..MEASURED];
        let outcomes: Vec<Option<u8>> = labels.iter().copied().map(Some).collect();
        let sample = Sample {
            rows: &rows,
            outcomes: &outcomes,
        };
        let material = Material {
            clients: dataset.len(),
            sample,
            judged: (&rows, labels),
            judged_were_seen: true,
            repeats: 1,
            seed: 1,
        };
        let stop = AtomicBool::new(false);
        let watch = Watch {
            progress: &|_| {},
            stop: &stop,
        };
        let explainer = Explainer::new(Arc::new(bundle.clone()));
        let contributions = explain_all(&explainer, &rows, &watch).unwrap();
        let mut found = global(&explainer, &material, &contributions, &watch).unwrap();
        found.segments = vec![segments(bundle, 0, sample, &contributions)];
        Self(found)
    }
}

impl MeasuredModel for Measured {
    fn global(&self) -> Result<Option<Global>, RowsError> {
        Ok(Some(self.0.clone()))
    }
}
