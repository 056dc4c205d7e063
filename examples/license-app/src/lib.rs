#![doc = include_str!("../README.md")]

mod error;
mod file;
mod license;

pub use self::{
    error::LicenseError,
    file::{Exposed, LicenseFile, StoredLicense},
    license::{App, GRACE, License},
};
