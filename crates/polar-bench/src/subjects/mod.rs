//! Everything that is counted and timed in one process.

mod calls;
mod deliveries;
mod json;

use crate::Subject;

/// All of them, each beside its baselines.
#[must_use]
pub fn all() -> Vec<Subject> {
    let mut subjects = calls::all();
    subjects.extend(json::all());
    subjects.extend(deliveries::all());
    subjects
}

/// The one of this name.
#[must_use]
pub fn find(name: &str) -> Option<Subject> {
    all().into_iter().find(|subject| subject.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::Subject;

    #[test]
    fn every_subject_does_what_it_is_measured_for() {
        for subject in super::all() {
            let mut work = subject.prepare().unwrap();
            assert!(work(), "{subject}: it does so only once");
        }
    }

    #[test]
    fn no_two_subjects_have_one_name() {
        let subjects = super::all();
        let names: HashSet<_> = subjects.iter().map(Subject::name).collect();
        assert_eq!(names.len(), subjects.len());
    }
}
