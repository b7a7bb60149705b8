//! Things that do not belong together are refused: a model and other features, a demo and a
//! lender's own workspace, a feature where the client's number stands.

use std::fs;

use crate::home_credit_copy;
use crate::workspace::{ask, edit_csv, folder, limpide, source_copy, text, workspace};

#[test]
fn features_of_another_portfolio_are_not_scored() {
    let workspace = workspace();
    let source = source_copy();
    edit_csv(&source.path().join("bureau.csv"), |rows| {
        rows.truncate(2);
    });
    ask(workspace.path(), &["ingest", text(source.path())]);
    let out = workspace.path().join("scores.csv");
    let said = ["another portfolio", "limpide features"];
    limpide(workspace.path(), &["score", "--out", text(&out)]).refuses(&said);
    limpide(workspace.path(), &["explain", "--client", "100002"]).refuses(&said);
    assert!(!out.exists());
}

#[test]
fn features_of_another_recipe_are_not_scored() {
    let workspace = workspace();
    let copy = home_credit_copy();
    let recipe = copy.path().join("home-credit");
    let path = recipe.join("features/application.toml");
    let features = fs::read_to_string(&path).unwrap();
    let changed = features.replacen("EXT_SOURCE_1 * 2 +", "EXT_SOURCE_1 * 2000 +", 1);
    assert_ne!(features, changed);
    fs::write(&path, changed).unwrap();
    ask(workspace.path(), &["features", "--recipe", text(&recipe)]);
    limpide(workspace.path(), &["explain", "--client", "100002"])
        .refuses(&["another recipe", "limpide train"]);
}

#[test]
fn a_demo_does_not_replace_a_lenders_own_portfolio_or_people() {
    let workspace = workspace();
    let people = folder();
    ask(
        people.path(),
        &["user", "add", "marie", "--role", "adviser"],
    );
    limpide(people.path(), &["demo", "--no-serve"]).refuses(&["people", "--workspace"]);
    assert_eq!(
        ask(people.path(), &["user", "list"])["people"][0]["username"],
        "marie"
    );

    let manifest = workspace.path().join("portfolio.json");
    let text = fs::read_to_string(&manifest).unwrap();
    for (found, made, expected) in [
        (
            "\"synthetic\": true",
            "\"synthetic\": false",
            "not synthetic",
        ),
        ("\"version\": 1", "\"version\": 9", "cannot read"),
    ] {
        let changed = text.replacen(found, made, 1);
        assert_ne!(changed, text);
        fs::write(&manifest, &changed).unwrap();
        limpide(workspace.path(), &["demo", "--no-serve"]).refuses(&[expected, "--workspace"]);
        assert_eq!(fs::read_to_string(&manifest).unwrap(), changed);
    }
}

#[test]
fn a_feature_where_the_clients_number_belongs_and_a_client_twice_are_refused() {
    let workspace = workspace();
    let input = workspace.path().join("in.csv");
    let out = workspace.path().join("out.csv");
    let score = ["score", "--in", text(&input), "--out", text(&out)];
    fs::write(&input, "AMT_CREDIT\n100000\n").unwrap();
    limpide(workspace.path(), &score).refuses(&["column 1", "'AMT_CREDIT'", "client's number"]);
    fs::write(&input, "client,AMT_CREDIT\n7,1\n8,1\n7,2\n").unwrap();
    limpide(workspace.path(), &score).refuses(&["row 3", "client 7", "twice"]);
    assert!(!out.exists());
}

#[test]
fn a_table_before_its_parent_is_refused() {
    let (folder, copy) = (folder(), home_credit_copy());
    let recipe = copy.path().join("home-credit");
    let path = recipe.join("schema.toml");
    let schema = fs::read_to_string(&path).unwrap();
    let (head, rest) = schema.split_once("[[table]]\nname = \"bureau\"\n").unwrap();
    let (bureau, rest) = rest
        .split_once("[[table]]\nname = \"bureau_balance\"\n")
        .unwrap();
    let (balance, rest) = rest.split_once("[[table]]").unwrap();
    let swapped = format!(
        "{head}[[table]]\nname = \"bureau_balance\"\n{balance}[[table]]\nname = \"bureau\"\n{bureau}[[table]]{rest}"
    );
    fs::write(&path, swapped).unwrap();
    let source = source_copy();
    limpide(
        folder.path(),
        &["ingest", text(source.path()), "--recipe", text(&recipe)],
    )
    .refuses(&["schema.toml", "bureau_balance", "before it"]);
}

#[test]
fn a_workspace_may_have_brackets_and_spaces_in_its_name() {
    let folder = folder();
    let workspace = folder.path().join("w [1] 100 %?*");
    let source = source_copy();
    ask(&workspace, &["ingest", text(source.path())]);
    assert!(ask(&workspace, &["features"])["features"].as_u64().unwrap() > 150);
}
