//! A recipe that contradicts itself or its tables is refused when it is read, by every command that reads it,
//! before any data: each mistake with its file, its line and the nearest valid name.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::workspace::{copy_folder, folder, limpide, text, workspace};
use crate::{State, home_credit_copy};

/// A mistake: the file, what stands there, what is put in its place.
type Edit = (&'static str, &'static str, &'static str);

/// The tea room's recipe with mistakes in it.
fn tea(edits: &[Edit]) -> TempDir {
    let copy = folder();
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input/tea");
    copy_folder(&original, &copy.path().join("tea"));
    for (file, from, to) in edits {
        edit(&copy.path().join("tea").join(file), from, to);
    }
    copy
}

fn edit(path: &Path, from: &str, to: &str) {
    let before = fs::read_to_string(path).unwrap();
    let after = before.replacen(from, to, 1);
    assert_ne!(before, after, "'{from}' expected in {}", path.display());
    fs::write(path, after).unwrap();
}

/// What `limpide features` says of the tea room's recipe in a workspace without a portfolio.
fn said(edits: &[Edit]) -> String {
    let recipe = tea(edits);
    let workspace = folder();
    let ran = limpide(
        workspace.path(),
        &["features", "--recipe", text(&recipe.path().join("tea"))],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert_eq!(ran.out, "");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran.err.replace(text(workspace.path()), "WORKSPACE")
}

#[test]
fn the_recipe_without_mistakes_is_read() {
    assert!(said(&[]).contains("no portfolio"), "{}", said(&[]));
}

#[test]
fn each_mistake_is_told_with_its_line_and_the_nearest_valid_name() {
    const CUPS: &str = "features/cups.toml";
    const GUEST: &str = "features/guest.toml";
    const DERIVED: &str = "features/derived.toml";
    const RECIPE: &str = "recipe.toml";
    const REASONS: &str = "reasons.toml";
    let mistakes: [(&str, Edit); 44] = [
        ("an unknown column", (CUPS, "price - paid", "prize - paid")),
        (
            "an unknown column of a row family",
            (GUEST, "\"purse\"", "\"purze\""),
        ),
        (
            "an unknown column in where",
            (CUPS, "kind = 'g", "kin = 'g"),
        ),
        (
            "an unknown column in an order",
            (CUPS, "cup DESC", "cups DESC"),
        ),
        (
            "an unknown column in rows",
            (CUPS, "paid, day", "payd AS paid, day"),
        ),
        (
            "an unknown feature",
            (DERIVED, "CUPS_COUNT /", "CUP_COUNT /"),
        ),
        (
            "the outcome read",
            (
                GUEST,
                "name = \"purse\"",
                "name = \"purse\"\nsql = \"never_paid * 2\"",
            ),
        ),
        (
            "the outcome derived from",
            (DERIVED, "THIRST * age", "never_paid * age"),
        ),
        (
            "SQL that does not parse",
            (CUPS, "price - paid", "price - * paid"),
        ),
        ("SQL that goes on", (CUPS, "price - paid", "price, paid")),
        (
            "rows that do not parse",
            (CUPS, "  FROM cups", "  FORM cups"),
        ),
        (
            "a where that is no condition",
            (CUPS, "kind = 'green'", "price + 1"),
        ),
        ("an unknown function", (CUPS, "price - paid", "aps(price)")),
        (
            "an aggregate of one row",
            (CUPS, "price - paid", "max(price)"),
        ),
        (
            "a table that is not in the schema",
            (CUPS, "[\"cups\"]", "[\"cup\"]"),
        ),
        (
            "rows of a table that is not there",
            (CUPS, "FROM cups", "FROM cops"),
        ),
        (
            "rows of a table that is not named",
            (CUPS, "FROM cups", "FROM cups JOIN guests USING (guest)"),
        ),
        (
            "rows without the client",
            (CUPS, "SELECT guest, cup", "SELECT cup"),
        ),
        ("two columns of one name", (CUPS, "\"owed\"", "\"price\"")),
        (
            "two families' features of one name",
            (DERIVED, "\"THIRST_OF_THE_OLD\"", "\"age\""),
        ),
        (
            "two subsets of one prefix",
            (CUPS, "\"LAST2\"\nlast", "\"GREEN\"\nlast"),
        ),
        (
            "a cycle",
            (
                DERIVED,
                "CUPS_COUNT / NULLIF(purse, 0)",
                "THIRST_OF_THE_OLD + 1",
            ),
        ),
        (
            "a feature of itself",
            (DERIVED, "THIRST * age", "THIRST_OF_THE_OLD * age"),
        ),
        (
            "a concept without a label",
            (RECIPE, ", label = { fr = \"Moyens\", en = \"Means\" }", ""),
        ),
        ("an empty label", (RECIPE, "\"Thés bus\"", "\" \"")),
        ("a column without English", (CUPS, ", en = \"price\"", "")),
        (
            "a subset without a label",
            (CUPS, "label = { fr = \"tasses\", en = \"cups\" }\n", ""),
        ),
        (
            "an unknown concept",
            (CUPS, "concept = \"means\"", "concept = \"mean\""),
        ),
        (
            "an unknown theme",
            (RECIPE, "theme = \"tea\"", "theme = \"teas\""),
        ),
        ("an unknown unit", (GUEST, "\"years\"", "\"year\"")),
        ("an unknown aggregate", (CUPS, "[\"sum\"]", "[\"some\"]")),
        ("an unknown kind", (GUEST, "\"row\"", "\"rows\"")),
        ("an unknown key", (GUEST, "direction", "dirction")),
        (
            "an unknown subset",
            (CUPS, "[\"CUPS\", \"LAST2\"]", "[\"CUPS\", \"LAST3\"]"),
        ),
        (
            "a share of a value never seen",
            (CUPS, "value = \"black\"", "value = \"blak\""),
        ),
        (
            "a comparison with a value never seen",
            (CUPS, "'green'", "'greene'"),
        ),
        (
            "a display of an unknown feature",
            (RECIPE, "CUPS_price_MEAN", "CUPS_prize_MEAN"),
        ),
        (
            "a sentence with an unknown place",
            (REASONS, "holds {value}", "holds {valeu}"),
        ),
        (
            "a brace alone",
            (REASONS, "contient {value}", "contient {value"),
        ),
        (
            "a sentence in one language",
            (REASONS, "\"La bourse est vide\"", "\"\""),
        ),
        (
            "a concept told by an unknown feature",
            (REASONS, "\"purse\"", "\"purze\""),
        ),
        (
            "a concept told by another one's feature",
            (REASONS, "\"purse\"", "\"CUPS_COUNT\""),
        ),
        (
            "sentences of an unknown concept",
            (REASONS, "[means]", "[mean]"),
        ),
        (
            "sentences outside their file",
            (
                RECIPE,
                "en = \"Means\" }",
                "en = \"Means\" }, raises = { fr = \"a\", en = \"a\" }",
            ),
        ),
    ];
    let told: Vec<String> = mistakes
        .iter()
        .map(|(what, edit)| format!("{what}\n  {}", said(&[*edit])))
        .collect();
    insta::assert_snapshot!("recipes", told.join("\n"));
}

#[test]
fn sql_that_reads_other_clients_or_the_moment_is_refused() {
    const CUPS: &str = "features/cups.toml";
    const ROWS: &str = "FROM cups\n) AS tea";
    let mistakes: [(Edit, &str); 7] = [
        (
            (CUPS, "price - paid", "price - avg(price) OVER ()"),
            "line 32: the column owed: a window function",
        ),
        (
            (
                CUPS,
                "price - paid",
                "price - (SELECT max(age) FROM guests)",
            ),
            "line 32: the column owed: a subquery",
        ),
        (
            (CUPS, "kind = 'green'", "price < random()"),
            "line 15: the subset GREEN: random() does not always give the same value",
        ),
        (
            (
                "features/derived.toml",
                "THIRST * age",
                "THIRST * sum(age) OVER ()",
            ),
            "line 5: the derived feature THIRST_OF_THE_OLD: a window function",
        ),
        (
            (CUPS, ROWS, "FROM cups LIMIT 100\n) AS tea"),
            "line 2: the rows: LIMIT counts rows of every guest",
        ),
        (
            (
                CUPS,
                "paid, day, kind",
                "paid, kind, max(day) OVER (PARTITION BY kind) AS day",
            ),
            "line 2: the rows: a window mixes rows of one guest with those of another",
        ),
        (
            (
                CUPS,
                "SELECT guest, cup, price,\n    paid, day, kind\n  FROM cups",
                "SELECT max(guest) AS guest, cup, max(price) AS price, max(paid) AS paid,\n    \
                 max(day) AS day, max(kind) AS kind\n  FROM cups GROUP BY cup",
            ),
            "line 2: the rows: an aggregate mixes rows of one guest with those of another",
        ),
    ];
    for (edit, expected) in mistakes {
        let said = said(&[edit]);
        assert!(said.contains(expected), "'{expected}' expected in: {said}");
    }
}

#[test]
fn several_mistakes_are_told_at_once() {
    insta::assert_snapshot!(
        "recipes_several",
        said(&[
            ("features/cups.toml", "price - paid", "prize - paid"),
            (
                "features/cups.toml",
                "concept = \"means\"",
                "concept = \"mean\""
            ),
            ("features/derived.toml", "CUPS_COUNT /", "CUP_COUNT /"),
            ("recipe.toml", "theme = \"tea\"", "theme = \"teas\""),
        ])
    );
    insta::assert_snapshot!(
        "recipes_several_unreadable",
        said(&[
            (
                "features/cups.toml",
                "concept = \"means\"",
                "concept = means"
            ),
            ("features/guest.toml", "direction", "dirction"),
        ])
    );
}

#[test]
fn every_command_that_reads_the_recipe_refuses_it_and_leaves_all_as_it_was() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    let copy = home_credit_copy();
    let recipe = copy.path().join("home-credit");
    edit(
        &recipe.join("features/bureau.toml"),
        "where = \"CREDIT_ACTIVE = 'Active'\"",
        "where = \"CREDIT_ACTIV = 'Active'\"",
    );
    for command in [
        &["features"][..],
        &["train"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let arguments = [command, &["--recipe", text(&recipe)]].concat();
        limpide(workspace.path(), &arguments).refuses(&[
            "home-credit",
            "features/bureau.toml, line ",
            "ACTIVE",
            "CREDIT_ACTIV",
            "the nearest is CREDIT_ACTIVE",
        ]);
    }
    before.still_stands(workspace.path());
}
