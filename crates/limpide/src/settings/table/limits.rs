//! What the server bears, and what one client may ask of it.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const LIMITS: &Section = &Section {
    title: "Limits",
    title_fr: "Limites",
    settings: &[
        &CONNECTIONS,
        &REQUESTS,
        &HEADER_SECONDS,
        &BODY_SECONDS,
        &REQUEST_SECONDS,
        &WRITE_SECONDS,
        &STOP_SECONDS,
        &ADDRESS_PER_MINUTE,
        &PERSON_PER_MINUTE,
        &KEY_PER_MINUTE,
        &SIGN_IN_PER_MINUTE,
    ],
};

const fn seconds(least: u64) -> Kind {
    Kind::Number {
        least,
        most: 86_400,
    }
}

/// A rate; 0 is none.
const RATE: Kind = Kind::Number {
    least: 0,
    most: 1_000_000_000,
};

/// A number of things open at once.
const AT_ONCE: Kind = Kind::Number {
    least: 1,
    most: 1_000_000,
};

pub const CONNECTIONS: Setting = Setting::new(
    "connections",
    AT_ONCE,
    "1000",
    "Connections open at once; others wait",
    "Connexions ouvertes à la fois ; les autres attendent",
);
pub const REQUESTS: Setting = Setting::new(
    "requests",
    AT_ONCE,
    "256",
    "Requests answered at once; others are told to come again (503)",
    "Demandes traitées à la fois ; les autres sont priées de revenir (503)",
);
pub const HEADER_SECONDS: Setting = Setting::new(
    "header-seconds",
    seconds(1),
    "30",
    "What a client may take to send a request's head; an idle connection is closed after it too",
    "Ce qu’un client peut mettre à envoyer l’en-tête d’une demande ; une connexion inactive est \
     aussi fermée après ce temps",
);
pub const BODY_SECONDS: Setting = Setting::new(
    "body-seconds",
    seconds(1),
    "30",
    "What a client may take to send a request's body (408)",
    "Ce qu’un client peut mettre à envoyer le corps d’une demande (408)",
);
pub const REQUEST_SECONDS: Setting = Setting::new(
    "request-seconds",
    seconds(1),
    "60",
    "What an answer may take until it begins (503)",
    "Ce qu’une réponse peut mettre à commencer (503)",
);
pub const WRITE_SECONDS: Setting = Setting::new(
    "write-seconds",
    seconds(1),
    "30",
    "How long a client may take none of its answer",
    "Combien de temps un client peut ne rien prendre de sa réponse",
);
pub const STOP_SECONDS: Setting = Setting::new(
    "stop-seconds",
    seconds(0),
    "25",
    "What requests under way may still take once the server is told to stop",
    "Ce que les demandes en cours peuvent encore prendre une fois l’arrêt demandé",
);
pub const ADDRESS_PER_MINUTE: Setting = Setting::new(
    "address-per-minute",
    RATE,
    "3000",
    "Requests an address and minute that name nobody, or somebody wrongly (429); 0: no limit",
    "Demandes par adresse et par minute qui ne nomment personne, ou quelqu’un à tort (429) ; 0 : \
     sans limite",
);
pub const PERSON_PER_MINUTE: Setting = Setting::new(
    "person-per-minute",
    RATE,
    "3000",
    "Requests a signed-in person and minute (429); 0: no limit",
    "Demandes par personne connectée et par minute (429) ; 0 : sans limite",
);
pub const KEY_PER_MINUTE: Setting = Setting::new(
    "key-per-minute",
    RATE,
    "0",
    "Requests an API key and minute (429); 0: no limit",
    "Demandes par clé d’API et par minute (429) ; 0 : sans limite",
);
pub const SIGN_IN_PER_MINUTE: Setting = Setting::new(
    "sign-in-per-minute",
    RATE,
    "60",
    "Attempts to sign in, an address and minute (429); 0: no limit",
    "Tentatives de connexion par adresse et par minute (429) ; 0 : sans limite",
);
