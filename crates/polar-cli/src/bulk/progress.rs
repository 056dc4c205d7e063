//! Progress bars and log lines.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{context::Context, report::exact, system::Log};

/// Prints lines and draws progress bars without mixing them.
#[derive(Clone)]
pub(crate) struct ProgressOutput {
    log: Log,
    quiet: bool,
    draws: bool,
    bar: Arc<Mutex<Option<ProgressBar>>>,
    paused_until: PausedUntil,
}

/// The end of the wait that the server asked for, so that the bar can count down.
type PausedUntil = Arc<Mutex<Option<Instant>>>;

impl ProgressOutput {
    pub(crate) fn new(context: &Context<'_>, quiet: bool) -> Self {
        Self {
            log: context.system.log.clone(),
            quiet,
            draws: context.system.terminal.stderr,
            bar: Arc::default(),
            paused_until: Arc::default(),
        }
    }

    /// Prints a status line, unless the output is quiet.
    pub(crate) fn status(&self, line: &str) {
        if !self.quiet {
            self.print(line);
        }
    }

    /// Prints a line, even if the output is quiet.
    pub(crate) fn print(&self, line: &str) {
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        match &*bar {
            Some(bar) => bar.suspend(|| (self.log)(line)),
            None => (self.log)(line),
        }
    }

    /// Returns a log whose lines do not disturb the bar.
    pub(crate) fn log(&self) -> Log {
        let output = self.clone();
        Arc::new(move |line| output.print(line))
    }

    /// Begins an activity with a number of items. A terminal shows a bar, other outputs get a line
    /// every few seconds.
    pub(crate) fn begin(&self, activity: &'static str, items: usize) -> Progress {
        let total = u64::try_from(items).unwrap_or(u64::MAX);
        let bar = (self.draws && !self.quiet).then(|| bar(activity, total, &self.paused_until));
        self.set_bar(bar.clone());
        let now = Instant::now();
        Progress {
            output: self.clone(),
            activity,
            total,
            done: 0,
            began: now,
            last_line: now,
            bar,
        }
    }

    /// Makes the bar count down the wait.
    pub(crate) fn count_down(&self, wait: Duration) {
        let end = Instant::now().checked_add(wait);
        *self
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = end;
    }

    fn set_bar(&self, bar: Option<ProgressBar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

/// The progress of an activity. The bar disappears when it is dropped.
pub(crate) struct Progress {
    output: ProgressOutput,
    activity: &'static str,
    total: u64,
    done: u64,
    began: Instant,
    last_line: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Counts an item as done.
    pub(crate) fn increment(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if self.last_line.elapsed() >= LINE_INTERVAL && self.done < self.total => {
                self.last_line = Instant::now();
                let text = progress_text(self.done, self.total, self.began.elapsed());
                self.output.status(&format!("{}: {text}", self.activity));
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

/// Returns the progress, such as `120 of 300, 450 per minute, 24 s left`.
fn progress_text(done: u64, total: u64, elapsed: Duration) -> String {
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1000);
    let per_minute = done.saturating_mul(60_000) / millis;
    let left = total.saturating_sub(done).saturating_mul(millis) / done.max(1) / 1000;
    let left = exact(Duration::from_secs(left));
    format!("{done} of {total}, {per_minute} per minute, {left} left")
}

/// Returns the text next to the bar: the progress, or the rest of a wait, such as
/// `150 of 650, waiting for 42 s`.
fn bar_text(paused_until: &PausedUntil, done: u64, total: u64, elapsed: Duration) -> String {
    let end = *paused_until.lock().unwrap_or_else(PoisonError::into_inner);
    let wait = end.map(|end| end.saturating_duration_since(Instant::now()));
    match wait {
        Some(wait) if !wait.is_zero() => format!("{done} of {total}, waiting for {}", exact(wait)),
        _ => progress_text(done, total, elapsed),
    }
}

fn bar(activity: &'static str, total: u64, paused_until: &PausedUntil) -> ProgressBar {
    let paused_until = Arc::clone(paused_until);
    let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {pace}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key(
            "pace",
            move |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                let text = bar_text(
                    &paused_until,
                    state.pos(),
                    state.len().unwrap_or_default(),
                    state.elapsed(),
                );
                // If it cannot be drawn, the next tick draws it.
                let _ = out.write_str(&text);
            },
        )
        .progress_chars("=> ");
    let bar = ProgressBar::new(total)
        .with_style(style)
        .with_prefix(activity);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

const LINE_INTERVAL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_count_rate_and_time_left() {
        let seconds = Duration::from_secs;
        assert_eq!(
            progress_text(100, 300, Duration::from_millis(2500)),
            "100 of 300, 2400 per minute, 5 s left"
        );
        assert_eq!(
            progress_text(0, 300, seconds(0)),
            "0 of 300, 0 per minute, 5 min left"
        );
        assert_eq!(
            progress_text(120, 300, seconds(16)),
            "120 of 300, 450 per minute, 24 s left"
        );
        assert_eq!(
            progress_text(15, 300, seconds(10)),
            "15 of 300, 90 per minute, 3 min 10 s left"
        );
    }

    #[test]
    fn the_bar_counts_down_while_the_server_asks_to_wait() {
        let shown = |wait: Duration| {
            let paused_until = Arc::new(Mutex::new(Instant::now().checked_add(wait)));
            bar_text(&paused_until, 150, 650, Duration::from_secs(1))
        };
        assert_eq!(
            shown(Duration::ZERO),
            "150 of 650, 9000 per minute, 3 s left"
        );
        // The time between two readings of the clock is rounded up again.
        for (wait, text) in [(41_900, "42 s"), (60_900, "1 min 1 s"), (900, "1 s")] {
            let shown = shown(Duration::from_millis(wait));
            assert_eq!(shown, format!("150 of 650, waiting for {text}"));
        }
    }
}
