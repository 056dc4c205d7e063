//! Runs jobs on a fixed number of threads.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Runs each job on one of the threads, and handles each result on the calling thread.
///
/// A thread ends when `perform` returns `None`, which means that the job was not done.
pub(super) fn run<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    perform: impl Fn(&J) -> Option<R> + Sync,
    mut handle: impl FnMut(&J, R),
) {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            let (sender, next, perform) = (sender.clone(), &next, &perform);
            scope.spawn(move || {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(result) = perform(job) else { return };
                    // The receiver lives as long as this scope.
                    let _ = sender.send((job, result));
                }
            });
        }
        drop(sender);
        for (job, result) in results {
            handle(job, result);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_runs_once_until_a_thread_ends() {
        let jobs: Vec<usize> = (0..1000).collect();
        let mut results = Vec::new();
        run(
            4,
            &jobs,
            |job| Some(job * 2),
            |job, result| results.push((*job, result)),
        );
        results.sort_unstable();
        assert_eq!(
            results,
            jobs.iter().map(|job| (*job, job * 2)).collect::<Vec<_>>()
        );

        let mut results = 0;
        run(
            4,
            &jobs,
            |job| (*job < 100).then_some(()),
            |_, ()| results += 1,
        );
        assert_eq!(results, 100);
    }
}
