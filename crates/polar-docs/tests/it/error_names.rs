//! The list of error names in `docs/errors.md`.

use std::{collections::BTreeMap, fs};

use polar_core::{Remedy, types::ErrorName};

use crate::root;

#[test]
fn errors_are_listed_with_all_names_by_what_to_do() {
    let page = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let list = list();
    assert!(
        page.ends_with(&list),
        "docs/errors.md must end with:\n\n{list}"
    );
}

/// The names by remedy, wrapped as the rest of the page.
fn list() -> String {
    let mut by_remedy: BTreeMap<String, (Remedy, Vec<&ErrorName>)> = BTreeMap::new();
    for name in ErrorName::ALL {
        let remedy = name.remedy();
        let key = format!("{remedy:?}");
        let (_, names) = by_remedy.entry(key).or_insert((remedy, Vec::new()));
        names.push(name);
    }
    let mut list = String::new();
    for (key, (remedy, mut names)) in by_remedy {
        names.sort_by_key(|name| name.as_str());
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let remedy_name = key.split('(').next().unwrap();
        let next_step = remedy.next_step().unwrap();
        let entry = format!("- **`{remedy_name}`**: {next_step} {}", names.join(", "));
        let mut line = String::new();
        for word in entry.split(' ') {
            if !line.is_empty() && line.len() + 1 + word.len() > 120 {
                list.push_str(&line);
                list.push_str("\n  ");
                word.clone_into(&mut line);
            } else {
                let space = if line.is_empty() { "" } else { " " };
                line = line + space + word;
            }
        }
        list = list + &line + "\n";
    }
    list
}
