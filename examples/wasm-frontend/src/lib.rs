//! The part of a team page that runs in the browser: it formats a list of seats and validates a form,
//! with the same types and rules as the server.
//!
//! It contains no HTTP client. The page fetches JSON from its own server, which has the access token.
//! To build it for the browser:
//!
//! ```sh
//! cargo build -p example-wasm-frontend --lib --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir pkg \
//!     target/wasm32-unknown-unknown/debug/example_wasm_frontend.wasm
//! ```
//!
//! Then, in the page:
//!
//! ```js
//! import init, { seatLines, checkInvitation } from "./pkg/example_wasm_frontend.js";
//! await init();
//! const seats = await (await fetch("/team/seats.json")).text();
//! for (const line of seatLines(seats, Date.now())) list.append(line);
//! ```

#[cfg(target_arch = "wasm32")]
pub mod browser;
mod form;
mod view;

pub use form::{InvitationError, invitation};
pub use view::{Line, State, lines};
