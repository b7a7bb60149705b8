//! What the pages of trainings and of the portfolio's rows hold.

use axum::http::StatusCode;
use limpide_store::Role;
use limpide_web::Face;

use crate::invented;
use crate::site::Site;

const LATEST: &str = "20261120T101500Z";
const OLDER: &str = "20261102T081500Z";
const BROKEN: &str = "20261110T000000Z";
const FAILED: &str = "20261101T070000Z";

async fn site() -> (Site, String) {
    let site = Site::serving(Face::All, invented::service_with_workspace).await;
    let cookie = site.sign_in("analyst").await;
    (site, cookie)
}

async fn body(site: &Site, cookie: &str, path: &str) -> String {
    site.get(path, cookie).await.body
}

/// Where words stand on a page; they must stand there.
fn place(page: &str, words: &str) -> usize {
    let place = page.find(words);
    place.unwrap_or_else(|| panic!("{words} is not in {page}"))
}

#[tokio::test]
async fn runs_are_listed_in_the_order_that_is_asked_for() {
    let (site, cookie) = site().await;
    let line = |id: &str| format!("href=\"/model/runs/{id}\"");
    for (sort, first, second, sorted) in [
        ("", LATEST, OLDER, "descending"),
        ("start", FAILED, OLDER, "ascending"),
        ("-auc", LATEST, OLDER, "descending"),
        ("auc", OLDER, LATEST, "ascending"),
        ("cost", LATEST, OLDER, "ascending"),
        ("kind", OLDER, LATEST, "ascending"),
        ("no-column", LATEST, OLDER, "descending"),
    ] {
        let page = body(&site, &cookie, &format!("/model/runs?lang=en&sort={sort}")).await;
        let (first, second) = (place(&page, &line(first)), place(&page, &line(second)));
        // What cannot be read stands last.
        let broken = place(&page, &line(BROKEN));
        assert!(first < second && second < broken, "{sort}");
        assert_eq!(page.matches("aria-sort=").count(), 1, "{sort}");
        assert!(page.contains(&format!("aria-sort=\"{sorted}\"")), "{sort}");
    }
    let page = site.get("/model/runs?lang=en", &cookie).await.body;
    assert_eq!(page.matches("in force").count(), 1);
    let marked = place(&page, "in force");
    assert!(place(&page, &line(LATEST)) < marked && marked < place(&page, &line(OLDER)));
    for words in [
        "0.786 (0.774",
        "Unreadable run",
        "failed",
        // Each head leads to its better end first, the one that is sorted by to its other end.
        "href=\"/model/runs?sort=-auc\"",
        "href=\"/model/runs?sort=cost\"",
        "href=\"/model/runs?sort=start\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn many_runs_are_leafed_through() {
    let site = Site::serving(Face::All, invented::service_with_many_runs).await;
    let cookie = site.sign_in("analyst").await;
    let mut met = std::collections::BTreeSet::new();
    for page in 1..=3 {
        let path = format!("/model/runs?lang=en&sort=start&page={page}");
        let list = body(&site, &cookie, &path).await;
        let ids = list.split("name=\"run\" value=\"").skip(1);
        let before = met.len();
        met.extend(ids.map(|rest| rest[..16].to_owned()));
        assert_eq!(met.len() - before, if page < 3 { 25 } else { 10 });
        let next = list.contains(&format!(
            "href=\"/model/runs?sort=start&#38;page={}\"",
            page + 1
        ));
        assert_eq!(next, page < 3, "{page}");
    }
}

#[tokio::test]
async fn a_run_tells_what_it_was_asked_read_and_found() {
    let (site, cookie) = site().await;
    let page = body(&site, &cookie, &format!("/model/runs/{LATEST}?lang=en")).await;
    for words in [
        "Training run of 20\u{a0}November 2026, 10:15 UTC",
        "Its model is in force",
        "20,000",
        "1,614",
        "thorough",
        "drawn from the seed",
        "0.7861",
        "chance that a client in default gets a higher risk",
        "−0.0018\u{a0}± 0.0019",
        "trees.depth",
        "leaderboard.csv",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("Compare with the one in force"));
    let older = body(&site, &cookie, &format!("/model/runs/{OLDER}?lang=en")).await;
    let address = format!("href=\"/model/runs/compare?run={LATEST}&#38;run={OLDER}\"");
    assert!(older.contains(&address) && !older.contains("Its model is in force"));
    let failed = body(&site, &cookie, &format!("/model/runs/{FAILED}?lang=en")).await;
    assert!(failed.contains("This training run stopped:") && !failed.contains("<i>late_share"));
}

#[tokio::test]
async fn a_run_that_cannot_be_read_is_told_and_an_unknown_one_is_not_found() {
    let (site, cookie) = site().await;
    let path = format!("/model/runs/{BROKEN}?lang=en");
    let broken = site.get(&path, &cookie).await;
    assert_eq!(broken.status, StatusCode::OK);
    assert!(broken.body.contains("expected value at line 1 column 1"));
    for path in [
        "/model/runs/20200101T000000Z".to_owned(),
        "/model/runs/..%2F..%2Fmodels".to_owned(),
        format!("/model/runs/compare?run={LATEST}&run=20200101T000000Z"),
    ] {
        let none = site.get(&path, &cookie).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn runs_stand_side_by_side_and_what_differs_is_said_in_words() {
    let (site, cookie) = site().await;
    let path = format!("/model/runs/compare?lang=en&run={OLDER}&run={LATEST}");
    let page = site.get(&path, &cookie).await.body;
    let line = |name: &str| {
        let start = place(&page, &format!("scope=\"row\">{name}</th>"));
        let line = &page[start..];
        &line[..line.find("</tr>").unwrap()]
    };
    let auc = line("AUC");
    assert!(auc.contains("0.7712") && auc.contains("0.7861 <span") && auc.contains("best"));
    assert!(auc.contains("<strong>different</strong>"));
    // The better cost is the smaller one.
    assert!(line("Cost a client").contains("0.5139 <span"));
    assert!(line("KS").contains("the same") && !line("KS").contains("best"));
    assert!(line("Effort").contains("quick") && line("Effort").contains("thorough"));
    assert!(page.contains("not judged on the same folds of the same clients"));
    let only = body(&site, &cookie, &format!("{path}&only=differences")).await;
    assert!(only.contains("<strong>different</strong>") && !only.contains("the same</span>"));
}

#[tokio::test]
async fn fewer_than_two_runs_are_not_compared_and_a_broken_one_is_named() {
    let (site, cookie) = site().await;
    let compare = |runs: String| {
        let path = format!("/model/runs/compare?lang=en{runs}");
        let (site, cookie) = (&site, &cookie);
        async move { site.get(&path, cookie).await }
    };
    for runs in [
        String::new(),
        format!("&run={LATEST}"),
        format!("&run={LATEST}&run={LATEST}"),
        format!("&run={LATEST}&run={BROKEN}"),
    ] {
        let answer = compare(runs.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{runs}");
        assert!(answer.body.contains("href=\"/model/runs\""), "{runs}");
    }
    let answer = compare(format!("&run={LATEST}&run={BROKEN}&run={OLDER}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("expected value at line 1 column 1"));
    // A training that failed has nothing to show, and stands there all the same.
    let answer = compare(format!("&run={LATEST}&run={FAILED}")).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn the_portfolios_rows_are_told_and_searched() {
    let (site, cookie) = site().await;
    let get = |query: &str| {
        let path = format!("/model/quality?lang=en{query}");
        let (site, cookie) = (&site, &cookie);
        async move { site.get(&path, cookie).await.body }
    };
    let whole = get("").await;
    for words in [
        "Errors: 1. Warnings: 1. Notes: 1. Checks that found nothing: 1.",
        "Income zero or negative",
        "application.income",
        "would have refused the data",
        "no feature reads them",
        "Absent files",
        "365243 × 3,512",
        "Rows that repeat another",
        "1 to 50 of 60",
    ] {
        assert!(whole.contains(words), "{words}");
    }
    // The emptiest first.
    assert!(place(&whole, "column_59") < place(&whole, "column_58"));
    assert!(!whole.contains("column_00"));
    assert!(get("&page=2").await.contains("column_00"));
    let sorted = get("&sort=column").await;
    assert!(sorted.contains("aria-sort=\"ascending\"") && sorted.contains("column_00"));
    let notes = get("&severity=note").await;
    assert!(notes.contains("Column of one value only") && !notes.contains("Income zero"));
    let table = get("&table=application").await;
    assert!(table.contains("Income zero") && !table.contains("no feature reads them"));
    assert!(table.contains("Findings: 1. Columns: 20."));
    let none = get("&q=%3Cb%3E").await;
    assert!(
        none.contains("No finding fits this search.") && none.contains("value=\"&#60;b&#62;\"")
    );
}

#[tokio::test]
async fn who_administers_is_told_of_rows_but_of_no_client() {
    let (site, cookie) = site().await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    for (cookie, sees) in [(&cookie, true), (&admin, false)] {
        let page = site.get("/model/quality?lang=en", cookie).await.body;
        assert!(page.contains("application.csv, row 17"));
        let client = format!("client {}", invented::SHOWN);
        assert_eq!(page.contains(&client), sees);
    }
}

#[tokio::test]
async fn where_there_is_no_run_and_no_report_the_command_that_makes_one_is_told() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("auditor").await;
    let runs = site.get("/model/runs?lang=en", &cookie).await.body;
    assert!(runs.contains("has no workspace at hand"));
    let compared = site.get("/model/runs/compare?run=a&run=b", &cookie).await;
    assert_eq!(compared.status, StatusCode::NOT_FOUND);
    let quality = site.get("/model/quality?lang=en", &cookie).await.body;
    assert!(quality.contains("<code>limpide ingest SOURCE</code>"));
    let site = Site::serving(Face::All, invented::service_with_no_runs).await;
    let cookie = site.sign_in("auditor").await;
    let runs = site.get("/model/runs?lang=en", &cookie).await.body;
    assert!(runs.contains("<code>limpide train</code>"));
}
