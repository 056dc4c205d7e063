//! The pages as a browser shows them: links, headings and code blocks.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{pages, root};

#[test]
fn relative_links_lead_to_files_and_headings() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for page in pages(&["md"]) {
        for link in links(&fs::read_to_string(&page).unwrap()) {
            if is_checked_by_rustdoc(&page, &link) {
                continue;
            }
            checked += 1;
            if !is_valid(&page, &link) {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(checked >= 50, "only {checked} links were found");
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn the_documentation_index_lists_every_page() {
    let docs = root().join("docs");
    let index = fs::read_to_string(docs.join("README.md")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("(docs/README.md)"));
    let pages = pages(&["md"]).into_iter();
    let pages: Vec<_> = pages.filter(|page| page.parent() == Some(&docs)).collect();
    assert!(pages.contains(&docs.join("transports.md")), "{pages:?}");
    for page in pages {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(
            name == "README.md" || index.contains(&format!("({name})")),
            "docs/README.md does not list {name}"
        );
    }
}

#[test]
fn every_published_crate_leads_to_the_documentation_index() {
    let index = format!("({REPOSITORY}docs/README.md)");
    let mut pages = 0;
    for folder in fs::read_dir(root().join("crates")).unwrap() {
        let folder = folder.unwrap().path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        if manifest.contains("publish = false") || manifest.contains("publish.workspace") {
            continue;
        }
        pages += 1;
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(page.contains(&index), "{}", folder.display());
    }
    assert!(pages >= 14, "only {pages} published crates were found");
}

#[test]
fn code_blocks_have_no_lines_that_rustdoc_hides() {
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
    assert!(
        seen.is_empty(),
        "GitHub shows these lines:\n{}",
        seen.join("\n")
    );
}

/// Whether rustdoc checks the link: links to items, on the pages that it shows.
fn is_checked_by_rustdoc(page: &Path, link: &str) -> bool {
    let is_shown = page.components().any(|part| part.as_os_str() == "src")
        || page.parent().unwrap().parent() == Some(&root().join("crates"));
    link.contains("::") || is_shown && !link.contains(['/', '#'])
}

fn is_valid(page: &Path, link: &str) -> bool {
    // Front pages of crates name the files of this repository by their address.
    let in_repository = link.strip_prefix(REPOSITORY);
    let page = in_repository.map_or(page.to_path_buf(), |_| root().join("README.md"));
    let link = in_repository.unwrap_or(link);
    if link.contains("://") {
        return true;
    }
    let (path, heading) = match link.split_once('#') {
        Some((path, heading)) => (path, Some(heading)),
        None => (link, None),
    };
    let target = if path.is_empty() {
        page.clone()
    } else {
        page.parent().unwrap().join(path)
    };
    target.exists() && heading.is_none_or(|heading| anchors(&target).contains(heading))
}

/// The targets of the links of a page, without those in code.
fn links(text: &str) -> Vec<String> {
    let pieces = prose(text).flat_map(|line| line.split("](").skip(1));
    let links = pieces.map(|piece| piece.split([')', ' ']).next().unwrap_or_default());
    links.map(str::to_owned).collect()
}

/// The anchors of a page's headings, as GitHub makes them.
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

/// Where the files of this repository can be read.
const REPOSITORY: &str = "https://github.com/polar-seats/polar-seats-rust/blob/main/";
