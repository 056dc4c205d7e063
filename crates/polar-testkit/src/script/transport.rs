use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

use super::{ScriptStep, SentRequest, Trace, TraceEvent, VirtualClock};

/// A transport, async and blocking, that follows a script: one [`ScriptStep`] for each attempt.
///
/// Clones share the script, the clock and the trace: pass one to a client, and read the
/// [trace](Self::trace) from another. Its futures are ready at once, so that
/// [`block_on`](super::block_on) is sufficient to run them.
///
/// An attempt after the last step panics with the trace.
#[derive(Debug, Clone)]
pub struct ScriptedTransport {
    clock: VirtualClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    steps: VecDeque<ScriptStep>,
    trace: Trace,
}

impl ScriptedTransport {
    /// Creates a transport with these steps and a new clock.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = ScriptStep>) -> Self {
        Self::on_clock(VirtualClock::new(), steps)
    }

    /// Creates a transport with these steps and a shared clock.
    #[must_use]
    pub fn on_clock(clock: VirtualClock, steps: impl IntoIterator<Item = ScriptStep>) -> Self {
        Self {
            clock,
            state: Arc::new(Mutex::new(State {
                steps: steps.into_iter().collect(),
                trace: Trace::default(),
            })),
        }
    }

    /// Returns the clock.
    #[must_use]
    pub const fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// Returns the attempts and pauses so far.
    #[must_use]
    pub fn trace(&self) -> Trace {
        self.state().trace.clone()
    }

    /// Returns how many steps are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.state().steps.len()
    }

    fn exchange(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let mut state = self.state();
        let at = self.clock.elapsed();
        let Some(step) = state.steps.pop_front() else {
            let (method, uri) = (attempt.request.method(), attempt.request.uri());
            #[expect(clippy::panic, reason = "an unexpected attempt must fail the test")]
            {
                panic!(
                    "unexpected attempt after the end of the script, at {at:?}: {method} {uri}\n\
                     trace:\n{}",
                    state.trace
                );
            }
        };
        let (took, result) = step.run(&attempt);
        self.clock.advance(took);
        let sent = SentRequest::new(at, took, attempt, &result);
        state.trace.push(TraceEvent::Sent(sent));
        result
    }

    fn pause(&self, duration: Duration) {
        let mut state = self.state();
        let at = self.clock.elapsed();
        state.trace.push(TraceEvent::Slept { at, duration });
        self.clock.advance(duration);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        self.pause(duration);
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl BlockingTransport for ScriptedTransport {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.pause(duration);
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}
