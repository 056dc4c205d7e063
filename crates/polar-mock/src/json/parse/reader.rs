use super::Fault;

/// A place in a text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn malformed(&self, message: &'static str) -> Fault {
        self.malformed_at(self.at, message)
    }

    pub(super) fn malformed_at(&self, at: usize, message: &'static str) -> Fault {
        let before = self.text.get(..at).unwrap_or(self.text);
        Fault::Malformed {
            position: before.chars().count(),
            message,
        }
    }
}
