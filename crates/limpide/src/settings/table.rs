//! Every setting, in the order in which `limpide config show` tells them. This is the only place
//! where a setting is named: its flag, its variable and its key follow from the name.

use super::kind::Kind;

/// One thing that can be set: `a-b` is the flag `--a-b`, the variable `LIMPIDE_A_B` and the key
/// `a_b` of the configuration file.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name, which is its flag: `a-b`.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// What holds if nobody says otherwise, as it would be written; empty: nothing.
    pub default: &'static str,
    /// What it does, as the help tells it.
    pub about: &'static str,
}

impl Setting {
    const fn new(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            default,
            about,
        }
    }

    /// `a_b`.
    pub fn key(&self) -> String {
        self.name.replace('-', "_")
    }

    /// `LIMPIDE_A_B`.
    pub fn variable(&self) -> String {
        format!("LIMPIDE_{}", self.key().to_uppercase())
    }
}

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

/// A number of things open at once.
const AT_ONCE: Kind = Kind::Number {
    least: 1,
    most: 1_000_000,
};

pub const WORKSPACE: Setting = Setting::new(
    "workspace",
    Kind::Path,
    ".limpide",
    "The folder in which portfolio, features, models and people are kept",
);
pub const THREADS: Setting = Setting::new(
    "threads",
    Kind::Number {
        least: 1,
        most: 65_535,
    },
    "",
    "Threads to use; all cores if absent",
);
pub const LOG_FORMAT: Setting = Setting::new(
    "log-format",
    Kind::OneOf(&["text", "json"]),
    "text",
    "How lines of the log are written: text or json",
);
pub const LOG_LEVEL: Setting = Setting::new(
    "log-level",
    Kind::OneOf(&["error", "warn", "info", "debug", "trace"]),
    "info",
    "The least that the log tells: error, warn, info, debug or trace; RUST_LOG is finer",
);
pub const DATABASE: Setting = Setting::new(
    "database",
    Kind::Database,
    "",
    "postgres://USER@HOST/NAME, or the path of an SQLite file; limpide.db in the workspace if \
     absent. A URL with a password is taken from LIMPIDE_DATABASE or a file only",
);
pub const DATABASE_FILE: Setting = Setting::new(
    "database-file",
    Kind::Path,
    "",
    "The file that holds the database's URL",
);
pub const LISTEN: Setting = Setting::new(
    "listen",
    Kind::Address,
    "127.0.0.1:8080",
    "The address to listen on",
);
pub const FACE: Setting = Setting::new(
    "face",
    Kind::OneOf(&["all", "api", "dashboard"]),
    "all",
    "What to serve: all, api or dashboard",
);
pub const RECIPE: Setting = Setting::new(
    "recipe",
    Kind::Text,
    "home-credit",
    "A built-in recipe's name or a recipe folder",
);
pub const API_KEY: Setting = Setting::new(
    "api-key",
    Kind::Secret,
    "",
    "A key that programs may call the API with, at least 16 characters",
);
pub const API_KEY_FILE: Setting = Setting::new(
    "api-key-file",
    Kind::Path,
    "",
    "The file that holds a key that programs may call the API with, at least 16 characters",
);
pub const SECURE_COOKIES: Setting = Setting::new(
    "secure-cookies",
    Kind::Switch,
    "false",
    "Send cookies over HTTPS only, as behind a proxy that speaks it",
);
pub const METRICS_LISTEN: Setting = Setting::new(
    "metrics-listen",
    Kind::Address,
    "",
    "An address where whoever reaches it reads /metrics, /healthz and /readyz; none if absent",
);
pub const TRUSTED_PROXIES: Setting = Setting::new(
    "trusted-proxies",
    Kind::Networks,
    "",
    "Proxies that are believed whom they ask for (X-Forwarded-For): addresses or networks such as \
     10.0.0.0/8, separated by commas",
);
pub const CONNECTIONS: Setting = Setting::new(
    "connections",
    AT_ONCE,
    "1000",
    "Connections open at once; others wait",
);
pub const REQUESTS: Setting = Setting::new(
    "requests",
    AT_ONCE,
    "256",
    "Requests answered at once; others are told to come again (503)",
);
pub const HEADER_SECONDS: Setting = Setting::new(
    "header-seconds",
    seconds(1),
    "30",
    "What a client may take to send a request's head; an idle connection is closed after it too",
);
pub const BODY_SECONDS: Setting = Setting::new(
    "body-seconds",
    seconds(1),
    "30",
    "What a client may take to send a request's body (408)",
);
pub const REQUEST_SECONDS: Setting = Setting::new(
    "request-seconds",
    seconds(1),
    "60",
    "What an answer may take until it begins (503)",
);
pub const WRITE_SECONDS: Setting = Setting::new(
    "write-seconds",
    seconds(1),
    "30",
    "How long a client may take none of its answer",
);
pub const STOP_SECONDS: Setting = Setting::new(
    "stop-seconds",
    seconds(0),
    "25",
    "What requests under way may still take once the server is told to stop",
);
pub const ADDRESS_PER_MINUTE: Setting = Setting::new(
    "address-per-minute",
    RATE,
    "3000",
    "Requests an address and minute that name nobody, or somebody wrongly (429); 0: no limit",
);
pub const PERSON_PER_MINUTE: Setting = Setting::new(
    "person-per-minute",
    RATE,
    "3000",
    "Requests a signed-in person and minute (429); 0: no limit",
);
pub const KEY_PER_MINUTE: Setting = Setting::new(
    "key-per-minute",
    RATE,
    "0",
    "Requests an API key and minute (429); 0: no limit",
);
pub const SIGN_IN_PER_MINUTE: Setting = Setting::new(
    "sign-in-per-minute",
    RATE,
    "60",
    "Attempts to sign in, an address and minute (429); 0: no limit",
);

