//! The pages as a reader meets them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect must fail"
)]

mod claims;
mod clock;
mod examples;
mod links;
mod operations;
mod own_app;
mod packages;
mod reading;
mod webhooks;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The code of the pages that is run; see `build.rs`.
#[expect(
    clippy::similar_names,
    unreachable_pub,
    reason = "it is a reader's code, in which others call it"
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

/// Every file with one of these extensions that is written by hand.
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
