//! A model of trees over a workspace's features, whatever the champion is.

use std::path::Path;

use limpide_model::{Bundle, Calibration, Ensemble, Scorer, Tree};

/// The published bundle with a scorer of stumps on its first columns, registered under its hash.
pub fn tree_bundle(workspace: &Path) -> (String, Bundle) {
    let mut bundle = published(workspace);
    let columns = bundle.encoder.columns.iter().enumerate();
    let numbers = columns.filter_map(|(place, column)| {
        let quantiles = &bundle.reference.features[column.feature].quantiles;
        Some((place, *quantiles.get(50)?))
    });
    let stumps: Vec<Tree> = numbers
        .take(40)
        .map(|(place, median)| stump(place, median as f32))
        .collect();
    bundle.name = "stumps".to_owned();
    bundle.scorer = Scorer::Trees(Ensemble::from_trees(-2.0, &stumps).expect("sound trees"));
    bundle.calibration = Calibration::Platt {
        slope: 0.9,
        intercept: -0.1,
    };
    (register(workspace, &bundle), bundle)
}

/// The hash of the published bundle without its features: everyone gets the same probability.
#[allow(dead_code, reason = "each test file uses its part")]
pub fn featureless(workspace: &Path) -> String {
    let mut bundle = published(workspace);
    bundle.features.clear();
    bundle.learned.parts.clear();
    bundle.encoder.columns.clear();
    bundle.reference.features.clear();
    bundle.evidence.importance = Default::default();
    bundle.glass_box = None;
    bundle.scorer = Scorer::Dummy { log_odds: -2.0 };
    register(workspace, &bundle)
}

fn published(workspace: &Path) -> Bundle {
    let models = workspace.join("models");
    let hash = std::fs::read_to_string(models.join("published")).expect("a model is published");
    let bytes = std::fs::read(models.join(format!("{}.json", hash.trim()))).expect("it is there");
    Bundle::from_bytes(&bytes).expect("a bundle")
}

fn register(workspace: &Path, bundle: &Bundle) -> String {
    let hash = bundle.hash().expect("a sound bundle");
    let bytes = bundle.to_bytes().expect("a sound bundle");
    let path = workspace.join("models").join(format!("{hash}.json"));
    std::fs::write(path, bytes).expect("the folder is there");
    hash
}

fn stump(column: usize, threshold: f32) -> Tree {
    let size = 0.02 * (column % 7 + 1) as f64;
    Tree {
        feature: vec![column as u32],
        threshold: vec![threshold],
        default_left: vec![(column % 2) as u8],
        left: vec![-1],
        right: vec![-2],
        value: vec![-size, size],
        cover: vec![10.0, 10.0],
    }
}
