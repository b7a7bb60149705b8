//! `/api`: the API's routes to read and to try, made from its own OpenAPI document.
//!
//! Words of the frame are in the reader's language; what the document says is shown as it stands there, in
//! English. Nothing is shown of the portfolio but to somebody who may see it.

mod example;
mod snippets;

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Redirect, Response};
use limpide_store::Person;
use serde_json::Value;
use tower_sessions::Session;

use self::snippets::Call;
use super::{Frame, Place, encoded, html};
use crate::api;
use crate::auth::{self, Caller};
use crate::error::Error;
use crate::language::Language;
use crate::router::{AppState, Face};
use crate::texts::Texts;

/// The document, once: it is the same for everybody.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(api::openapi::document()).unwrap_or_default());

/// The host told in commands where the request names none that can be written there.
const SOME_HOST: &str = "127.0.0.1:8080";

/// Methods that an OpenAPI document may describe, in the order in which they are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage {
    frame: Frame,
    groups: Vec<RouteGroup>,
}

/// The routes of one tag.
struct RouteGroup {
    name: String,
    description: String,
    routes: Vec<Route>,
}

/// One method of one address.
struct Route {
    /// Names the route on the page.
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    /// Whether it changes what is kept.
    writes: bool,
    fields: Vec<Field>,
    body: Option<Body>,
    answers: Vec<(String, String)>,
    curl: String,
    python: String,
}

/// A part of the address, of the query or a header.
struct Field {
    id: String,
    name: String,
    /// `path`, `query` or `header`.
    place: String,
    /// Type, and bounds if there are any.
    kind: String,
    description: String,
    required: bool,
    /// A value to begin with; empty: none.
    example: String,
    /// All that it may be; empty: anything of its type.
    choices: Vec<String>,
}

struct Body {
    id: String,
    media_type: String,
    example: String,
}

/// What is put into examples for this reader.
struct Known {
    /// `https://host`.
    origin: String,
    client: Option<i64>,
    feature: Option<String>,
}

/// `GET /api/v1`: leads to the page.
pub(crate) async fn lead() -> Redirect {
    Redirect::to("/api")
}

/// Shows the routes.
pub(crate) async fn show(
    State(state): State<AppState>,
    Language(lang): Language,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, Error> {
    // The page is for reading too: it is shown also where the database does not answer.
    let person = auth::person_of(&state, &session).await.ok().flatten();
    let known = Known::of(&state, person.as_ref(), &headers);
    let place = Place {
        state: &state,
        lang,
        // Without the dashboard there is no page for a person to go to.
        person: person.as_ref().filter(|_| state.face != Face::Api),
        path: "/api",
        query: "",
    };
    let title = Texts::new(lang).get("api-title");
    html(&ReferencePage {
        frame: Frame::new(&place, &title),
        groups: groups(&DOCUMENT, &known),
    })
}

impl Known {
    fn of(state: &AppState, person: Option<&Person>, headers: &HeaderMap) -> Self {
        let service = &state.service;
        let scheme = if service.shared.secure_cookies {
            "https"
        } else {
            "http"
        };
        let others = person.is_some_and(|person| Caller::Person(person.clone()).sees_others());
        let first = || service.clients.search("", 1).first().copied();
        let feature = || Some(service.bundle.features.first()?.name.clone());
        Self {
            origin: format!("{scheme}://{}", host(headers).unwrap_or(SOME_HOST)),
            client: match person.and_then(|person| person.client) {
                Some(own) => Some(own),
                None if others => first(),
                None => None,
            },
            feature: person.and_then(|_| feature()),
        }
    }

    /// A value that this server knows for a parameter of this name.
    fn value(&self, name: &str) -> Option<String> {
        match name {
            "id" => self.client.map(|client| client.to_string()),
            "feature" => self.feature.clone(),
            _ => None,
        }
    }
}

/// The host that the request was sent to, where it is one: it will stand in a command for a shell.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".:-[]".contains(letter);
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// The document's routes by tag, in its order of tags and then of addresses.
fn groups(document: &Value, known: &Known) -> Vec<RouteGroup> {
    let routes = routes(document, known);
    let tags = document["tags"].as_array().into_iter().flatten();
    let mut groups: Vec<RouteGroup> = tags
        .map(|tag| RouteGroup {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            routes: Vec::new(),
        })
        .collect();
    for (tag, route) in routes {
        match groups.iter_mut().find(|group| group.name == tag) {
            Some(group) => group.routes.push(route),
            None => groups.push(RouteGroup {
                name: tag,
                description: String::new(),
                routes: vec![route],
            }),
        }
    }
    groups.retain(|group| !group.routes.is_empty());
    groups
}

/// Every route with its first tag.
fn routes(document: &Value, known: &Known) -> Vec<(String, Route)> {
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = methods.get(method) {
                let tag = text(&operation["tags"][0]);
                routes.push((tag, route(document, known, path, method, operation)));
            }
        }
    }
    routes
}

