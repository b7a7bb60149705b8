//! The dashboard as people meet it: a real browser on a real demo.
//!
//! Needs Chromium and chromedriver. Without them the test says that it was skipped, unless `CI` is
//! set: then their absence is a failure. With `LIMPIDE_SCREENSHOTS=FOLDER` the pages are kept there
//! as pictures.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/axe.rs"]
mod axe;
#[path = "support/demo.rs"]
mod demo;
#[path = "support/webdriver.rs"]
mod webdriver;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::json;

use crate::demo::{Demo, ask};
use crate::webdriver::{Browser, Programs};

/// The size of the pictures and of the usual window, in CSS pixels.
const WINDOW: (u32, u32) = (1280, 1000);

/// Pages that a role's work begins on, by the demo's people.
const STAFF_PAGES: &[(&str, &[&str])] = &[
    ("adviser", &["/applications/new", "/reviews"]),
    (
        "analyst",
        &[
            "/model",
            "/model/drift",
            "/model/fairness",
            "/model/features",
            "/model/versions",
        ],
    ),
    (
        "auditor",
        &["/agreement", "/audit", "/audit/1", "/audit/verify"],
    ),
    ("admin", &["/keys", "/people", "/people/1", "/settings"]),
];

/// A telephone, or a page enlarged four times.
const NARROW: (u32, u32) = (320, 720);

#[test]
fn an_adviser_signs_in_finds_a_client_and_reads_the_decision_and_nothing_keeps_anyone_out() {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(reason) if env::var_os("CI").is_none() => {
            eprintln!("SKIPPED, no browser test was made: {reason} (script/test installs it)");
            return;
        }
        Err(reason) => panic!("{reason}: in CI the browser test must run"),
    };
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("workspace");
    let demo = Demo::start(&workspace, 1000);
    let browser = Browser::start(&programs, &folder.path().join("profile"));
    browser.set_size(WINDOW.0, WINDOW.1, 1.0);
    browser.prefer_scheme("light");
    let (refused, granted) = one_of_each(&workspace, folder.path());

    shows_the_form_to_strangers(&browser, &demo, refused);
    refuses_a_wrong_password(&browser, &demo);
    check_page(&browser, "sign-in page", "sign-in");
    signs_in(&browser, &demo, "adviser");
    check_page(&browser, "search page", "search");
    reads_the_foot(&browser, &demo);
    for client in [refused, granted] {
        finds(&browser, &demo, client);
        says_what_the_program_says(&browser, &workspace, client);
        check_page(&browser, "client page", &format!("client-{client}"));
    }
    keeps_pictures(&browser, &demo, refused);
    reads_and_tries_the_api(&browser, &demo);
    explores(&browser, &demo, refused);
    decides(&browser);
    signs_out(&browser);

    signs_in(&browser, &demo, "client-refused");
    let (address, own) = (browser.address(), format!("/clients/{refused}"));
    assert!(address.ends_with(&own), "{address}");
    check_page(&browser, "own page", "own");
    contests(&browser);
    documents_keep_nobody_out(&browser, &workspace, folder.path());
    browser.open(&demo.address(&format!("/clients/{granted}")));
    check_page(&browser, "another client's page", "denied");
    let figures = browser.run(
        "return document.querySelectorAll('.gauge').length",
        json!([]),
    );
    assert_eq!(figures, 0, "a client sees nobody else's risk");
    signs_out(&browser);
    for (username, pages) in STAFF_PAGES {
        signs_in(&browser, &demo, username);
        for &path in *pages {
            for lang in ["fr", "en"] {
                browser.open(&demo.address(&format!("{path}?lang={lang}")));
                browser.find("main h1");
                let picture = format!("{username}{}-{lang}", path.replace('/', "-"));
                check_page(
                    &browser,
                    &format!("{path} of the {username}, {lang}"),
                    &picture,
                );
            }
        }
        signs_out(&browser);
    }
}

