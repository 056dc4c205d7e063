use ureq::unversioned::transport::{self, Buffers as _, LazyBuffers};

/// The buffers of a connection.
///
/// Output is kept until a response is awaited: ureq writes the head and the body of a request one
/// after the other, and together they are one packet and one system call. Input is watched, because
/// ureq skips interim responses without a limit.
#[derive(Debug)]
pub(crate) struct Buffers {
    inner: LazyBuffers,
    pending: Vec<u8>,
    /// A request was sent, and the head of its response is not complete yet.
    expecting: bool,
    interim: u8,
}

impl Buffers {
    pub(crate) fn new() -> Self {
        Self {
            inner: LazyBuffers::new(INPUT, OUTPUT),
            pending: Vec::new(),
            expecting: false,
            interim: 0,
        }
    }

    /// Keeps this many bytes of the output to be sent.
    pub(crate) fn post(&mut self, amount: usize) {
        let output = self.inner.output().get(..amount).unwrap_or_default();
        self.pending.extend_from_slice(output);
        if !self.expecting {
            self.expecting = true;
            self.interim = 0;
        }
    }

    /// Returns what is to be sent.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Forgets what was sent.
    pub(crate) fn sent(&mut self) {
        self.pending.clear();
    }

    /// Returns whether the head of a response is awaited.
    pub(crate) const fn is_expecting(&self) -> bool {
        self.expecting
    }

    /// Returns whether there were too many interim responses.
    pub(crate) const fn is_flooded(&self) -> bool {
        self.interim > MAX_INTERIM
    }

    /// Looks at a head that ureq is about to consume.
    fn watch(&mut self) {
        let head = self.inner.input().trim_ascii_start();
        if head.get(STATUS_CLASS) == Some(&b'1') {
            self.interim = self.interim.saturating_add(1);
        } else {
            self.expecting = false;
        }
    }
}

impl transport::Buffers for Buffers {
    fn output(&mut self) -> &mut [u8] {
        self.inner.output()
    }

    fn input(&self) -> &[u8] {
        self.inner.input()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.inner.input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.inner.input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        // ureq consumes a head as a whole.
        if self.expecting && amount > 0 {
            self.watch();
        }
        self.inner.input_consume(amount);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.inner.tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        // Otherwise ureq calls `await_input`, which sends pending output and reports a flood.
        self.inner.can_use_input() && !self.is_flooded() && self.pending.is_empty()
    }
}

/// The maximum length of a head, in bytes. With more, ureq would take an interim response with much
/// behind it for a head that is too long.
pub(crate) const INPUT: usize = 64 * 1024;

/// Enough for the longest line of a request.
pub(crate) const OUTPUT: usize = 32 * 1024;

/// Where the first digit of a status is: `HTTP/1.1 200`.
const STATUS_CLASS: usize = 9;

/// The maximum number of interim responses before the final one.
const MAX_INTERIM: u8 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn deliver(buffers: &mut Buffers, head: &[u8]) {
        buffers.input_append_buf()[..head.len()].copy_from_slice(head);
        buffers.input_appended(head.len());
        buffers.input_consume(head.len());
    }

    #[test]
    fn buffers_allow_sixteen_interim_responses() {
        let mut buffers = Buffers::new();
        buffers.post(0);
        for _ in 0..16 {
            deliver(&mut buffers, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        }
        assert!(!buffers.is_flooded());
        deliver(&mut buffers, b"HTTP/1.1 103 Early Hints\r\n\r\n");
        assert!(buffers.is_flooded());
    }

    #[test]
    fn interim_responses_are_counted_for_each_request() {
        let mut buffers = Buffers::new();
        for _ in 0..3 {
            buffers.post(0);
            for _ in 0..10 {
                deliver(&mut buffers, b"HTTP/1.1 102 Processing\r\n\r\n");
            }
            deliver(&mut buffers, b"HTTP/1.1 200 OK\r\n\r\n");
        }
        assert!(!buffers.is_flooded());
    }

    #[test]
    fn output_is_kept_in_one_piece_and_input_waits_for_it() {
        let mut buffers = Buffers::new();
        for piece in [&b"head "[..], b"body"] {
            buffers.output()[..piece.len()].copy_from_slice(piece);
            buffers.post(piece.len());
        }
        buffers.input_append_buf()[..2].copy_from_slice(b"??");
        buffers.input_appended(2);
        buffers.input_consume(1);
        assert_eq!(buffers.pending(), b"head body");
        assert!(!buffers.can_use_input());
        buffers.sent();
        assert!(buffers.pending().is_empty());
        assert!(buffers.can_use_input());
    }

    #[test]
    fn body_is_not_taken_for_a_head() {
        let mut buffers = Buffers::new();
        buffers.post(0);
        deliver(&mut buffers, b"\r\nHTTP/1.1 200 OK\r\n\r\n");
        assert!(!buffers.is_expecting());
        for _ in 0..17 {
            deliver(&mut buffers, b"HTTP/1.1 100 is what this body says");
        }
        assert!(!buffers.is_flooded());
    }
}
