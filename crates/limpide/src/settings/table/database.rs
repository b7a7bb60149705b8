//! What commands that open the database read.

use super::{Kind, Section, Setting};

/// In the order in which they are told.
pub const OF_DATABASE: &Section = &Section {
    title: "The database",
    title_fr: "La base de données",
    settings: &[&DATABASE, &DATABASE_FILE],
};

pub const DATABASE: Setting = Setting::new(
    "database",
    Kind::Database,
    "",
    "postgres://USER@HOST/NAME, or the path of an SQLite file; limpide.db in the workspace if \
     absent. A URL with a password is taken from LIMPIDE_DATABASE or a file only",
    "postgres://NOM@HÔTE/BASE, ou le chemin d’un fichier SQLite ; limpide.db dans l’espace de \
     travail si absent. Une adresse avec mot de passe n’est prise que de LIMPIDE_DATABASE ou d’un \
     fichier",
);
pub const DATABASE_FILE: Setting = Setting::new(
    "database-file",
    Kind::Path,
    "",
    "The file that holds the database's URL",
    "Le fichier qui contient l’adresse de la base",
);
