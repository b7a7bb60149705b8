//! The tables of documents.

use limpide_explain::format::{number, percent};
use limpide_model::{Bundle, Lang, Metrics, Treatment};
use limpide_train::Selection;

use super::Subject;
use limpide_web::figures::facts::{concept, interval, share};
use limpide_web::figures::table::{Table, pick_all};
use limpide_web::figures::words::{self, pick};

/// All tables that stand for themselves.
pub struct Tables {
    pub data: Table,
    pub themes: Table,
    pub selection: Option<Table>,
    pub about_candidates: Table,
    pub metrics: Table,
    pub card_metrics: Table,
    pub imbalance: Option<Table>,
}

impl Tables {
    /// Makes the tables of a model in a language.
    pub fn new(subject: &Subject<'_>, lang: Lang) -> Self {
        let bundle = subject.bundle;
        Self {
            data: data(bundle, lang),
            themes: themes(bundle, lang),
            selection: subject.selection.map(|found| selection(found, lang)),
            about_candidates: about_candidates(bundle, lang),
            metrics: metrics(bundle, lang, true),
            card_metrics: metrics(bundle, lang, false),
            imbalance: imbalance(bundle, lang),
        }
    }
}

fn data(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(lang, "Les données d’entraînement", "The training data"),
        pick_all(lang, &["Élément", "Valeur"], &["Item", "Value"]),
        2,
    );
    let count = |value: usize| number(value as f64, 0, lang);
    let trained = bundle.trained_on;
    let origin = match bundle.synthetic {
        true => pick(lang, "synthétiques", "synthetic"),
        false => pick(lang, "réelles", "real"),
    };
    let missing = bundle.reference.features.iter().map(|f| f.missing_share);
    let missing = missing.sum::<f64>() / bundle.reference.features.len().max(1) as f64;
    let rows = [
        (pick(lang, "Recette", "Recipe"), bundle.recipe.name.clone()),
        (
            pick(lang, "Empreinte de la recette", "Hash of the recipe"),
            bundle.recipe.hash.clone(),
        ),
        (
            pick(lang, "Empreinte du portefeuille", "Hash of the portfolio"),
            bundle.data_hash.clone(),
        ),
        (pick(lang, "Données", "Data"), origin.to_owned()),
        (
            pick(
                lang,
                "Clients dont l’issue est connue",
                "Clients with a known outcome",
            ),
            count(trained.rows),
        ),
        (
            pick(lang, "Clients en défaut", "Clients in default"),
            count(trained.defaults),
        ),
        (
            pick(lang, "Taux de défaut", "Default rate"),
            percent(share(trained.defaults, trained.rows), lang),
        ),
        (
            pick(lang, "Variables du modèle", "Features of the model"),
            count(bundle.features.len()),
        ),
        (
            pick(
                lang,
                "Valeurs absentes, en moyenne",
                "Missing values, on average",
            ),
            percent(missing, lang),
        ),
    ];
    for (name, value) in rows {
        table.push([name.to_owned(), value], false);
    }
    table
}

fn themes(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Les variables par thème et par concept",
            "Features by theme and concept",
        ),
        pick_all(
            lang,
            &[
                "Concept",
                "Thème",
                "Variables",
                "dont protégées",
                "Valeurs absentes",
            ],
            &[
                "Concept",
                "Theme",
                "Features",
                "of these protected",
                "Missing values",
            ],
        ),
        2,
    );
    for theme in &bundle.themes {
        for found in bundle
            .concepts
            .iter()
            .filter(|concept| concept.theme == theme.id)
        {
            let places: Vec<usize> = (0..bundle.features.len())
                .filter(|&place| bundle.features[place].concept == found.id)
                .collect();
            if places.is_empty() {
                continue;
            }
            let protected = places
                .iter()
                .filter(|&&place| bundle.features[place].protected);
            let missing = places
                .iter()
                .map(|&place| bundle.reference.features[place].missing_share);
            let missing = missing.sum::<f64>() / places.len() as f64;
            let cells = [
                concept(bundle, &found.id, lang).to_owned(),
                theme.label.get(lang).to_owned(),
                number(places.len() as f64, 0, lang),
                number(protected.count() as f64, 0, lang),
                percent(missing, lang),
            ];
            table.push(cells, false);
        }
    }
    table
}

