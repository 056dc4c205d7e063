//! Products, benefits, custom fields and discounts.

use polar_types::{
    Amount, Currency, Decimal, MeterId, ProductPriceId, Secret, benefits::BenefitCreate,
    benefits::BenefitCustomCreateProperties, benefits::BenefitDiscordCreateProperties,
    benefits::BenefitDownloadablesCreateProperties,
    benefits::BenefitGitHubRepositoryCreateProperties,
    benefits::BenefitLicenseKeysCreateProperties, benefits::BenefitMeterCreditCreateProperties,
    benefits::BenefitSlackSharedChannelCreateProperties, benefits::BenefitUpdate,
    benefits::BenefitUpdateProperties, benefits::GitHubPermission, common::RecurringInterval,
    custom_fields::CustomFieldCheckboxProperties, custom_fields::CustomFieldCreate,
    custom_fields::CustomFieldDateProperties, custom_fields::CustomFieldNumberProperties,
    custom_fields::CustomFieldSelectOption, custom_fields::CustomFieldSelectProperties,
    custom_fields::CustomFieldTextProperties, custom_fields::CustomFieldUpdate,
    custom_fields::CustomFieldUpdateProperties, discounts::DiscountCreate,
    discounts::DiscountDuration, products::ProductCreate, products::ProductPriceCreate,
    products::ProductPriceSeatTier, products::ProductPriceSeatTiersCreate,
    products::ProductPriceUpdate,
};
use serde_json::json;

use super::{ID, id, sent};

#[test]
fn prices() {
    let tiers =
        || ProductPriceSeatTiersCreate::new([ProductPriceSeatTier::new(1, Amount::new(900))]);
    let unit = || "0.5".parse::<Decimal>().unwrap();
    let fixed = json!({"amount_type": "fixed", "price_amount": 1000});
    let custom = json!({"amount_type": "custom"});
    let seats = json!({"amount_type": "seat_based", "seat_tiers": {"tiers":
        [{"min_seats": 1, "price_per_seat": 900}]}});
    let metered = json!({"amount_type": "metered_unit", "meter_id": ID, "unit_amount": "0.5"});
    let prices = vec![
        ProductPriceCreate::fixed(Amount::new(1000)),
        ProductPriceCreate::custom(),
        ProductPriceCreate::seat_based(tiers()),
        ProductPriceCreate::metered_unit(id::<MeterId>(), unit()),
    ];
    assert_eq!(
        sent(&ProductCreate::one_time("Pen", prices.clone())),
        json!({"name": "Pen", "prices": [fixed, custom, seats, metered]})
    );
    assert_eq!(
        sent(&ProductCreate::recurring(
            "Pen",
            [],
            RecurringInterval::Month
        )),
        json!({"name": "Pen", "prices": [], "recurring_interval": "month"})
    );
    let prices = [
        ProductPriceUpdate::existing(id::<ProductPriceId>()),
        ProductPriceUpdate::fixed(Amount::new(1000)),
        ProductPriceUpdate::custom(),
        ProductPriceUpdate::seat_based(tiers()),
        ProductPriceUpdate::metered_unit(id::<MeterId>(), unit()),
    ];
    let bodies = [json!({"id": ID}), fixed, custom, seats, metered];
    for (price, body) in prices.into_iter().zip(bodies) {
        assert_eq!(sent(&price), body);
    }
}

#[test]
fn benefits() {
    type Create = BenefitCreate;
    let tokens = BenefitDiscordCreateProperties::new(Secret::from("guild"), "r", true);
    let repository =
        BenefitGitHubRepositoryCreateProperties::new("acme", "app", GitHubPermission::Pull);
    let slack = BenefitSlackSharedChannelCreateProperties::new(
        id::<polar_types::SlackIntegrationId>(),
        "{name}",
    );
    for (create, kind, properties) in [
        (
            Create::custom("b", BenefitCustomCreateProperties::new().note("n")),
            "custom",
            json!({"note": "n"}),
        ),
        (
            Create::discord("b", tokens),
            "discord",
            json!({"guild_token": "guild", "role_id": "r", "kick_member": true}),
        ),
        (
            Create::github_repository("b", repository),
            "github_repository",
            json!({"repository_owner": "acme", "repository_name": "app", "permission": "pull"}),
        ),
        (
            Create::downloadables("b", BenefitDownloadablesCreateProperties::new([])),
            "downloadables",
            json!({"files": []}),
        ),
        (
            Create::license_keys("b", BenefitLicenseKeysCreateProperties::new().prefix("P")),
            "license_keys",
            json!({"prefix": "P"}),
        ),
        (
            Create::meter_credit(
                "b",
                BenefitMeterCreditCreateProperties::new(5, false, id::<MeterId>()),
            ),
            "meter_credit",
            json!({"units": 5, "rollover": false, "meter_id": ID}),
        ),
        (Create::feature_flag("b"), "feature_flag", json!({})),
        (
            Create::slack_shared_channel("b", slack),
            "slack_shared_channel",
            json!({"slack_integration_id": ID, "channel_name_template": "{name}"}),
        ),
    ] {
        let body = json!({"type": kind, "description": "b", "properties": properties});
        assert_eq!(sent(&create), body);
    }
}

