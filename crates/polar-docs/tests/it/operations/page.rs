use crate::code::OPERATIONS;

/// What a page shows, apart from its code.
pub(crate) struct Page {
    text: &'static str,
}

impl Page {
    pub(crate) fn named(name: &str) -> Self {
        let (_, text) = OPERATIONS.iter().find(|(other, _)| *other == name).unwrap();
        Self { text }
    }

    /// The blocks of a kind: `http` for requests, `json` for answers, `text` for who said what in
    /// which order, `console` for commands.
    pub(crate) fn blocks(&self, kind: &str) -> Vec<&'static str> {
        let start = format!("```{kind}\n");
        let blocks = self.text.split(start.as_str()).skip(1);
        blocks
            .map(|block| block.split("\n```").next().unwrap())
            .collect()
    }

    /// What is typed at the command line.
    pub(crate) fn commands(&self) -> Vec<&'static str> {
        let lines = self.blocks("console").into_iter().flat_map(str::lines);
        lines.filter_map(|line| line.strip_prefix("$ ")).collect()
    }

    /// The rows of the table of refusals: status, name, remedy.
    pub(crate) fn refusals(&self) -> Vec<(u16, &'static str, &'static str)> {
        let rows = self.text.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let (status, name) = cells.next()?.split_once(' ')?;
            let (remedy, _) = cells.next()?.strip_prefix("[`")?.split_once('`')?;
            Some((status.parse().ok()?, name.trim_matches('`'), remedy))
        });
        rows.collect()
    }

    pub(crate) fn has_heading(&self, heading: &str) -> bool {
        self.text.lines().any(|line| line == format!("# {heading}"))
    }
}

/// Whether a page shows these lines; `…` on a line of its own leaves some out.
pub(crate) fn shows(page: &str, whole: &str) -> bool {
    let mut whole = whole.lines();
    let mut may_skip = false;
    for line in page.lines() {
        if line.trim() == "…" {
            may_skip = true;
        } else {
            let is_there = if may_skip {
                whole.any(|other| other == line)
            } else {
                whole.next() == Some(line)
            };
            if !is_there {
                return false;
            }
            may_skip = false;
        }
    }
    may_skip || whole.next().is_none()
}
