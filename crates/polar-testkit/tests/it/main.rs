//! The kit tried upon itself.

#[cfg(test)]
mod asynchronous;
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
