//! What a person sees while something takes its time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{context::Context, report::exact, system::Log};

/// Where lines go and bars are drawn, so that neither spoils the other.
#[derive(Clone)]
pub(crate) struct ProgressOutput {
    log: Log,
    quiet: bool,
    draws: bool,
    bar: Arc<Mutex<Option<ProgressBar>>>,
    held_until: Held,
}

/// Until when the server asked to wait, for the bar to count down.
type Held = Arc<Mutex<Option<Instant>>>;

impl ProgressOutput {
    pub(crate) fn new(context: &Context<'_>, quiet: bool) -> Self {
        Self {
            log: context.system.log.clone(),
            quiet,
            draws: context.system.terminal.stderr,
            bar: Arc::default(),
            held_until: Arc::default(),
        }
    }

    /// A line that tells what is going on.
    pub(crate) fn tell(&self, line: &str) {
        if !self.quiet {
            self.print(line);
        }
    }

    /// A line that must be seen.
    pub(crate) fn print(&self, line: &str) {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        match &*bar {
            Some(bar) => bar.suspend(|| (self.log)(line)),
            None => (self.log)(line),
        }
    }

    /// A log that goes around the bar.
    pub(crate) fn log(&self) -> Log {
        let output = self.clone();
        Arc::new(move |line| output.print(line))
    }

    /// Begins something that has so many parts. On a terminal there is a bar, elsewhere a line now
    /// and then.
    pub(crate) fn begin(&self, what: &'static str, parts: usize) -> Progress {
        let total = u64::try_from(parts).unwrap_or(u64::MAX);
        let bar = (self.draws && !self.quiet).then(|| bar(what, total, &self.held_until));
        self.set_bar(bar.clone());
        let now = Instant::now();
        Progress {
            output: self.clone(),
            what,
            total,
            done: 0,
            began: now,
            told: now,
            bar,
        }
    }

    /// Lets the bar count down for so long.
    pub(crate) fn count_down(&self, wait: Duration) {
        let end = Instant::now().checked_add(wait);
        *self
            .held_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = end;
    }

    fn set_bar(&self, bar: Option<ProgressBar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

/// Something with parts, under way. It leaves the output when it is dropped.
pub(crate) struct Progress {
    output: ProgressOutput,
    what: &'static str,
    total: u64,
    done: u64,
    began: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// One part more is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if self.told.elapsed() >= BETWEEN_LINES && self.done < self.total => {
                self.told = Instant::now();
                let pace = pace(self.done, self.total, self.began.elapsed());
                self.output.tell(&format!("{}: {pace}", self.what));
            }
            None => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            self.output.set_bar(None);
            bar.finish_and_clear();
        }
    }
}

/// How far it is, how fast, and how long it still takes: `120 of 300, 450 a minute, 24 s left`.
fn pace(done: u64, total: u64, elapsed: Duration) -> String {
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1000);
    let a_minute = done.saturating_mul(60_000) / millis;
    let left = total.saturating_sub(done).saturating_mul(millis) / done.max(1) / 1000;
    let left = exact(Duration::from_secs(left));
    format!("{done} of {total}, {a_minute} a minute, {left} left")
}

/// What stands beside the bar: the pace, or while the server asks to wait how long it still does:
/// `150 of 650, waiting for 42 s`
fn beside_bar(held_until: &Held, done: u64, total: u64, elapsed: Duration) -> String {
    let end = *held_until.lock().unwrap_or_else(PoisonError::into_inner);
    let wait = end.map(|end| end.saturating_duration_since(Instant::now()));
    match wait {
        Some(wait) if !wait.is_zero() => format!("{done} of {total}, waiting for {}", exact(wait)),
        _ => pace(done, total, elapsed),
    }
}

fn bar(what: &'static str, total: u64, held_until: &Held) -> ProgressBar {
    let held_until = Arc::clone(held_until);
    let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {pace}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key(
            "pace",
            move |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                let pace = beside_bar(
                    &held_until,
                    state.pos(),
                    state.len().unwrap_or_default(),
                    state.elapsed(),
                );
                // What cannot be drawn is drawn the next time.
                let _ = out.write_str(&pace);
            },
        )
        .progress_chars("=> ");
    let bar = ProgressBar::new(total).with_style(style).with_prefix(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

const BETWEEN_LINES: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_told_in_words() {
        let seconds = Duration::from_secs;
        assert_eq!(
            pace(100, 300, Duration::from_millis(2500)),
            "100 of 300, 2400 a minute, 5 s left"
        );
        assert_eq!(pace(0, 300, seconds(0)), "0 of 300, 0 a minute, 5 min left");
        assert_eq!(
            pace(120, 300, seconds(16)),
            "120 of 300, 450 a minute, 24 s left"
        );
        assert_eq!(
            pace(15, 300, seconds(10)),
            "15 of 300, 90 a minute, 3 min 10 s left"
        );
    }

    #[test]
    fn the_bar_counts_down_while_the_server_asks_to_wait() {
        let shown = |wait: Duration| {
            let held_until = Arc::new(Mutex::new(Instant::now().checked_add(wait)));
            beside_bar(&held_until, 150, 650, Duration::from_secs(1))
        };
        assert_eq!(shown(Duration::ZERO), "150 of 650, 9000 a minute, 3 s left");
        // What passes between the two looks at the clock is rounded up again.
        for (wait, text) in [(41_900, "42 s"), (60_900, "1 min 1 s"), (900, "1 s")] {
            let shown = shown(Duration::from_millis(wait));
            assert_eq!(shown, format!("150 of 650, waiting for {text}"));
        }
    }
}
