//! The OpenID Connect provider that people may sign in with.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const OPEN_ID: &Section = &Section {
    title: "Signing in with a provider (OpenID Connect)",
    title_fr: "Connexion par un fournisseur (OpenID Connect)",
    settings: &[
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
    ],
};

pub const OPENID_ISSUER: Setting = Setting::new(
    "openid-issuer",
    Kind::Text,
    "",
    "The OpenID Connect provider that people may sign in with, by its URL; none if absent",
    "Le fournisseur OpenID Connect avec lequel on peut se connecter, par son adresse ; aucun si \
     absent",
);
pub const OPENID_CLIENT_ID: Setting = Setting::new(
    "openid-client-id",
    Kind::Text,
    "",
    "The name that the provider knows this program by",
    "Le nom sous lequel le fournisseur connaît ce programme",
);
pub const OPENID_CLIENT_SECRET: Setting = Setting::new(
    "openid-client-secret",
    Kind::Secret,
    "",
    "The secret that this program shows to the provider",
    "Le secret que ce programme montre au fournisseur",
);
pub const OPENID_CLIENT_SECRET_FILE: Setting = Setting::new(
    "openid-client-secret-file",
    Kind::Path,
    "",
    "The file that holds the secret that this program shows to the provider",
    "Le fichier qui contient le secret que ce programme montre au fournisseur",
);
pub const OPENID_PUBLIC_URL: Setting = Setting::new(
    "openid-public-url",
    Kind::Text,
    "",
    "The dashboard's own URL, to which the provider sends people back",
    "L’adresse du tableau de bord, à laquelle le fournisseur renvoie les personnes",
);
pub const OPENID_LABEL: Setting = Setting::new(
    "openid-label",
    Kind::Text,
    "",
    "What the button of the provider is called; its host's name if absent",
    "Le nom du fournisseur sur le bouton ; celui de son hôte si absent",
);
pub const OPENID_USERNAME_CLAIM: Setting = Setting::new(
    "openid-username-claim",
    Kind::Text,
    "email",
    "The claim that holds the name under which the person is known here",
    "L’attribut qui porte le nom sous lequel la personne est connue ici",
);
pub const OPENID_EMAIL_DOMAINS: Setting = Setting::new(
    "openid-email-domains",
    Kind::Text,
    "",
    "Domains of e-mail addresses that may sign in, separated by commas; all if absent",
    "Les domaines de courriel admis, séparés par des virgules ; tous si absent",
);
pub const OPENID_ROLE_CLAIM: Setting = Setting::new(
    "openid-role-claim",
    Kind::Text,
    "",
    "The claim that grants roles",
    "L’attribut qui accorde des rôles",
);
pub const OPENID_ROLES: Setting = Setting::new(
    "openid-roles",
    Kind::Text,
    "",
    "Values of the claim and the roles that they grant: VALUE=ROLE,VALUE=ROLE",
    "Valeurs de l’attribut et rôles accordés : VALEUR=ROLE,VALEUR=ROLE",
);
pub const OPENID_ROOT_CERTIFICATES: Setting = Setting::new(
    "openid-root-certificates",
    Kind::Path,
    "",
    "A file of certificates that the provider's is signed by, where no browser knows them",
    "Un fichier des certificats qui signent celui du fournisseur, s’ils ne sont pas publics",
);
