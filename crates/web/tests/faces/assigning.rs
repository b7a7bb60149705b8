//! Those who administer give advisers clients, on the page of the person.

use axum::http::StatusCode;
use limpide_store::{Portfolio, Role};
use limpide_web::Face;

use crate::invented::{self, FIRST_CLIENT, SHOWN};
use crate::site::Site;

/// A site with an administrator, their session, and the page of the adviser.
async fn managed() -> (Site, String, String) {
    let site = Site::open(Face::All).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let cookie = site.sign_in("admin").await;
    let adviser = site.store.find("adviser").await.unwrap();
    let page = format!("/people/{}", adviser.id);
    (site, cookie, page)
}

async fn assigned(site: &Site) -> Vec<i64> {
    let adviser = site.store.find("adviser").await.unwrap();
    let clients = site.store.assigned_clients(adviser.id, "", 10_000).await;
    clients.unwrap()
}

#[tokio::test]
async fn an_adviser_is_given_clients_and_sees_them_at_once() {
    let (site, admin, page) = managed().await;
    let adviser = site.sign_in("adviser").await;
    let other = SHOWN + 1;
    let before = site.get(&format!("/clients/{other}"), &adviser).await;
    assert_eq!(before.status, StatusCode::OK);
    let shown = site.get(&format!("{page}?lang=en"), &admin).await.body;
    assert!(shown.contains("No client is assigned.") && shown.contains("sees every client."));

    let path = format!("{page}/clients?lang=en");
    let form = format!("act=add&numbers={SHOWN}%2C+100007%0D%0A{SHOWN}");
    let added = site.post_form(&path, &admin, &form).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    assert!(
        added.body.contains("2 clients were added."),
        "{}",
        added.body
    );
    assert!(added.body.contains("sees these clients alone."));
    assert_eq!(assigned(&site).await, [100_007, SHOWN]);
    let list = site.get("/?lang=en", &adviser).await.body;
    assert!(list.contains("/clients/100007") && !list.contains("/clients/100008"));
    let hidden = site.get(&format!("/clients/{other}"), &adviser).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);

    // A second press of the button changes nothing, and says so.
    let again = site.post_form(&path, &admin, &form).await;
    assert!(
        again
            .body
            .contains("No client was added. 2 were assigned already.")
    );

    let form = format!("act=remove&client={SHOWN}");
    let removed = site.post_form(&path, &admin, &form).await;
    assert!(
        removed.body.contains("1 client was taken away."),
        "{}",
        removed.body
    );
    assert_eq!(assigned(&site).await, [100_007]);
    let again = site.post_form(&path, &admin, &form).await;
    assert!(
        again.body.contains("No client was taken away."),
        "{}",
        again.body
    );
    let gone = site.get(&format!("/clients/{SHOWN}"), &adviser).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_does_not_fit_is_told_a_number_at_a_time_and_nothing_is_added() {
    let (site, admin, page) = managed().await;
    let path = format!("{page}/clients?lang=en");
    let form = format!("act=add&numbers={SHOWN}+%3Cb%3E+999999");
    let refused = site.post_form(&path, &admin, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in [
        "Nothing was added: 2 numbers do not fit.",
        "&#60;b&#62;: A client number is made of digits only.",
        "999999: No client of the portfolio has this number.",
        "aria-describedby=\"numbers-fault\"",
        // What was typed is not lost.
        &format!("{SHOWN} &#60;b&#62; 999999</textarea>"),
    ] {
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    assert!(assigned(&site).await.is_empty());
    let many: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    for (form, words) in [
        ("act=add&numbers=+", "Type at least one client number."),
        ("act=remove", "Choose at least one client of the list."),
        (
            &format!("act=add&numbers={}", many.join("+")),
            "These are 1,001 numbers; at most 1,000 are added at once.",
        ),
    ] {
        let refused = site.post_form(&path, &admin, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    // A list as it is pasted from a sheet.
    let pasted: Vec<String> = (0..1_400).map(|n| (FIRST_CLIENT + n).to_string()).collect();
    let form = format!("act=add&numbers={}", pasted.join("%0D%0A"));
    let refused = site.post_form(&path, &admin, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("These are 1,400 numbers; at most"));
    let last = pasted.last().unwrap();
    assert!(refused.body.contains(&format!("{last}</textarea>")));
    let adviser = site.store.find("adviser").await.unwrap();
    assert_eq!(adviser.portfolio, Portfolio::All);
}

#[tokio::test]
async fn clients_of_an_adviser_are_found_a_page_at_a_time() {
    let (site, admin, page) = managed().await;
    let clients: Vec<i64> = (FIRST_CLIENT..FIRST_CLIENT + 130).collect();
    site.store.assign("adviser", &clients).await.unwrap();
    let holds = |body: &str, client: i64| body.contains(&format!("value=\"{client}\""));
    let first = site.get(&format!("{page}?lang=en"), &admin).await.body;
    assert!(first.contains("130 clients are assigned."), "{first}");
    assert!(holds(&first, FIRST_CLIENT + 59) && !holds(&first, FIRST_CLIENT + 60));
    let next = format!("{page}?after={}", FIRST_CLIENT + 59);
    assert!(
        first.contains(&format!("href=\"{next}#clients\"")),
        "{first}"
    );
    let second = site.get(&next, &admin).await.body;
    assert!(holds(&second, FIRST_CLIENT + 60) && !holds(&second, FIRST_CLIENT + 120));
    let found = site.get(&format!("{page}?q=10013"), &admin).await.body;
    assert!(holds(&found, 100_130) && !holds(&found, 100_129));
    let none = site.get(&format!("{page}?lang=en&q=7"), &admin).await.body;
    assert!(none.contains("No assigned client has a number that starts so."));
    // A number is all that is shown here of a client.
    assert!(!first.contains("href=\"/clients/"));
}

#[tokio::test]
async fn only_an_adviser_has_clients() {
    let (site, admin, _) = managed().await;
    let analyst = site.store.find("analyst").await.unwrap();
    let page = format!("/people/{}", analyst.id);
    let shown = site.get(&page, &admin).await.body;
    assert!(!shown.contains("name=\"numbers\""));
    let path = format!("{page}/clients?lang=en");
    let form = format!("act=add&numbers={SHOWN}");
    let refused = site.post_form(&path, &admin, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Only a relationship manager"),
        "{}",
        refused.body
    );
    let other = site.sign_in("adviser").await;
    let shut = site.post_form(&path, &other, &form).await;
    assert_eq!(shut.status, StatusCode::FORBIDDEN);
}
