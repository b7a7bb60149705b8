//! A call of the API as commands that work as pasted: for a shell with curl, for Python without any
//! package. Both read the key from the environment.

use serde_json::Value;

/// What is asked.
pub(super) struct Call<'a> {
    pub(super) method: String,
    /// Already encoded: no quote, no space.
    pub(super) url: String,
    /// Media type and text.
    pub(super) body: Option<(&'a str, &'a str)>,
    /// Whether it answers without a key.
    pub(super) open: bool,
}

impl Call<'_> {
    /// For a shell.
    pub(super) fn curl(&self) -> String {
        let mut lines = vec![format!("curl --fail-with-body '{}'", self.url)];
        if self.method != "GET" && !(self.method == "POST" && self.body.is_some()) {
            lines.push(format!("--request {}", self.method));
        }
        if !self.open {
            lines.push(r#"--header "Authorization: Bearer $LIMPIDE_API_KEY""#.to_owned());
        }
        if let Some((media_type, text)) = self.body {
            lines.push(format!("--header 'Content-Type: {media_type}'"));
            lines.push(format!("--data-binary '{}'", text.replace('\'', r"'\''")));
        }
        lines.join(" \\\n  ")
    }

    /// For Python 3.
    pub(super) fn python(&self) -> String {
        let json: Option<Value> = self
            .body
            .and_then(|(_, text)| serde_json::from_str(text).ok());
        let mut imports = Vec::new();
        if json.is_some() {
            imports.push("json");
        }
        if !self.open {
            imports.push("os");
        }
        imports.push("urllib.request");
        let mut headers = Vec::new();
        if !self.open {
            headers
                .push(r#""Authorization": "Bearer " + os.environ["LIMPIDE_API_KEY"]"#.to_owned());
        }
        if let Some((media_type, _)) = self.body {
            headers.push(format!(r#""Content-Type": "{media_type}""#));
        }
        let mut text = format!(
            "import {}\n\nrequest = urllib.request.Request(\n    \"{}\",\n    method=\"{}\",\n",
            imports.join(", "),
            self.url,
            self.method
        );
        if !headers.is_empty() {
            text.push_str("    headers={\n");
            for header in headers {
                text.push_str(&format!("        {header},\n"));
            }
            text.push_str("    },\n");
        }
        match (&json, self.body) {
            (Some(value), _) => {
                let literal = literal(value, 1);
                text.push_str(&format!("    data=json.dumps({literal}).encode(),\n"));
            }
            (None, Some((_, body))) => {
                let literal = literal(&Value::String(body.to_owned()), 1);
                text.push_str(&format!("    data={literal}.encode(),\n"));
            }
            (None, None) => {}
        }
        text.push_str(
            ")\nwith urllib.request.urlopen(request) as answer:\n    print(answer.read().decode())",
        );
        text
    }
}

/// A JSON value as Python writes it. What escapes a letter in JSON does in Python.
fn literal(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("{inner}{},\n", literal(item, depth + 1)))
                .collect();
            format!("[\n{}{outer}]", items.concat())
        }
        Value::Object(fields) if !fields.is_empty() => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, field)| {
                    let name = Value::String(name.clone());
                    format!("{inner}{name}: {},\n", literal(field, depth + 1))
                })
                .collect();
            format!("{{\n{}{outer}}}", fields.concat())
        }
        plain => plain.to_string(),
    }
}
