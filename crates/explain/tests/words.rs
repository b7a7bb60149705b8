//! Which fact stands for a concept, what a second model says, and how far a decision is from another.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "each test file uses its part")]
mod lender;

use lender::{bundle, client, scorecard, trees};
use limpide_explain::{Error, Explanation, explain};
use limpide_model::{
    Bundle, Calibration, Concept, Decision, Ensemble, GlassBox, Lang, Policy, Reader, Scorer,
    Telling, Text, Tree, Value, VennAbers,
};

/// A tree that adds `size` where a column's value is above a threshold, and takes it away below.
fn split(column: u32, threshold: f32, size: f64) -> Tree {
    Tree {
        feature: vec![column],
        threshold: vec![threshold],
        default_left: vec![1],
        left: vec![-1],
        right: vec![-2],
        value: vec![-size, size],
        cover: vec![500.0, 500.0],
    }
}

fn of_trees(trees: &[Tree]) -> Bundle {
    let mut bundle = bundle(Scorer::Trees(Ensemble::from_trees(-2.0, trees).unwrap()));
    bundle.calibration = Calibration::Identity;
    bundle
}

fn text(text: &str) -> Text {
    Text {
        fr: text.to_owned(),
        en: text.to_owned(),
    }
}

fn says(feature: &str, says: &str) -> Telling {
    Telling {
        feature: feature.to_owned(),
        says: text(says).into(),
        when: Default::default(),
    }
}

fn concept<'a>(bundle: &'a mut Bundle, id: &str) -> &'a mut Concept {
    let mut concepts = bundle.concepts.iter_mut();
    concepts.find(|concept| concept.id == id).unwrap()
}

fn sentences(bundle: &Bundle, row: &[Value]) -> [Vec<String>; 2] {
    let explanation = explain(bundle, row, Lang::En).unwrap();
    [explanation.reasons, explanation.strengths]
        .map(|reasons| reasons.into_iter().map(|reason| reason.sentence).collect())
}

#[test]
fn a_concept_is_told_by_the_plain_feature_that_the_recipe_prefers_and_that_weighs_on_its_side() {
    // Both ratings are low and raise the risk; the lowest weighs more, the mean is preferred.
    let row = client();
    let both = of_trees(&[split(0, 0.3, -0.2), split(1, 0.3, -0.5)]);
    let expected = "The mean external rating is 0.21 out of 1, lower than for 86% of clients.";
    assert_eq!(sentences(&both, &row)[0], [expected]);
    // Where the mean lowers the risk it does not stand for a concept that raises it.
    let other = of_trees(&[split(0, 0.3, 0.2), split(1, 0.3, -0.5)]);
    let expected = "The lowest external rating is 0.10 out of 1, lower than for 88% of clients.";
    assert_eq!(sentences(&other, &row)[0], [expected]);
    // What was not scored is not told.
    let lowest = of_trees(&[split(1, 0.3, -0.5)]);
    assert_eq!(sentences(&lowest, &row)[0], [expected]);
}

#[test]
fn a_value_where_one_expects_it_is_preferred_to_one_that_needs_explaining() {
    let mut row = client();
    // An ordinary mean and a low minimum, both raising.
    row[0] = Value::Number(0.5);
    let both = of_trees(&[split(0, 0.7, -0.5), split(1, 0.3, -0.2)]);
    let expected = "The lowest external rating is 0.10 out of 1, lower than for 88% of clients.";
    assert_eq!(sentences(&both, &row)[0], [expected]);
}

#[test]
fn the_client_is_addressed_where_the_recipe_has_such_words_and_nothing_else_changes() {
    let mut bundle = of_trees(&[split(0, 0.3, -0.2), split(3, -500.0, 0.3)]);
    let mut told = says("job_days", "The client has a job of {value}");
    told.says.you = Some(text("You have a job of {value}"));
    concept(&mut bundle, "job").told_by = vec![told];
    let [of_client, to_client] = [Reader::from(Lang::En), Reader::client(Lang::En)]
        .map(|reader| explain(&bundle, &client(), reader).unwrap());
    let sentences = |one: &Explanation| -> Vec<String> {
        one.reasons.iter().map(|one| one.sentence.clone()).collect()
    };
    let [of, to] = [&of_client, &to_client].map(sentences);
    assert!(of[0].starts_with("The client has a job of "), "{of:?}");
    assert_eq!(to[0], of[0].replace("The client has", "You have"));
    // The recipe says nothing else of the rating to the client.
    assert_eq!(to[1..], of[1..]);
    assert_eq!(to_client.waterfall.end_label, "You");
    assert_eq!(of_client.waterfall.end_label, "This client");
    assert!(
        to_client.summary.chart.contains(" for you;"),
        "{}",
        to_client.summary.chart
    );
    let numbers = |one: &Explanation| {
        let reasons = one.reasons.iter().chain(&one.strengths);
        reasons
            .map(|one| (one.contribution, one.points))
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&to_client), numbers(&of_client));
}