/// A refused and a granted client, as the program scores them outside the server.
fn one_of_each(workspace: &Path, folder: &Path) -> (i64, i64) {
    let scores = folder.join("scores.csv");
    ask(workspace, &["score", "--out", scores.to_str().unwrap()]);
    let text = fs::read_to_string(scores).unwrap();
    let first = |decision: &str| {
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let line = lines.find(|fields| fields[2] == decision);
        line.expect("both decisions occur")[0].parse().unwrap()
    };
    (first("refused"), first("granted"))
}

fn shows_the_form_to_strangers(browser: &Browser, demo: &Demo, client: i64) {
    browser.open(&demo.address(&format!("/clients/{client}?lang=en")));
    browser.find("form #password");
    assert!(
        browser.address().contains("/login"),
        "{}",
        browser.address()
    );
}

fn refuses_a_wrong_password(browser: &Browser, demo: &Demo) {
    browser.open(&demo.address("/login?lang=en"));
    browser.type_into("#username", "adviser");
    browser.type_into("#password", "not the password");
    browser.click("main button[type=submit]");
    let fault = browser.text("#fault");
    assert!(!fault.is_empty());
    assert!(
        browser.address().ends_with("/login"),
        "{}",
        browser.address()
    );
    let kept = browser.run(
        "return document.querySelector('#password').value",
        json!([]),
    );
    assert_eq!(kept, "", "a password is not sent back");
}

fn signs_in(browser: &Browser, demo: &Demo, username: &str) {
    browser.open(&demo.address("/login?lang=en"));
    browser.type_into("#username", username);
    browser.type_into("#password", demo.password(username));
    browser.click("main button[type=submit]");
    browser.find("form[action='/logout']");
}

/// What the foot of every page leads to.
fn reads_the_foot(browser: &Browser, demo: &Demo) {
    for page in ["accessibility", "glossary"] {
        browser.open(&demo.address(&format!("/{page}?lang=en")));
        check_page(browser, page, page);
    }
}

fn signs_out(browser: &Browser) {
    browser.click("form[action='/logout'] button");
    browser.find("form #password");
}

/// All digits but the last list ten clients at most, the whole number opens its page.
fn finds(browser: &Browser, demo: &Demo, client: i64) {
    let digits = client.to_string();
    browser.open(&demo.address("/"));
    browser.type_into("#q", &digits[..digits.len() - 1]);
    browser.click("form[role=search] button[type=submit]");
    check_page(browser, "clients found", "found");
    browser.click(&format!("a[href='/clients/{client}']"));
    browser.find(".verdict");

    browser.open(&demo.address("/"));
    browser.type_into("#q", &digits);
    browser.click("form[role=search] button[type=submit]");
    browser.find(".verdict");
    let title = browser.text("h1");
    assert!(title.contains(&digits), "{title}");
}

/// Every part of the page answers where it stands, without leaving the page.
fn explores(browser: &Browser, demo: &Demo, client: i64) {
    browser.open(&demo.address(&format!("/clients/{client}?lang=en")));
    let opened = browser.run("return performance.timeOrigin", json!([]));
    browser.click(".reasons summary");
    browser.find(".reasons .detail table");
    let choose = "const list = document.getElementById('with'); list.selectedIndex = 2; \
                  list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.run(choose, json!([]));
    browser.find("#comparison .own-ring");
    let slide = "const slider = document.querySelector('[data-slides]'); slider.value = slider.min; \
                 slider.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(slide, json!([]));
    browser.find("#what-if-result .is-tried");
    browser.click("#ways .button");
    browser.find("#ways:not(:has(.button))");
    check_page(browser, "client page, explored", "explored");
    let still = browser.run("return performance.timeOrigin", json!([]));
    assert_eq!(still, opened, "parts are swapped, the page stays");
}

