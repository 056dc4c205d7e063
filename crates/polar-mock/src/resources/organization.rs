//! The organization as buyers and its own tokens see it.

use uuid::Uuid;

use super::{Account, Kind};
use crate::json::{self, Json};

impl Account<'_> {
    /// Returns the organization as the buyer sees it.
    pub(super) fn organization_view(&self) -> Json {
        let row = self.state.organization(self.organization);
        let text = |value: Option<&String>| value.cloned().into();
        let created_at = row.map_or(self.now, |row| row.created_at);
        let mut settings = json::parse(SETTINGS).unwrap_or(Json::EMPTY);
        if let Some(row) = row {
            let mut features = settings.value("feature_settings");
            features.set("seat_based_pricing_enabled", row.seats_enabled);
            features.set("member_model_enabled", row.member_model);
            settings.set("feature_settings", features);
        }
        let mut view = Json::object([
            ("created_at", created_at.into()),
            ("modified_at", Json::Null),
            ("id", Uuid::from(self.organization).into()),
            ("name", text(row.map(|row| &row.name))),
            ("slug", text(row.map(|row| &row.slug))),
            ("details_submitted_at", created_at.into()),
        ])
        .and(settings);
        for (key, value) in self.details().entries() {
            match view.get(key).cloned() {
                Some(before @ Json::Object(_)) => view.set(key, before.and(value.clone())),
                Some(_) => view.set(key, value.clone()),
                None => {}
            }
        }
        view
    }

    /// Returns what the organization has of its own.
    pub(super) fn details(&self) -> &Json {
        let id = Uuid::from(self.organization);
        let document = self.state.documents.get(Kind::Organization, id);
        document.map_or(&Json::Null, |document| &document.fields)
    }

    /// Whether a checkout has the language of its buyer.
    pub(super) fn has_localized_checkouts(&self) -> bool {
        let features = self.details().get("feature_settings");
        features.is_some_and(|features| features.flag("checkout_localization_enabled"))
    }

    pub(super) fn slug(&self) -> String {
        let row = self.state.organization(self.organization);
        row.map(|row| row.slug.clone()).unwrap_or_default()
    }
}

/// What a new organization of Polar has.
const SETTINGS: &str = r#"{
"avatar_url": null, "proration_behavior": "prorate", "allow_customer_updates": true, "bio": null,
"company": null, "blog": null, "location": null, "twitter_username": null, "pledge_minimum_amount": 0,
"pledge_badge_show_amount": false, "default_upfront_split_to_contributors": null, "email": null,
"website": null, "socials": [], "status": "active",
"feature_settings": {"issue_funding_enabled": false, "seat_based_pricing_enabled": true,
"unit_based_pricing_enabled": false, "wallets_enabled": false, "member_model_enabled": true,
"checkout_localization_enabled": false, "overview_metrics": null,
"reset_proration_behavior_enabled": false, "off_session_charges_enabled": false,
"meter_cycling_enabled": false, "slack_benefit_enabled": false, "preview_access_enabled": false,
"disputes_enabled": false, "sso_enabled": false, "dispute_auto_accept_enabled": false,
"compass_enabled": false, "merchant_migration_enabled": false},
"subscription_settings": {"allow_multiple_subscriptions": false, "proration_behavior": "prorate",
"benefit_revocation_grace_period": 0, "prevent_trial_abuse": false, "allow_customer_updates": true},
"customer_email_settings": {"order_confirmation": true, "payment_method_expiration_reminder": true,
"subscription_cancellation": true, "subscription_confirmation": true, "subscription_cycled": true,
"subscription_cycled_after_trial": true, "subscription_past_due": true, "subscription_paused": true,
"subscription_resumed": true, "subscription_renewal_reminder": true, "subscription_revoked": true,
"subscription_trial_conversion_reminder": true, "subscription_uncanceled": true,
"subscription_updated": true}
}"#;
