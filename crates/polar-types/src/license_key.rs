//! Conversions between the types of license keys.

use crate::license_keys::{LicenseKeyActivation, LicenseKeyActivationSummary};

impl From<LicenseKeyActivation> for LicenseKeyActivationSummary {
    /// Returns the activation without the license key.
    fn from(activation: LicenseKeyActivation) -> Self {
        Self {
            id: activation.id,
            license_key_id: activation.license_key_id,
            label: activation.label,
            meta: activation.meta,
            created_at: activation.created_at,
            modified_at: activation.modified_at,
        }
    }
}