/// The adviser departs from the advice, is asked why, and finds the decision in the history.
fn decides(browser: &Browser) {
    browser.click("label[for=decide-granted]");
    browser.click("#case form[action$='/decision'] .button-main");
    assert!(!browser.text("#case-fault").is_empty());
    check_page(browser, "client page, asked for a reason", "needs-reason");
    browser.type_into("#reason", "A permanent job since last month.");
    browser.click("#case form[action$='/decision'] .button-main");
    browser.find("#case .history blockquote");
    let history = browser.text("#case .history");
    assert!(history.contains("against the suggestion"), "{history}");
    check_page(browser, "client page, decided", "decided");
}

/// The client contests what was decided.
fn contests(browser: &Browser) {
    browser.type_into("#contest-text", "I would like another person to look.");
    browser.click("#case form[action$='/contest'] .button-main");
    let standing = browser.text("#case > p:nth-of-type(2)");
    assert!(standing.contains("contested"), "{standing}");
    check_page(browser, "own page, contested", "contested");
}

/// The API's page: a link opens a route, Enter sends its form, and the answer is told.
fn reads_and_tries_the_api(browser: &Browser, demo: &Demo) {
    let route = "#get-api-v1-clients-id-score";
    browser.open(&demo.address("/api?lang=fr"));
    check_page(browser, "the API's page in French", "api-fr");
    browser.open(&demo.address("/api?lang=en"));
    browser.click(&format!("nav a[href='{route}']"));
    browser.find(&format!("{route}[open]"));
    let focused = browser.run("return document.activeElement.localName", json!([]));
    assert_eq!(focused, "summary");
    // U+E007 is the Enter key.
    browser.type_into(&format!("{route}-id"), "\u{E007}");
    browser.find(&format!("{route} [data-parts]:not([hidden])"));
    let status = browser.text(&format!("{route} [role=status]"));
    assert!(status.starts_with("Answer 200"), "{status}");
    let body = browser.text(&format!("{route} [data-text]"));
    assert!(body.contains("\"probability\""), "{body}");
    let headers = browser.text(&format!("{route} [data-headers]"));
    assert!(
        headers.contains("content-type: application/json"),
        "{headers}"
    );

    // With a key that is none, the session is not used.
    browser.type_into("#key", "a key that nobody gave");
    browser.click(&format!("{route} button[type=submit]"));
    browser.find(&format!("{route} [data-parts]:not([hidden])"));
    let status = browser.text(&format!("{route} [role=status]"));
    assert!(status.starts_with("Answer 401"), "{status}");
    let open = "for (const route of document.querySelectorAll('details')) route.open = true";
    browser.run(open, json!([]));
    check_page(browser, "the API's page, all of it open", "api-en");
}

/// The documents that go with the model are pages too.
fn documents_keep_nobody_out(browser: &Browser, workspace: &Path, folder: &Path) {
    for document in ["methodology", "model-card"] {
        for lang in ["fr", "en"] {
            let out = folder.join(format!("{document}.{lang}.html"));
            let path = out.to_str().unwrap();
            ask(
                workspace,
                &["report", document, "--lang", lang, "--out", path],
            );
            browser.open(&format!("file://{path}"));
            check_page(
                browser,
                &format!("{document} in {lang}"),
                &format!("{document}-{lang}"),
            );
        }
    }
}

/// The page, the API and the command line tell of the same decision.
fn says_what_the_program_says(browser: &Browser, workspace: &Path, client: i64) {
    let explained = ask(
        workspace,
        &["explain", "--client", &client.to_string(), "--lang", "en"],
    );
    let probability = explained["probability"].as_f64().unwrap();
    let decision = explained["decision"].as_str().unwrap();

    let verdict = browser.text(".verdict");
    let expected = match decision {
        "granted" => "Approval suggested",
        "refused" => "Decline suggested",
        _ => "To be reviewed",
    };
    assert!(verdict.starts_with(expected), "{verdict}, {decision}");
    let figure = browser.text(".gauge-figure");
    let shown: f64 = figure.trim_end_matches('%').trim().parse().unwrap();
    assert!(
        (shown - 100.0 * probability).abs() <= 0.0501,
        "{figure} is shown for {probability}"
    );

    let asked = "const done = arguments[1]; fetch(arguments[0]).then(r => r.json()).then(done)";
    let path = format!("/api/v1/clients/{client}/score");
    let answer = browser.run_async(asked, json!([path]));
    assert_eq!(answer["decision"], explained["decision"]);
    assert_eq!(answer["probability"], explained["probability"]);
}

