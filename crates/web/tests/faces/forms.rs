//! Every form tells in the same way what it cannot read.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::Role;
use limpide_web::Face;

use crate::invented::{self, SHOWN};
use crate::site::Site;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn what_a_form_cannot_read_is_told_with_the_same_status_everywhere() {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let decision = format!("/clients/{SHOWN}/case/decision");
    for (username, path) in [
        ("admin", "/people"),
        ("admin", "/people/1"),
        ("admin", "/people/1/clients"),
        ("admin", "/keys"),
        ("admin", "/keys/revoke"),
        ("analyst", "/model/versions/proposals"),
        ("analyst", "/model/versions/proposals/1"),
        ("adviser", "/applications/new"),
        ("adviser", decision.as_str()),
        ("adviser", "/appearance"),
        ("adviser", "/tour"),
        ("adviser", "/login"),
    ] {
        let cookie = site.sign_in(username).await;
        let long = format!("username={}", "x".repeat(40 << 20));
        for (kind, body, status) in [
            ("application/json", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (FORM, long.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let request = Request::post(path)
                .header(header::COOKIE, &cookie)
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()));
            let answer = site.send(request.unwrap()).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
            let page = answer.header(header::CONTENT_TYPE);
            assert!(page.starts_with("text/html"), "{path}: {page}");
        }
    }
}
