use std::time::SystemTime;

use polar_types::{
    ErrorName, LicenseKeyId, Timestamp,
    license_keys::{
        LicenseKeyActivate, LicenseKeyActivation, LicenseKeyActivationSummary, LicenseKeyStatus,
        LicenseKeyWithActivations,
    },
};

use super::{
    Caller,
    ensured::{Ensured, ensure},
    error::recipe_error,
    run,
};
use crate::{
    Client, Error, InvalidRequest, Operation, blocking,
    customer_portal::license_keys as portal,
    license_keys::{Activate, Get, LicenseKeys},
};

recipe_error! {
    /// The error of [`ensure_activated`](LicenseKeys::ensure_activated).
    pub enum EnsureActivatedError {
        /// The license key has as many activations as it allows, and none has the label. Nothing was
        /// activated.
        LimitReached {
            /// The activations of the license key.
            activations: Vec<LicenseKeyActivationSummary>,
        } => Refused,
            "the license key has as many activations as it allows",
            "Deactivate an installation that is no longer used.";
    }
}

/// Recipes of the async client.
impl LicenseKeys<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_activated.md"))]
    #[inline]
    pub async fn ensure_activated(
        &self,
        license_key: impl Into<LicenseKeyId>,
        request: LicenseKeyActivate,
    ) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
        let get = Get::new(license_key);
        ensure_activated(self.via, get, request, Activate::new).await
    }
}

/// Recipes of the blocking client.
impl LicenseKeys<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_activated.md"))]
    #[inline]
    pub fn ensure_activated(
        &self,
        license_key: impl Into<LicenseKeyId>,
        request: LicenseKeyActivate,
    ) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
        let get = Get::new(license_key);
        run(ensure_activated(self.via, get, request, |request| {
            Activate::new(request)
        }))
    }
}

/// Recipes of the async client.
impl portal::LicenseKeys<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_activated.md"))]
    #[inline]
    pub async fn ensure_activated(
        &self,
        license_key: impl Into<LicenseKeyId>,
        request: LicenseKeyActivate,
    ) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
        let get = portal::Get::new(license_key);
        ensure_activated(&self.via, get, request, portal::Activate::new).await
    }
}

/// Recipes of the blocking client.
impl portal::LicenseKeys<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_activated.md"))]
    #[inline]
    pub fn ensure_activated(
        &self,
        license_key: impl Into<LicenseKeyId>,
        request: LicenseKeyActivate,
    ) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
        let get = portal::Get::new(license_key);
        run(ensure_activated(
            &self.via,
            get,
            request,
            portal::Activate::new,
        ))
    }
}

#[inline]
async fn ensure_activated<A>(
    caller: &impl Caller,
    get: impl Operation<Output = LicenseKeyWithActivations> + Clone + Send + Sync,
    request: LicenseKeyActivate,
    activate: impl FnOnce(LicenseKeyActivate) -> A,
) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError>
where
    A: Operation<Output = LicenseKeyActivation> + Send,
{
    if request.label.is_empty() {
        return Err(invalid("label", "must not be empty: it identifies the activation").into());
    }
    let key = caller.call(get.clone()).await?;
    if !key.key.expose().is_empty() && key.key != request.key {
        return Err(invalid("license_key", "is the id of another license key").into());
    }
    let label = request.label.clone();
    let activate = activate(request);
    let find = |key: LicenseKeyWithActivations| {
        let mut activations = key.activations.into_iter();
        activations.find(|activation| activation.label == label)
    };
    let ensured = ensure(
        find(key),
        async { Ok(caller.call(activate).await?.into()) },
        |_| false,
        async { Ok(find(caller.call(get.clone()).await?)) },
    );
    let error = match ensured.await {
        Ok(ensured) => return Ok(ensured),
        Err(error) if error.name() == Some(&ErrorName::NotPermitted) => error,
        Err(error) => return Err(error.into()),
    };
    // The name is the same for every reason (observed). The license key shows whether it was the
    // limit, and whether another caller has activated the label in the meantime.
    let Ok(key) = caller.call(get).await else {
        return Err(error.into());
    };
    let is_full = is_full(&key, caller.wall_clock());
    let activations = key.activations.clone();
    match find(key) {
        Some(activation) => Ok(Ensured::Found(activation)),
        None if is_full => Err(EnsureActivatedError::LimitReached { activations }),
        None => Err(error.into()),
    }
}

/// Returns whether the limit is why Polar refused an activation: it checks everything else first.
#[inline]
fn is_full(key: &LicenseKeyWithActivations, now: SystemTime) -> bool {
    let expires_at = key.expires_at.as_ref().and_then(Timestamp::system_time);
    let is_active = key.status == LicenseKeyStatus::Granted
        && expires_at.is_none_or(|expires_at| expires_at > now);
    let count = i64::try_from(key.activations.len()).unwrap_or(i64::MAX);
    let limit = key.limit_activations.filter(|limit| *limit > 0);
    is_active && limit.is_some_and(|limit| count >= limit)
}

#[inline]
fn invalid(field: &'static str, problem: &'static str) -> Error {
    Error::invalid(
        "license_keys.ensure_activated",
        InvalidRequest::new(field, problem),
    )
}
