//! What a page's form sends.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::router::MOST_FORM_BYTES;

/// A form whose faults are told like every other request's. `MOST` is the route's own limit, in bytes.
#[derive(Debug)]
pub(crate) struct Sent<T, const MOST: usize = MOST_FORM_BYTES>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync, const MOST: usize> FromRequest<S> for Sent<T, MOST> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let read = Form::from_request(request, state).await;
        read.map(|Form(sent)| Self(sent))
            .map_err(|rejection| unread(&rejection, MOST))
    }
}

fn unread(rejection: &FormRejection, limit: usize) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::MediaType {
            found: "another type than a form's".to_owned(),
            expected: "application/x-www-form-urlencoded",
        },
        _ => Error::Body {
            reason: rejection.body_text(),
        },
    }
}
