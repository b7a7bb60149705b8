//! Who writes letters.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const LENDER: &Section = &Section {
    title: "Letters",
    title_fr: "Courriers",
    settings: &[&LENDER_NAME, &LENDER_ADDRESS, &LENDER_CONTACT],
};

pub const LENDER_NAME: Setting = Setting::new(
    "lender-name",
    Kind::Text,
    "",
    "What the lender is called in letters; as the recipe says if absent",
    "Comment le prêteur s’appelle dans les courriers ; à défaut, comme le dit la recette",
);
pub const LENDER_ADDRESS: Setting = Setting::new(
    "lender-address",
    Kind::Text,
    "",
    "The lender's address in letters, its lines separated by semicolons; none if absent",
    "L’adresse du prêteur dans les courriers, lignes séparées par des points-virgules ; à défaut, \
     aucune",
);
pub const LENDER_CONTACT: Setting = Setting::new(
    "lender-contact",
    Kind::Text,
    "",
    "Where letters tell clients to turn to, such as an e-mail address; their adviser if absent",
    "À qui les courriers disent de s’adresser, par exemple une adresse électronique ; à défaut, \
     au chargé de clientèle",
);
