//! How long sessions last and things are kept.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const LASTING: &Section = &Section {
    title: "How long things last",
    title_fr: "Combien de temps les choses durent",
    settings: &[
        &SESSION_IDLE_MINUTES,
        &SESSION_DAYS,
        &DECISION_YEARS,
        &PREDICTION_MONTHS,
        &IDEMPOTENCY_DAYS,
    ],
};

/// Days, from one.
const DAYS: Kind = Kind::Number {
    least: 1,
    most: 3_650,
};

/// Months or years; 0 is without end.
const PERIODS: Kind = Kind::Number {
    least: 0,
    most: 1_200,
};

pub const SESSION_IDLE_MINUTES: Setting = Setting::new(
    "session-idle-minutes",
    Kind::Number {
        least: 1,
        most: 525_600,
    },
    "720",
    "How long a session lasts without a request",
    "Combien de temps une session dure sans requête",
);
pub const SESSION_DAYS: Setting = Setting::new(
    "session-days",
    DAYS,
    "7",
    "How long a session lasts in all, whatever is asked",
    "Combien de temps une session dure en tout, quoi qu’on demande",
);
pub const DECISION_YEARS: Setting = Setting::new(
    "decision-years",
    PERIODS,
    "5",
    "Years after the last entry of a case until what it tells is erased; 0: never",
    "Années après la dernière entrée d’un dossier jusqu’à ce que son contenu soit effacé ; 0 : \
     jamais",
);
pub const PREDICTION_MONTHS: Setting = Setting::new(
    "prediction-months",
    PERIODS,
    "24",
    "Months that answered predictions are kept; 0: for ever",
    "Mois pendant lesquels les prédictions communiquées sont gardées ; 0 : toujours",
);
pub const IDEMPOTENCY_DAYS: Setting = Setting::new(
    "idempotency-days",
    DAYS,
    "7",
    "Days that a write which is sent again under its idempotency key is known for what it is",
    "Jours pendant lesquels une écriture renvoyée sous sa clé d’idempotence est reconnue",
);
