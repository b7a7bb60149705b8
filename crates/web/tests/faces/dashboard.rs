//! The dashboard's pages: words, languages, searching, filtering, and nothing inline.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use limpide_web::Face;

use crate::invented::SHOWN;
use crate::site::Site;

#[tokio::test]
async fn no_page_has_an_inline_script_or_style() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    for path in ["/", "/login", &format!("/clients/{SHOWN}"), "/nothing"] {
        let page = site.get(path, &cookie).await.body;
        assert!(
            !page.contains(" style=") && !page.contains("<style"),
            "{path}"
        );
        assert!(
            !page.contains(" onclick=") && !page.contains("<script>"),
            "{path}"
        );
        for elsewhere in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
            assert!(!page.contains(elsewhere), "{path}: {elsewhere}");
        }
    }
}

#[tokio::test]
async fn every_file_a_page_loads_is_there_and_is_kept() {
    let site = Site::open(Face::All).await;
    let page = site.get("/login", "").await.body;
    let files: Vec<&str> = page
        .split(['"'])
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert_eq!(files.len(), 7);
    for file in files {
        let answer = site.get(file, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
    }
    let answer = site.get("/assets/0000000000000000/limpide.css", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_in_words_for_people() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/nothing?lang=fr", "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Page introuvable"));
    let cookie = site.sign_in("adviser").await;
    let answer = site.get("/clients/7?lang=en", &cookie).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("Unknown client"));
    let request = Request::builder()
        .method(Method::DELETE)
        .uri("/login")
        .body(Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.body.contains("Adresse mal utilisée"));
}

#[tokio::test]
async fn a_number_finds_its_client_and_a_prefix_several() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let one = site.get("/?q=100042", &cookie).await;
    assert_eq!(one.header(header::LOCATION), "/clients/100042");
    let several = site.get("/?q=10004&lang=en", &cookie).await;
    assert!(several.body.contains("10 clients found."));
    let many = site.get("/?q=10&lang=en", &cookie).await;
    assert!(many.body.contains("400 clients found."));
    let none = site.get("/?q=9&lang=en", &cookie).await;
    assert!(none.body.contains("No client found."));
    let letters = site.get("/?q=abc&lang=en", &cookie).await;
    assert!(
        letters
            .body
            .contains("A client number is made of digits only.")
    );
}

#[tokio::test]
async fn a_language_once_chosen_is_kept() {
    let site = Site::open(Face::All).await;
    let answer = site.get("/login?lang=en", "").await;
    assert!(answer.body.contains("<html lang=\"en\""));
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap();
    let kept = site.get("/login", cookie).await;
    assert!(kept.body.contains("<html lang=\"en\""));
    let first = site.get("/login", "").await;
    assert!(first.body.contains("<html lang=\"fr\""));
}

#[tokio::test]
async fn information_is_filtered_without_a_script() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let path = format!("/clients/{SHOWN}?lang=fr&q=echeances");
    let page = site.get(&path, &cookie).await.body;
    assert!(page.contains("Une information affichée."));
    assert!(page.contains(">Échéances payées en retard</a></dt>"));
    assert!(!page.contains(">Montant</a></dt>"));
}

#[tokio::test]
async fn the_clients_page_reads_as_expected_in_french() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("adviser").await;
    let page = site
        .get(&format!("/clients/{SHOWN}?lang=fr"), &cookie)
        .await
        .body;
    let health = site.get("/healthz", "").await.json();
    let model = &health["model"].as_str().unwrap()[..12];
    let assets = &page[page.find("/assets/").unwrap()..][..24];
    // A form's key is drawn anew for each page.
    let keys = page.split("name=\"key\" value=\"").skip(1);
    let keys: Vec<&str> = keys.filter_map(|rest| rest.split('"').next()).collect();
    assert!(!keys.is_empty());
    let page = keys
        .iter()
        .fold(page.clone(), |page, key| page.replace(key, "[key]"))
        .replace(model, "[model]")
        .replace(assets, "/assets/[hash]");
    insta::assert_snapshot!("client_page_fr", page);
}
