use std::{error::Error, fmt, io};

use polar_ureq::{ApiError, types::ErrorName};

use crate::{Exposed, GRACE};

/// Why the program has no valid license, or why it could not be changed.
///
/// Its text and [`help`](Self::help) are for the user of the program, and contain no key.
#[derive(Debug)]
#[non_exhaustive]
pub enum LicenseError {
    /// No license is stored.
    NotActivated,
    /// The key does not exist, or this computer is no longer activated.
    UnknownKey,
    /// The key is for another product.
    OtherProduct,
    /// The key is disabled, or was revoked after a refund or the end of a subscription.
    Disabled,
    /// The key has expired.
    Expired,
    /// The key has no activation left.
    LimitReached,
    /// Another key is stored.
    OtherKeyStored,
    /// Polar could not be reached, and the last validation was too long ago.
    NotConfirmed(polar_ureq::Error),
    /// Polar could not be reached, or returned no decision. Nothing has changed.
    NoVerdict(polar_ureq::Error),
    /// The response to the activation was lost, so it may have been counted.
    ActivationUnknown(polar_ureq::Error),
    /// Other users can read the license file.
    Exposed(Exposed),
    /// The file cannot be read or written.
    File(io::Error),
}

impl LicenseError {
    /// Returns why Polar did not confirm a license key.
    pub(crate) fn of_validation(error: polar_ureq::Error) -> Self {
        if error.name() != Some(&ErrorName::ResourceNotFound) {
            return Self::NoVerdict(error);
        }
        // The name is the same for every reason; the texts were observed.
        match error.api_error().and_then(ApiError::message) {
            Some(text) if text.contains("expired") => Self::Expired,
            Some(text) if text.contains("no longer active") => Self::Disabled,
            Some(text) if text.contains("given benefit") => Self::OtherProduct,
            _ => Self::UnknownKey,
        }
    }

    /// Returns what the user can do.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotActivated => "enter the license key from your purchase",
            Self::UnknownKey => "check the license key for typing errors, and activate it again",
            Self::OtherProduct => "enter the license key of this product",
            Self::Disabled => "renew your subscription, or ask us for help",
            Self::Expired => "buy a new license",
            Self::LimitReached => "deactivate a computer that you no longer use",
            Self::OtherKeyStored => "deactivate the other license key first",
            Self::NotConfirmed(_) => "connect to the internet and start the program again",
            Self::NoVerdict(_) => "check your internet connection and try again",
            Self::ActivationUnknown(_) => {
                "try again; if the limit is reached then, remove the duplicate activation"
            }
            Self::Exposed(_) => "make the file readable for its owner only, with chmod 600",
            Self::File(_) => "check that the folder exists and is writable",
        }
    }
}

impl fmt::Display for LicenseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotActivated => f.write_str("the program is not activated"),
            Self::UnknownKey => f.write_str("the license key is unknown, or not for this computer"),
            Self::OtherProduct => f.write_str("the license key is for another product"),
            Self::Disabled => f.write_str("the license key is disabled"),
            Self::Expired => f.write_str("the license key has expired"),
            Self::LimitReached => {
                f.write_str("the license key is in use on as many computers as it allows")
            }
            Self::OtherKeyStored => f.write_str("another license key is activated"),
            Self::NotConfirmed(_) => {
                let days = GRACE.as_secs() / (24 * 60 * 60);
                write!(f, "the license was not confirmed in the last {days} days")
            }
            Self::NoVerdict(_) => f.write_str("the license could not be checked"),
            Self::ActivationUnknown(_) => f.write_str("the license key may have been activated"),
            Self::Exposed(error) => error.fmt(f),
            Self::File(_) => f.write_str("the license file cannot be used"),
        }
    }
}

impl Error for LicenseError {
    /// Returns the technical reason, for a log.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotConfirmed(error) | Self::NoVerdict(error) | Self::ActivationUnknown(error) => {
                Some(error)
            }
            Self::File(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for LicenseError {
    fn from(error: io::Error) -> Self {
        match error.downcast() {
            Ok(exposed) => Self::Exposed(exposed),
            Err(error) => Self::File(error),
        }
    }
}
