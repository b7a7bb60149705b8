//! What axe says of a page in the browser.

use serde_json::{Value, json};

use crate::webdriver::Browser;

/// Finds what keeps people out, rule by rule (WCAG 2.2 and good practice).
const AXE: &str = include_str!("../vendor/axe.min.js");

/// Asserts that axe looks at the page and finds nothing.
pub fn judge(browser: &Browser, view: &str) {
    if browser.run("return typeof axe", json!([])) != "object" {
        browser.run(AXE, json!([]));
    }
    let script = "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}) \
         .then(found => done({checked: found.passes.length, violations: found.violations \
           .map(v => [v.id, v.help, v.nodes.map(n => n.html + ' — ' + n.failureSummary)])}), \
           fault => done({fault: String(fault)}))";
    let found = browser.run_async(script, json!([]));
    assert_eq!(found["fault"], Value::Null, "{view}");
    assert!(
        found["checked"].as_u64().unwrap() > 10,
        "{view}: axe checked nothing"
    );
    let violations = serde_json::to_string_pretty(&found["violations"]).unwrap();
    assert_eq!(violations, "[]", "{view}");
}
