//! Everything that is counted and timed in one process.

mod calls;
mod deliveries;
mod json;
mod many;

use crate::Subject;

/// All of them, each beside its baselines.
#[must_use]
pub fn all() -> Vec<Subject> {
    let mut subjects = calls::all();
    subjects.extend(json::all());
    subjects.extend(deliveries::all());
    subjects.extend(many::all());
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
        // Those of ten thousand are those of a thousand, and slow where nothing is optimized.
        let few = |subject: &Subject| !subject.name().contains("10,000");
        for subject in super::all().into_iter().filter(few) {
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
