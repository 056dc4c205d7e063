//! The table of the differences that are known, with the reason of each.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use crate::player::Outcome;

const HEAD: &str = "\
# Where the mock differs from the recordings

`cargo run -p polar-mock --example replay -- PATH...` replays recordings. It fails if a difference is not in this table, or if a
row matches no difference. `--update` writes the table; a new row has no reason, and the command fails until you write one. The
place is the first value of the response that differs, or its status, or the delivery.

| entry | place | reason |
|---|---|---|
";

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/replay/differences.md")
}

/// The reasons by entry and place.
pub(crate) struct Differences {
    rows: BTreeMap<(String, String), String>,
}

impl Differences {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(file()).unwrap_or_default();
        let rows = text.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
            let entry = cells.next()?.strip_suffix('`')?.to_owned();
            let place = cells.next()?.trim_matches('`').to_owned();
            Some(((entry, place), cells.next().unwrap_or_default().to_owned()))
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// Returns what is wrong with the table: differences without a reason, and rows that are not
    /// needed. Rows of recordings that were not replayed are left alone.
    pub(crate) fn check(&self, outcomes: &[Outcome]) -> Vec<String> {
        let mut wrong = Vec::new();
        for outcome in outcomes {
            let Some(Err(difference)) = &outcome.result else {
                continue;
            };
            let key = (outcome.entry.clone(), difference.place.clone());
            if self.rows.get(&key).is_none_or(String::is_empty) {
                let Outcome { entry, subject, .. } = outcome;
                let (place, what) = (&difference.place, &difference.what);
                let what: String = what.chars().take(300).collect();
                wrong.push(format!("{entry} {subject}: {place}: {what}"));
            }
        }
        let replayed: Vec<&str> = outcomes.iter().map(|one| recording(&one.entry)).collect();
        for (entry, place) in self.rows.keys() {
            let is_needed = outcomes.iter().any(|outcome| {
                let result = outcome.result.as_ref();
                outcome.entry == *entry
                    && matches!(result, Some(Err(difference)) if difference.place == *place)
            });
            if !is_needed && replayed.contains(&recording(entry)) {
                wrong.push(format!("{entry}: {place}: the row is not needed"));
            }
        }
        wrong
    }

    /// Writes the table of these outcomes with the reasons that it has.
    pub(crate) fn update(&self, outcomes: &[Outcome]) -> std::io::Result<()> {
        let mut text = HEAD.to_owned();
        for Outcome { entry, result, .. } in outcomes {
            if let Some(Err(difference)) = result {
                let place = &difference.place;
                let reason = self.rows.get(&(entry.clone(), place.clone()));
                let reason = reason.map_or("", String::as_str);
                let _ = writeln!(text, "| `{entry}` | `{place}` | {reason} |");
            }
        }
        fs::write(file(), text)
    }
}

fn recording(entry: &str) -> &str {
    entry.split(' ').next().unwrap_or(entry)
}
