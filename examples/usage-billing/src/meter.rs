//! The meter at Polar, compared with the database.

use std::{error::Error, time::SystemTime};

use polar_ureq::{
    Client, meters,
    types::{MeterId, Timestamp, common::TimeInterval},
};

use crate::UsageLog;

/// The units of a customer in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The ingested units in the database.
    pub here: i64,
    /// The units that the meter at Polar counted.
    pub at_polar: f64,
}

impl Difference {
    /// Returns whether both are the same.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far fewer units than 2^53")]
    pub fn is_none(self) -> bool {
        (self.here as f64 - self.at_polar).abs() < 0.5
    }
}

/// Compares the meter of Polar with the database, for a customer and a period of whole days in UTC. Run it
/// before the end of a billing period, when no usage is pending.
///
/// # Errors
///
/// Returns an error if Polar or the database fails.
pub fn compare(
    polar: &Client,
    log: &UsageLog,
    meter: MeterId,
    customer: &str,
    (from, to): (i64, i64),
) -> Result<Difference, Box<dyn Error>> {
    let (first, last) = (timestamp(from)?, timestamp(to - 1)?);
    let quantities = meters::Quantities::new(meter, first, last, TimeInterval::Day);
    let quantities = quantities.external_customer_id([customer]);
    Ok(Difference {
        here: log.ingested(customer, from, to)?,
        at_polar: polar.meters().quantities(quantities)?.total,
    })
}

fn timestamp(seconds: i64) -> Result<Timestamp, Box<dyn Error>> {
    let since_1970 = std::time::Duration::from_secs(u64::try_from(seconds)?);
    Ok(Timestamp::try_from(SystemTime::UNIX_EPOCH + since_1970)?)
}
