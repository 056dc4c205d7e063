use std::time::{Duration, SystemTime};

use polar_ureq::{
    Client, Config, Outcome, RetryPolicy,
    customer_portal::license_keys::{Activate, Deactivate, Validate},
    types::{
        BenefitId, ErrorName, LicenseKeyActivationId, OrganizationId, Secret, Timestamp,
        common::ValidatedLicenseKey,
        license_keys::{LicenseKeyActivate, LicenseKeyDeactivate, LicenseKeyValidate},
    },
};

use crate::{LicenseError, LicenseFile, StoredLicense};

/// The license of a program on this computer.
///
/// The times are parameters so that a test can choose them: pass `SystemTime::now()`.
#[derive(Debug)]
pub struct App {
    /// A client without an access token, which must never be in a program that customers have.
    /// [`client_config`](Self::client_config) has the settings.
    pub polar: Client,
    /// The organization that sells the program.
    pub organization: OrganizationId,
    /// The benefit whose keys are for this program. The keys of all other programs of the organization
    /// would be valid without it.
    pub benefit: BenefitId,
    /// Where the license is stored.
    pub file: LicenseFile,
}

/// A valid license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum License {
    /// Polar has just confirmed it.
    Confirmed,
    /// Polar could not be reached. The license counts as valid until this time.
    Offline {
        /// The end of the grace period, or of the license.
        until: SystemTime,
    },
}

impl App {
    /// Returns settings for a client that does not delay the start of the program for long.
    #[must_use]
    pub fn client_config() -> Config {
        Config::new()
            .timeout(Duration::from_secs(10))
            .retry(RetryPolicy::default().retry_idempotent_writes(true))
    }

    /// Activates the license key for this computer. Calling it again does not use another activation.
    ///
    /// `label` is shown to the customer in Polar's portal, in the list of their activations.
    ///
    /// # Errors
    ///
    /// Returns an error that says why the key cannot be used. Nothing is stored then.
    pub fn activate(
        &self,
        key: &Secret,
        label: &str,
        now: SystemTime,
    ) -> Result<License, LicenseError> {
        match self.file.read()? {
            Some(stored) if stored.key != *key => return Err(LicenseError::OtherKeyStored),
            Some(_) => match self.validate(now) {
                // The customer removed this computer in the portal, and may add it again.
                Err(LicenseError::UnknownKey) => {}
                result => return result,
            },
            None => {}
        }
        let found = self.ask(key, None)?;
        // An activation that cannot be stored would be lost, so create the file first.
        let draft = self.file.draft()?;
        // A key without a limit cannot be activated, only validated.
        let activation = match found.limit_activations {
            Some(limit) if limit > 0 => Some(self.send_activation(key, label)?),
            _ => None,
        };
        draft.store(&StoredLicense {
            key: key.clone(),
            activation,
            confirmed_at: Timestamp::try_from(now).ok(),
            expires_at: found.expires_at,
        })?;
        Ok(License::Confirmed)
    }

    /// Validates the stored license at Polar, or without a network by the last validation. Call it
    /// when the program starts.
    ///
    /// # Errors
    ///
    /// Returns an error that says why the program has no valid license.
    pub fn validate(&self, now: SystemTime) -> Result<License, LicenseError> {
        let mut stored = self.file.read()?.ok_or(LicenseError::NotActivated)?;
        match self.ask(&stored.key, stored.activation) {
            Ok(key) => {
                stored.confirmed_at = Timestamp::try_from(now).ok();
                stored.expires_at = key.expires_at;
                self.update(&stored);
                Ok(License::Confirmed)
            }
            Err(LicenseError::NoVerdict(error)) => match valid_until(&stored, now) {
                Some(until) => Ok(License::Offline { until }),
                None => Err(LicenseError::NotConfirmed(error)),
            },
            Err(refused) => {
                // From now on it is not valid without a network either.
                stored.confirmed_at = None;
                self.update(&stored);
                Err(refused)
            }
        }
    }

    /// Removes the activation of this computer, so that another one can be activated, and then the
    /// file.
    ///
    /// # Errors
    ///
    /// Returns an error if Polar could not be reached. The license is still stored then.
    pub fn deactivate(&self) -> Result<(), LicenseError> {
        let stored = self.file.read()?.ok_or(LicenseError::NotActivated)?;
        if let Some(activation) = stored.activation {
            let request = LicenseKeyDeactivate::new(stored.key, self.organization, activation);
            match self.polar.call(Deactivate::new(request)) {
                Ok(()) => {}
                // It was removed before, perhaps by a request whose response was lost.
                Err(error) if error.name() == Some(&ErrorName::ResourceNotFound) => {}
                Err(error) => return Err(LicenseError::NoVerdict(error)),
            }
        }
        Ok(self.file.remove()?)
    }

    /// Stores the result of a validation. The result is valid even if storing it fails, for example
    /// on a full disk.
    fn update(&self, license: &StoredLicense) {
        drop(self.file.draft().and_then(|draft| draft.store(license)));
    }

    /// Validates a key, and the activation of this computer if there is one.
    fn ask(
        &self,
        key: &Secret,
        activation: Option<LicenseKeyActivationId>,
    ) -> Result<ValidatedLicenseKey, LicenseError> {
        let mut request =
            LicenseKeyValidate::new(key.clone(), self.organization).benefit_id(self.benefit);
        if let Some(activation) = activation {
            request = request.activation_id(activation);
        }
        let validated = self.polar.call(Validate::new(request));
        validated.map_err(LicenseError::of_validation)
    }

    fn send_activation(
        &self,
        key: &Secret,
        label: &str,
    ) -> Result<LicenseKeyActivationId, LicenseError> {
        let request = LicenseKeyActivate::new(key.clone(), self.organization, label);
        let activated = self.polar.call(Activate::new(request));
        activated.map(|activation| activation.id).map_err(|error| {
            if error.name() == Some(&ErrorName::NotPermitted) {
                // The key was valid just now, so this is the only reason.
                LicenseError::LimitReached
            } else if error.outcome() == Outcome::Unknown {
                LicenseError::ActivationUnknown(error)
            } else {
                LicenseError::NoVerdict(error)
            }
        })
    }
}

/// Returns until when the license counts as valid without a network, or `None` if it does not.
fn valid_until(stored: &StoredLicense, now: SystemTime) -> Option<SystemTime> {
    let confirmed_at = stored.confirmed_at.as_ref()?.system_time()?;
    // A clock that was set back would extend the time.
    if now + CLOCK_TOLERANCE < confirmed_at {
        return None;
    }
    let grace = confirmed_at + GRACE;
    let expires_at = stored.expires_at.as_ref().and_then(Timestamp::system_time);
    let until = expires_at.map_or(grace, |expires_at| expires_at.min(grace));
    (now < until).then_some(until)
}

/// How long a license counts as valid without a network, after Polar confirmed it.
pub const GRACE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// How far a clock may go back when the computer corrects it.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60 * 60);
