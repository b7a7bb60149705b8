//! What counts most in a model's scores, over many clients.

use limpide_model::{Importance, Value};

use crate::contributions::Explainer;
use crate::error::Result;

/// Gives the mean size of each feature's and each concept's contribution over the given rows.
///
/// A concept's contribution is the sum of its features', so what cancels within a concept counts
/// for nothing there. Empty lists where there is no row.
///
/// # Errors
/// As [`Explainer::contributions`].
pub fn importance(
    explainer: &Explainer,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Importance> {
    let bundle = explainer.bundle();
    let concept_of: Vec<Option<usize>> = bundle
        .features
        .iter()
        .map(|feature| {
            let mut concepts = bundle.concepts.iter();
            concepts.position(|concept| concept.id == feature.concept)
        })
        .collect();
    let mut sum = Importance {
        clients: 0,
        features: vec![0.0; bundle.features.len()],
        concepts: vec![0.0; bundle.concepts.len()],
    };
    for row in rows {
        let contributions = explainer.contributions(&row)?.per_feature;
        let mut of_concepts = vec![0.0; bundle.concepts.len()];
        for (place, contribution) in contributions.into_iter().enumerate() {
            sum.features[place] += contribution.abs();
            if let Some(concept) = concept_of[place] {
                of_concepts[concept] += contribution;
            }
        }
        for (sum, contribution) in sum.concepts.iter_mut().zip(of_concepts) {
            *sum += contribution.abs();
        }
        sum.clients += 1;
    }
    if sum.clients == 0 {
        return Ok(Importance::default());
    }
    let clients = sum.clients as f64;
    let means = sum.features.iter_mut().chain(&mut sum.concepts);
    means.for_each(|size| *size /= clients);
    Ok(sum)
}
