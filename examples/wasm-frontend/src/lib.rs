//! The part of a team page that runs in the browser: it shows a list of seats, and checks a form
//! before it is sent, by the same types and rules as the server.
//!
//! There is no HTTP client in it: the page fetches JSON from its own server, which alone has the
//! access token. For the browser:
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

pub use form::{InvitationProblem, invitation};
pub use view::{Line, State, lines};
