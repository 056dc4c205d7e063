//! The call machine, both drivers, and every operation, on a virtual clock.

mod both;
mod deadline;
mod table;
