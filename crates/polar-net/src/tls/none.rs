//! No TLS, for a build without a TLS library: every `https` connection fails, with advice.

use std::{
    io::{self, Read, Write},
    marker::PhantomData,
};

use http::Uri;

use super::FromRoots;
use crate::{Error, ExtraRoots, Reason};

/// Settings that nothing returns.
#[derive(Debug, Clone)]
pub enum Settings {}

impl Settings {
    /// Cannot be called.
    ///
    /// # Errors
    ///
    /// Never.
    pub const fn connect<S>(&self, _: &Uri, _: S) -> Result<Session<S>, Error> {
        match *self {}
    }
}

impl FromRoots for Settings {
    fn from_roots(_: &[ExtraRoots]) -> Result<Self, Error> {
        Err(Reason::NoTlsLibrary.into())
    }
}

/// A session that nothing returns.
#[derive(Debug)]
pub struct Session<S>(Settings, PhantomData<S>);

impl<S> Session<S> {
    /// Cannot be called.
    pub const fn get_mut(&mut self) -> &mut S {
        match self.0 {}
    }
}

impl<S> Read for Session<S> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }
}

impl<S> Write for Session<S> {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0 {}
    }
}

/// Returns `false`: no error is about TLS.
#[must_use]
pub const fn is_tls_error(_: &io::Error) -> bool {
    false
}

/// Accepts every certificate: none is used.
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "has the signature of the libraries'"
)]
pub(super) const fn check_root(_: &[u8]) -> Result<(), String> {
    Ok(())
}
