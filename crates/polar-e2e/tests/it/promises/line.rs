//! How the table is written.

use http::StatusCode;
use polar_core::{Error, Outcome, Sent};
use polar_e2e::Operation;

/// One line: what must come of a fault.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) point: char,
    who: Who,
    tries: Range,
    arrives: Range,
    ends: Words,
    sent: Words,
    status: Words,
    pub(super) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Reads,
    Writes,
    All,
}

/// Any of these words.
#[derive(Debug, Clone)]
struct Words(Vec<&'static str>);

#[derive(Debug, Clone, Copy)]
struct Range(usize, usize);

/// How a call ended, in the words of the table.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `done`, `refused`, `not_done` or `unknown`.
    pub(super) end: String,
    /// `no`, `yes` or `unknown`; nothing, of a success.
    pub(super) sent: Option<String>,
    pub(super) status: Option<u16>,
    /// How many attempts were made, where that is told.
    pub(super) tries: Option<usize>,
}

/// All lines of the table.
pub(super) fn table() -> Vec<Line> {
    let lines = include_str!("table.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(parse).collect()
}

fn parse(line: &'static str) -> Line {
    let columns = line.split("  ").map(str::trim);
    let columns: Vec<_> = columns.filter(|text| !text.is_empty()).collect();
    let [point, who, tries, arrives, ends, sent, status, what] = columns[..] else {
        panic!("not eight columns: {line}");
    };
    Line {
        point: point.chars().next().unwrap(),
        who: match who {
            "reads" => Who::Reads,
            "writes" => Who::Writes,
            "all" => Who::All,
            _ => panic!("nobody is called {who}"),
        },
        tries: range(tries),
        arrives: range(arrives),
        ends: Words::of(ends, &["done", "refused", "not_done", "unknown"]),
        sent: Words::of(sent, &["no", "yes", "unknown", "-"]),
        status: Words(status.split('|').collect()),
        what: what.to_owned(),
    }
}

fn range(text: &str) -> Range {
    match text.split_once('-') {
        _ if text == "-" => Range(0, 0),
        Some((least, most)) => Range(least.parse().unwrap(), most.parse().unwrap()),
        None => Range(text.parse().unwrap(), text.parse().unwrap()),
    }
}

impl Line {
    /// Whether it is about this operation.
    pub(super) fn is_about(&self, operation: &Operation) -> bool {
        match self.who {
            Who::Reads => operation.is_read(),
            Who::Writes => !operation.is_read(),
            Who::All => true,
        }
    }

    /// What is wrong with an end of a call; nothing, if all is as promised.
    pub(super) fn broken(&self, facts: &Facts, arrived: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let mut check = |is_kept: bool, what: String| {
            if !is_kept {
                broken.push(what);
            }
        };
        let Facts {
            end,
            sent,
            status,
            tries,
        } = facts;
        check(
            self.arrives.has(arrived),
            format!("{arrived} requests arrived"),
        );
        check(self.ends.have(end), format!("it ended as {end}"));
        if let Some(sent) = sent {
            check(self.sent.have(sent), format!("sent is {sent}"));
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            check(self.status.have(&status), format!("the status is {status}"));
        }
        if let Some(tries) = *tries {
            check(self.tries.has(tries), format!("it was tried {tries} times"));
        }
        broken
    }
}

impl Facts {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        let Err(error) = result else {
            return Self {
                end: "done".to_owned(),
                ..Self::default()
            };
        };
        let is_limited = error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
        let end = match error.outcome() {
            // The table has the words of the program, which does not tell these two apart.
            Outcome::RateLimited if is_limited => "refused",
            Outcome::Refused if !is_limited => "refused",
            Outcome::NotDone => "not_done",
            Outcome::Unknown => "unknown",
            other => panic!("{other:?}"),
        };
        let sent = match error.sent() {
            Sent::No => "no",
            Sent::Yes => "yes",
            Sent::Unknown => "unknown",
            other => panic!("{other:?}"),
        };
        Self {
            end: end.to_owned(),
            sent: Some(sent.to_owned()),
            status: error.status().map(|status| status.as_u16()),
            tries: Some(error.attempts() as usize),
        }
    }
}

impl Words {
    fn of(column: &'static str, known: &[&str]) -> Self {
        let words: Vec<_> = column.split('|').collect();
        for word in &words {
            assert!(known.contains(word), "{word} is none of {known:?}");
        }
        Self(words)
    }

    fn have(&self, word: &str) -> bool {
        self.0.contains(&word)
    }
}

impl Range {
    const fn has(self, number: usize) -> bool {
        self.0 <= number && number <= self.1
    }
}
