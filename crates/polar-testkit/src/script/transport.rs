use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

use super::{Event, SentRequest, Step, Trace, VirtualClock};

/// A transport of either kind that plays a script, one [`Step`] for each attempt.
///
/// Clones play the same script on the same clock, so a test hands one to a client and asks another
/// for the [trace](Self::trace). Its futures are ready at once: [`block_on`](super::block_on) is
/// all the runtime it needs.
///
/// An attempt beyond the end of the script panics and prints what happened until then.
#[derive(Debug, Clone)]
pub struct ScriptedTransport {
    clock: VirtualClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    steps: VecDeque<Step>,
    trace: Trace,
}

impl ScriptedTransport {
    /// Plays the steps in order, on a clock of its own.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::on_clock(VirtualClock::new(), steps)
    }

    /// Plays the steps in order, on a clock that others look at too.
    #[must_use]
    pub fn on_clock(clock: VirtualClock, steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            clock,
            state: Arc::new(Mutex::new(State {
                steps: steps.into_iter().collect(),
                trace: Trace::default(),
            })),
        }
    }

    /// The clock it plays on.
    #[must_use]
    pub const fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// What happened so far.
    #[must_use]
    pub fn trace(&self) -> Trace {
        self.state().trace.clone()
    }

    /// How many steps have not been played.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.state().steps.len()
    }

    fn exchange(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let mut state = self.state();
        let at = self.clock.elapsed();
        let Some(step) = state.steps.pop_front() else {
            let (method, uri) = (attempt.request.method(), attempt.request.uri());
            #[expect(
                clippy::panic,
                reason = "an attempt that a test did not foresee must fail it"
            )]
            {
                panic!(
                    "the script is over, and after {at:?} another attempt came: {method} {uri}\n\
                     until then:\n{}",
                    state.trace
                );
            }
        };
        let (took, result) = step.play(&attempt);
        self.clock.advance(took);
        let sent = SentRequest::new(at, took, attempt, &result);
        state.trace.push(Event::Sent(sent));
        result
    }

    fn pause(&self, duration: Duration) {
        let mut state = self.state();
        let at = self.clock.elapsed();
        state.trace.push(Event::Slept { at, duration });
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
