use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Colors, where there is a terminal to show them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    on: bool,
}

impl Theme {
    pub(crate) const fn new(on: bool) -> Self {
        Self { on }
    }

    pub(crate) fn success(self, text: impl Display) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn warning(self, text: impl Display) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn error(self, text: impl Display) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn dimmed(self, text: impl Display) -> String {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: impl Display) -> String {
        if self.on {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_left_out_where_there_is_no_terminal() {
        assert_eq!(Theme::new(false).error("x"), "x");
        assert_eq!(Theme::new(true).bold("x"), "\u{1b}[1mx\u{1b}[0m");
    }
}
