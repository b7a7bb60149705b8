//! The catalogue: what is said of every feature, in JSON, in the terminal and as a page.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/axe.rs"]
mod axe;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::webdriver::{Browser, Programs};
use crate::workspace::{ask, folder, limpide, workspace};

/// The catalogue's entry of a feature.
fn feature<'a>(catalogue: &'a Value, name: &str) -> &'a Value {
    let features = catalogue["features"].as_array().unwrap();
    let found = features.iter().find(|feature| feature["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is in the catalogue"))
}

/// "table.column" of a feature's lineage, by role.
fn columns(feature: &Value, role: &str) -> Vec<String> {
    let lineage = feature["lineage"].as_array().unwrap().iter();
    lineage
        .filter(|source| source["role"] == role)
        .map(|source| {
            let part = |key: &str| source[key].as_str().unwrap();
            format!("{}.{}", part("table"), part("column"))
        })
        .collect()
}

#[test]
fn every_feature_is_told_in_full() {
    let workspace = workspace();
    let catalogue = ask(workspace.path(), &["features", "--show"]);
    let ids = |list: &str| -> Vec<String> {
        let list = catalogue[list].as_array().unwrap().iter();
        list.map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (concepts, themes) = (ids("concepts"), ids("themes"));
    let features = catalogue["features"].as_array().unwrap();
    assert!(features.len() > 300);
    for feature in features {
        let name = feature["name"].as_str().unwrap();
        let is_one_of = |key: &str, known: &[String]| {
            let found = feature[key].as_str().unwrap();
            assert!(known.iter().any(|id| id == found), "{name}: {key} {found}");
        };
        is_one_of("concept", &concepts);
        is_one_of("theme", &themes);
        for text in [
            &feature["label"]["fr"],
            &feature["label"]["en"],
            &feature["sql"],
        ] {
            assert!(!text.as_str().unwrap().is_empty(), "{name}");
        }
        assert!(!feature["lineage"].as_array().unwrap().is_empty(), "{name}");
        assert!(!feature["tables"].as_array().unwrap().is_empty(), "{name}");
        let missing = feature["missing_share"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&missing), "{name}");
        if feature["kind"] == "number" && missing < 1.0 {
            let quantiles = feature["quantiles"].as_object().unwrap();
            assert_eq!(quantiles.len(), 9, "{name}");
            let values: Vec<f64> = quantiles.values().map(|v| v.as_f64().unwrap()).collect();
            assert!(values.is_sorted(), "{name}: {values:?}");
        }
    }
}

#[test]
fn lineage_goes_down_to_the_columns_of_the_tables() {
    let workspace = workspace();
    let catalogue = ask(workspace.path(), &["features", "--show"]);
    let of = |name: &str, role: &str| columns(feature(&catalogue, name), role);
    // A raw column, aggregated over a subset.
    assert_eq!(
        of("ACTIVE_AMT_CREDIT_SUM_DEBT_SUM", "value"),
        ["bureau.AMT_CREDIT_SUM_DEBT"]
    );
    assert_eq!(
        of("ACTIVE_AMT_CREDIT_SUM_DEBT_SUM", "rows"),
        ["bureau.CREDIT_ACTIVE"]
    );
    // A computed column.
    assert_eq!(
        of("BURO_DEBT_SHARE_MEAN", "value"),
        ["bureau.AMT_CREDIT_SUM", "bureau.AMT_CREDIT_SUM_DEBT"]
    );
    // A number of rows, all of them: the key that is counted by.
    assert_eq!(of("BURO_COUNT", "rows"), ["bureau.SK_ID_CURR"]);
    // A feature of features: what is behind each of them.
    assert_eq!(
        of("DEBT_ELSEWHERE_TO_INCOME", "value"),
        ["application.AMT_INCOME_TOTAL", "bureau.AMT_CREDIT_SUM_DEBT"]
    );
    assert_eq!(
        feature(&catalogue, "DEBT_ELSEWHERE_TO_INCOME")["tables"],
        json!(["application", "bureau"])
    );
    // Through the SELECT that makes a family's rows.
    let late = of("INSTAL_DAYS_LATE_MEAN", "value");
    assert_eq!(
        late,
        [
            "installments_payments.DAYS_ENTRY_PAYMENT",
            "installments_payments.DAYS_INSTALMENT"
        ]
    );
}

#[test]
fn one_feature_is_shown_by_its_name_and_a_wrong_name_is_told_the_nearest() {
    let workspace = workspace();
    let shown = limpide(
        workspace.path(),
        &["features", "--show", "BURO_DEBT_SHARE_MEAN", "--lang", "en"],
    );
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for part in [
        "BURO_DEBT_SHARE_MEAN",
        "bureau: AMT_CREDIT_SUM, AMT_CREDIT_SUM_DEBT",
        "risk rises with the value",
        "DEBT_SHARE = AMT_CREDIT_SUM_DEBT",
        "median",
    ] {
        assert!(
            shown.out.contains(part),
            "'{part}' expected in {}",
            shown.out
        );
    }
    let json = ask(workspace.path(), &["features", "--show", "BURO_COUNT"]);
    assert_eq!(json["name"], "BURO_COUNT");
    limpide(workspace.path(), &["features", "--show", "BURO_CONT"])
        .refuses(&["BURO_CONT", "BURO_COUNT"]);
}

#[test]
fn the_page_is_whole_in_both_languages_and_no_axe_violation_is_found_in_light_or_dark() {
    let workspace = workspace();
    let built = ask(workspace.path(), &["features"]);
    let catalogue: Value =
        serde_json::from_str(&fs::read_to_string(built["catalogue"].as_str().unwrap()).unwrap())
            .unwrap();
    let french = Path::new(built["page"].as_str().unwrap());
    let english = french.with_file_name("catalogue.en.html");
    for (page, key, title) in [
        (french, "fr", "Catalogue des variables"),
        (&english, "en", "Catalogue of features"),
    ] {
        let html = fs::read_to_string(page).unwrap();
        assert!(html.len() < 1_500_000, "{} bytes", html.len());
        assert!(html.contains(title));
        assert!(!html.contains("http"), "nothing is loaded from elsewhere");
        for feature in catalogue["features"].as_array().unwrap() {
            let name = feature["name"].as_str().unwrap();
            assert!(html.contains(&format!("id=\"{name}\"")), "{name}, {key}");
        }
    }
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => return eprintln!("the page is not judged in a browser: {missing}"),
    };
    let profile = folder();
    let browser = Browser::start(&programs, profile.path());
    for page in [french, &english] {
        browser.open(&format!("file://{}", page.display()));
        for scheme in ["light", "dark"] {
            browser.prefer_scheme(scheme);
            axe::judge(&browser, &format!("{}, {scheme}", page.display()));
        }
    }
    // Words narrow the page down, and it says to how many.
    let shown = browser.run(
        "const box = document.getElementById('filter'); box.value = 'bureau overdue'; \
         box.dispatchEvent(new Event('input')); \
         return [Number(document.getElementById('shown').textContent), \
           [...document.querySelectorAll('.f')].filter((f) => f.checkVisibility()).length]",
        json!([]),
    );
    let (said, seen) = (shown[0].as_u64().unwrap(), shown[1].as_u64().unwrap());
    assert!(said == seen && seen > 0 && seen < 60, "{shown}");
}
