use super::Mock;
use crate::InjectedFault;

impl Mock {
    /// Lets the next exchanges go wrong in this way, after those ordered before. Only what goes
    /// through a transport or a server is an exchange; [`handle`](Self::handle) knows no faults.
    pub fn fail_next(&self, count: usize, fault: InjectedFault) {
        self.polar().world.faults.order(count as u64, fault);
    }

    /// Lets one exchange in so many go wrong in this way, beside those that are ordered for the
    /// next. The same seed lets the same ones go wrong.
    pub fn fail_one_in(&self, one_in: u64, seed: u64, fault: InjectedFault) {
        self.polar().world.faults.order_one_in(one_in, seed, fault);
    }

    /// Takes back what was ordered and has not happened yet.
    pub fn clear_faults(&self) {
        self.polar().world.faults.clear();
    }
}
