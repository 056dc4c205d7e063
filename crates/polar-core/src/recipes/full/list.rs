use std::ops::ControlFlow;

use super::Caller;
use crate::{Error, Paged, pages::after};

/// Reads a list page by page until `visit` breaks. Returns the value of the break, if there was one.
#[inline]
pub(super) async fn search<O: Paged + Send, T>(
    caller: &impl Caller,
    list: O,
    mut visit: impl FnMut(O::Item) -> ControlFlow<T>,
) -> Result<Option<T>, Error>
where
    O::Item: Send,
{
    let mut next = Some(list);
    while let Some(operation) = next {
        let page = caller.call(operation.clone()).await?;
        next = after(operation, &page);
        for item in page.items {
            if let ControlFlow::Break(found) = visit(item) {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// The maximum number of items on a page, so that a search takes the fewest requests.
pub(super) const PAGE_SIZE: u32 = 100;
