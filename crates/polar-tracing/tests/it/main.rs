//! What arrives in OpenTelemetry's in-memory exporter, from both clients.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod collect;
mod context;
mod spans;
