//! Nothing to use: `cargo test` compiles the code in the README and in `docs/` here, and checks that
//! their links lead somewhere. The code of other pages is run instead, in `tests/`.

#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/architecture.md")]
    mod architecture {}
    #[doc = include_str!("../../../docs/design.md")]
    mod design {}
    #[doc = include_str!("../../../docs/operations.md")]
    mod operations {}
    #[doc = include_str!("../../../docs/retries.md")]
    mod retries {}
    #[doc = include_str!("../../../docs/transports.md")]
    mod transports {}
}
