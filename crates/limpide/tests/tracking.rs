//! What is kept of models and runs: stages, by whom and when; runs with their pages; models that
//! go to other programs and come from them.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/axe.rs"]
mod axe;
#[path = "support/trees.rs"]
mod trees;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::trees::{featureless, tree_bundle};
use crate::webdriver::{Browser, Programs};
use crate::workspace::{ask, folder, limpide, text, workspace};

/// The entry of a model in the list.
fn listed(workspace: &Path, hash: &str) -> Value {
    let mut models = ask(workspace, &["models", "list"]);
    let models = models["models"].as_array_mut().unwrap();
    let place = models.iter().position(|model| model["bundle"] == hash);
    models.remove(place.unwrap())
}

fn published(workspace: &Path) -> String {
    let hash = fs::read_to_string(workspace.join("models/published")).unwrap();
    hash.trim().to_owned()
}

fn hash(trained: &Value) -> &str {
    trained["bundle"].as_str().unwrap()
}

#[test]
fn a_model_goes_from_candidate_to_published_to_retired_and_each_step_has_a_name_and_a_time() {
    let workspace = workspace();
    let workspace = workspace.path();
    let first = published(workspace);
    let trained = ask(
        workspace,
        &["train", "--seed", "2", "--no-publish", "--by", "alice"],
    );
    assert_eq!(trained["published"], false);
    assert_eq!(published(workspace), first, "what decides stays");
    let second = hash(&trained);
    let candidate = listed(workspace, second);
    assert_eq!(candidate["stage"], "candidate");
    assert_eq!(candidate["who"], "alice");
    assert_eq!(
        candidate["when"].as_str().unwrap().len(),
        "2026-11-22T23:59:00Z".len()
    );

    let done = ask(
        workspace,
        &[
            "models",
            "publish",
            &second[..12],
            "--by",
            "bob",
            "--note",
            "cheaper",
        ],
    );
    assert_eq!(done, json!({"published": second, "by": "bob"}));
    let (now, before) = (listed(workspace, second), listed(workspace, &first));
    assert_eq!(
        (&now["stage"], &now["who"]),
        (&json!("published"), &json!("bob"))
    );
    assert_eq!(now["note"], "cheaper");
    assert_eq!(
        (&before["stage"], &before["who"]),
        (&json!("retired"), &json!("bob"))
    );
    assert_eq!(before["note"], format!("replaced by {second}"));

    limpide(workspace, &["models", "retire", second]).refuses(&["decides", "publish another"]);
    limpide(workspace, &["models", "retire", &first]).refuses(&["is retired already"]);
    ask(workspace, &["models", "publish", &first]);
    assert_eq!(published(workspace), first, "a retired model may come back");
    let shown = ask(workspace, &["models", "show", second]);
    let stages: Vec<&str> = shown["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["stage"].as_str().unwrap())
        .collect();
    assert_eq!(stages, ["candidate", "published", "retired"]);
}

#[test]
fn half_a_last_line_is_left_out_and_a_broken_one_in_the_middle_is_named() {
    let workspace = workspace();
    let workspace = workspace.path();
    let events = workspace.join("models/registry.jsonl");
    let whole = fs::read_to_string(&events).unwrap();
    fs::write(&events, format!("{whole}{{\"bundle\":\"abc")).unwrap();
    let ran = limpide(workspace, &["--json", "models", "list"]);
    assert_eq!(ran.json()["models"][0]["stage"], "published");
    assert!(
        ran.err.contains("its last line was cut short"),
        "{}",
        ran.err
    );
    let first = published(workspace);
    ask(workspace, &["models", "publish", &first]);
    let now = fs::read_to_string(&events).unwrap();
    assert!(now.starts_with(&whole) && !now.contains("\"abc") && now.ends_with("}\n"));

    let mut lines: Vec<&str> = now.lines().collect();
    lines.insert(2, "{\"bundle\": 3}");
    fs::write(&events, lines.join("\n") + "\n").unwrap();
    for command in [
        &["models", "list"][..],
        &["models", "publish", &first],
        &["train"],
    ] {
        limpide(workspace, command).refuses(&["registry.jsonl, line 3"]);
    }
    fs::write(&events, "tea\n").unwrap();
    limpide(workspace, &["models", "list"]).refuses(&["line 1", "'tea' found", "limpide-registry"]);
}

#[test]
fn a_publication_that_no_event_tells_of_counts_and_is_noted() {
    let workspace = workspace();
    let workspace = workspace.path();
    let first = published(workspace);
    let (second, _) = tree_bundle(workspace);
    fs::write(workspace.join("models/published"), &second).unwrap();
    assert_eq!(listed(workspace, &second)["stage"], "published");
    assert_eq!(listed(workspace, &second)["who"], Value::Null);
    assert_eq!(listed(workspace, &first)["stage"], "retired");
    ask(workspace, &["models", "publish", &first, "--by", "carol"]);
    let events = ask(workspace, &["models", "show", &second])["events"].take();
    assert_eq!(events[0]["stage"], "published");
    assert_eq!(events[0]["who"], "unknown");
    assert_eq!(
        (&events[1]["stage"], &events[1]["who"]),
        (&json!("retired"), &json!("carol"))
    );
}

#[test]
fn every_training_leaves_a_run_that_is_listed_and_has_pages() {
    let workspace = workspace();
    let workspace = workspace.path();
    let oof = workspace.join("oof.csv");
    let trained = ask(
        workspace,
        &["train", "--seed", "3", "--by", "dora", "--oof", text(&oof)],
    );
    let runs = ask(workspace, &["models", "runs"]);
    let runs = runs["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2, "the prepared workspace has one");
    let run = &runs[0];
    assert_eq!(run["id"], trained["run"], "the latest first");
    assert_eq!(run["who"], "dora");
    assert_eq!(run["parameters"]["seed"], 3);
    assert_eq!(run["result"]["bundle"], trained["bundle"]);
    assert_eq!(run["result"]["metrics"]["auc"], trained["auc"]);
    let leaderboard = run["result"]["leaderboard"].as_array().unwrap();
    assert_eq!(
        leaderboard.len(),
        trained["leaderboard"].as_array().unwrap().len()
    );
    for hash in ["portfolio", "matrix", "recipe_hash"] {
        assert_eq!(run["data"][hash].as_str().unwrap().len(), 64, "{hash}");
    }
    assert!(
        !run.to_string().contains(text(workspace)),
        "it names no path of this machine"
    );

    let folder = workspace
        .join("runs")
        .join(trained["run"].as_str().unwrap());
    assert_eq!(
        fs::read(folder.join("oof.csv")).unwrap(),
        fs::read(&oof).unwrap()
    );
    let csv = fs::read_to_string(folder.join("leaderboard.csv")).unwrap();
    assert!(csv.starts_with("candidate,auc,auc_interval,") && csv.contains(",cost_per_client,"));
    assert_eq!(csv.lines().count(), leaderboard.len() + 1);
    for plot in ["roc.svg", "calibration.svg", "cost.svg"] {
        let svg = fs::read_to_string(folder.join(plot)).unwrap();
        assert!(svg.contains("xmlns") && svg.contains("<polyline"), "{plot}");
    }
    let pages = [
        (workspace.join("runs/index.html"), "Entraînements"),
        (workspace.join("runs/index.en.html"), "Training runs"),
        (folder.join("index.html"), "Candidats"),
        (folder.join("index.en.html"), "Candidates"),
    ];
    for (page, word) in &pages {
        let html = fs::read_to_string(page).unwrap();
        assert!(html.contains(word), "{}", page.display());
        assert!(html.contains(trained["run"].as_str().unwrap()));
        assert!(
            !html.contains("http") && !html.contains("<script"),
            "nothing from elsewhere"
        );
    }
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => return eprintln!("the pages are not judged in a browser: {missing}"),
    };
    let profile = tempfile::tempdir().unwrap();
    let browser = Browser::start(&programs, profile.path());
    for (page, _) in &pages {
        browser.open(&format!("file://{}", page.display()));
        for scheme in ["light", "dark"] {
            browser.prefer_scheme(scheme);
            axe::judge(&browser, &format!("{}, {scheme}", page.display()));
        }
    }
}

#[test]
fn a_run_that_failed_is_kept_with_its_reason_and_a_damaged_one_does_not_hide_the_others() {
    let workspace = workspace();
    let workspace = workspace.path();
    let folds = workspace.join("folds.csv");
    // Every client that is asked for, and one fold almost empty.
    let oof = workspace.join("oof.csv");
    ask(workspace, &["train", "--oof", text(&oof)]);
    let clients = fs::read_to_string(&oof).unwrap();
    let clients = clients.lines().filter(|line| line.contains(",0,dummy,"));
    let mut lines = String::from("client,repeat,fold\n");
    for (place, line) in clients.enumerate() {
        let fold = if place == 0 { 2 } else { place % 2 };
        lines.push_str(&format!("{},0,{fold}\n", line.split(',').next().unwrap()));
    }
    fs::write(&folds, lines).unwrap();
    limpide(workspace, &["train", "--folds", text(&folds)]).refuses(&["repeat 0, fold 2"]);
    let runs = ask(workspace, &["models", "runs"]);
    let failed = &runs["runs"][0];
    assert_eq!(failed["status"], "failed");
    assert!(
        failed["error"]
            .as_str()
            .unwrap()
            .contains("repeat 0, fold 2")
    );
    assert_eq!(failed["data"]["folds"].as_str().unwrap().len(), 64);
    let page = workspace
        .join("runs")
        .join(failed["id"].as_str().unwrap())
        .join("index.en.html");
    assert!(
        fs::read_to_string(page)
            .unwrap()
            .contains("repeat 0, fold 2")
    );

    let broken = workspace
        .join("runs")
        .join(runs["runs"][1]["id"].as_str().unwrap());
    fs::write(
        broken.join("run.json"),
        "{\"format\": \"limpide-run\", \"version\": 9}",
    )
    .unwrap();
    let listed = ask(workspace, &["models", "runs"]);
    assert_eq!(listed["runs"].as_array().unwrap().len(), 3);
    assert!(
        listed["runs"][1]["error"]
            .as_str()
            .unwrap()
            .contains("version 9")
    );
}

#[test]
fn two_models_are_compared_side_by_side() {
    let workspace = workspace();
    let workspace = workspace.path();
    let first = published(workspace);
    let itself = ask(workspace, &["models", "compare", &first, &first]);
    assert_eq!(
        itself["agreement"]["same_decision"],
        itself["agreement"]["clients"]
    );
    assert_eq!(itself["agreement"]["mean_difference"], 0.0);
    assert_eq!(
        (&itself["added"], &itself["removed"]),
        (&json!([]), &json!([]))
    );

    let trained = ask(workspace, &["train", "--seed", "9", "--no-publish"]);
    let second = hash(&trained);
    let compared = ask(workspace, &["models", "compare", &first, second]);
    assert_eq!(compared["a"]["bundle"], first);
    assert_eq!(compared["b"]["bundle"], second);
    let settings = compared["settings"].as_array().unwrap();
    let seed = settings.iter().find(|one| one["name"] == "seed").unwrap();
    assert_eq!((&seed["a"], &seed["b"]), (&json!(1), &json!(9)));
    let agreement = &compared["agreement"];
    assert!(agreement["same_decision"].as_u64().unwrap() <= agreement["clients"].as_u64().unwrap());
    let none = featureless(workspace);
    let compared = ask(workspace, &["models", "compare", &first, &none]);
    let removed = compared["removed"].as_array().unwrap().len();
    assert_eq!(compared["a"]["features"], removed);
    assert_eq!(
        (&compared["b"]["features"], &compared["added"]),
        (&json!(0), &json!([]))
    );
    let said = limpide(workspace, &["models", "compare", &first, second]).out;
    assert!(
        said.contains("they decide") && said.contains("threshold"),
        "{said}"
    );
    limpide(workspace, &["models", "compare", &first, "none"]).refuses(&["no model none"]);
}

#[test]
fn a_bundle_goes_to_another_workspace_as_a_candidate_under_the_same_hash() {
    let (workspace, other) = (workspace(), folder());
    let first = published(workspace.path());
    let out = workspace.path().join("bundle.json");
    ask(
        workspace.path(),
        &[
            "models",
            "export",
            &first,
            "--format",
            "bundle",
            "--out",
            text(&out),
        ],
    );
    let imported = ask(
        other.path(),
        &["models", "import", text(&out), "--by", "erik"],
    );
    assert_eq!(
        imported,
        json!({"bundle": first, "stage": "candidate", "by": "erik"})
    );
    assert_eq!(
        listed(other.path(), &first)["note"],
        "imported from bundle.json"
    );
    ask(other.path(), &["models", "publish", &first]);
    assert_eq!(published(other.path()), first);

    fs::write(&out, "{}").unwrap();
    limpide(other.path(), &["models", "import", text(&out)])
        .refuses(&["bundle.json", "not a Limpide bundle"]);
    let golden =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/lightgbm_model.txt");
    limpide(other.path(), &["models", "import", text(&golden)])
        .refuses(&["model of another program", "train --imported"]);
}

#[test]
fn trees_are_written_as_xgboost_json_and_judged_when_they_come_back() {
    let workspace = workspace();
    let workspace = workspace.path();
    let first = published(workspace);
    let (stumps, bundle) = tree_bundle(workspace);
    let out = workspace.join("stumps.json");
    let export = |hash: &str, format: &str| {
        let arguments = [
            "models",
            "export",
            hash,
            "--format",
            format,
            "--out",
            text(&out),
        ];
        limpide(workspace, &arguments)
    };
    let said = export(&stumps, "scorecard-csv").out;
    assert!(said.contains("the glass box beside the champion"), "{said}");
    let csv = fs::read_to_string(&out).unwrap();
    assert!(csv.starts_with("feature,values,rows,") && csv.lines().count() > 2);
    let said = export(&stumps, "scorecard-sql").out;
    assert!(said.contains("the glass box beside the champion"), "{said}");
    assert!(fs::read_to_string(&out).unwrap().contains("CASE"));
    let bare = featureless(workspace);
    export(&bare, "scorecard-csv").refuses(&[&bare, "has no scorecard"]);
    let said = export(&stumps, "xgboost-json").out;
    assert!(said.contains("probability is the calibrated one"), "{said}");
    let model: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    let names = model["learner"]["feature_names"].as_array().unwrap();
    assert_eq!(names.len(), bundle.encoder.columns.len());
    assert_eq!(model["learner"]["attributes"]["limpide_model"], *stumps);

    // One file: it is shown beside the others and cannot win, unless someone vouches for it.
    let alone = format!("stumps={}", text(&out));
    let ran = limpide(workspace, &["--json", "train", "--imported", &alone]);
    assert!(
        ran.err.contains("may have been trained on the clients"),
        "{}",
        ran.err
    );
    let trained = ran.json();
    let line = |trained: &Value| {
        let lines = trained["leaderboard"].as_array().unwrap();
        let line = lines.iter().find(|line| line["candidate"] == "stumps");
        line.unwrap().clone()
    };
    assert_eq!(line(&trained)["seen_all"], true);
    assert_eq!(
        hash(&trained),
        first,
        "the others are judged and chosen as without it"
    );
    let vouched = ["train", "--imported", &alone, "--imported-unseen", "stumps"];
    assert_eq!(line(&ask(workspace, &vouched))["seen_all"], false);

    // A folder: a model for each of the given folds.
    let (models, folds) = (workspace.join("stumps"), workspace.join("folds.csv"));
    fs::create_dir(&models).unwrap();
    let oof = workspace.join("oof.csv");
    ask(workspace, &["train", "--oof", text(&oof)]);
    let mut lines = String::from("client,repeat,fold\n");
    let known = fs::read_to_string(&oof).unwrap();
    let known = known.lines().filter(|line| line.contains(",0,dummy,"));
    for (place, line) in known.enumerate() {
        let client = line.split(',').next().unwrap();
        lines.push_str(&format!("{client},4,{}\n", place % 3));
    }
    fs::write(&folds, lines).unwrap();
    for file in ["repeat-4-fold-0", "repeat-4-fold-1", "all"] {
        fs::copy(&out, models.join(format!("{file}.json"))).unwrap();
    }
    let named = format!("stumps={}", text(&models));
    let train = ["train", "--folds", text(&folds), "--imported", &named];
    limpide(workspace, &train).refuses(&["stumps", "repeat 4, fold 2"]);
    fs::copy(&out, models.join("repeat-4-fold-2.json")).unwrap();
    assert_eq!(line(&ask(workspace, &train))["seen_all"], false);
    fs::remove_file(models.join("all.json")).unwrap();
    limpide(workspace, &train).refuses(&["all.json or all.txt", "absent"]);
}

#[test]
fn champion_and_glass_box_are_held_against_predictions_of_other_programs() {
    let workspace = workspace();
    let workspace = workspace.path();
    let file = |name: &str| workspace.join(name);
    let (folds, oof, theirs) = (file("folds.csv"), file("oof.csv"), file("theirs.csv"));
    ask(workspace, &["train", "--oof", text(&oof)]);
    let of = |candidate: &str| {
        let known = fs::read_to_string(&oof).unwrap();
        let lines = known.lines().map(str::to_owned);
        let wanted = lines.filter(|line| line.contains(&format!(",0,{candidate},")));
        wanted.collect::<Vec<_>>()
    };
    let mut lines = String::from("client,repeat,fold\n");
    for (place, line) in of("dummy").iter().enumerate() {
        let client = line.split(',').next().unwrap();
        lines.push_str(&format!("{client},0,{}\n", place % 3));
    }
    fs::write(&folds, lines).unwrap();
    let train = ["train", "--folds", text(&folds)];
    let trained = ask(workspace, &[&train[..], &["--oof", text(&oof)]].concat());
    let champion = trained["champion"].as_str().unwrap();

    // Nobody leads itself, and everybody leads the rate.
    let head = "client,repeat,candidate,probability\n";
    let own = of(champion).join("\n").replace(champion, "itself");
    let rate = of("dummy").join("\n");
    fs::write(&theirs, format!("{head}{own}\n{rate}\n")).unwrap();
    let against = [&train[..], &["--references", text(&theirs)]].concat();
    let judged = ask(workspace, &against);
    let lead = |reference: &str| {
        let leads = judged["references"].as_array().unwrap().iter();
        let mut found =
            leads.filter(|lead| lead["candidate"] == champion && lead["reference"] == reference);
        found.next().unwrap().clone()
    };
    assert_eq!(lead("itself")["auc_difference"], 0.0);
    assert!(lead("dummy")["auc_difference"].as_f64().unwrap() > 0.1);
    assert!(lead("dummy")["standard_error"].as_f64().unwrap() > 0.0);
    let run = file("runs").join(judged["run"].as_str().unwrap());
    assert!(run.join("references.json").exists());

    let (short, _) = own.rsplit_once('\n').unwrap();
    fs::write(&theirs, format!("{head}{short}\n")).unwrap();
    limpide(workspace, &against).refuses(&["theirs.csv", "itself", "one for each of the"]);
    fs::write(&theirs, "client,repeat,probability\n1,0,0.5\n").unwrap();
    limpide(workspace, &against).refuses(&["theirs.csv", "candidate,probability expected"]);
}

#[test]
fn an_imported_model_of_unknown_columns_or_form_is_refused_with_its_file() {
    let workspace = workspace();
    let workspace = workspace.path();
    let (stumps, bundle) = tree_bundle(workspace);
    let out = workspace.join("model.json");
    ask(
        workspace,
        &[
            "models",
            "export",
            &stumps,
            "--format",
            "xgboost-json",
            "--out",
            text(&out),
        ],
    );
    let name = &bundle.encoder.names(&bundle.features)[0];
    let whole = fs::read_to_string(&out).unwrap();
    let named = format!("other={}", text(&out));
    let train = ["train", "--imported", &named];
    let refused = |content: &str, expected: &[&str]| {
        fs::write(&out, content).unwrap();
        limpide(workspace, &train).refuses(expected);
    };
    let wrong = whole.replacen(&format!("\"{name}\""), &format!("\"{name}X\""), 1);
    refused(
        &wrong,
        &[
            "model.json",
            &format!("{name}X"),
            &format!("{name} is the nearest"),
        ],
    );
    refused(
        &whole.replace("binary:logistic", "multi:softprob"),
        &["model.json", "multi:softprob"],
    );
    refused(
        &whole.replace("gbtree\"", "gblinear\""),
        &["model.json", "gblinear"],
    );
    refused("tea", &["model.json", "begins neither"]);
    refused(&whole[..whole.len() / 2], &["model.json", "XGBoost"]);
    fs::write(&out, &whole).unwrap();
    let taken = format!("dummy={}", text(&out));
    limpide(workspace, &["train", "--imported", &taken]).refuses(&["dummy", "has this name"]);
    limpide(workspace, &["train", "--imported-unseen", "x"]).refuses(&["--imported-unseen x"]);
    let absent = format!("other={}", text(&workspace.join("absent.json")));
    limpide(workspace, &["train", "--imported", &absent]).refuses(&["absent.json", "No such file"]);
    for wrong in ["nothing", "=file", "a b=file"] {
        let ran = limpide(workspace, &["train", "--imported", wrong]);
        assert_eq!(ran.code, Some(2), "{wrong}");
        assert!(ran.err.contains("NAME=PATH expected"), "{}", ran.err);
    }
}
