//! Replays the committed seeds with any Rust toolchain, without libFuzzer.

use std::{fs, path::Path};

#[test]
fn every_target_passes_on_its_seeds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in polar_fuzz::TARGETS {
        let folder =
            fs::read_dir(seeds.join(name)).unwrap_or_else(|_| panic!("{name} has no seeds"));
        let mut count = 0;
        for entry in folder {
            target(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "{name} has no seeds");
    }
}

#[test]
fn every_target_passes_on_prefixes_of_its_seeds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in polar_fuzz::TARGETS {
        for entry in fs::read_dir(seeds.join(name)).unwrap() {
            let seed = fs::read(entry.unwrap().path()).unwrap();
            for end in 0..seed.len() {
                target(&seed[..end]);
            }
        }
    }
}

#[test]
fn the_sample_of_each_response_and_event_passes() {
    let count = polar_fuzz::samples();
    assert!(count > 150, "{count}");
}

#[test]
fn every_target_has_a_program() {
    for (name, _) in polar_fuzz::TARGETS {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz_targets/{name}.rs"));
        let text = fs::read_to_string(&program).unwrap();
        assert!(
            text.contains(&format!("program!({name})")),
            "{}",
            program.display()
        );
    }
}
