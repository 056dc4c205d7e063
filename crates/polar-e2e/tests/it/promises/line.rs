//! How the table is written.

use polar_core::{Error, Outcome, Sent};
use polar_e2e::Operation;

/// One line: what must come of a fault.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) point: char,
    who: Who,
    tries: Option<Range>,
    arrives: Range,
    ends: Vec<End>,
    sent: Vec<Sent>,
    status: Vec<Option<u16>>,
    pub(super) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Reads,
    Writes,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Failed(Outcome),
}

#[derive(Debug, Clone, Copy)]
struct Range(usize, usize);

/// All lines of the table.
pub(super) fn table() -> Vec<Line> {
    let lines = include_str!("table.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(parse).collect()
}

fn parse(line: &str) -> Line {
    let columns: Vec<_> = line.split("  ").map(str::trim).collect();
    let columns: Vec<_> = columns
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
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
        tries: (tries != "-").then(|| range(tries)),
        arrives: range(arrives),
        ends: each(ends, |end| match end {
            "done" => End::Done,
            "refused" => End::Failed(Outcome::Refused),
            "not_done" => End::Failed(Outcome::NotDone),
            "unknown" => End::Failed(Outcome::Unknown),
            _ => panic!("nothing ends {end}"),
        }),
        sent: each(sent.trim_matches('-'), |sent| match sent {
            "no" => Sent::No,
            "yes" => Sent::Yes,
            "unknown" => Sent::Unknown,
            _ => panic!("nothing is sent {sent}"),
        }),
        status: each(status, |status| status.parse().ok()),
        what: what.to_owned(),
    }
}

fn each<T>(column: &str, read: impl Fn(&str) -> T) -> Vec<T> {
    let words = column.split('|').filter(|word| !word.is_empty());
    words.map(read).collect()
}

fn range(text: &str) -> Range {
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    Range(least.parse().unwrap(), most.parse().unwrap())
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
    pub(super) fn broken<T>(&self, result: &Result<T, Error>, arrived: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let mut check = |is_kept: bool, what: String| {
            if !is_kept {
                broken.push(what);
            }
        };
        check(
            self.arrives.has(arrived),
            format!("{arrived} requests arrived"),
        );
        match result {
            Ok(_) => check(self.ends.contains(&End::Done), "it was done".to_owned()),
            Err(error) => {
                let (tries, sent) = (error.attempts() as usize, error.sent());
                let end = End::Failed(error.outcome());
                check(self.ends.contains(&end), format!("it ended as {end:?}"));
                let kept = self.tries.is_some_and(|range| range.has(tries));
                check(kept, format!("it was tried {tries} times"));
                check(self.sent.contains(&sent), format!("it was sent: {sent:?}"));
                let status = error.status().map(|status| status.as_u16());
                check(
                    self.status.contains(&status),
                    format!("its status: {status:?}"),
                );
            }
        }
        broken
    }
}

impl Range {
    const fn has(self, number: usize) -> bool {
        self.0 <= number && number <= self.1
    }
}
