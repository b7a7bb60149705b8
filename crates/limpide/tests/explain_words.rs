//! What explanations say: whole sentences in both languages that hold nothing of the machinery, easy to read.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/worded.rs"]
mod worded;
#[path = "support/workspace.rs"]
mod workspace;

use std::collections::BTreeSet;
use std::path::Path;

use limpide_explain::{ADDITIVITY_LIMIT, Explainer, Explanation, Reason, reading_ease};
use limpide_features::RecipeSpec;
use limpide_model::{Bundle, Decision, Lang, Value};
use limpide_portfolio::Recipe;

use crate::worded::{Population, published};
use crate::workspace::{ask, folder, limpide, text, workspace};

/// Synthetic clients whose sentences are shown.
const SHOWN: usize = 20;

/// Clients of the real sample whose explanations are looked at.
const REAL: usize = 1_000;

/// From 60 on a text is plain English (Flesch 1948, table 5). Half of the explanations must be plainer.
const PLAIN_ENGLISH: f64 = 60.0;

/// Kandel and Moles fitted their formula so that the bands are Flesch's.
const PLAIN_FRENCH: f64 = 60.0;

/// The part of reasons that plain features must tell, in the recipe's sentences for them.
const PLAINLY_TOLD: f64 = 0.9;

/// What nobody must read: names of columns and features, and codes that have words of their own.
struct Machinery {
    names: BTreeSet<String>,
    /// Category texts of the source that have other words, in capitals as a code is.
    codes: BTreeSet<String>,
}

impl Machinery {
    fn of(recipe: &str, features: impl Iterator<Item = String>) -> Self {
        let recipe = Recipe::open(recipe).unwrap();
        let spec = RecipeSpec::open(&recipe).unwrap();
        let tables = recipe.schema.tables.iter();
        let columns = tables.flat_map(|table| table.texts.iter().cloned());
        let is_code = |text: &&String| {
            let letters = text.chars().filter(|c| c.is_alphabetic());
            text.len() > 1 && letters.clone().count() > 1 && letters.clone().all(char::is_uppercase)
        };
        Self {
            names: columns.chain(features).collect(),
            codes: spec.values.keys().filter(is_code).cloned().collect(),
        }
    }

    /// Asserts that a text is one for people; `whole` ones are sentences.
    fn is_absent_from(&self, said: &str, lang: Lang) {
        for part in [
            "_", "{", "}", "NaN", "null", "Some(", "inf ", "  ", " .", " ,", "..", ",,", ".,", ",.",
        ] {
            assert!(!said.contains(part), "'{part}' in {lang}: {said}");
        }
        let words = said.split(|c: char| !c.is_alphanumeric());
        for word in words {
            assert!(
                !self.names.contains(word) || is_a_word(word),
                "{word} in {lang}: {said}"
            );
            assert!(!self.codes.contains(word), "{word} in {lang}: {said}");
        }
        if lang == Lang::Fr {
            for part in [
                " :", " ;", " ?", " !", " %", "« ", " »", "'", " de le ", " de les ", " à le ",
            ] {
                assert!(!said.contains(part), "'{part}' in: {said}");
            }
        }
    }
}

/// A name that is also a word as people write it, such as "Age".
fn is_a_word(name: &str) -> bool {
    name.chars().skip(1).all(char::is_lowercase)
}

fn is_sentence(said: &str) {
    let first = said.chars().next().unwrap();
    assert!(first.is_uppercase() || first.is_numeric(), "{said}");
    assert!(said.ends_with('.'), "{said}");
}

/// All that people read of an explanation: sentences, then what stands beside numbers.
fn said(explanation: &Explanation) -> (Vec<&str>, Vec<&str>) {
    let reasons = explanation.reasons.iter().chain(&explanation.strengths);
    let mut sentences: Vec<&str> = reasons
        .clone()
        .map(|reason| reason.sentence.as_str())
        .collect();
    let summary = &explanation.summary;
    sentences.extend([summary.risk.as_str(), &summary.stability, &summary.chart]);
    sentences.extend(
        explanation
            .second
            .iter()
            .map(|second| second.sentence.as_str()),
    );
    let mut words: Vec<&str> = reasons.map(|reason| reason.label.as_str()).collect();
    for feature in &explanation.contributions {
        words.extend([feature.label.as_str(), &feature.value_text]);
        words.extend(feature.comparison.as_deref());
    }
    words.extend(
        explanation
            .concepts
            .iter()
            .map(|concept| concept.label.as_str()),
    );
    words.extend(explanation.themes.iter().map(|theme| theme.label.as_str()));
    words.extend(
        explanation
            .waterfall
            .steps
            .iter()
            .map(|step| step.label.as_str()),
    );
    (sentences, words)
}

