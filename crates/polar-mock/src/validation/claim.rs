use super::{Fields, Item, scalar};
use crate::json::Json;

/// The `invitation_token` of a claim: any text, even an empty one.
pub(crate) fn claim_token(body: &Json) -> Result<String, Vec<Item>> {
    let mut fields = Fields::of(body)?;
    let token = fields.required("invitation_token", scalar::text);
    fields.sound()?;
    token.ok_or_else(Vec::new)
}
