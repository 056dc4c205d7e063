use std::time::SystemTime;

use serde::Serialize;

use crate::report::{Paint, Report};

/// One thing that was looked at. Its serialisation is a promise.
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
}

/// All that was looked at.
#[derive(Debug, Default, Serialize)]
pub(super) struct Findings {
    findings: Vec<Finding>,
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

    /// Something to know, that may be meant so.
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

    /// Something to mend.
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
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    pub(super) fn are_well(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.state != State::Bad)
    }
}

impl Report for Findings {
    fn words(&self, paint: Paint, _: SystemTime) -> String {
        let width = self.findings.iter().map(|finding| finding.about.len());
        let width = width.max().unwrap_or_default();
        let line = |finding: &Finding| {
            let mark = match finding.state {
                State::Good => paint.good("ok  "),
                State::Note => paint.warning("note"),
                State::Bad => paint.bad("bad "),
            };
            let advice = finding
                .advice
                .as_ref()
                .map(|advice| format!("\n     {:width$}  {advice}", ""));
            format!(
                "{mark} {:width$}  {}{}\n",
                finding.about,
                finding.says,
                advice.unwrap_or_default()
            )
        };
        self.findings.iter().map(line).collect()
    }
}
