//! One decision explained: from contributions to what people see.

use limpide_model::{Bundle, Decision, Lang, Reader, Score, Value};
use serde::{Deserialize, Serialize};

use crate::concepts::{
    self, ConceptContribution, Outline, ThemeContribution, WeighedConcept, counts, themes,
};
use crate::contributions::Contributions;
use crate::reasons::{self, Facts, Reason};
use crate::second::{self, SecondOpinion};
use crate::stability::{self, Stability};
use crate::summary::{self, Summary};
use crate::waterfall::{self, Waterfall};
use crate::weighed::{Weighed, weighed};

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

/// Holds one decision with its principal reasons, in one language: as in [`Explanation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Principal {
    /// The language of sentences.
    pub lang: Lang,
    /// Margin, probability, decision and threshold.
    pub score: Score,
    /// The expected margin over the training rows, in log-odds.
    pub base: f64,
    /// The principal reasons against the client, four at most, the largest first.
    pub reasons: Vec<Reason>,
    /// The principal strengths of the client, four at most, the largest first.
    pub strengths: Vec<Reason>,
    /// How far the decision is from another.
    pub stability: Stability,
    /// The risk as people out of a hundred, and how many the bank accepts.
    pub risk: String,
    /// How far the decision is from another, and what could change it.
    pub stability_words: String,
}

/// Concepts of one row with their points, and the probabilities between them.
struct Climbed<'a> {
    score: Score,
    concepts: Vec<WeighedConcept<'a>>,
    /// Concepts that add nothing come last and take no step.
    moving: usize,
    levels: Vec<f64>,
}

impl<'a> Climbed<'a> {
    fn new(
        bundle: &'a Bundle,
        outline: &'a Outline,
        features: &[Weighed<'a>],
        contributions: &Contributions,
    ) -> Self {
        let score = bundle.score_margin(contributions.margin);
        let mut concepts = concepts::weighed(bundle, outline, features);
        let counting = concepts.iter().take_while(|one| counts(one.contribution));
        let moving = counting.count();
        let levels = waterfall::climb(
            &mut concepts[..moving],
            contributions.base,
            score.probability,
            &bundle.calibration,
        );
        Self {
            score,
            concepts,
            moving,
            levels,
        }
    }

    fn reasons(&self, features: &[Weighed<'_>]) -> [Vec<Reason>; 2] {
        reasons::principal(Facts {
            concepts: &self.concepts,
            features,
        })
    }
}

/// Tells of one row no more than its principal reasons, in less time than [`build`] takes.
pub(crate) fn principal(
    bundle: &Bundle,
    outline: &Outline,
    row: &[Value],
    contributions: &Contributions,
    reader: Reader,
) -> Principal {
    let lang = reader.lang;
    let features = weighed(bundle, row, &contributions.per_feature, reader);
    let climbed = Climbed::new(bundle, outline, &features, contributions);
    let [reasons, strengths] = climbed.reasons(&features);
    let score = climbed.score;
    let stability = stability::measure(bundle, &score, &climbed.concepts);
    Principal {
        lang,
        base: contributions.base,
        reasons,
        strengths,
        risk: summary::risk(&score, lang),
        stability_words: stability::words(&stability, &score, lang),
        stability,
        score,
    }
}

/// Puts the explanation of one row together from its contributions, as [`crate::Explainer`] gives them.
pub fn build(
    bundle: &Bundle,
    row: &[Value],
    contributions: &Contributions,
    second: Option<&Contributions>,
    reader: impl Into<Reader>,
) -> Explanation {
    let outline = Outline::new(bundle);
    build_with(bundle, &outline, row, contributions, second, reader.into())
}

/// The same, where the bundle is outlined already.
pub(crate) fn build_with(
    bundle: &Bundle,
    outline: &Outline,
    row: &[Value],
    contributions: &Contributions,
    second: Option<&Contributions>,
    reader: Reader,
) -> Explanation {
    let lang = reader.lang;
    let features = weighed(bundle, row, &contributions.per_feature, reader);
    let climbed = Climbed::new(bundle, outline, &features, contributions);
    let [reasons, strengths] = climbed.reasons(&features);
    let Climbed {
        score,
        concepts,
        moving,
        levels,
    } = climbed;
    let waterfall = waterfall::build(&concepts[..moving], &levels, reader);
    let second = second.and_then(|contributions| {
        let other = bundle.score_glass_box_margin(contributions.margin)?;
        second::opinion(bundle, &score, &concepts, (&other, contributions), lang)
    });
    let stability = stability::measure(bundle, &score, &concepts);
    let summary = Summary {
        risk: summary::risk(&score, lang),
        stability: stability::words(&stability, &score, lang),
        chart: summary::chart(score.threshold, &waterfall, [&reasons, &strengths], reader),
    };
    let concepts: Vec<_> = concepts.iter().map(WeighedConcept::described).collect();
    Explanation {
        lang,
        score,
        base: contributions.base,
        margin: contributions.margin,
        themes: themes(bundle, &concepts, lang),
        contributions: features.iter().map(Weighed::described).collect(),
        concepts,
        reasons,
        strengths,
        waterfall,
        stability,
        second,
        summary,
    }
}