/// What always holds of an explanation, whoever it is of.
fn looked_at(explanation: &Explanation, machinery: &Machinery) {
    let lang = explanation.lang;
    let contributions = explanation
        .contributions
        .iter()
        .map(|found| found.contribution);
    let sum = explanation.base + contributions.sum::<f64>();
    assert!((sum - explanation.margin).abs() <= ADDITIVITY_LIMIT);
    let (sentences, words) = said(explanation);
    for sentence in sentences {
        machinery.is_absent_from(sentence, lang);
        is_sentence(sentence);
    }
    for word in words {
        machinery.is_absent_from(word, lang);
    }
    let reasons: Vec<&Reason> = explanation
        .reasons
        .iter()
        .chain(&explanation.strengths)
        .collect();
    assert!(explanation.reasons.len() <= 4 && explanation.strengths.len() <= 4);
    let told: BTreeSet<&str> = reasons
        .iter()
        .map(|reason| reason.feature.as_str())
        .collect();
    assert_eq!(told.len(), reasons.len(), "a feature is told twice");
    let facts: BTreeSet<&str> = reasons
        .iter()
        .map(|reason| reason.sentence.as_str())
        .collect();
    assert_eq!(facts.len(), reasons.len(), "a fact is told twice");
    for reason in reasons {
        let mut contributions = explanation.contributions.iter();
        let feature = contributions
            .find(|found| found.feature == reason.feature)
            .unwrap();
        // What is told was scored, and speaks for its side.
        assert!(
            feature.contribution * reason.contribution > 0.0,
            "{}",
            reason.sentence
        );
        let says_so = reason.sentence.contains(match lang {
            Lang::Fr => "protégée par la loi",
            Lang::En => "protected by law",
        });
        assert_eq!(says_so, reason.protected, "{}", reason.sentence);
    }
}

/// The features that have sentences of their own.
fn plain_features(bundle: &Bundle) -> BTreeSet<String> {
    let tellings = bundle.concepts.iter().flat_map(|concept| &concept.told_by);
    tellings.map(|telling| telling.feature.clone()).collect()
}

/// How easy the sentences of an explanation are to read, together.
fn ease(explanation: &Explanation) -> f64 {
    let (sentences, _) = said(explanation);
    reading_ease(&sentences.join(" "), explanation.lang).unwrap()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn assert_plain(eases: [Vec<f64>; 2], of: &str) {
    let [french, english] = eases.map(median);
    eprintln!("reading ease of {of}, median: Kandel-Moles {french:.1}, Flesch {english:.1}");
    assert!(french >= PLAIN_FRENCH, "Kandel-Moles {french:.1}");
    assert!(english >= PLAIN_ENGLISH, "Flesch {english:.1}");
}

#[test]
fn the_sentences_of_synthetic_clients() {
    let workspace = workspace();
    let population = Population::open(workspace.path());
    let bundle = population.by_rule_of_thumb(published(workspace.path()));
    let names = population
        .features
        .iter()
        .map(|feature| feature.name.clone());
    let machinery = Machinery::of("home-credit", names);
    let explainer = Explainer::new(bundle.into());
    let mut eases = [Vec::new(), Vec::new()];
    for (lang, eases) in [Lang::Fr, Lang::En].into_iter().zip(&mut eases) {
        let mut page = Vec::new();
        for place in 0..SHOWN {
            let row = population.row(place * population.len() / SHOWN);
            let explanation = explainer.explain(&row, lang).unwrap();
            looked_at(&explanation, &machinery);
            eases.push(ease(&explanation));
            page.push(shown(place + 1, &explanation));
        }
        // Spaces that cannot be told apart on paper are made visible.
        let page = page
            .join("\n")
            .replace('\u{202f}', "⸱")
            .replace('\u{a0}', "⍽");
        insta::assert_snapshot!(format!("the_sentences_of_synthetic_clients_{lang}"), page);
    }
    assert_plain(eases, "20 synthetic clients");
}

/// An explanation's sentences, those that go with the decision first.
fn shown(number: usize, explanation: &Explanation) -> String {
    let decision = match explanation.score.decision {
        Decision::Granted => "granted",
        Decision::Review => "review",
        Decision::Refused => "refused",
    };
    let mut lines = vec![format!("{number}. {decision}")];
    lines.push(explanation.summary.risk.clone());
    for (mark, reasons) in [("+", &explanation.reasons), ("-", &explanation.strengths)] {
        lines.extend(
            reasons
                .iter()
                .map(|reason| format!("{mark} {}", reason.sentence)),
        );
    }
    lines.push(explanation.summary.stability.clone());
    lines.extend(
        explanation
            .second
            .iter()
            .map(|second| second.sentence.clone()),
    );
    lines.push(String::new());
    lines.join("\n")
}

#[test]
fn explanations_of_the_real_sample_sum_and_are_for_people() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sample = repository.join("../shared/data/home-credit-sample.zip");
    if !sample.exists() {
        let sample = sample.display();
        eprintln!("SKIPPED: {sample} is not there; real rows are in no repository");
        return;
    }
    let workspace = folder();
    ask(workspace.path(), &["ingest", text(&sample)]);
    ask(workspace.path(), &["features"]);
    let population = Population::open(workspace.path());
    let bundle = population.by_trees(published(workspace::workspace().path()));
    let names = population
        .features
        .iter()
        .map(|feature| feature.name.clone());
    let machinery = Machinery::of("home-credit", names);
    let plain = plain_features(&bundle);
    let explainer = Explainer::new(bundle.into());
    let mut eases = [Vec::new(), Vec::new()];
    let mut decisions = BTreeSet::new();
    let (mut told, mut plainly) = (0, 0);
    for client in 0..REAL {
        let row = population.row(client * population.len() / REAL);
        for (lang, eases) in [Lang::Fr, Lang::En].into_iter().zip(&mut eases) {
            let explanation = explainer.explain(&row, lang).unwrap();
            looked_at(&explanation, &machinery);
            eases.push(ease(&explanation));
            for reason in explanation.reasons.iter().chain(&explanation.strengths) {
                told += 1;
                plainly += usize::from(plain.contains(&reason.feature));
            }
            let agrees = explanation.second.unwrap().agrees;
            decisions.insert((explanation.score.decision as u8, agrees));
        }
    }
    // Granted, refused and to be reviewed; agreed on and not, but a second model reviews nobody.
    assert_eq!(decisions.len(), 5, "{decisions:?}");
    assert_plain(eases, "1,000 real clients");
    let share = plainly as f64 / told as f64;
    eprintln!(
        "told by plain features: {:.1} % of {told} reasons",
        100.0 * share
    );
    assert!(share >= PLAINLY_TOLD, "{share}");
}

