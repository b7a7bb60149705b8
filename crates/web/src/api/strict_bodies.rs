//! What holds of every body that is read field by field (`case::fields`), told in the document once.

use utoipa::Modify;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Says of every schema named `…Body` that unknown fields are refused, and so are blank words.
pub(super) struct StrictBodies;

impl Modify for StrictBodies {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, schema) in &mut components.schemas {
            let RefOr::T(Schema::Object(body)) = schema else {
                continue;
            };
            if !name.ends_with("Body") {
                continue;
            }
            body.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            for property in body.properties.values_mut() {
                if let RefOr::T(Schema::Object(words)) = property
                    && words.min_length == Some(1)
                {
                    words.pattern = Some(r"\S".to_owned());
                }
            }
        }
    }
}
