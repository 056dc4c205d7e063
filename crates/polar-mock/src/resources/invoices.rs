//! The invoices and receipts of orders. The mock makes no documents: their links lead nowhere.

use http::StatusCode;
use uuid::Uuid;

use super::{Call, Document, Kind, Rule};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("orders:generate_invoice", |call| {
        let order = call.document(Kind::Order, call.id(0)?)?.clone();
        generate(call, &order)
    }),
    ("orders:invoice", |call| {
        invoice(call.document(Kind::Order, call.id(0)?)?)
    }),
    ("orders:receipt", |call| {
        receipt(call.document(Kind::Order, call.id(0)?)?)
    }),
    ("customer_portal:orders:generate_invoice", |call| {
        call.require_billing()?;
        let order = call.portal_document(Kind::Order)?.clone();
        generate(call, &order)
    }),
    ("customer_portal:orders:invoice", |call| {
        call.require_billing()?;
        invoice(call.portal_document(Kind::Order)?)
    }),
    ("customer_portal:orders:receipt", |call| {
        call.require_billing()?;
        receipt(call.portal_document(Kind::Order)?)
    }),
];

fn generate(call: &mut Call<'_>, order: &Document) -> Result<Json, HttpError> {
    let has = |key| !matches!(order.fields.get(key), None | Some(Json::Null));
    if !has("billing_name") || !has("billing_address") {
        let detail = "Billing name and address are required to generate an invoice for this order.";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(HttpError::named(
            status,
            "MissingInvoiceBillingDetails",
            detail,
        ));
    }
    if !order.fields.flag("is_invoice_generated") {
        call.change(Kind::Order, order.id, |order| {
            order.set("is_invoice_generated", true);
        })?;
        call.raise_order("order.updated", order.id);
    }
    Ok(Json::Null)
}

fn invoice(order: &Document) -> Result<Json, HttpError> {
    let number = order.fields.text("invoice_number").unwrap_or_default();
    if !order.fields.flag("is_invoice_generated") {
        let detail = format!("No invoice exists for order {}.", order.id);
        return Err(HttpError::named(
            StatusCode::NOT_FOUND,
            "InvoiceDoesNotExist",
            detail,
        ));
    }
    let name = format!("Invoice-{number}.pdf");
    Ok(link("invoices", &name, &name))
}

fn receipt(order: &Document) -> Result<Json, HttpError> {
    let Some(number) = order.fields.text("receipt_number") else {
        let detail = format!("No receipt allocated for order {}.", order.id);
        return Err(HttpError::named(
            StatusCode::NOT_FOUND,
            "ReceiptNotAllocated",
            detail,
        ));
    };
    let path = format!("{}/{}.pdf", Uuid::from(order.organization), order.id);
    Ok(link("receipts", &path, &format!("Receipt-{number}.pdf")))
}

fn link(bucket: &str, path: &str, name: &str) -> Json {
    let url = format!(
        "https://polar-customer-{bucket}.s3.amazonaws.com/{path}?response-content-disposition=\
        attachment%3B%20filename%3D%22{name}%22&response-content-type=application%2Fpdf"
    );
    Json::object([("url", url.into())])
}
