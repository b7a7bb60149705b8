//! What is served where, and to whom.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const SERVING: &Section = &Section {
    title: "What is served",
    title_fr: "Ce qui est servi",
    settings: &[
        &LISTEN,
        &FACE,
        &RECIPE,
        &API_KEY,
        &API_KEY_FILE,
        &SECURE_COOKIES,
        &METRICS_LISTEN,
        &TRUSTED_PROXIES,
    ],
};

pub const LISTEN: Setting = Setting::new(
    "listen",
    Kind::Address,
    "127.0.0.1:8080",
    "The address to listen on",
    "L’adresse d’écoute",
);
pub const FACE: Setting = Setting::new(
    "face",
    Kind::OneOf(&["all", "api", "dashboard"]),
    "all",
    "What to serve: all, api or dashboard",
    "Ce qui est servi : all, api ou dashboard",
);
pub const RECIPE: Setting = Setting::new(
    "recipe",
    Kind::Text,
    "home-credit",
    "A built-in recipe's name or a recipe folder",
    "Le nom d’une recette du programme, ou le dossier d’une recette",
);
pub const API_KEY: Setting = Setting::new(
    "api-key",
    Kind::Secret,
    "",
    "A key that programs may call the API with, at least 16 characters",
    "Une clé avec laquelle des programmes appellent l’API, 16 caractères au moins",
);
pub const API_KEY_FILE: Setting = Setting::new(
    "api-key-file",
    Kind::Path,
    "",
    "The file that holds a key that programs may call the API with, at least 16 characters",
    "Le fichier qui contient une clé avec laquelle des programmes appellent l’API, 16 caractères \
     au moins",
);
pub const SECURE_COOKIES: Setting = Setting::new(
    "secure-cookies",
    Kind::Switch,
    "false",
    "Send cookies over HTTPS only, as behind a proxy that speaks it",
    "N’envoyer les cookies qu’en HTTPS, comme derrière un mandataire qui le parle",
);
pub const METRICS_LISTEN: Setting = Setting::new(
    "metrics-listen",
    Kind::Address,
    "",
    "An address where whoever reaches it reads /metrics, /healthz and /readyz; none if absent",
    "Une adresse où quiconque l’atteint lit /metrics, /healthz et /readyz ; aucune si absent",
);
pub const TRUSTED_PROXIES: Setting = Setting::new(
    "trusted-proxies",
    Kind::Networks,
    "",
    "Proxies that are believed whom they ask for (X-Forwarded-For): addresses or networks such as \
     10.0.0.0/8, separated by commas",
    "Mandataires crus quand ils disent pour qui ils demandent (X-Forwarded-For) : adresses ou \
     réseaux comme 10.0.0.0/8, séparés par des virgules",
);