#[test]
fn what_cannot_be_explained_is_refused_in_one_sentence() {
    let workspace = workspace();
    let client =
        |arguments: &[&str]| limpide(workspace.path(), &[&["explain"], arguments].concat());
    client(&["--client", "1"]).refuses(&["client 1 is not in the portfolio of 575 clients"]);
    let unknown = client(&["--client", "100001", "--lang", "de"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown
            .err
            .contains("unknown language \"de\": fr and en are known"),
        "{}",
        unknown.err
    );
}

#[test]
fn the_command_tells_how_sure_the_result_is_and_what_a_second_model_says() {
    let workspace = workspace();
    let bundle = published(workspace.path());
    let client = Population::open(workspace.path()).client(3).to_string();
    let asked = ["explain", "--client", &client, "--lang", "en"];
    let json = ask(workspace.path(), &asked);
    let printed = limpide(workspace.path(), &asked).out;
    let stability = json["summary"]["stability"].as_str().unwrap();
    assert!(printed.contains(stability), "{printed}");
    assert!(stability.starts_with("The risk is "), "{stability}");
    let edge = json["stability"]["edge"].as_f64().unwrap();
    let distance = json["probability"].as_f64().unwrap() - edge;
    assert!((distance - json["stability"]["distance"].as_f64().unwrap()).abs() < 1e-12);
    // Among few clients the glass box may be the champion: then there is no second model.
    let second = bundle
        .glass_box
        .filter(|found| found.scorer != bundle.scorer);
    assert_eq!(json["second"].is_null(), second.is_none());
    if let Some(sentence) = json["second"]["sentence"].as_str() {
        assert!(printed.contains(sentence), "{printed}");
    }
}

#[test]
fn without_reference_statistics_sentences_have_no_comparison() {
    let workspace = workspace();
    let population = Population::open(workspace.path());
    let mut bundle = population.by_rule_of_thumb(published(workspace.path()));
    for reference in &mut bundle.reference.features {
        reference.quantiles.clear();
        reference.categories.clear();
        reference.missing_share = 0.0;
        reference.mean = 0.0;
    }
    let names = population
        .features
        .iter()
        .map(|feature| feature.name.clone());
    let machinery = Machinery::of("home-credit", names);
    let explainer = Explainer::new(bundle.into());
    for (lang, compared) in [(Lang::Fr, "des clients"), (Lang::En, "of clients")] {
        let explanation = explainer.explain(&population.row(7), lang).unwrap();
        looked_at(&explanation, &machinery);
        assert!(!explanation.reasons.is_empty());
        for reason in explanation.reasons.iter().chain(&explanation.strengths) {
            assert!(!reason.sentence.contains(compared), "{}", reason.sentence);
        }
    }
    // A file with nothing in it is told as one.
    let nothing = vec![Value::Missing; population.features.len()];
    for lang in [Lang::Fr, Lang::En] {
        looked_at(&explainer.explain(&nothing, lang).unwrap(), &machinery);
    }
}
