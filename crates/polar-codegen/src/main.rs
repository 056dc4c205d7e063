//! Writes the generated types and operations of the SDK from Polar's OpenAPI document.

mod docs;
mod document;
mod files;
mod json;
mod mock;
mod names;
mod operations;
mod overlay;
#[cfg(test)]
mod pages;
mod plan;
mod prune;
mod render;
mod stale;
mod surface;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use document::Document;
use json::Json;
use operations::{Observed, Resource};
use overlay::Overlay;
use plan::Plan;

const USAGE: &str = "\
Writes the generated types and operations from Polar's OpenAPI document.

Usage: cargo run -p polar-codegen -- COMMAND

Commands:
  generate [DIR]   Write the folders `generated` of polar-types, polar-core, polar-mock and polar-replay below
                   DIR, which is the folder `crates` unless given
  prune FILE       Make spec/2026-10.json from Polar's whole document
  diff FILE        Print how a new document changes our public API
  errors PATH...   Make spec/errors.toml from recorded exchanges (files or folders)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["generate"] => generate(&root().join("..")),
        ["generate", folder] => generate(Path::new(folder)),
        ["prune", file] => prune_document(Path::new(file)),
        ["diff", file] => diff(Path::new(file)),
        ["errors", paths @ ..] if !paths.is_empty() => errors(paths),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn generate(crates: &Path) -> Result<(), String> {
    let overlay = overlay()?;
    let json = json(&document_path())?;
    let document = document(&json, &overlay)?;
    let (mut plan, resources) = plan(&document, &overlay)?;
    plan.check_docs();
    plan.check_free_form();
    plan.problems.extend(stale::stale(&overlay, &document));
    plan.check()?;
    let types = crates.join("polar-types/src/generated");
    files::write(&types, &render::types(&plan))?;
    let tests = crates.join("polar-types/tests/it/generated");
    files::write(&tests, &render::test_tables(&plan, &resources))?;
    let operations = crates.join("polar-core/src/generated");
    files::write(&operations, &render::operations(&resources))?;
    let replay = crates.join("polar-replay/src/generated");
    files::write(&replay, &render::replay(&resources))?;
    let mock = crates.join("polar-mock/src/generated");
    files::write(&mock, &mock::tables(&json, &overlay)?)?;
    let docs = crates.join("../docs/generated");
    files::write(&docs, &render::index(&plan, &resources))?;
    let count = resources.iter().map(|resource| resource.operations.len());
    println!(
        "{} types, {} operations",
        plan.items.len(),
        count.sum::<usize>()
    );
    Ok(())
}

fn prune_document(file: &Path) -> Result<(), String> {
    let pruned = prune::prune(&json(file)?);
    let text = serde_json::to_string(&pruned).map_err(|error| error.to_string())?;
    write(&document_path(), &json::lines(&text))
}

fn diff(file: &Path) -> Result<(), String> {
    let overlay = overlay()?;
    let old = document(&json(&document_path())?, &overlay)?;
    let new = document(&prune::prune(&json(file)?), &overlay)?;
    let (old_plan, old_resources) = plan(&old, &overlay)?;
    let (mut new_plan, new_resources) = plan(&new, &overlay)?;
    new_plan.check_docs();
    new_plan.check_free_form();
    let differences = surface::differences(
        &surface::surface(&old_plan, &old_resources),
        &surface::surface(&new_plan, &new_resources),
    );
    for line in &differences {
        println!("{line}");
    }
    println!("{} changes", differences.len());
    for problem in new_plan
        .problems
        .iter()
        .chain(&stale::stale(&overlay, &new))
    {
        println!("overlay.toml: {problem}");
    }
    Ok(())
}

fn errors(paths: &[&str]) -> Result<(), String> {
    let mut recordings = Vec::new();
    for path in paths {
        let path = Path::new(path);
        let mut files = vec![path.to_owned()];
        if path.is_dir() {
            let entries = fs::read_dir(path).map_err(|error| failed(path, &error))?;
            files = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect();
            files.retain(|file| file.extension().is_some_and(|end| end == "json"));
        }
        files.sort();
        for file in files {
            recordings.push(json(&file)?);
        }
    }
    write(&errors_path(), &operations::observe(&recordings).write())
}

/// Plans everything; the plan's problems say what is not right yet.
fn plan<'a>(
    document: &'a Document,
    overlay: &'a Overlay,
) -> Result<(Plan<'a>, Vec<Resource>), String> {
    let observed = Observed::read(&read(&errors_path())?)?;
    let mut plan = Plan::new(document, overlay);
    plan.types();
    let resources = plan.operations(&observed);
    plan.describe();
    plan.constructors();
    Ok((plan, resources))
}

fn overlay() -> Result<Overlay, String> {
    let file = |name| read(&root().join(name));
    Overlay::read(&file("overlay.toml")?, &file("operations.toml")?)
}

fn document(json: &Json, overlay: &Overlay) -> Result<Document, String> {
    let mut document = Document::read(json)?;
    overlay.correct(&mut document)?;
    Ok(document)
}

fn json(path: &Path) -> Result<Json, String> {
    serde_json::from_str(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed(path, &error))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| failed(path, &error))?;
    println!("wrote {}", path.display());
    Ok(())
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document_path() -> PathBuf {
    root().join("spec/2026-10.json")
}

fn errors_path() -> PathBuf {
    root().join("spec/errors.toml")
}
