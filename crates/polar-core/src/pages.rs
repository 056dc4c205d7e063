//! Lists page by page.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;
use polar_types::{CustomerSessionToken, Page};

use crate::{Client, Error, Operation, blocking};

/// An operation that returns one page of a list.
pub trait Paged: Operation<Output = Page<Self::Item>> + Clone {
    /// An item of the list.
    type Item;

    /// Returns the page that the operation asks for; `None` if it does not say, which is the first.
    fn page_number(&self) -> Option<u32>;

    /// Returns the operation for another page, counted from 1.
    #[must_use]
    fn with_page(self, page: u32) -> Self;
}

/// The items of a list, page by page, from the async client.
///
/// It is a [`Stream`], and has [`next`](Self::next), which needs no other crate:
///
/// ```
/// use polar_core::{Client, Error, Paged};
///
/// async fn count<O>(client: &Client, list: O) -> Result<usize, Error>
/// where
///     O: Paged + Send + 'static,
///     O::Item: Send,
/// {
///     let mut pages = client.pages(list);
///     let mut count = 0;
///     while let Some(item) = pages.next().await {
///         item?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
///
/// It begins with the page that the operation asks for, and ends with the last page or with the first
/// error, which is its last item. Each page is one request. Set the `limit` of the operation to 100 to
/// read a long list with few requests.
///
/// # Changes between pages
///
/// Polar counts pages by position. If an item is added before the position between two requests, the
/// last item of a page is also the first of the next one; if one is deleted or no longer matches the
/// filter, an item is missing. Sort by a property that does not change, oldest first, so that new items
/// come last. Do not change what the filter selects while you read the list. Compare ids if a
/// repetition matters.
pub struct Pages<O: Paged> {
    client: Client,
    session: Option<CustomerSessionToken>,
    position: Position<O>,
    request: Option<Request<O::Item>>,
}

/// The items of a list, page by page, from the blocking client: see [`Pages`].
///
/// ```
/// use polar_core::{Error, Paged, blocking::Client};
///
/// fn all<O: Paged>(client: &Client, list: O) -> Result<Vec<O::Item>, Error> {
///     client.pages(list).collect()
/// }
/// ```
pub struct BlockingPages<O: Paged> {
    client: blocking::Client,
    session: Option<CustomerSessionToken>,
    position: Position<O>,
}

/// Returns the operation for the page after this one; `None` after the last page.
pub(crate) fn after<O: Paged>(operation: O, page: &Page<O::Item>) -> Option<O> {
    let number = operation.page_number().unwrap_or(1);
    let has_more = u64::from(number) < page.pagination.max_page && !page.items.is_empty();
    has_more.then(|| operation.with_page(number.saturating_add(1)))
}

type Request<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

/// Where in a list a reader is, for both clients.
struct Position<O: Paged> {
    /// The operation for the next page; `None` after the last one.
    next: Option<O>,
    items: vec::IntoIter<O::Item>,
}

impl<O: Paged> Position<O> {
    fn new(operation: O) -> Self {
        Self {
            next: Some(operation),
            items: Vec::new().into_iter(),
        }
    }

    /// Adds the items of a page; returns its error.
    fn receive(&mut self, operation: O, page: Result<Page<O::Item>, Error>) -> Result<(), Error> {
        let page = page?;
        self.next = after(operation, &page);
        self.items = page.items.into_iter();
        Ok(())
    }
}

impl<O: Paged + Send + 'static> Pages<O> {
    pub(crate) fn new(client: Client, session: Option<CustomerSessionToken>, operation: O) -> Self {
        Self {
            client,
            session,
            position: Position::new(operation),
            request: None,
        }
    }

    /// Returns the next item, which takes a request at the end of each page; `None` after the last one.
    ///
    /// # Errors
    ///
    /// If a page cannot be listed; there are no more items then.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        loop {
            if let Some(item) = self.position.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(operation) = &self.position.next else {
                return Poll::Ready(None);
            };
            let request = self.request.get_or_insert_with(|| {
                let (client, session) = (self.client.clone(), self.session.clone());
                let operation = operation.clone();
                Box::pin(async move { client.call_in(session.as_ref(), operation).await })
            });
            let page = ready!(request.as_mut().poll(context));
            self.request = None;
            if let Some(operation) = self.position.next.take()
                && let Err(error) = self.position.receive(operation, page)
            {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<O> Stream for Pages<O>
where
    O: Paged + Send + Unpin + 'static,
    O::Item: Unpin,
{
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<O: Paged> BlockingPages<O> {
    pub(crate) fn new(
        client: blocking::Client,
        session: Option<CustomerSessionToken>,
        operation: O,
    ) -> Self {
        Self {
            client,
            session,
            position: Position::new(operation),
        }
    }
}

impl<O: Paged> Iterator for BlockingPages<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.position.items.next() {
                return Some(Ok(item));
            }
            let operation = self.position.next.take()?;
            let page = self
                .client
                .call_in(self.session.as_ref(), operation.clone());
            if let Err(error) = self.position.receive(operation, page) {
                return Some(Err(error));
            }
        }
    }
}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({})", O::SPEC.name)
    }
}

impl<O: Paged> fmt::Debug for BlockingPages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockingPages({})", O::SPEC.name)
    }
}
