//! What a reader sees who is not in Rust's documentation but in a browser, on the repository.

use std::fs;

use crate::pages;

#[test]
fn code_is_whole_where_rustdoc_would_hide_lines() {
    let mut seen = Vec::new();
    for page in pages(&["md"]) {
        let mut in_code = false;
        for line in fs::read_to_string(&page).unwrap().lines() {
            if line.starts_with("```") {
                in_code = !in_code;
            } else if in_code && (line == "#" || line.starts_with("# ")) {
                seen.push(format!("{}: {line}", page.display()));
            }
        }
    }
    assert!(seen.is_empty(), "these lines show:\n{}", seen.join("\n"));
}
