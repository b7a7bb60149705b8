//! Lists that readers put in order: heads that are links, and addresses that tell what is shown.

use axum::body::Body;
use axum::http::{HeaderName, Request, header};
use limpide_web::Face;

use crate::site::Site;

/// The numbers of the clients on a page, in its order.
fn clients(page: &str) -> Vec<i64> {
    let links = page.split("<th scope=\"row\" role=\"rowheader\"><a href=\"/clients/");
    let numbers = links.skip(1).map(|rest| rest.split('"').next().unwrap());
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// The address behind a column's head.
fn head<'a>(page: &'a str, words: &str) -> &'a str {
    let end = page.find(&format!("\">{words}<svg")).expect(words);
    page[..end].rsplit("href=\"").next().unwrap()
}

#[tokio::test]
async fn clients_are_put_in_order_by_the_heads_of_their_list() {
    let site = Site::open(Face::All).await;
    let cookie = format!("{}; lang=en", site.sign_in("analyst").await);
    let page = site.get("/?decision=refused", &cookie).await.body;
    assert_eq!(page.matches("aria-sort=").count(), 1);
    assert!(page.contains("aria-sort=\"ascending\""));
    let by_number = clients(&page);
    assert!(by_number.is_sorted() && by_number.len() > 1);
    let riskiest = head(&page, "Risk of default").replace("&#38;", "&");
    assert_eq!(riskiest, "/?decision=refused&sort=-probability");
    let page = site.get(&riskiest, &cookie).await.body;
    assert!(page.contains("aria-sort=\"descending\""));
    assert_eq!(
        head(&page, "Risk of default"),
        "/?decision=refused&#38;sort=probability"
    );
    // Back to the order that nobody asked for.
    assert_eq!(head(&page, "Client no."), "/?decision=refused");
    let api = "/api/v1/clients?decision=refused&sort=-probability&limit=25";
    let listed = site.get(api, &cookie).await.json();
    let listed = listed["clients"].as_array().unwrap().iter();
    let listed: Vec<i64> = listed.map(|one| one["client"].as_i64().unwrap()).collect();
    assert_eq!(clients(&page), listed);
}

#[tokio::test]
async fn a_list_that_is_filtered_in_place_tells_its_address() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    for (asked, address) in [
        (
            "/?q=&decision=refused&band=&filter=&sort=",
            "/?decision=refused",
        ),
        ("/?q=&decision=", "/"),
        ("/?q=10004&sort=-probability", "/?q=10004&sort=-probability"),
    ] {
        let request = Request::get(asked)
            .header(header::COOKIE, &cookie)
            .header("hx-request", "true")
            .header("hx-target", "found");
        let part = site.send(request.body(Body::empty()).unwrap()).await;
        let told = part.header(HeaderName::from_static("hx-replace-url"));
        assert_eq!(told, address);
        // What is at that address is what was put in.
        let whole = site.get(address, &cookie).await;
        assert_eq!(clients(&whole.body), clients(&part.body), "{address}");
        let none = whole.header(HeaderName::from_static("hx-replace-url"));
        assert_eq!(none, "");
    }
}

#[tokio::test]
async fn features_are_put_in_order_and_found_again_in_it() {
    let site = Site::open(Face::All).await;
    let cookie = format!("{}; lang=en", site.sign_in("analyst").await);
    let page = site.get("/model/features", &cookie).await.body;
    assert!(page.contains("aria-sort=\"descending\""));
    assert_eq!(
        head(&page, "Importance (log-odds)"),
        "/model/features?sort=size"
    );
    let names = |page: &str| -> Vec<String> {
        let links = page.split("<a href=\"/model/features/").skip(1);
        links
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let important = names(&page);
    let reversed = site.get("/model/features?sort=size", &cookie).await.body;
    let (mut a, mut b) = (important.clone(), names(&reversed));
    assert_ne!(a, b);
    a.sort();
    b.sort();
    assert_eq!(a, b);
    let found = site
        .get("/model/features?q=rating&sort=label", &cookie)
        .await;
    assert!(found.body.contains("aria-sort=\"ascending\""));
    assert!(found.body.contains("name=\"sort\" value=\"label\""));
    assert_eq!(
        head(&found.body, "Feature"),
        "/model/features?q=rating&#38;sort=-label"
    );
}
