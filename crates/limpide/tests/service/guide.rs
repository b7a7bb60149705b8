//! The API's guide works as it stands: its blocks are run in their order against a running server.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::scene::{Scene, client_who_is};
use crate::served::Served;
use crate::workspace::{folder, limpide};

fn guide(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::read_to_string(docs.join(name)).unwrap()
}

/// The blocks of one language.
fn blocks<'a>(guide: &'a str, language: &str) -> Vec<&'a str> {
    let head = format!("\n```{language}\n");
    let parts = guide.split(&head).skip(1);
    parts
        .map(|part| part.split("\n```").next().unwrap())
        .collect()
}

/// Runs all blocks one after the other, as pasted into one session, about one client.
fn run(program: &str, before: &str, blocks: &[&str], client: i64, scene: &Scene, served: &Served) {
    let session = folder();
    let person = format!("client-{client}");
    let number = client.to_string();
    let password = scene.add(&person, &["--role", "client", "--client", &number]);
    let [analyst, admin] = ["analyst", "admin"].map(|role| {
        let name = format!("{role}-{client}");
        let password = scene.add(&name, &["--role", role]);
        (name, password)
    });
    let ran = Command::new(program)
        .arg("-c")
        .arg(format!("{before}{}", blocks.join("\n")))
        .current_dir(session.path())
        .env("LIMPIDE_URL", served.address())
        .env("LIMPIDE_API_KEY", &scene.key)
        .env("CLIENT", &number)
        .env("PERSON", &person)
        .env("PASSWORD", password)
        .env("ANALYST", analyst.0)
        .env("ANALYST_PASSWORD", analyst.1)
        .env("ADMIN", admin.0)
        .env("ADMIN_PASSWORD", admin.1)
        .output()
        .unwrap();
    let (out, said) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{out}\n{said}");
    assert!(out.contains("decided"), "{out}\n{said}");
}

#[test]
fn every_block_of_the_guide_runs_as_pasted() {
    let [english, french] = ["api.md", "api.fr.md"].map(guide);
    for language in ["sh", "python", "console"] {
        let found = blocks(&english, language);
        assert!(!found.is_empty(), "{language}");
        assert_eq!(
            found,
            blocks(&french, language),
            "the guides' blocks differ"
        );
    }
    let scene = Scene::alone();
    // What an analyst may propose.
    let arguments = ["train", "--seed", "2", "--no-publish"];
    let trained = limpide(scene.workspace.path(), &arguments);
    assert_eq!(trained.code, Some(0), "{}", trained.err);
    let measured = limpide(scene.workspace.path(), &["explain", "model"]);
    assert_eq!(measured.code, Some(0), "{}", measured.err);
    let served = scene.serve();
    let program = scene.program(&served);
    let similar = format!("/api/v1/clients/{}/similar", crate::scene::clients(1)[0]);
    program.get_when_ready(&similar).is(200);
    let [refused, granted] = ["refused", "granted"].map(|advised| client_who_is(advised, &program));
    let python = std::env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let shell = "set -euo pipefail\n";
    run(
        "bash",
        shell,
        &blocks(&english, "sh"),
        refused,
        &scene,
        &served,
    );
    run(
        &python,
        "",
        &blocks(&english, "python"),
        granted,
        &scene,
        &served,
    );
}