pub const SESSION_IDLE_MINUTES: Setting = Setting::new(
    "session-idle-minutes",
    Kind::Number {
        least: 1,
        most: 525_600,
    },
    "720",
    "How long a session lasts without a request",
);
pub const SESSION_DAYS: Setting = Setting::new(
    "session-days",
    DAYS,
    "7",
    "How long a session lasts in all, whatever is asked",
);
pub const DECISION_YEARS: Setting = Setting::new(
    "decision-years",
    PERIODS,
    "5",
    "Years after the last entry of a case until what it tells is erased; 0: never",
);
pub const PREDICTION_MONTHS: Setting = Setting::new(
    "prediction-months",
    PERIODS,
    "24",
    "Months that answered predictions are kept; 0: for ever",
);
pub const IDEMPOTENCY_DAYS: Setting = Setting::new(
    "idempotency-days",
    DAYS,
    "7",
    "Days that a write which is sent again under its idempotency key is known for what it is",
);
pub const OPENID_ISSUER: Setting = Setting::new(
    "openid-issuer",
    Kind::Text,
    "",
    "The OpenID Connect provider that people may sign in with, by its URL; none if absent",
);
pub const OPENID_CLIENT_ID: Setting = Setting::new(
    "openid-client-id",
    Kind::Text,
    "",
    "The name that the provider knows this program by",
);
pub const OPENID_CLIENT_SECRET: Setting = Setting::new(
    "openid-client-secret",
    Kind::Secret,
    "",
    "The secret that this program shows to the provider",
);
pub const OPENID_CLIENT_SECRET_FILE: Setting = Setting::new(
    "openid-client-secret-file",
    Kind::Path,
    "",
    "The file that holds the secret that this program shows to the provider",
);
pub const OPENID_PUBLIC_URL: Setting = Setting::new(
    "openid-public-url",
    Kind::Text,
    "",
    "The dashboard's own URL, to which the provider sends people back",
);
pub const OPENID_LABEL: Setting = Setting::new(
    "openid-label",
    Kind::Text,
    "",
    "What the button of the provider is called; its host's name if absent",
);
pub const OPENID_USERNAME_CLAIM: Setting = Setting::new(
    "openid-username-claim",
    Kind::Text,
    "email",
    "The claim that holds the name under which the person is known here",
);
pub const OPENID_EMAIL_DOMAINS: Setting = Setting::new(
    "openid-email-domains",
    Kind::Text,
    "",
    "Domains of e-mail addresses that may sign in, separated by commas; all if absent",
);
pub const OPENID_ROLE_CLAIM: Setting = Setting::new(
    "openid-role-claim",
    Kind::Text,
    "",
    "The claim that grants roles",
);
pub const OPENID_ROLES: Setting = Setting::new(
    "openid-roles",
    Kind::Text,
    "",
    "Values of the claim and the roles that they grant: VALUE=ROLE,VALUE=ROLE",
);
pub const OPENID_ROOT_CERTIFICATES: Setting = Setting::new(
    "openid-root-certificates",
    Kind::Path,
    "",
    "A file of certificates that the provider's is signed by, where no browser knows them",
);

pub const LENDER_NAME: Setting = Setting::new(
    "lender-name",
    Kind::Text,
    "",
    "What the lender is called in letters; as the recipe says if absent",
);
pub const LENDER_ADDRESS: Setting = Setting::new(
    "lender-address",
    Kind::Text,
    "",
    "The lender's address in letters, its lines separated by semicolons; none if absent",
);
pub const LENDER_CONTACT: Setting = Setting::new(
    "lender-contact",
    Kind::Text,
    "",
    "Where letters tell clients to turn to, such as an e-mail address; their adviser if absent",
);

/// What every command reads.
pub const GENERAL: &[&Setting] = &[&WORKSPACE, &THREADS, &LOG_FORMAT, &LOG_LEVEL];

/// What commands that open the database read.
pub const OF_DATABASE: &[&Setting] = &[&DATABASE, &DATABASE_FILE];

/// What serving reads beside.
pub const OF_SERVE: &[&Setting] = &[
    &LISTEN,
    &FACE,
    &RECIPE,
    &API_KEY,
    &API_KEY_FILE,
    &SECURE_COOKIES,
    &METRICS_LISTEN,
    &TRUSTED_PROXIES,
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
    &SESSION_IDLE_MINUTES,
    &SESSION_DAYS,
    &DECISION_YEARS,
    &PREDICTION_MONTHS,
    &IDEMPOTENCY_DAYS,
    &OPENID_ISSUER,
    &OPENID_CLIENT_ID,
    &OPENID_CLIENT_SECRET,
    &OPENID_CLIENT_SECRET_FILE,
    &OPENID_PUBLIC_URL,
    &OPENID_LABEL,
    &OPENID_USERNAME_CLAIM,
    &OPENID_EMAIL_DOMAINS,
    &OPENID_ROLE_CLAIM,
    &OPENID_ROLES,
    &OPENID_ROOT_CERTIFICATES,
];

/// What writing letters reads.
pub const OF_LENDER: &[&Setting] = &[&LENDER_NAME, &LENDER_ADDRESS, &LENDER_CONTACT];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    [GENERAL, OF_DATABASE, OF_SERVE, OF_LENDER]
        .into_iter()
        .flatten()
        .copied()
}
