//! The files of the pages.

/// A file of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asset {
    pub(super) text: &'static str,
    pub(super) content_type: &'static str,
}

/// Returns the file with this name below `/page/`.
pub(super) fn asset(name: &str) -> Option<Asset> {
    let mut all = ASSETS.iter();
    all.find(|(own, _)| *own == name).map(|(_, asset)| *asset)
}

const fn file(content_type: &'static str, text: &'static str) -> Asset {
    Asset { text, content_type }
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

pub(super) const APP: Asset = file(HTML, include_str!("assets/app.html"));
pub(super) const CHECKOUT: Asset = file(HTML, include_str!("assets/checkout.html"));

macro_rules! assets {
    ($($content_type:ident: $($name:literal)*;)*) => {
        &[$($((
            $name,
            file($content_type, include_str!(concat!("assets/", $name))),
        ),)*)*]
    };
}

/// The files that the pages load, by name.
pub(super) const ASSETS: &[(&str, Asset)] = assets! {
    SVG: "icon.svg";
    CSS: "theme.css" "controls.css" "tables.css" "layout.css" "checkout.css";
    SCRIPT:
        "app.js" "dom.js" "icons.js" "format.js" "api.js" "store.js" "results.js" "parts.js" "panel.js"
        "seats.js" "mails.js" "products.js" "new-product.js" "checkouts.js" "orders.js"
        "subscriptions.js" "customers.js" "license-keys.js" "usage.js" "webhooks.js"
        "checkout.js" "checkout-form.js";
};
