use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// How many kept connections turned out dead that had not looked so.
///
/// Where one has, the others kept beside it are no better: a machine that is gone tells nobody.
/// Whoever tries again must not meet them one after the other, so that an idle connection is used
/// only if it was heard of since the last death.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deaths(Arc<AtomicUsize>);

impl Deaths {
    pub(crate) fn note(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Relaxed)
    }
}
