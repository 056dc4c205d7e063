//! Tests of the documentation: code, commands, links and figures.
#![expect(
    clippy::unwrap_used,
    reason = "a failed expectation must fail the test"
)]

mod axum;
mod claims;
mod error_names;
mod guides;
mod links;
mod manifests;
mod operations;
mod troubleshooting;
mod webhooks;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The code of the pages that the tests run; see `build.rs`.
#[expect(
    clippy::similar_names,
    unreachable_pub,
    reason = "this is the code of an application"
)]
mod code {
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every file with one of these extensions, without build output.
fn pages(extensions: &[&str]) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if has_one_of(extensions, &path) {
                pages.push(path);
            }
        }
    }
    pages
}

fn has_one_of(extensions: &[&str], path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extensions.iter().any(|wanted| extension == *wanted)
}