#[test]
fn updates_of_benefits() {
    for (update, kind) in [
        (BenefitUpdate::custom(), "custom"),
        (BenefitUpdate::discord(), "discord"),
        (BenefitUpdate::github_repository(), "github_repository"),
        (BenefitUpdate::downloadables(), "downloadables"),
        (BenefitUpdate::license_keys(), "license_keys"),
        (BenefitUpdate::meter_credit(), "meter_credit"),
        (BenefitUpdate::feature_flag(), "feature_flag"),
        (
            BenefitUpdate::slack_shared_channel(),
            "slack_shared_channel",
        ),
    ] {
        let sent = sent(&update.description("new"));
        assert_eq!(sent.get("type"), Some(&json!(kind)));
        assert_eq!(sent.get("description"), Some(&json!("new")));
    }
    let keys = BenefitLicenseKeysCreateProperties::new().limit_usage(3);
    let update = BenefitUpdate::license_keys();
    let update = update.properties(BenefitUpdateProperties::LicenseKeys(keys));
    assert_eq!(
        sent(&update),
        json!({"type": "license_keys", "properties": {"limit_usage": 3}})
    );
}

#[test]
fn custom_fields() {
    type Create = CustomFieldCreate;
    let option = CustomFieldSelectOption::new("s", "Small");
    let select = CustomFieldSelectProperties::new([option]);
    for (create, kind, properties) in [
        (
            Create::text("f", "F", CustomFieldTextProperties::new()),
            "text",
            json!({}),
        ),
        (
            Create::number("f", "F", CustomFieldNumberProperties::new().ge(1)),
            "number",
            json!({"ge": 1}),
        ),
        (
            Create::date("f", "F", CustomFieldDateProperties::new()),
            "date",
            json!({}),
        ),
        (
            Create::checkbox("f", "F", CustomFieldCheckboxProperties::new()),
            "checkbox",
            json!({}),
        ),
        (
            Create::select("f", "F", select),
            "select",
            json!({"options": [{"value": "s", "label": "Small"}]}),
        ),
    ] {
        let body = json!({"type": kind, "slug": "f", "name": "F", "properties": properties});
        assert_eq!(sent(&create), body);
    }
    for (update, kind) in [
        (CustomFieldUpdate::text(), "text"),
        (CustomFieldUpdate::number(), "number"),
        (CustomFieldUpdate::date(), "date"),
        (CustomFieldUpdate::checkbox(), "checkbox"),
        (CustomFieldUpdate::select(), "select"),
    ] {
        assert_eq!(sent(&update).get("type"), Some(&json!(kind)));
    }
    let text = CustomFieldTextProperties::new().max_length(9);
    let update = CustomFieldUpdate::text().properties(CustomFieldUpdateProperties::Text(text));
    assert_eq!(
        sent(&update),
        json!({"type": "text", "properties": {"max_length": 9}})
    );
}

#[test]
fn discounts() {
    let usd = Currency::from("usd");
    let fixed = DiscountCreate::fixed("d", DiscountDuration::Once, Amount::new(500), usd);
    assert_eq!(
        sent(&fixed),
        json!({"type": "fixed", "name": "d", "duration": "once", "amount": 500, "currency": "usd"})
    );
    assert_eq!(
        sent(&DiscountCreate::percentage(
            "d",
            DiscountDuration::Forever,
            1000
        )),
        json!({"type": "percentage", "name": "d", "duration": "forever", "basis_points": 1000})
    );
}
