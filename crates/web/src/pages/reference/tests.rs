#![allow(clippy::unwrap_used)]
use serde_json::json;

use super::*;

fn known() -> Known {
    Known {
        origin: "https://credit.example".to_owned(),
        client: Some(12),
        feature: None,
    }
}

fn document() -> Value {
    json!({
        "tags": [{"name": "things", "description": "All of them."}, {"name": "unused"}],
        "paths": {"/things/{id}": {"post": {
            "tags": ["things"],
            "summary": "Changes a thing.",
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
                {"name": "why", "in": "query", "required": true, "example": "a & b",
                    "schema": {"type": "string"}},
                {"name": "limit", "in": "query",
                    "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 9}},
            ],
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {"200": {"description": "Changed."}},
        }}},
        "components": {"schemas": {"Thing": {
            "type": "object",
            "required": ["name", "kind", "again"],
            "properties": {
                "name": {"type": "string", "example": "it's \"here\""},
                "kind": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Kind"}]},
                "left_out": {"type": "string"},
                "again": {"type": ["boolean", "null"]},
            },
        }, "Kind": {"type": "string", "enum": ["first", "second"]}}},
    })
}

#[test]
fn a_route_is_shown_with_values_that_fit_it() {
    let groups = groups(&document(), &known());
    assert_eq!(groups.len(), 1, "a tag without routes is not shown");
    let route = &groups[0].routes[0];
    assert_eq!(route.id, "post-things-id");
    assert_eq!(route.fields[0].example, "12");
    assert_eq!(route.fields[2].kind, "integer 1–9");
    let body: Value = serde_json::from_str(&route.body.as_ref().unwrap().example).unwrap();
    let expected = json!({"name": "it's \"here\"", "kind": "first", "again": true});
    assert_eq!(body, expected);
    insta::assert_snapshot!("curl", route.curl);
    insta::assert_snapshot!("python", route.python);
}

#[test]
fn a_host_that_would_be_read_as_a_command_is_not_written_into_one() {
    let of = |host: &'static str| {
        let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        super::host(&headers).map(str::to_owned)
    };
    assert_eq!(of("credit.example:8443").unwrap(), "credit.example:8443");
    assert_eq!(of("[::1]:8080").unwrap(), "[::1]:8080");
    for bad in ["a';rm -rf /;'", "a b", "$(id)", "\"", "<b>", ""] {
        assert_eq!(of(bad), None, "{bad:?}");
    }
}

#[test]
fn every_route_of_the_document_is_on_the_page_under_its_own_name() {
    let groups = groups(&DOCUMENT, &known());
    let shown: Vec<&Route> = groups.iter().flat_map(|group| &group.routes).collect();
    let described = DOCUMENT["paths"].as_object().unwrap().values();
    let described: usize = described.map(|path| path.as_object().unwrap().len()).sum();
    assert!(described > 15 && shown.len() == described, "{described}");
    let ids: std::collections::BTreeSet<&str> = shown.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids.len(), shown.len());
    for route in shown {
        assert!(
            !route.curl.contains('{') || route.body.is_some(),
            "{}",
            route.curl
        );
        assert!(!route.summary.is_empty(), "{}", route.id);
    }
}