fn selection(selection: &Selection, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(
            lang,
            "Pourquoi des variables ont été écartées",
            "Why features were left out",
        ),
        pick_all(
            lang,
            &["Verdict", "Sens", "Variables"],
            &["Verdict", "Meaning", "Features"],
        ),
        2,
    );
    let count = |value: usize| number(value as f64, 0, lang);
    let kept = [
        pick(lang, "Gardée", "Kept"),
        pick(
            lang,
            "le modèle la lit, ou en a besoin pour une autre",
            "the model reads it, or needs it for another",
        ),
        &count(selection.kept()),
    ];
    table.push(kept.map(str::to_owned), true);
    for (word, dropped) in selection.by_reason() {
        let (name, meaning) = words::reason(word, lang);
        table.push([name.to_owned(), meaning.to_owned(), count(dropped)], false);
    }
    table
}

fn about_candidates(bundle: &Bundle, lang: Lang) -> Table {
    let mut table = Table::new(
        pick(lang, "Ce que sont les candidats", "What the candidates are"),
        pick_all(
            lang,
            &["Candidat", "En une phrase"],
            &["Candidate", "In one sentence"],
        ),
        2,
    );
    for standing in &bundle.leaderboard {
        let (name, about) = words::candidate(&standing.candidate, lang);
        table.push([name.to_owned(), about.to_owned()], false);
    }
    table
}

fn metrics(bundle: &Bundle, lang: Lang, explained: bool) -> Table {
    let m: &Metrics = &bundle.metrics;
    let three = |value: f64| number(value, 3, lang);
    let with = |value: String, ends: [f64; 2]| format!("{value} ({})", interval(ends, 3, lang));
    let values = [
        ("auc", with(three(m.auc), m.auc_interval)),
        (
            "gini",
            with(three(m.gini), m.auc_interval.map(|end| 2.0 * end - 1.0)),
        ),
        ("ks", three(m.ks)),
        ("average_precision", three(m.average_precision)),
        ("brier", number(m.brier, 4, lang)),
        ("log_loss", number(m.log_loss, 4, lang)),
        ("calibration_error", percent(m.calibration_error, lang)),
        ("accuracy", percent(m.accuracy, lang)),
        ("cost", with(three(m.cost_per_client), m.cost_interval)),
    ];
    let caption = pick(
        lang,
        "Le modèle retenu, sur des clients qu’il n’avait pas vus ; entre parenthèses, l’intervalle à 95 %",
        "The chosen model, on clients it had not seen; 95% intervals in brackets",
    );
    let heads = match explained {
        true => pick_all(
            lang,
            &["Mesure", "Comment la lire", "Valeur"],
            &["Metric", "How to read it", "Value"],
        ),
        false => pick_all(lang, &["Mesure", "Valeur"], &["Metric", "Value"]),
    };
    let mut table = Table::new(caption, heads, if explained { 2 } else { 1 });
    for (name, value) in values {
        let (name, reading) = words::metric(name, lang);
        match explained {
            true => table.push([name.to_owned(), reading.to_owned(), value], false),
            false => table.push([name.to_owned(), value], false),
        }
    }
    table
}

fn imbalance(bundle: &Bundle, lang: Lang) -> Option<Table> {
    let mut table = Table::new(
        pick(
            lang,
            "Trois façons de traiter la rareté des défauts, sur les mêmes plis",
            "Three ways of treating the rarity of defaults, on the same folds",
        ),
        pick_all(
            lang,
            &[
                "Traitement",
                "Candidat",
                "AUC",
                "Coût par client",
                "Brier",
                "Probabilité moyenne − taux",
            ],
            &[
                "Treatment",
                "Candidate",
                "AUC",
                "Cost a client",
                "Brier",
                "Mean probability − rate",
            ],
        ),
        2,
    );
    for found in &bundle.imbalance {
        let treatment = match found.treatment {
            Treatment::None => pick(lang, "Aucun", "None"),
            Treatment::Weights => pick(
                lang,
                "Poids égaux des deux classes",
                "Equal weight of both classes",
            ),
            Treatment::Undersampling => pick(
                lang,
                "Sous-échantillonnage des bons clients",
                "Undersampling of good clients",
            ),
        };
        let cells = [
            treatment.to_owned(),
            words::candidate(&found.candidate, lang).0.to_owned(),
            number(found.auc, 4, lang),
            number(found.cost, 4, lang),
            number(found.brier, 4, lang),
            number(found.bias, 4, lang),
        ];
        table.push(cells, found.treatment == Treatment::None);
    }
    (!table.is_empty()).then_some(table)
}
