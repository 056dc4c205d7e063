use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Colours, where there is a terminal to show them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    pub(crate) const fn new(on: bool) -> Self {
        Self { on }
    }

    pub(crate) fn good(self, text: impl Display) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn warning(self, text: impl Display) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn bad(self, text: impl Display) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn strong(self, text: impl Display) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn faint(self, text: impl Display) -> String {
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

/// A text from elsewhere, made fit for a terminal: without characters that steer it, or that turn
/// or hide the text around them.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if is_unfit(c) { ' ' } else { c })
        .collect()
}

/// Whether a character steers a terminal, or turns or hides the text around it.
pub(crate) fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_left_out_where_there_is_no_terminal() {
        assert_eq!(Paint::new(false).bad("x"), "x");
        assert_eq!(Paint::new(true).strong("x"), "\u{1b}[1mx\u{1b}[0m");
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\r\nc\u{202e}d"), "a [2Jb  c d");
        assert_eq!(clean("Zoë 😀"), "Zoë 😀");
    }
}
