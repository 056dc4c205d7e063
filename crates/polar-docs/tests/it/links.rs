//! Where the links of the pages lead.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{pages, root};

#[test]
fn every_relative_link_leads_to_a_file_and_to_a_heading_in_it() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for page in pages(&["md"]) {
        for link in links(&fs::read_to_string(&page).unwrap()) {
            if is_for_rustdoc(&page, &link) {
                continue;
            }
            checked += 1;
            if !leads_somewhere(&page, &link) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(checked >= 50, "only {checked} links were found");
    assert!(
        broken.is_empty(),
        "these links lead nowhere:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_page_of_docs_can_be_found_from_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let docs = root().join("docs");
    let pages = pages(&["md"]).into_iter();
    let pages: Vec<_> = pages.filter(|page| page.parent() == Some(&docs)).collect();
    assert!(pages.contains(&docs.join("transports.md")), "{pages:?}");
    for page in pages {
        let name = page.file_name().unwrap().display();
        assert!(
            readme.contains(&format!("docs/{name}")),
            "README.md does not name docs/{name}"
        );
    }
}

/// Rustdoc checks the links to items, in the pages that it shows.
fn is_for_rustdoc(page: &Path, link: &str) -> bool {
    let is_shown = page.components().any(|part| part.as_os_str() == "src")
        || page.parent().unwrap().parent() == Some(&root().join("crates"));
    link.contains("::") || is_shown && !link.contains(['/', '#'])
}

fn leads_somewhere(page: &Path, link: &str) -> bool {
    if link.contains("://") {
        return true;
    }
    let (path, heading) = match link.split_once('#') {
        Some((path, heading)) => (path, Some(heading)),
        None => (link, None),
    };
    let target = if path.is_empty() {
        page.to_path_buf()
    } else {
        page.parent().unwrap().join(path)
    };
    target.exists() && heading.is_none_or(|heading| anchors(&target).contains(heading))
}

/// Where the links of a page lead, without those in code.
fn links(text: &str) -> Vec<String> {
    let pieces = prose(text).flat_map(|line| line.split("](").skip(1));
    let links = pieces.map(|piece| piece.split([')', ' ']).next().unwrap_or_default());
    links.map(str::to_owned).collect()
}

/// The names that a page's headings have in links, as GitHub makes them.
fn anchors(page: &PathBuf) -> HashSet<String> {
    let text = fs::read_to_string(page).unwrap_or_default();
    let mut anchors = HashSet::new();
    for line in prose(&text) {
        let Some((marks, title)) = line.split_once(' ') else {
            continue;
        };
        if marks.is_empty() || marks.chars().any(|c| c != '#') {
            continue;
        }
        let title = title.to_lowercase().replace(' ', "-");
        let anchor: String = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        let repeated = (1..).map(|count| format!("{anchor}-{count}"));
        let names = std::iter::once(anchor.clone()).chain(repeated);
        let free = names.into_iter().find(|name| !anchors.contains(name));
        anchors.extend(free);
    }
    anchors
}

/// The lines of a page that are not code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            return false;
        }
        !in_code
    })
}
