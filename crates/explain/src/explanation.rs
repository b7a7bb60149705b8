//! One decision explained: from contributions to what people see.

use limpide_model::{Bundle, Decision, Lang, Score, Value};
use serde::{Deserialize, Serialize};

use crate::comparison;
use crate::concepts::{ConceptContribution, ThemeContribution, concepts, counts, size, themes};
use crate::contributions::Contributions;
use crate::format;
use crate::reasons::{self, Facts, Reason};
use crate::second::{self, SecondOpinion};
use crate::stability::{self, Stability};
use crate::summary::{self, Summary};
use crate::waterfall::{self, Waterfall};

/// Holds one decision with all that explains it, in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The language of labels and sentences.
    pub lang: Lang,
    /// Margin, probability, decision and threshold.
    pub score: Score,
    /// The expected margin over the training rows, in log-odds.
    pub base: f64,
    /// The client's margin: base plus all contributions, to 1e-9.
    pub margin: f64,
    /// Every feature of the model, the largest contribution first.
    pub contributions: Vec<FeatureContribution>,
    /// Every concept, the largest contribution first.
    pub concepts: Vec<ConceptContribution>,
    /// Every theme, the largest contribution first.
    pub themes: Vec<ThemeContribution>,
    /// The principal reasons against the client, four at most, the largest first.
    pub reasons: Vec<Reason>,
    /// The principal strengths of the client, four at most, the largest first.
    pub strengths: Vec<Reason>,
    /// The way from the average applicant's probability to the client's.
    pub waterfall: Waterfall,
    /// How far the decision is from another.
    pub stability: Stability,
    /// What the bundle's second model makes of the client; `None` where it has none.
    pub second: Option<SecondOpinion>,
    /// Three short texts.
    pub summary: Summary,
}

impl Explanation {
    /// Gives the reasons that go with the decision: the strengths where granted, what speaks
    /// against where refused, both where a person must look.
    pub fn principal(&self) -> Vec<&Reason> {
        match self.score.decision {
            Decision::Granted => self.strengths.iter().collect(),
            Decision::Refused => self.reasons.iter().collect(),
            Decision::Review => self.reasons.iter().chain(&self.strengths).collect(),
        }
    }
}

/// Holds what one feature adds to the margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureContribution {
    /// The feature's name in the matrix.
    pub feature: String,
    /// What people call it, with a capital.
    pub label: String,
    /// The client's value.
    pub value: Value,
    /// The value as people read it.
    pub value_text: String,
    /// Where the value stands among all clients; `None` where nothing is known of them.
    pub comparison: Option<String>,
    /// The id of its concept.
    pub concept: String,
    /// What it adds to the margin, in log-odds.
    pub contribution: f64,
    /// Whether the law protects people from being judged on it.
    pub protected: bool,
    /// Whether the client could change it.
    pub actionable: bool,
}

pub(crate) fn build(
    bundle: &Bundle,
    row: &[Value],
    contributions: &Contributions,
    second: Option<&Contributions>,
    lang: Lang,
) -> Explanation {
    let score = bundle.score_margin(contributions.margin);
    let features = features(bundle, row, &contributions.per_feature, lang);
    let mut concepts = concepts(bundle, &features, lang);

    // Concepts that add nothing come last and take no step.
    let moving = concepts
        .iter()
        .filter(|concept| counts(concept.contribution))
        .count();
    let levels = waterfall::climb(
        &mut concepts[..moving],
        contributions.base,
        score.probability,
        &bundle.calibration,
    );
    let waterfall = waterfall::build(&concepts[..moving], &levels, lang);

    let facts = Facts {
        bundle,
        concepts: &concepts,
        features: &features,
        lang,
    };
    let [reasons, strengths] = reasons::principal(facts);
    let second = second.and_then(|contributions| {
        let other = bundle.score_glass_box_margin(contributions.margin)?;
        second::opinion(bundle, &score, &concepts, (&other, contributions), lang)
    });
    let stability = stability::measure(bundle, &score, &concepts);
    let summary = Summary {
        risk: summary::risk(&score, lang),
        stability: stability::words(&stability, &score, lang),
        chart: summary::chart(score.threshold, &waterfall, [&reasons, &strengths], lang),
    };
    Explanation {
        lang,
        score,
        base: contributions.base,
        margin: contributions.margin,
        themes: themes(bundle, &concepts, lang),
        contributions: features,
        concepts,
        reasons,
        strengths,
        waterfall,
        stability,
        second,
        summary,
    }
}

/// Describes every feature, the largest contribution first, ties in the bundle's order.
fn features(
    bundle: &Bundle,
    row: &[Value],
    contributions: &[f64],
    lang: Lang,
) -> Vec<FeatureContribution> {
    let mut order: Vec<usize> = (0..contributions.len()).collect();
    order.sort_by(|&a, &b| size(contributions[b]).total_cmp(&size(contributions[a])));
    let describe = |at: usize| {
        let feature = &bundle.features[at];
        let value = &row[at];
        FeatureContribution {
            feature: feature.name.clone(),
            label: format::capitalised(feature.label.get(lang)),
            value: value.clone(),
            value_text: format::value(feature, value, &bundle.currency, lang),
            comparison: comparison::phrase(feature, &bundle.reference.features[at], value, lang),
            concept: feature.concept.clone(),
            contribution: contributions[at],
            protected: feature.protected,
            actionable: feature.actionable,
        }
    };
    order.into_iter().map(describe).collect()
}
