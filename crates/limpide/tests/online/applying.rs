//! A client who applies anew with an unchanged form gets the score that is stored, to the bit; and
//! the client's page tells where its values come from.

use limpide_features::Matrix;
use serde_json::Value;

use crate::filled::filled;
use crate::ready::Server;
use crate::some;
use crate::workspace::{ask, workspace};

/// An adviser's browser.
struct Desk {
    agent: ureq::Agent,
    address: String,
    cookie: String,
}

impl Desk {
    fn open(address: &str, password: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        let agent: ureq::Agent = agent.into();
        let form = [("username", "desk"), ("password", password)];
        let signed_in = agent.post(format!("{address}/login")).send_form(form);
        let signed_in = signed_in.unwrap();
        let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
        Self {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            address: address.to_owned(),
            agent,
        }
    }

    fn page(&self, path: &str) -> String {
        let request = self.agent.get(format!("{}{path}", self.address));
        let answer = request.header("cookie", &self.cookie).call();
        answer.unwrap().body_mut().read_to_string().unwrap()
    }

    fn send(&self, path: &str, form: &str) -> (u16, String) {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let mut answer = request.send(form).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), body)
    }
}

/// The first value of that name, wherever it stands.
fn first<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(object) => object
            .get(name)
            .or_else(|| object.values().find_map(|value| first(value, name))),
        Value::Array(list) => list.iter().find_map(|value| first(value, name)),
        _ => None,
    }
}

#[test]
fn the_unchanged_form_of_a_client_gives_the_stored_score_to_the_bit() {
    let workspace = workspace();
    let at = workspace.path();
    let added = ask(at, &["user", "add", "desk", "--role", "adviser"]);
    let server = Server::start(at);
    let desk = Desk::open(server.address(), added["password"].as_str().unwrap());
    let (_, matrix) = Matrix::open(at).unwrap();
    for (place, client) in some(&matrix).into_iter().enumerate() {
        let lang = ["fr", "en"][place % 2];
        let path = format!("/applications/new?lang={lang}");
        let form = filled(&desk.page(&format!("{path}&from={client}")));
        assert!(form.contains("past=1"), "{form}");
        let (status, body) = desk.send(&path, &format!("{form}&act=case&key=k{client}"));
        assert_eq!(status, 303, "client {client}: {form}\n{body}");
        let case = server.get(&format!("/api/v1/clients/{client}/case"));
        let stored = server.get(&format!("/api/v1/clients/{client}/score"));
        assert_eq!(
            first(&case, "probability").unwrap(),
            &stored["probability"],
            "{client}"
        );
    }
}

#[test]
fn a_clients_page_tells_sources_and_ages_in_the_recipes_words() {
    let workspace = workspace();
    let at = workspace.path();
    let added = ask(at, &["user", "add", "desk", "--role", "adviser"]);
    let server = Server::start(at);
    let desk = Desk::open(server.address(), added["password"].as_str().unwrap());
    let (_, matrix) = Matrix::open(at).unwrap();
    let pages = some(&matrix).into_iter().map(|client| {
        let page = desk.page(&format!("/clients/{client}?lang=en"));
        assert!(page.contains("Source: the loan application<"), "{client}");
        assert!(
            page.contains("Source: an external credit rating<"),
            "{client}"
        );
        page
    });
    let all: String = pages.collect();
    for told in [
        "Source: other lenders’ records, latest: ",
        "Source: other lenders’ records (nothing there)",
        "Source: earlier requests to us, latest: ",
        "Source: instalments of our loans, latest: ",
        "before the request<",
    ] {
        assert!(all.contains(told), "{told}");
    }
}
