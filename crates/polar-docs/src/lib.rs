//! Tests of the documentation. The code of these pages is compiled as doctests; that of the other
//! pages is called by `tests/it`, which also checks links and commands.

#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/getting-started.md")]
    mod getting_started {}
    #[doc = include_str!("../../../docs/lists.md")]
    mod lists {}
    #[doc = include_str!("../../../docs/operations.md")]
    mod operations {}
    #[doc = include_str!("../../../docs/retries.md")]
    mod retries {}
    #[doc = include_str!("../../../docs/tracing.md")]
    mod tracing {}
    #[doc = include_str!("../../../docs/transports.md")]
    mod transports {}
}
