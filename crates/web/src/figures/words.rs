//! The words of tables and figures in French and English; the prose stands in the templates.

use limpide_model::{Calibration, Lang};

/// Gives the text of a language.
pub fn pick<'a>(lang: Lang, fr: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// What a candidate is called, and what it is in one sentence; an unknown one keeps its name.
pub fn candidate(name: &str, lang: Lang) -> (&str, &'static str) {
    let (fr, en) = match name {
        "dummy" => (
            (
                "Taux moyen",
                "Donne à tous la même probabilité, le taux de défaut observé : le repère que tout modèle doit battre.",
            ),
            (
                "Mean rate",
                "Gives everyone the same probability, the observed default rate: the mark that any model must beat.",
            ),
        ),
        "scorecard" => (
            (
                "Grille de score",
                "Des variables découpées en classes, des points par classe : le format qu’un comité signe ligne à ligne.",
            ),
            (
                "Scorecard",
                "Features cut into bins, points for each bin: the form that a committee signs line by line.",
            ),
        ),
        "logistic" => (
            (
                "Régression logistique",
                "Une somme pondérée des variables, en log-cotes.",
            ),
            (
                "Logistic regression",
                "A weighted sum of the features, in log-odds.",
            ),
        ),
        "forest" => (
            (
                "Forêt aléatoire",
                "La moyenne d’arbres de décision appris chacun sur un tirage des clients et des variables.",
            ),
            (
                "Random forest",
                "The mean of decision trees, each learned on a draw of clients and features.",
            ),
        ),
        "monotone" => (
            (
                "Boosting monotone",
                "Des arbres ajoutés l’un après l’autre, tenus de respecter le sens du risque que la recette donne aux variables.",
            ),
            (
                "Monotone boosting",
                "Trees added one after the other, held to the direction of risk that the recipe gives its features.",
            ),
        ),
        "additive" => (
            (
                "Modèle additif",
                "Une courbe par variable et quelques interactions à deux, que l’on peut toutes regarder.",
            ),
            (
                "Additive model",
                "One curve a feature and a few interactions of two, all of which can be looked at.",
            ),
        ),
        "boosted" => (
            (
                "Boosting d’arbres",
                "Des arbres de décision peu profonds ajoutés l’un après l’autre, chacun corrigeant les précédents.",
            ),
            (
                "Boosted trees",
                "Shallow decision trees added one after the other, each correcting those before.",
            ),
        ),
        "blend" => (
            (
                "Mélange",
                "La moyenne pondérée des marges de plusieurs candidats.",
            ),
            ("Blend", "The weighted mean of several candidates’ margins."),
        ),
        _ => ((name, ""), (name, "")),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// What a calibration is called.
pub fn calibration(calibration: &Calibration, lang: Lang) -> &'static str {
    let (fr, en) = match calibration {
        Calibration::Identity => (
            "aucune (la marge est déjà une log-cote)",
            "none (the margin is the log-odds)",
        ),
        Calibration::Platt { .. } => (
            "de Platt (une pente et une ordonnée à l’origine)",
            "Platt (a slope and an intercept)",
        ),
        Calibration::Isotonic { .. } => (
            "isotonique (une courbe croissante)",
            "isotonic (a rising curve)",
        ),
        Calibration::VennAbers(_) => (
            "de Venn–Abers (une probabilité de l’intervalle)",
            "Venn–Abers (one probability of the interval)",
        ),
    };
    pick(lang, fr, en)
}

/// Why a feature went, from the word of the selection.
pub fn reason(word: &'static str, lang: Lang) -> (&'static str, &'static str) {
    let (fr, en) = match word {
        "constant" => (
            ("Constante", "dit la même chose de presque tous les clients"),
            ("Constant", "says the same of nearly every client"),
        ),
        "unknown" => (
            ("Presque inconnue", "connue de trop peu de clients"),
            ("Hardly known", "known of too few clients"),
        ),
        "duplicate" => (
            ("Doublon", "porte exactement les valeurs d’une autre"),
            ("Duplicate", "holds exactly another’s values"),
        ),
        "near_duplicate" => (
            (
                "Quasi-doublon",
                "classe les clients presque comme une autre",
            ),
            ("Near duplicate", "ranks clients nearly as another does"),
        ),
        "noise" => (
            (
                "Bruit",
                "n’aide pas plus que si les issues étaient tirées au sort",
            ),
            ("Noise", "helps no more than if outcomes were drawn by lot"),
        ),
        "superfluous" => (
            ("Superflue", "de plus importantes font aussi bien sans elle"),
            ("Superfluous", "more important ones do as well without it"),
        ),
        "drifting" => (
            (
                "En dérive",
                "diffère chez les nouveaux clients, et le modèle est aussi bon sans elle",
            ),
            (
                "Drifting",
                "differs among new clients, and the model is as good without it",
            ),
        ),
        other => ((other, ""), (other, "")),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// A metric's name and how it is read.
pub fn metric(name: &str, lang: Lang) -> (&'static str, &'static str) {
    let (fr, en) = match name {
        "auc" => (
            (
                "AUC",
                "chance qu’un client en défaut reçoive un risque plus élevé qu’un bon client ; 0,5 : le hasard, 1 : sans faute",
            ),
            (
                "AUC",
                "chance that a client in default gets a higher risk than one who repays; 0.5: chance, 1: faultless",
            ),
        ),
        "gini" => (
            ("Gini", "2 × AUC − 1, l’échelle d’usage dans le crédit"),
            ("Gini", "2 × AUC − 1, the scale that lenders use"),
        ),
        "ks" => (
            (
                "KS",
                "plus grand écart entre les bons clients et les défauts quand le seuil parcourt l’échelle",
            ),
            (
                "KS",
                "largest gap between good clients and defaults as the threshold moves along the scale",
            ),
        ),
        "average_precision" => (
            (
                "Précision moyenne",
                "part de défauts parmi les clients désignés, en moyenne sur les rappels ; repère : le taux de défaut",
            ),
            (
                "Average precision",
                "share of defaults among the clients pointed at, averaged over recalls; mark: the default rate",
            ),
        ),
        "brier" => (
            (
                "Score de Brier",
                "erreur quadratique moyenne de la probabilité ; plus bas est mieux",
            ),
            (
                "Brier score",
                "mean squared error of the probability; lower is better",
            ),
        ),
        "log_loss" => (
            (
                "Perte logarithmique",
                "pénalise les probabilités sûres d’elles et fausses ; plus bas est mieux",
            ),
            (
                "Log-loss",
                "punishes probabilities that are sure and wrong; lower is better",
            ),
        ),
        "calibration_error" => (
            (
                "Erreur de calibration",
                "écart moyen entre probabilité annoncée et taux observé, sur dix groupes",
            ),
            (
                "Calibration error",
                "mean distance between announced probability and observed rate, over ten groups",
            ),
        ),
        "accuracy" => (
            (
                "Exactitude au seuil",
                "part de décisions justes ; trompeuse quand les défauts sont rares",
            ),
            (
                "Accuracy at the threshold",
                "share of right decisions; misleading where defaults are rare",
            ),
        ),
        _ => (
            (
                "Coût par client",
                "coût moyen d’une décision, en unités du refus d’un bon client",
            ),
            (
                "Cost a client",
                "mean cost of a decision, in units of refusing a good client",
            ),
        ),
    };
    match lang {
        Lang::Fr => fr,
        Lang::En => en,
    }
}

/// Which of a metric's values is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger.
    Larger,
    /// The smaller.
    Smaller,
}

/// Which of a metric's values is the better one; `None` where there is none, or it is no metric.
pub fn better(metric: &str) -> Option<Better> {
    match metric {
        "auc" | "gini" | "ks" | "average_precision" | "accuracy" => Some(Better::Larger),
        "brier" | "log_loss" | "calibration_error" | "cost_per_client" | "cost_with_reviews" => {
            Some(Better::Smaller)
        }
        _ => None,
    }
}

/// What people call an entry of a run's lists; those that have no other name keep theirs.
pub fn entry(key: &str, lang: Lang) -> &str {
    let (fr, en) = match key {
        "candidate" => ("Candidat", "Candidate"),
        "auc" => ("AUC", "AUC"),
        "auc_interval" => ("AUC, intervalle à 95 %", "AUC, 95% interval"),
        "gini" => ("Gini", "Gini"),
        "ks" => ("KS", "KS"),
        "average_precision" => ("Précision moyenne", "Average precision"),
        "brier" => ("Brier", "Brier"),
        "log_loss" => ("Perte logarithmique", "Log-loss"),
        "accuracy" => ("Exactitude", "Accuracy"),
        "calibration_error" => ("Erreur de calibration", "Calibration error"),
        "cost_per_client" => ("Coût par client", "Cost a client"),
        "seconds" => ("Secondes", "Seconds"),
        "threshold" => ("Seuil de refus", "Threshold of refusal"),
        "cost_missed_default" => ("Coût d’un défaut accordé", "Cost of a default granted"),
        "cost_refused_good" => (
            "Coût d’un bon client refusé",
            "Cost of a good client refused",
        ),
        "cost_interval" => ("Coût, intervalle à 95 %", "Cost, 95% interval"),
        "cost_with_reviews" => (
            "Coût par client, revues comprises",
            "Cost a client, reviews included",
        ),
        "review_share" => ("Part à revoir", "Share to review"),
        "adversarial_auc" => (
            "AUC entre clients jugés et clients sans issue",
            "AUC between clients judged and clients without outcome",
        ),
        "cost_review" => ("Coût d’une revue", "Cost of a review"),
        "reviewer_accuracy" => (
            "Justesse supposée d’une revue",
            "Assumed accuracy of a reviewer",
        ),
        "review" => ("Zone de revue", "Zone of review"),
        "seen_all" => ("A vu les clients jugés", "Saw the clients judged"),
        "effort" => ("Effort", "Effort"),
        "seed" => ("Graine", "Seed"),
        "version" => ("Version du programme", "Version of the program"),
        _ => return key,
    };
    pick(lang, fr, en)
}
