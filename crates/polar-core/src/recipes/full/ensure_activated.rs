use std::{ops::ControlFlow, time::SystemTime};

use polar_types::{
    BenefitId, ErrorName, LicenseKeyId, Timestamp,
    customer_portal::benefit_grants::PortalBenefitGrantBenefitProperties,
    license_keys::{
        LicenseKeyActivate, LicenseKeyActivation, LicenseKeyActivationSummary, LicenseKeyStatus,
        LicenseKeyWithActivations,
    },
};

use super::{
    Caller,
    ensured::{Ensured, ensure},
    error::recipe_error,
    list::{PAGE_SIZE, search},
    run,
};
use crate::{
    Client, Error, InvalidRequest, Operation, blocking,
    customer_portal::{benefit_grants, license_keys as portal},
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
        /// The session does not show the activations, so the recipe could not find the label again.
        /// Nothing was activated.
        Hidden => NotDone,
            "the customer portal does not show the activations of the license key",
            "Let customers manage activations in the settings of the benefit, or use an access token.";
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
        for_organization(self.via, Get::new(license_key), request).await
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
        run(for_organization(self.via, Get::new(license_key), request))
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
        in_portal(&self.via, portal::Get::new(license_key), request).await
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
        run(in_portal(&self.via, portal::Get::new(license_key), request))
    }
}

#[inline]
async fn for_organization(
    caller: &impl Caller,
    get: Get,
    request: LicenseKeyActivate,
) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
    let key = get_key(caller, get.clone(), &request).await?;
    ensure_activated(
        caller,
        key,
        get,
        request.label.clone(),
        Activate::new(request),
    )
    .await
}

#[inline]
async fn in_portal(
    caller: &impl Caller,
    get: portal::Get,
    request: LicenseKeyActivate,
) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
    let key = get_key(caller, get.clone(), &request).await?;
    if key.activations.is_empty() && !shows_activations(caller, key.benefit_id).await? {
        return Err(EnsureActivatedError::Hidden);
    }
    let activate = portal::Activate::new(request.clone());
    ensure_activated(caller, key, get, request.label, activate).await
}

/// Returns whether the portal shows the activations of a benefit's license keys. Otherwise its list is
/// always empty (read in the server's source).
#[inline]
async fn shows_activations(caller: &impl Caller, benefit: BenefitId) -> Result<bool, Error> {
    let list = benefit_grants::List::new()
        .benefit_id([benefit])
        .limit(PAGE_SIZE);
    let shows = search(caller, list, |grant| match grant.benefit.properties {
        PortalBenefitGrantBenefitProperties::LicenseKeys(properties) => {
            let activations = properties.activations;
            ControlFlow::Break(activations.is_some_and(|limit| limit.enable_customer_admin))
        }
        _ => ControlFlow::Continue(()),
    });
    Ok(shows.await?.unwrap_or(false))
}

/// Gets the license key, and checks that it is the one of the request.
#[inline]
async fn get_key(
    caller: &impl Caller,
    get: impl Operation<Output = LicenseKeyWithActivations> + Send,
    request: &LicenseKeyActivate,
) -> Result<LicenseKeyWithActivations, Error> {
    if request.label.is_empty() {
        return Err(invalid(
            "label",
            "must not be empty: it identifies the activation",
        ));
    }
    let key = caller.call(get).await?;
    if !key.key.expose().is_empty() && key.key != request.key {
        return Err(invalid("license_key", "is the id of another license key"));
    }
    Ok(key)
}

#[inline]
async fn ensure_activated(
    caller: &impl Caller,
    key: LicenseKeyWithActivations,
    get: impl Operation<Output = LicenseKeyWithActivations> + Clone + Send + Sync,
    label: String,
    activate: impl Operation<Output = LicenseKeyActivation> + Send,
) -> Result<Ensured<LicenseKeyActivationSummary>, EnsureActivatedError> {
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
