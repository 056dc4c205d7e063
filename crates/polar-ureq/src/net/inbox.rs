use ureq::unversioned::transport::{Buffers, LazyBuffers};

/// The buffers of a connection, which watch the heads of answers go by.
///
/// ureq skips interim answers without counting them, and keeps a connection after any answer that
/// was read to its end.
#[derive(Debug)]
pub(super) struct Inbox {
    buffers: LazyBuffers,
    /// A request has left, and the head of its answer has not come yet.
    expecting: bool,
    interim: u8,
    erred: bool,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            buffers: LazyBuffers::new(INPUT, OUTPUT),
            expecting: false,
            interim: 0,
            erred: false,
        }
    }

    /// A request begins to leave, or goes on leaving.
    pub(super) const fn expect_answer(&mut self) {
        if !self.expecting {
            self.expecting = true;
            self.interim = 0;
        }
    }

    /// Whether the head of an answer is awaited.
    pub(super) const fn is_expecting(&self) -> bool {
        self.expecting
    }

    /// Whether more interim answers came than anyone needs.
    pub(super) const fn is_flooded(&self) -> bool {
        self.interim > MOST_INTERIM
    }

    /// Whether the server answered with an error of its own. Its connection is not to be trusted
    /// with another request.
    pub(super) const fn has_erred(&self) -> bool {
        self.erred
    }

    fn watch(&mut self) {
        let head = self.buffers.input().trim_ascii_start();
        match head.get(CLASS) {
            Some(b'1') => self.interim = self.interim.saturating_add(1),
            class => {
                self.expecting = false;
                self.erred = class >= Some(&b'5');
            }
        }
    }
}

impl Buffers for Inbox {
    fn output(&mut self) -> &mut [u8] {
        self.buffers.output()
    }

    fn input(&self) -> &[u8] {
        self.buffers.input()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.buffers.input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.buffers.input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        // Of a head, ureq consumes all or nothing.
        if self.expecting && amount > 0 {
            self.watch();
        }
        self.buffers.input_consume(amount);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.buffers.tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        // When flooded, ureq has to come and ask for more, and is told.
        self.buffers.can_use_input() && !self.is_flooded()
    }
}

/// The longest head allowed. With more room, ureq would take an interim answer with much behind it
/// for a head that is too long.
pub(crate) const INPUT: usize = 64 * 1024;

/// Enough for the longest line of a request.
pub(crate) const OUTPUT: usize = 32 * 1024;

/// Where the first digit of a status stands: `HTTP/1.1 200`.
const CLASS: usize = 9;

const MOST_INTERIM: u8 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn deliver(inbox: &mut Inbox, head: &[u8]) {
        inbox.input_append_buf()[..head.len()].copy_from_slice(head);
        inbox.input_appended(head.len());
        inbox.input_consume(head.len());
    }

    #[test]
    fn sixteen_interim_answers_are_borne_and_no_more() {
        let mut inbox = Inbox::new();
        inbox.expect_answer();
        for _ in 0..16 {
            deliver(&mut inbox, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        }
        assert!(!inbox.is_flooded());
        deliver(&mut inbox, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        assert!(inbox.is_flooded());
    }

    #[test]
    fn the_count_begins_anew_with_the_next_request() {
        let mut inbox = Inbox::new();
        for _ in 0..3 {
            inbox.expect_answer();
            for _ in 0..10 {
                deliver(&mut inbox, b"HTTP/1.1 102 Processing\r\n\r\n");
            }
            deliver(&mut inbox, b"HTTP/1.1 200 OK\r\n\r\n");
        }
        assert!(!inbox.is_flooded());
    }

    #[test]
    fn a_body_is_not_taken_for_a_head() {
        let mut inbox = Inbox::new();
        inbox.expect_answer();
        deliver(&mut inbox, b"HTTP/1.1 200 OK\r\n\r\n");
        deliver(&mut inbox, b"HTTP/1.1 500 is what this body says");
        assert!(!inbox.has_erred());
    }

    #[test]
    fn an_error_of_the_server_is_remembered() {
        let mut inbox = Inbox::new();
        inbox.expect_answer();
        deliver(&mut inbox, b"\r\nHTTP/1.1 503 Service Unavailable\r\n\r\n");
        assert!(inbox.has_erred());
    }
}
