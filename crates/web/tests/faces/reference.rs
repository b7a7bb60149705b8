//! The API's page: what it shows to whom, and commands that work as pasted.

use std::process::Command;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::Store;
use limpide_web::{Face, Published, serve};
use tokio::net::TcpListener;

use crate::invented::{self, API_KEY, FIRST_CLIENT, SHOWN};
use crate::site::Site;

#[tokio::test]
async fn the_page_is_there_on_the_apis_face_alone_with_its_files() {
    let site = Site::open(Face::Api).await;
    let short = site.get("/api/v1", "").await;
    assert_eq!(short.header(header::LOCATION), "/api");
    for (lang, words) in [
        ("fr", "L’API, à lire et à essayer"),
        ("en", "The API, to read and to try"),
    ] {
        let answer = site.get(&format!("/api?lang={lang}"), "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains(words));
        assert!(
            !answer.body.contains("href=\"/\""),
            "there is no such page here"
        );
        let page = &answer.body;
        for inline in [
            " style=",
            "<style",
            " onclick=",
            "<script>",
            "src=\"http",
            "=\"//",
        ] {
            assert!(!page.contains(inline), "{inline}");
        }
        let files: Vec<&str> = page
            .split('"')
            .filter(|part| part.starts_with("/assets/"))
            .collect();
        assert!(files.len() >= 5, "{files:?}");
        for file in files {
            assert_eq!(site.get(file, "").await.status, StatusCode::OK, "{file}");
        }
    }
    let site = Site::open(Face::Dashboard).await;
    assert_eq!(site.get("/api", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_learns_of_a_client_from_an_example_whom_they_may_not_see() {
    let site = Site::open(Face::All).await;
    let example = |client: i64| format!("/api/v1/clients/{client}/score");
    let stranger = site.get("/api", "").await.body;
    assert!(stranger.contains("rows?feature=NAME"), "nor of the model");
    let client = site.sign_in("client").await;
    assert!(
        site.get("/api", &client)
            .await
            .body
            .contains(&example(SHOWN))
    );
    let adviser = site.sign_in("adviser").await;
    let page = site.get("/api", &adviser).await.body;
    assert!(page.contains(&example(FIRST_CLIENT)));
}

#[tokio::test]
async fn a_host_that_is_a_command_is_not_put_into_one() {
    let site = Site::open(Face::All).await;
    let request = Request::get("/api").header(header::HOST, "a';reboot;'");
    let page = site.send(request.body(Body::empty()).unwrap()).await.body;
    assert!(!page.contains("reboot"));
    assert!(page.contains("http://127.0.0.1:8080/api/v1/score"));
}

#[tokio::test]
async fn the_commands_work_as_pasted() {
    let store = Store::open(":memory:").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let site = Site::over(store.clone(), Face::All, invented::service).await;
    let server = serve(
        listener,
        Published::new(invented::service(store), Face::All),
        std::future::pending(),
    );
    let server = tokio::spawn(server);
    let cookie = site.sign_in("adviser").await;
    let request = Request::get("/api")
        .header(header::HOST, host)
        .header(header::COOKIE, cookie);
    let page = site.send(request.body(Body::empty()).unwrap()).await.body;
    for (route, told) in [
        ("get-api-v1-clients-id-score", "probability"),
        ("get-api-v1-clients-id-explanation", "reasons"),
        ("get-api-v1-clients-id-rows", "feature"),
        ("post-api-v1-clients-id-what-if", "probability"),
        ("post-api-v1-score", "probability"),
        ("get-api-v1-audit-verify", "head"),
        ("get-healthz", "ok"),
    ] {
        for snippet in ["curl", "python"] {
            let text = snippet_of(&page, route, snippet);
            let said = tokio::task::spawn_blocking(move || run(snippet, &text));
            let said = said.await.unwrap();
            assert!(said.contains(told), "{route}: {said}");
        }
    }
    server.abort();
}

/// What a reader would copy.
fn snippet_of(page: &str, route: &str, snippet: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{route}\"")).unwrap();
    let (_, rest) = rest
        .split_once(&format!("data-snippet=\"{snippet}\"><code>"))
        .unwrap();
    let (text, _) = rest.split_once("</code>").unwrap();
    [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (sign, letter)| {
        text.replace(sign, letter)
    })
}

/// Runs it as pasted, with the key in the environment, and gives what it said.
fn run(snippet: &str, text: &str) -> String {
    let python = std::env::var("LIMPIDE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = match snippet {
        "curl" => Command::new("bash"),
        _ => Command::new(python),
    };
    let done = command
        .args(["-c", text])
        .env("LIMPIDE_API_KEY", API_KEY)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{text}\n{said}\n{error}");
    said
}
