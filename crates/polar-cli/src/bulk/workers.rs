//! Several threads at one pile of work.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Carries jobs out on so many threads, and hears of each end on the calling one.
///
/// `perform` answers `None` when it did nothing, because everything is to stop. A thread that met
/// that takes no further job.
pub(crate) fn work<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    perform: impl Fn(&J) -> Option<R> + Sync,
    mut hear: impl FnMut(&J, R),
) {
    let next = AtomicUsize::new(0);
    let (sender, ends) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            let (sender, next, perform) = (sender.clone(), &next, &perform);
            scope.spawn(move || {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(end) = perform(job) else { return };
                    // The listener lives as long as this scope.
                    let _ = sender.send((job, end));
                }
            });
        }
        drop(sender);
        for (job, end) in ends {
            hear(job, end);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_until_somebody_stops() {
        let jobs: Vec<usize> = (0..1000).collect();
        let mut heard = Vec::new();
        work(
            4,
            &jobs,
            |job| Some(job * 2),
            |job, end| heard.push((*job, end)),
        );
        heard.sort_unstable();
        assert_eq!(
            heard,
            jobs.iter().map(|job| (*job, job * 2)).collect::<Vec<_>>()
        );

        let mut heard = 0;
        work(
            4,
            &jobs,
            |job| (*job < 100).then_some(()),
            |_, ()| heard += 1,
        );
        assert_eq!(heard, 100);
    }
}