fn route(document: &Value, known: &Known, path: &str, method: &str, operation: &Value) -> Route {
    let id = identifier(&format!("{method}{path}"));
    let described = operation["parameters"].as_array().into_iter().flatten();
    let fields: Vec<Field> = described
        .map(|parameter| field(document, known, &id, parameter))
        .collect();
    let body = body(document, &id, operation);
    let call = Call {
        method: method.to_uppercase(),
        url: format!("{}{}", known.origin, address(path, &fields)),
        body: body
            .as_ref()
            .map(|body| (body.media_type.as_str(), body.example.as_str())),
        // Without `security` of its own a route takes the document's.
        open: operation["security"] == serde_json::json!([{}]),
    };
    let answers = operation["responses"].as_object().into_iter().flatten();
    Route {
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        writes: method != "get" && text(&operation["tags"][0]) == "decisions",
        answers: answers
            .map(|(status, answer)| (status.clone(), text(&answer["description"])))
            .collect(),
        curl: call.curl(),
        python: call.python(),
        method: call.method.clone(),
        path: path.to_owned(),
        id,
        fields,
        body,
    }
}

fn field(document: &Value, known: &Known, route: &str, parameter: &Value) -> Field {
    let schema = example::resolved(document, &parameter["schema"]);
    let name = text(&parameter["name"]);
    let required = parameter["required"] == true;
    let given = known.value(&name).or_else(|| {
        let given = [
            &parameter["example"],
            &schema["example"],
            &schema["default"],
        ];
        let given = given.into_iter().find(|value| !value.is_null())?;
        Some(given.as_str().map_or(given.to_string(), str::to_owned))
    });
    let choices = match schema["enum"].as_array() {
        Some(values) => values.iter().map(text).collect(),
        None if example::kind(schema) == "boolean" => vec!["true".to_owned(), "false".to_owned()],
        None => Vec::new(),
    };
    Field {
        id: identifier(&format!("{route}-{name}")),
        place: text(&parameter["in"]),
        kind: example::bounded(schema),
        description: text(&parameter["description"]),
        example: match given {
            Some(given) => given,
            None if required => example::placeholder(schema),
            None => String::new(),
        },
        required,
        choices,
        name,
    }
}

fn body(document: &Value, route: &str, operation: &Value) -> Option<Body> {
    let content = operation["requestBody"]["content"].as_object()?;
    let (media_type, sent) = content.iter().next()?;
    let example = example::of_body(document, sent);
    Some(Body {
        id: format!("{route}-body"),
        media_type: media_type.clone(),
        example: match example {
            Value::String(text) => text,
            other => serde_json::to_string_pretty(&other).unwrap_or_default(),
        },
    })
}

/// The address with what it needs: its parts, and the values that the query must have.
fn address(path: &str, fields: &[Field]) -> String {
    let mut address = path.to_owned();
    let mut query = Vec::new();
    for field in fields.iter().filter(|field| field.required) {
        let value = encoded(&field.example);
        match field.place.as_str() {
            "path" => address = address.replace(&format!("{{{}}}", field.name), &value),
            "query" => query.push(format!("{}={value}", encoded(&field.name))),
            _ => {}
        }
    }
    if query.is_empty() {
        return address;
    }
    format!("{address}?{}", query.join("&"))
}

/// Letters, digits and single hyphens: a name for a place of the page.
fn identifier(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