/// The open page keeps nobody out in light, in dark and at 320 pixels.
fn check_page(browser: &Browser, page: &str, picture: &str) {
    for (scheme, (width, height)) in [("light", WINDOW), ("dark", WINDOW), ("light", NARROW)] {
        let view = format!("{page}, {scheme}, {width} pixels wide");
        browser.prefer_scheme(scheme);
        browser.set_size(width, height, 1.0);
        settle(browser);
        keep(browser, &format!("{picture}-{scheme}-{width}"));
        has_no_violation(browser, &view);
        let script = "const page = document.documentElement; \
                      return [page.scrollWidth, page.clientWidth]";
        let widths = browser.run(script, json!([]));
        let [scrolled, seen] = [0, 1].map(|i| widths[i].as_u64().unwrap());
        assert!(
            scrolled <= seen,
            "{view}: {scrolled} pixels scroll sideways in {seen}"
        );
    }
    browser.prefer_scheme("light");
    browser.set_size(WINDOW.0, WINDOW.1, 1.0);
}

fn has_no_violation(browser: &Browser, view: &str) {
    let mut console: Vec<String> = browser.console();
    // An answer that is no success is written there, whatever the page does with it.
    console.retain(|line| !line.contains("the server responded with a status of 4"));
    assert_eq!(console, Vec::<String>::new(), "{view}");
    axe::judge(browser, view);
}

/// The pictures of the client page that documents show, down to the end of the reasons.
fn keeps_pictures(browser: &Browser, demo: &Demo, client: i64) {
    if pictures().is_none() {
        return;
    }
    browser.hide_scrollbars();
    for lang in ["fr", "en"] {
        browser.open(&demo.address(&format!("/clients/{client}?lang={lang}")));
        browser.find(".verdict");
        let script = "const reasons = document.getElementById('reasons-heading').closest('section'); \
                      return Math.ceil(reasons.getBoundingClientRect().bottom) + 16";
        let height = browser.run(script, json!([])).as_u64().unwrap();
        browser.set_size(WINDOW.0, u32::try_from(height).unwrap(), 1.25);
        keep(browser, &format!("client-page-{lang}"));
        let script = "return document.documentElement.scrollHeight";
        let whole = browser.run(script, json!([])).as_u64().unwrap();
        browser.set_size(WINDOW.0, u32::try_from(whole).unwrap(), 1.0);
        keep(browser, &format!("client-page-whole-{lang}"));
        browser.set_size(WINDOW.0, WINDOW.1, 1.0);
    }
}

fn pictures() -> Option<PathBuf> {
    env::var_os("LIMPIDE_SCREENSHOTS").map(PathBuf::from)
}

fn keep(browser: &Browser, name: &str) {
    let Some(folder) = pictures() else { return };
    fs::create_dir_all(&folder).unwrap();
    settle(browser);
    let bytes = from_base64(&browser.picture());
    fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
}

/// Waits until fonts have arrived and nothing moves: a colour on its way to another is neither.
fn settle(browser: &Browser) {
    let script = "return document.fonts.status === 'loaded' \
         && document.getAnimations().every(animation => animation.playState !== 'running')";
    for _ in 0..200 {
        if browser.run(script, json!([])) == true {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{} still moves after ten seconds", browser.address());
}

/// RFC 4648, section 4; the browser sends nothing else.
fn from_base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let digit = digits.iter().position(|digit| *digit == letter).unwrap();
        bits = (bits << 6) | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}
