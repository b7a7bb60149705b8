//! The client's letter and the file for the record: who reads them, under which name, and that they
//! follow from where the case stands. What they say is read back from the files by
//! `tests/letters/read.py`, where Python has pikepdf.

use std::path::Path;
use std::process::Command;

use axum::http::{StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, FIRST_CLIENT, SHOWN};
use crate::site::{Answer, Site};

async fn act(site: &Site, who: &str, act: &str, form: &str) {
    let cookie = site.sign_in(who).await;
    let path = format!("/clients/{SHOWN}/case/{act}");
    let answer = site.post_form(&path, &cookie, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

async fn paper(site: &Site, who: &str, paper: &str) -> Answer {
    let cookie = site.sign_in(who).await;
    site.get(&format!("/clients/{SHOWN}/{paper}"), &cookie)
        .await
}

/// What a paper says, as a program reads its structure aloud; `None` without pikepdf.
fn read(name: &str, answer: &Answer) -> Option<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/pdf");
    let folder = std::env::var_os("LIMPIDE_LETTERS").map(std::path::PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
    let file = folder.join(format!("{name}.pdf"));
    std::fs::write(&file, &answer.bytes).unwrap();
    let python = std::env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/letters/read.py");
    let ran = Command::new(&python)
        .arg(script)
        .arg(&file)
        .output()
        .unwrap();
    if ran.status.code() == Some(77) {
        assert!(std::env::var_os("CI").is_none(), "{python} has no pikepdf");
        return None;
    }
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(String::from_utf8(ran.stdout).unwrap())
}

#[tokio::test]
async fn a_letter_says_where_the_case_stands() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "second", "Lea Roth", Role::Adviser, None).await;
    let none = paper(&site, "adviser", "letter?lang=fr").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert!(
        none.body.contains("Pas encore de courrier"),
        "{}",
        none.body
    );

    let says = |name: &str, answer: &Answer, wanted: &[&str]| {
        let Some(text) = read(name, answer) else {
            return;
        };
        for words in wanted {
            assert!(text.contains(words), "{words:?} in {text}");
        }
    };
    let proposed = site
        .post_json(&format!("/api/v1/clients/{SHOWN}/case/proposal"), "{}")
        .await;
    assert_eq!(proposed.status, StatusCode::CREATED);
    let waiting = paper(&site, "client", "letter?lang=fr").await;
    says(
        "waiting",
        &waiting,
        &["est à l’étude", "décidera au plus tard le", "Amina Laurent"],
    );

    act(
        &site,
        "adviser",
        "decision",
        "verdict=refused&key=a&reason=Charges+trop+%C3%A9lev%C3%A9es.",
    )
    .await;
    let refused = paper(&site, "client", "letter?lang=fr").await;
    says(
        "refused",
        &refused,
        &[
            "n’est pas acceptée",
            "Charges trop élevées.",
            "CNIL",
            "30\u{a0}jours",
            "Faire corriger",
        ],
    );
    let again = paper(&site, "adviser", "letter?lang=fr").await;
    assert_eq!(
        refused.bytes, again.bytes,
        "the same case gives the same bytes"
    );
    let english = paper(&site, "client", "letter?lang=en").await;
    says(
        "refused-en",
        &english,
        &["is not approved", "Your rights", "within 30 days"],
    );
    assert!(
        english
            .header(header::CONTENT_DISPOSITION)
            .contains("letter-100042.pdf")
    );

    act(
        &site,
        "client",
        "contest",
        "text=Mon+revenu+a+chang%C3%A9.&key=b",
    )
    .await;
    let contested = paper(&site, "client", "letter?lang=fr").await;
    says(
        "contested",
        &contested,
        &["Votre contestation est à l’étude", "reste refusée"],
    );

    act(
        &site,
        "second",
        "review",
        "verdict=granted&reason=Revenu+v%C3%A9rifi%C3%A9.&key=c",
    )
    .await;
    let reversed = paper(&site, "client", "letter?lang=fr").await;
    says(
        "reversed",
        &reversed,
        &["votre demande est acceptée", "Revenu vérifié."],
    );

    for lang in ["fr", "en"] {
        let record = paper(&site, "auditor", &format!("record?lang={lang}")).await;
        says(
            &format!("record-{lang}"),
            &record,
            &["C. Moreau", "Lea Roth", "Mon revenu a changé.", "rating"],
        );
    }
}

#[tokio::test]
async fn a_letter_is_for_those_who_may_see_the_client_and_the_record_not_for_the_client() {
    let site = Site::open(Face::All).await;
    for client in [SHOWN, FIRST_CLIENT] {
        let path = format!("/api/v1/clients/{client}/case/proposal");
        assert_eq!(
            site.post_json(&path, "{}").await.status,
            StatusCode::CREATED
        );
    }
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    for (who, letter, record) in [
        ("adviser", 200, 200),
        ("analyst", 200, 200),
        ("auditor", 200, 200),
        ("admin", 404, 404),
        ("client", 200, 403),
    ] {
        let cookie = site.sign_in(who).await;
        for (paper, expected) in [("letter", letter), ("record", record)] {
            let answer = site
                .get(&format!("/clients/{SHOWN}/{paper}"), &cookie)
                .await;
            assert_eq!(answer.status.as_u16(), expected, "{who} {paper}");
        }
        let others = site
            .get(&format!("/clients/{FIRST_CLIENT}/letter"), &cookie)
            .await;
        let expected = if who == "client" { 404 } else { letter };
        assert_eq!(others.status.as_u16(), expected, "{who}");
        let own = site.get("/me/letter", &cookie).await;
        let led = match who {
            "client" => format!("/clients/{SHOWN}/letter"),
            _ => "/".to_owned(),
        };
        assert_eq!(own.header(header::LOCATION), led, "{who}");
    }
    let api = format!("/api/v1/clients/{SHOWN}/letter?lang=en");
    let program = site.get_with_key(&api, invented::API_KEY).await;
    let person = paper(&site, "client", "letter?lang=en").await;
    assert_eq!(program.status, StatusCode::OK, "{}", program.body);
    assert_eq!(program.bytes, person.bytes);
    let nobody = site.get(&format!("/clients/{SHOWN}/record"), "").await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
    let cookie = site.sign_in("adviser").await;
    let page = site
        .get(&format!("/clients/{SHOWN}?lang=fr"), &cookie)
        .await;
    for link in ["letter", "record"] {
        assert!(
            page.body
                .contains(&format!("href=\"/clients/{SHOWN}/{link}\""))
        );
    }
}
