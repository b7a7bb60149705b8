//! The form of a new application as a browser sends it.

/// What a browser would send of the page's form, as it is filled.
pub fn filled(page: &str) -> String {
    let start = "method=\"post\" action=\"/applications/new\"";
    let form = page.rsplit(start).next().unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let after = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(after.split('"').next().unwrap().replace("&#34;", "\""))
    };
    let mut pairs = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input ")) {
        let tag = tag.split('>').next().unwrap();
        let boxed = tag.contains("type=\"checkbox\"");
        if !boxed || tag.contains(" checked") {
            let value = attribute(tag, "value").unwrap_or_default();
            pairs.push((attribute(tag, "name").unwrap(), value));
        }
    }
    for select in form.split("<select ").skip(1) {
        let select = select.split("</select>").next().unwrap();
        let mut options = select.split("<option").skip(1);
        let chosen = options.find(|option| option.contains("\" selected"));
        let value = chosen.map(|option| attribute(&format!(" {option}"), "value").unwrap());
        let name = attribute(&format!(" {select}"), "name").unwrap();
        pairs.push((name, value.unwrap_or_default()));
    }
    let encoded = |text: &str| {
        text.replace('&', "%26")
            .replace('+', "%2B")
            .replace(' ', "+")
    };
    let pairs = pairs.iter();
    let pairs = pairs.map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
