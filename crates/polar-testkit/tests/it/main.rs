//! Tests of the test kit: the conformance suite must accept correct transports and reject broken
//! ones.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod minimal;
#[cfg(test)]
mod script;
#[cfg(test)]
mod wire;