#[test]
fn reasons_that_would_tell_the_same_fact_are_one() {
    let mut bundle = of_trees(&[
        split(0, 0.3, -0.2),
        split(3, -500.0, 0.3),
        split(5, 0.5, 0.1),
    ]);
    concept(&mut bundle, "rating").told_by = vec![says("rating_mean", "There is no history")];
    concept(&mut bundle, "job").told_by = vec![says("job_days", "There is no history")];
    let explanation = explain(&bundle, &client(), Lang::En).unwrap();
    let [reason] = &explanation.reasons[..] else {
        panic!("{:?}", explanation.reasons)
    };
    assert_eq!(
        (reason.concept.as_str(), reason.also.as_slice()),
        ("job", &["rating".to_owned()][..])
    );
    let of = |id: &str| {
        let mut concepts = explanation.concepts.iter();
        concepts.find(|concept| concept.concept == id).unwrap()
    };
    assert_eq!(
        reason.contribution,
        of("job").contribution + of("rating").contribution
    );
    assert_eq!(reason.points, of("job").points + of("rating").points);
    assert!(reason.sentence.starts_with("There is no history, "));
    // On the other side the same fact is not told; another one is.
    concept(&mut bundle, "refusals").told_by = vec![says("past_refusals", "There is no history")];
    let [against, in_favour] = sentences(&bundle, &client());
    assert_eq!(against.len(), 1);
    assert_eq!(in_favour.len(), 1);
    assert!(
        in_favour[0].starts_with("Past refusals: 0 ("),
        "{}",
        in_favour[0]
    );
}

#[test]
fn what_is_not_known_is_told_as_such() {
    let mut row = client();
    (row[3], row[0]) = (Value::Missing, Value::Missing);
    let bundle = of_trees(&[split(0, 0.3, -0.2), split(3, -500.0, -0.3)]);
    assert_eq!(
        sentences(&bundle, &row)[0],
        [
            "We have no start date for a job, as with 12% of clients.",
            "We know nothing of this: Mean external rating, as with 12% of clients.",
        ]
    );
}

#[test]
fn a_bundle_without_reference_statistics_compares_nothing() {
    let mut bundle = bundle(trees());
    for reference in &mut bundle.reference.features {
        reference.missing_share = 0.0;
        reference.quantiles.clear();
        reference.categories.clear();
    }
    let mut row = client();
    row[4] = Value::Missing;
    let explanation = explain(&bundle, &row, Lang::En).unwrap();
    assert!(
        explanation
            .contributions
            .iter()
            .all(|found| found.comparison.is_none())
    );
    let said: Vec<&str> = explanation
        .reasons
        .iter()
        .map(|reason| reason.sentence.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "The mean external rating is 0.21 out of 1.",
            "The current job (14\u{a0}months) counts.",
            "The burden raises the risk: repayment relative to income is 31%.",
        ]
    );
}

/// A bundle whose glass box says otherwise of the client.
fn of_two_minds() -> Bundle {
    let mut bundle = of_trees(&[split(0, 0.3, -0.9), split(3, -500.0, 0.2)]);
    bundle.glass_box = Some(GlassBox {
        name: "scorecard".to_owned(),
        scorer: Scorer::Trees(
            Ensemble::from_trees(-3.0, &[split(0, 0.3, -0.1), split(3, -500.0, 0.4)]).unwrap(),
        ),
        calibration: Calibration::Identity,
        interval: VennAbers::default(),
        threshold: 0.12,
    });
    bundle
}

fn second(explanation: &Explanation) -> &limpide_explain::SecondOpinion {
    explanation.second.as_ref().unwrap()
}

#[test]
fn two_models_that_differ_tell_both_results_and_the_concept_that_divides_them() {
    let bundle = of_two_minds();
    let explanation = explain(&bundle, &client(), Lang::En).unwrap();
    let opinion = second(&explanation);
    // Margins −2 + 0.9 + 0.2 and −3 + 0.1 + 0.4; thresholds 0.11 and 0.12.
    let probability = |margin: f64| 1.0 / (1.0 + (-margin).exp());
    assert!((explanation.score.probability - probability(-0.9)).abs() < 1e-12);
    assert!((opinion.probability - probability(-2.5)).abs() < 1e-12);
    assert_eq!(explanation.score.decision, Decision::Refused);
    assert_eq!(
        (opinion.decision, opinion.agrees),
        (Decision::Granted, false)
    );
    let divide = opinion.divides.as_ref().unwrap();
    assert_eq!(divide.concept, "rating");
    assert!((divide.first - 0.9).abs() < 1e-12 && (divide.second - 0.1).abs() < 1e-12);
    assert_eq!(
        opinion.sentence,
        "Two models do not agree here. The main one puts the risk at 28.9% and would refuse; the second, simpler \
         one says 7.6% and would grant. They differ most on “External rating”: the main model sees more risk there."
    );
    let french = explain(&bundle, &client(), Lang::Fr).unwrap();
    assert!(
        second(&french)
            .sentence
            .contains("le modèle principal y voit plus de risque")
    );
}

