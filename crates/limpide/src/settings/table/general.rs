//! What every command reads.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const GENERAL: &Section = &Section {
    title: "What every command reads",
    title_fr: "Ce que lisent toutes les commandes",
    settings: &[&WORKSPACE, &THREADS, &LOG_FORMAT, &LOG_LEVEL],
};

pub const WORKSPACE: Setting = Setting::new(
    "workspace",
    Kind::Path,
    ".limpide",
    "The folder in which portfolio, features, models and people are kept",
    "Le dossier où sont gardés portefeuille, variables, modèles et personnes",
);
pub const THREADS: Setting = Setting::new(
    "threads",
    Kind::Number {
        least: 1,
        most: 65_535,
    },
    "",
    "Threads to use; all cores if absent",
    "Fils d’exécution à employer ; tous les cœurs si absent",
);
pub const LOG_FORMAT: Setting = Setting::new(
    "log-format",
    Kind::OneOf(&["text", "json"]),
    "text",
    "How lines of the log are written: text or json",
    "Forme des lignes du journal : text ou json",
);
pub const LOG_LEVEL: Setting = Setting::new(
    "log-level",
    Kind::OneOf(&["error", "warn", "info", "debug", "trace"]),
    "info",
    "The least that the log tells: error, warn, info, debug or trace; RUST_LOG is finer",
    "Le moins que dise le journal : error, warn, info, debug ou trace ; RUST_LOG est plus fin",
);
