use ureq::unversioned::transport::{Buffers, LazyBuffers};

/// The buffers of a connection.
///
/// What leaves is kept until an answer is awaited: ureq writes the head and the body of a request one
/// after the other, and together they are one packet and one call of the system. What comes is
/// watched: ureq skips interim answers without counting them, and keeps a connection after any answer
/// that was read to its end.
#[derive(Debug)]
pub(crate) struct Mailbox {
    buffers: LazyBuffers,
    outgoing: Vec<u8>,
    /// A request has left, and the head of its answer has not come yet.
    expecting: bool,
    interim: u8,
    erred: bool,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self {
            buffers: LazyBuffers::new(INPUT, OUTPUT),
            outgoing: Vec::new(),
            expecting: false,
            interim: 0,
            erred: false,
        }
    }

    /// Keeps so much of the output to be sent. A request begins to leave, or goes on leaving.
    pub(crate) fn post(&mut self, amount: usize) {
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.outgoing.extend_from_slice(output);
        if !self.expecting {
            self.expecting = true;
            self.interim = 0;
        }
    }

    /// What is to be sent.
    pub(crate) fn outgoing(&self) -> &[u8] {
        &self.outgoing
    }

    /// All of it was sent.
    pub(crate) fn sent(&mut self) {
        self.outgoing.clear();
    }

    /// Whether the head of an answer is awaited.
    pub(crate) const fn is_expecting(&self) -> bool {
        self.expecting
    }

    /// Whether more interim answers came than anyone needs.
    pub(crate) const fn is_flooded(&self) -> bool {
        self.interim > MOST_INTERIM
    }

    /// Whether the server answered with an error of its own. Its connection is not to be trusted
    /// with another request.
    pub(crate) const fn has_erred(&self) -> bool {
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

impl Buffers for Mailbox {
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
        // ureq has to come and ask for more: to be told of a flood, and before it has asked at all.
        self.buffers.can_use_input() && !self.is_flooded() && self.outgoing.is_empty()
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

    fn deliver(mailbox: &mut Mailbox, head: &[u8]) {
        mailbox.input_append_buf()[..head.len()].copy_from_slice(head);
        mailbox.input_appended(head.len());
        mailbox.input_consume(head.len());
    }

    #[test]
    fn sixteen_interim_answers_are_borne_and_no_more() {
        let mut mailbox = Mailbox::new();
        mailbox.post(0);
        for _ in 0..16 {
            deliver(&mut mailbox, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        }
        assert!(!mailbox.is_flooded());
        deliver(&mut mailbox, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        assert!(mailbox.is_flooded());
    }

    #[test]
    fn the_count_begins_anew_with_the_next_request() {
        let mut mailbox = Mailbox::new();
        for _ in 0..3 {
            mailbox.post(0);
            for _ in 0..10 {
                deliver(&mut mailbox, b"HTTP/1.1 102 Processing\r\n\r\n");
            }
            deliver(&mut mailbox, b"HTTP/1.1 200 OK\r\n\r\n");
        }
        assert!(!mailbox.is_flooded());
    }

    #[test]
    fn what_is_to_leave_is_kept_in_one_piece_and_the_answer_waits_for_it() {
        let mut mailbox = Mailbox::new();
        for piece in [&b"head "[..], b"body"] {
            mailbox.output()[..piece.len()].copy_from_slice(piece);
            mailbox.post(piece.len());
        }
        mailbox.input_append_buf()[..2].copy_from_slice(b"??");
        mailbox.input_appended(2);
        mailbox.input_consume(1);
        assert_eq!(mailbox.outgoing(), b"head body");
        assert!(!mailbox.can_use_input());
        mailbox.sent();
        assert!(mailbox.outgoing().is_empty());
        assert!(mailbox.can_use_input());
    }

    #[test]
    fn a_body_is_not_taken_for_a_head() {
        let mut mailbox = Mailbox::new();
        mailbox.post(0);
        deliver(&mut mailbox, b"HTTP/1.1 200 OK\r\n\r\n");
        deliver(&mut mailbox, b"HTTP/1.1 500 is what this body says");
        assert!(!mailbox.has_erred());
    }

    #[test]
    fn an_error_of_the_server_is_remembered() {
        let mut mailbox = Mailbox::new();
        mailbox.post(0);
        deliver(
            &mut mailbox,
            b"\r\nHTTP/1.1 503 Service Unavailable\r\n\r\n",
        );
        assert!(mailbox.has_erred());
    }
}
