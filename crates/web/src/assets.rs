//! Files that pages load, inside the binary, under a URL that changes with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::error::Error;

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../assets/", $name)),
        }
    };
}

/// The style sheet of every page, by subject; a later part changes an earlier one.
const LIMPIDE_CSS: &str = concat!(
    include_str!("../assets/limpide/base.css"),
    include_str!("../assets/limpide/page.css"),
    include_str!("../assets/limpide/parts.css"),
    include_str!("../assets/limpide/result.css"),
    include_str!("../assets/limpide/client.css"),
    include_str!("../assets/limpide/trying.css"),
    include_str!("../assets/limpide/api.css"),
    include_str!("../assets/limpide/media.css"),
);

static ASSETS: &[Asset] = &[
    Asset {
        name: "limpide.css",
        media_type: "text/css; charset=utf-8",
        bytes: LIMPIDE_CSS.as_bytes(),
    },
    asset!("client.css", "text/css; charset=utf-8"),
    asset!("clients.css", "text/css; charset=utf-8"),
    asset!("frame.css", "text/css; charset=utf-8"),
    asset!("analyst.css", "text/css; charset=utf-8"),
    asset!("apply.css", "text/css; charset=utf-8"),
    asset!("office.css", "text/css; charset=utf-8"),
    Asset {
        name: "plot.css",
        media_type: "text/css; charset=utf-8",
        bytes: crate::figures::plot::STYLE.as_bytes(),
    },
    asset!("limpide.js", "text/javascript; charset=utf-8"),
    asset!("htmx.min.js", "text/javascript; charset=utf-8"),
    asset!("reference.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("inter-latin-wght-normal.woff2", "font/woff2"),
    asset!("inter-latin-ext-wght-normal.woff2", "font/woff2"),
];

/// One hash for all: style sheets name fonts beside them.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(asset.name.as_bytes());
        hasher.update(blake3::hash(asset.bytes).as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
});

/// Where pages find their files.
pub(crate) fn base() -> String {
    format!("/assets/{}", *HASH)
}

/// `GET /assets/{hash}/{name}`: kept by browsers for good, for another content has another URL.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Result<Response, Error> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name && hash == *HASH)
        .ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes).into_response())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_vendored_file_is_listed_with_its_sum() {
        let vendored =
            |asset: &&Asset| asset.name.contains("woff2") || asset.name.contains(".min.");
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let list = std::fs::read_to_string(folder.join("VENDORED.md")).unwrap();
        for asset in ASSETS.iter().filter(vendored) {
            assert!(list.contains(asset.name), "{} is not listed", asset.name);
        }
        assert!(list.contains("SHA-256"));
    }
}
