//! Values that fit a JSON Schema, for the forms and commands of the page.

use serde_json::{Map, Value, json};

/// Schemas within schemas that are followed; deeper ones are left empty.
const DEEPEST: usize = 6;

/// What a body may be: the example that the document gives, else one made of the schema.
pub(super) fn of_body(document: &Value, sent: &Value) -> Value {
    match &sent["example"] {
        Value::Null => of_schema(document, &sent["schema"], DEEPEST),
        given => given.clone(),
    }
}

/// A value of a schema: what it gives as an example, else the plainest one that fits; of an object
/// what it must have, and what has an example.
fn of_schema(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolved(document, schema);
    let given = [
        &schema["example"],
        &schema["examples"][0],
        &schema["default"],
        &schema["const"],
        &schema["enum"][0],
    ];
    if let Some(given) = given.into_iter().find(|value| !value.is_null()) {
        return given.clone();
    }
    if depth == 0 {
        return json!({});
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        let mut choices = choices.filter(|schema| kind(schema) != "null");
        if let Some(first) = choices.next() {
            return of_schema(document, first, depth - 1);
        }
    }
    match kind(schema) {
        "object" => Value::Object(of_object(document, schema, depth)),
        "array" if schema["minItems"].as_u64().unwrap_or_default() > 0 => {
            json!([of_schema(document, &schema["items"], depth - 1)])
        }
        "array" => json!([]),
        "boolean" => json!(true),
        "integer" | "number" => match &schema["minimum"] {
            Value::Null => json!(1),
            least => least.clone(),
        },
        "string" => json!("…"),
        _ => json!({}),
    }
}

fn of_object(document: &Value, schema: &Value, depth: usize) -> Map<String, Value> {
    let required = |name: &String| {
        let mut names = schema["required"].as_array().into_iter().flatten();
        names.any(|required| required == name)
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter(|(name, property)| required(name) || !property["example"].is_null())
        .map(|(name, property)| (name.clone(), of_schema(document, property, depth - 1)))
        .collect()
}

/// The schema itself, where another one is named.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'));
    name.and_then(|name| document.pointer(name))
        .unwrap_or(schema)
}

/// The type, where null is one of two it is the other.
pub(super) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => {
            let mut types = types.iter().filter_map(Value::as_str);
            types.find(|name| *name != "null").unwrap_or_default()
        }
        Value::String(name) => name,
        _ => "",
    }
}

/// The type and how small and large it may be.
pub(super) fn bounded(schema: &Value) -> String {
    let kind = kind(schema);
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => kind.to_owned(),
        (least, Value::Null) => format!("{kind} ≥ {least}"),
        (Value::Null, most) => format!("{kind} ≤ {most}"),
        (least, most) => format!("{kind} {least}–{most}"),
    }
}

/// What stands for a value that the reader has to know.
pub(super) fn placeholder(schema: &Value) -> String {
    match kind(schema) {
        "integer" | "number" => "100001".to_owned(),
        _ => "NAME".to_owned(),
    }
}
