use std::time::SystemTime;

use serde::Serialize;

use crate::report::{Report, Theme, counted};

/// The result of one check. Its JSON form is stable.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    about: &'static str,
    state: State,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Note,
    Bad,
    Unknown,
}

/// The results of all checks. Its JSON form is stable.
#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are keys in JSON")]
pub(super) struct Findings {
    findings: Vec<Finding>,
    problems: usize,
    unknown: usize,
}

impl Finding {
    pub(super) fn good(about: &'static str, says: impl Into<String>) -> Self {
        Self {
            about,
            state: State::Good,
            says: says.into(),
            advice: None,
        }
    }

    /// Returns a remark, about something that may be intended.
    pub(super) fn note(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Note,
            advice: Some(advice.into()),
            ..Self::good(about, says)
        }
    }

    /// Returns a problem.
    pub(super) fn bad(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Bad,
            ..Self::note(about, says, advice)
        }
    }

    /// Returns a check that could not be completed.
    pub(super) fn unknown(
        about: &'static str,
        says: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Unknown,
            ..Self::note(about, says, advice)
        }
    }
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        match finding.state {
            State::Bad => self.problems += 1,
            State::Unknown => self.unknown += 1,
            State::Good | State::Note => {}
        }
        self.findings.push(finding);
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.add(finding);
        }
    }

    pub(super) const fn has_problems(&self) -> bool {
        self.problems > 0
    }

    /// Returns whether all checks were completed, without a problem.
    pub(super) const fn are_good(&self) -> bool {
        self.problems == 0 && self.unknown == 0
    }

    fn summary(&self) -> String {
        let problems = match self.problems {
            0 => "no problems".to_owned(),
            problems => counted(problems as u64, "problem"),
        };
        match self.unknown {
            0 => problems,
            unknown => format!(
                "{problems}, {} not completed",
                counted(unknown as u64, "check")
            ),
        }
    }
}

impl Report for Findings {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let width = self.findings.iter().map(|finding| finding.about.len());
        let width = width.max().unwrap_or_default();
        let line = |finding: &Finding| {
            let mark = match finding.state {
                State::Good => theme.success("ok     "),
                State::Note => theme.warning("note   "),
                State::Bad => theme.error("error  "),
                State::Unknown => theme.warning("unknown"),
            };
            let advice = finding
                .advice
                .as_ref()
                .map(|advice| format!("\n        {:width$}  {advice}", ""));
            format!(
                "{mark} {:width$}  {}{}\n",
                finding.about,
                finding.says,
                advice.unwrap_or_default()
            )
        };
        let lines: String = self.findings.iter().map(line).collect();
        format!("{lines}\n{}\n", self.summary())
    }
}
