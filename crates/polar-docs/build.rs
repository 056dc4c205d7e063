//! Generates a module from the code of each page whose code the tests call.

use std::{
    env,
    fmt::{self, Write},
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../..").canonicalize()?;
    let sources = root.join("crates/polar-core/src");
    println!("cargo::rerun-if-changed={}", sources.display());

    let mut operations = Vec::new();
    find_pages(&sources, &mut operations)?;
    operations.sort();
    let (mut list, mut code) = (String::new(), String::new());
    for page in operations {
        let text = fs::read_to_string(&page)?;
        let name = page.strip_prefix(&sources)?.with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, {text:?}),")?;
        module(&mut code, &name, &text)?;
    }
    for name in [
        "axum",
        "errors",
        "seats-in-your-app",
        "testing-with-the-mock",
        "webhooks",
    ] {
        let page = root.join("docs").join(name).with_extension("md");
        println!("cargo::rerun-if-changed={}", page.display());
        module(&mut code, name, &fs::read_to_string(page)?)?;
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let list = format!("pub(crate) const OPERATIONS: &[(&str, &str)] = &[\n{list}];\n");
    fs::write(out.join("pages.rs"), list + &code)?;
    Ok(())
}

fn find_pages(folder: &Path, pages: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_pages(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// Writes a module for a page, with a submodule for each block of code.
fn module(code: &mut String, name: &str, text: &str) -> fmt::Result {
    writeln!(code, "pub(crate) mod {} {{", name.replace(['/', '-'], "_"))?;
    for (count, block) in text.split("```rust\n").skip(1).enumerate() {
        let block = block.split("```").next().unwrap_or_default();
        let name = module_name(block).unwrap_or_else(|| format!("block_{count}"));
        writeln!(code, "pub(crate) mod {name} {{\n{block}}}")?;
    }
    writeln!(code, "}}")
}

/// The name of a block: the client that it uses, or else its first function.
fn module_name(block: &str) -> Option<String> {
    if block.contains("test]\n") {
        return None;
    }
    let clients = ["hyper", "ureq"];
    let client = clients
        .iter()
        .find(|client| block.contains(&format!("polar_{client}::")));
    client.map(|client| (*client).to_owned()).or_else(|| {
        let (_, rest) = block.split_once("fn ")?;
        rest.split(['(', '<']).next().map(str::to_owned)
    })
}