#[test]
fn two_models_that_agree_say_so_in_a_sentence() {
    let mut bundle = of_two_minds();
    if let Some(glass_box) = &mut bundle.glass_box {
        glass_box.threshold = 0.05;
    }
    let explanation = explain(&bundle, &client(), Lang::En).unwrap();
    let opinion = second(&explanation);
    assert_eq!((opinion.agrees, &opinion.divides), (true, &None));
    assert!(
        opinion
            .sentence
            .starts_with("A second, simpler calculation gives the same recommendation")
    );
    // A champion that is the glass box is no second model.
    let glass_box = bundle.glass_box.as_mut().unwrap();
    glass_box.scorer = bundle.scorer.clone();
    assert_eq!(explain(&bundle, &client(), Lang::En).unwrap().second, None);
}

#[test]
fn the_second_models_contributions_are_held_to_the_same_sum() {
    let mut bundle = of_two_minds();
    bundle.glass_box.as_mut().unwrap().scorer = scorecard();
    let explainer = limpide_explain::Explainer::new(bundle.clone().into());
    let found = explainer.second_contributions(&client()).unwrap().unwrap();
    let sum = found.base + found.per_feature.iter().sum::<f64>();
    assert!((sum - found.margin).abs() < 1e-12);
    // A margin that no sum can reach, such as one that is no number, is refused.
    bundle.glass_box.as_mut().unwrap().scorer = Scorer::Dummy { log_odds: f64::NAN };
    assert!(matches!(
        explain(&bundle, &client(), Lang::En),
        Err(Error::NotAdditive { .. })
    ));
}

#[test]
fn the_stability_line_tells_distance_interval_and_what_one_concept_could_change() {
    let bundle = of_two_minds();
    let explanation = explain(&bundle, &client(), Lang::En).unwrap();
    let stability = &explanation.stability;
    assert_eq!(
        (stability.edge, stability.beyond),
        (0.11, Decision::Granted)
    );
    assert_eq!(stability.distance, explanation.score.probability - 0.11);
    // Without the rating's 0.9 the margin is −1.8: still refused, and so it is without any one.
    assert_eq!((stability.uncertain, &stability.turn), (true, &None));
    assert_eq!(
        explanation.summary.stability,
        "The risk is 17.9 points above 11.0%. Below that level, the request would be granted. Allowing for the margin, the risk is from 0.0% to 100.0%: it may be on either side. No single factor would change the recommendation on its own."
    );
}

#[test]
fn a_zone_of_review_is_the_nearest_other_decision_on_both_sides() {
    let told = |threshold: f64, review: [f64; 2]| {
        let mut bundle = of_two_minds();
        bundle.policy = Policy {
            threshold,
            review,
            ..bundle.policy
        };
        explain(&bundle, &client(), Lang::En).unwrap()
    };
    let of = |explanation: &Explanation| {
        let stability = &explanation.stability;
        let turn = stability
            .turn
            .as_ref()
            .map(|turn| (turn.concept.clone(), turn.decision));
        (
            explanation.score.decision,
            stability.edge,
            stability.beyond,
            turn,
        )
    };
    // The risk is 0.289; with the rating at its average 0.142.
    let rating = |decision| Some(("rating".to_owned(), decision));
    assert_eq!(
        of(&told(0.22, [0.2, 0.25])),
        (
            Decision::Refused,
            0.25,
            Decision::Review,
            rating(Decision::Granted)
        )
    );
    assert_eq!(
        of(&told(0.35, [0.3, 0.4])),
        (Decision::Granted, 0.3, Decision::Review, None)
    );
    assert_eq!(
        of(&told(0.25, [0.2, 0.3])),
        (
            Decision::Review,
            0.3,
            Decision::Refused,
            rating(Decision::Granted)
        )
    );
    assert_eq!(
        of(&told(0.35, [0.28, 0.4])),
        (
            Decision::Review,
            0.28,
            Decision::Granted,
            rating(Decision::Granted)
        )
    );
    let french = {
        let mut bundle = of_two_minds();
        bundle.policy.review = [0.289_04, 0.4];
        explain(&bundle, &client(), Lang::Fr)
            .unwrap()
            .summary
            .stability
    };
    assert!(
        french.starts_with("Le risque est moins de 0,1\u{a0}point")
            || french.contains("moins de 0,1 point"),
        "{french}"
    );
}
