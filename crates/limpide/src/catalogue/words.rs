//! The catalogue's words in French and English.

use limpide_features::spec::{Direction, Unit};
use limpide_model::Lang;

/// What the page and the terminal say around what the recipe says.
pub struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub synthetic: &'static str,
    pub skip: &'static str,
    pub filter: &'static str,
    pub shown: &'static str,
    pub contents: &'static str,
    pub theme: &'static str,
    pub concept: &'static str,
    pub features: &'static str,
    pub clients: &'static str,
    pub missing_mean: &'static str,
    pub missing: &'static str,
    pub missing_head: &'static str,
    pub features_head: &'static str,
    pub made_of: &'static str,
    pub values_of: &'static str,
    pub rows_by: &'static str,
    pub formula: &'static str,
    pub where_is: &'static str,
    pub protected: &'static str,
    pub actionable: &'static str,
    pub learned: &'static str,
    pub learned_count: &'static str,
    pub lowest: &'static str,
    pub median: &'static str,
    pub highest: &'static str,
    pub never_known: &'static str,
    pub other_language: &'static str,
}

const FRENCH: Words = Words {
    title: "Catalogue des variables",
    lead: "Tout ce qu’un modèle peut lire d’un client : ce que c’est, de quoi c’est fait, comment cela se répartit.",
    synthetic: "Données synthétiques : aucune personne réelle n’est décrite.",
    skip: "Aller au contenu",
    filter: "Filtrer par nom, mot ou colonne",
    shown: "variables affichées",
    contents: "Thèmes et concepts",
    theme: "Thème",
    concept: "Concept",
    features: "variables",
    clients: "clients",
    missing_mean: "Valeurs absentes, en moyenne",
    missing: "de valeurs absentes",
    missing_head: "absentes",
    features_head: "Variables",
    made_of: "De quoi c’est fait",
    values_of: "Valeurs de",
    rows_by: "Lignes retenues selon",
    formula: "SQL",
    where_is: "où",
    protected: "protégée par la loi",
    actionable: "le client peut le changer",
    learned: "apprise d’autres clients par chaque modèle",
    learned_count: "apprises",
    lowest: "min.",
    median: "médiane",
    highest: "max.",
    never_known: "Aucun client n’a de valeur.",
    other_language: "This page in English",
};

const ENGLISH: Words = Words {
    title: "Catalogue of features",
    lead: "All that a model may read of a client: what it is, what it is made of, how its values spread.",
    synthetic: "Synthetic data: no real person is described.",
    skip: "Skip to content",
    filter: "Filter by name, word or column",
    shown: "features shown",
    contents: "Themes and concepts",
    theme: "Theme",
    concept: "Concept",
    features: "features",
    clients: "clients",
    missing_mean: "Missing values, on average",
    missing: "missing",
    missing_head: "missing",
    features_head: "Features",
    made_of: "What it is made of",
    values_of: "Values of",
    rows_by: "Rows chosen by",
    formula: "SQL",
    where_is: "where",
    protected: "protected by law",
    actionable: "the client can change it",
    learned: "learned from other clients by each model",
    learned_count: "learned",
    lowest: "min",
    median: "median",
    highest: "max",
    never_known: "No client has a value.",
    other_language: "Cette page en français",
};

/// The words of a language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Fr => &FRENCH,
        Lang::En => &ENGLISH,
    }
}

/// What a feature is measured in.
pub fn unit(unit: Unit, lang: Lang) -> &'static str {
    let (fr, en) = match unit {
        Unit::None => ("sans unité", "no unit"),
        Unit::Money => ("montant", "amount of money"),
        Unit::Days => ("jours", "days"),
        Unit::Date => (
            "jours comptés depuis la demande",
            "days counted from the application",
        ),
        Unit::Months => ("mois", "months"),
        Unit::Years => ("années", "years"),
        Unit::Ratio => ("rapport", "ratio"),
        Unit::Share => ("part, 1 pour le tout", "share, 1 for the whole"),
        Unit::Count => ("nombre", "number"),
        Unit::Score => ("note", "score"),
        Unit::Flag => ("1 pour oui, 0 pour non", "1 for yes, 0 for no"),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// Which way risk goes with a feature.
pub fn direction(direction: Direction, lang: Lang) -> &'static str {
    match (direction, lang) {
        (Direction::Up, Lang::Fr) => "le risque monte avec la valeur",
        (Direction::Up, Lang::En) => "risk rises with the value",
        (Direction::Down, Lang::Fr) => "le risque baisse quand la valeur monte",
        (Direction::Down, Lang::En) => "risk falls as the value rises",
        (Direction::None, Lang::Fr) => "sens du risque non fixé",
        (Direction::None, Lang::En) => "direction of risk left open",
    }
}
