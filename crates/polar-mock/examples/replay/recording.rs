//! What a recording holds: a flow is a file, the exchanges of the whole API are a folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Entries in order, and the world at their start.
pub(crate) struct Recording {
    /// The flow, or `api`.
    pub(crate) name: String,
    pub(crate) world: Value,
    pub(crate) entries: Vec<Entry>,
}

pub(crate) struct Entry {
    /// The tag of an exchange of the whole API; in a flow, the flow.
    pub(crate) group: String,
    pub(crate) value: Value,
}

impl Recording {
    /// Reads files and folders. A folder with `_world.json` is one recording.
    pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Vec<Self>, String> {
        let mut recordings = Vec::new();
        for path in paths {
            if path.join("_world.json").exists() {
                recordings.push(Self::of_the_api(path)?);
            } else if path.is_dir() {
                for file in json_files(path)? {
                    recordings.extend(Self::flow(&file)?);
                }
            } else {
                recordings.extend(Self::flow(path)?);
            }
        }
        Ok(recordings)
    }

    /// Reads a flow: an array that begins with its world.
    fn flow(file: &Path) -> Result<Option<Self>, String> {
        let name = stem(file);
        let entries = array(file)?;
        let Some(world) = entries.iter().find_map(|entry| entry.get("world")) else {
            return Ok(None);
        };
        Ok(Some(Self {
            world: world.clone(),
            entries: entries
                .iter()
                .filter(|entry| entry.get("world").is_none())
                .map(|entry| Entry {
                    group: name.clone(),
                    value: entry.clone(),
                })
                .collect(),
            name,
        }))
    }

    /// Reads a file per tag, and puts their exchanges and what was done between them in order.
    fn of_the_api(folder: &Path) -> Result<Self, String> {
        let mut world = json(&folder.join("_world.json"))?;
        let mut ordered: BTreeMap<(u64, usize), Entry> = BTreeMap::new();
        for file in json_files(folder)? {
            for value in array(&file)? {
                let Some(order) = value["order"].as_u64() else {
                    continue;
                };
                let group = format!("api {}", stem(&file));
                ordered.insert((order, 0), Entry { group, value });
            }
        }
        let asides = world["asides"].take();
        for (index, value) in asides.as_array().into_iter().flatten().enumerate() {
            let order = value["after"].as_u64().unwrap_or_default();
            let entry = Entry {
                group: "api".to_owned(),
                value: serde_json::json!({ "aside": value }),
            };
            ordered.insert((order, index + 1), entry);
        }
        let entries: Vec<Entry> = ordered.into_values().collect();
        // The first exchanges create the organization, as a person. It is in the world of the mock,
        // by its last name.
        let mut organizations = entries.iter().filter(|entry| {
            let id = entry.value["operation_id"].as_str().unwrap_or_default();
            matches!(id, "organizations:create" | "organizations:update")
                && entry.value["response"]["status"]
                    .as_u64()
                    .is_some_and(|status| status < 300)
        });
        if let Some(last) = organizations.next_back() {
            let text = last.value["response"]["body"].as_str().unwrap_or_default();
            world["organization"] = serde_json::from_str(text).unwrap_or_default();
        }
        Ok(Self {
            name: "api".to_owned(),
            world,
            entries,
        })
    }
}

/// The operations that the mock carries out, as `docs/mock-operations.md` has them.
pub(crate) fn implemented() -> Result<Vec<String>, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mock-operations.md");
    let page = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let rows = page.lines().filter(|line| line.ends_with("| yes |"));
    Ok(rows
        .filter_map(|row| Some(row.split('`').nth(1)?.to_owned()))
        .collect())
}

fn stem(file: &Path) -> String {
    let name = file.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Returns the JSON files of a folder, without those whose name begins with `_`.
fn json_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|end| end == "json"))
        .filter(|file| !stem(file).starts_with('_'))
        .collect();
    files.sort();
    Ok(files)
}

fn json(file: &Path) -> Result<Value, String> {
    let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn array(file: &Path) -> Result<Vec<Value>, String> {
    match json(file)? {
        Value::Array(entries) => Ok(entries),
        _ => Err(format!("{}: expected an array of entries", file.display())),
    }
}
