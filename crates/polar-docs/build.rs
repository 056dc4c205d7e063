//! Takes the pages of the operations, and the code in them, to where the tests can run it.

use std::{
    env,
    fmt::{self, Write},
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sources = Path::new("../polar-core/src").canonicalize()?;
    println!("cargo::rerun-if-changed={}", sources.display());
    let mut pages = Vec::new();
    find_pages(&sources, &mut pages)?;
    pages.sort();

    let (mut list, mut code) = (String::new(), String::new());
    for page in pages {
        let text = fs::read_to_string(&page)?;
        let name = page.strip_prefix(&sources)?.with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, {text:?}),")?;
        module(&mut code, &name, &text)?;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no place")?);
    let list = format!("pub(crate) const PAGES: &[(&str, &str)] = &[\n{list}];\n");
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

/// The page's code as a module, with one of its own for each client.
fn module(code: &mut String, name: &str, text: &str) -> fmt::Result {
    writeln!(code, "pub(crate) mod {} {{", name.replace('/', "_"))?;
    for block in text.split("```rust\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for client in ["hyper", "ureq"] {
            if block.contains(&format!("polar_{client}::")) {
                writeln!(code, "pub(crate) mod {client} {{\n{block}}}")?;
            }
        }
    }
    writeln!(code, "}}")
}
