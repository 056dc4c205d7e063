//! The invoices and receipts of orders. The mock makes no documents: their links lead nowhere.

use http::StatusCode;

use super::{Call, Document, Kind, Rule};
use crate::{http::HttpError, json::Json, state::Caller};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("orders:generate_invoice", generate),
    ("orders:invoice", invoice),
    ("orders:receipt", receipt),
    ("customer_portal:orders:generate_invoice", generate),
    ("customer_portal:orders:invoice", invoice),
    ("customer_portal:orders:receipt", receipt),
];

/// Returns the order whose id is in the path, of the organization or of the customer that calls.
fn order<'c>(call: &'c Call<'_>) -> Result<&'c Document, HttpError> {
    if matches!(call.caller, Caller::Organization { .. }) {
        return call.document(Kind::Order, call.id(0)?);
    }
    call.require_billing()?;
    call.portal_document(Kind::Order)
}

fn generate(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let Document { id, fields, .. } = order(call)?.clone();
    let lacks = |key| matches!(fields.get(key), None | Some(Json::Null));
    if lacks("billing_name") || lacks("billing_address") {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let detail = "Billing name and address are required to generate an invoice for this order.";
        let name = "MissingInvoiceBillingDetails";
        return Err(HttpError::named(status, name, detail));
    }
    if !fields.flag("is_invoice_generated") {
        call.set(Kind::Order, id, [("is_invoice_generated", true.into())]);
        call.raise_order("order.updated", id);
    }
    Ok(Json::Null)
}

fn invoice(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let Document { id, fields, .. } = order(call)?;
    if !fields.flag("is_invoice_generated") {
        let detail = format!("No invoice exists for order {id}.");
        let status = StatusCode::NOT_FOUND;
        return Err(HttpError::named(status, "InvoiceDoesNotExist", detail));
    }
    let number = fields.text("invoice_number").unwrap_or_default();
    let name = format!("Invoice-{number}.pdf");
    Ok(link("invoices", &name, &name))
}

fn receipt(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let Document { id, fields, .. } = order(call)?;
    let Some(number) = fields.text("receipt_number") else {
        let detail = format!("No receipt allocated for order {id}.");
        let status = StatusCode::NOT_FOUND;
        return Err(HttpError::named(status, "ReceiptNotAllocated", detail));
    };
    let name = format!("Receipt-{number}.pdf");
    Ok(link("receipts", &format!("{id}.pdf"), &name))
}

fn link(bucket: &str, path: &str, name: &str) -> Json {
    let url = format!(
        "https://polar-customer-{bucket}.s3.amazonaws.com/{path}?response-content-disposition=\
        attachment%3B%20filename%3D%22{name}%22&response-content-type=application%2Fpdf"
    );
    Json::object([("url", url.into())])
}
