//! What several commands are told in the same words.

mod container;
mod options;
mod recipient;
mod token;

pub(crate) use self::{
    container::{ContainerArgs, OptionalContainerArgs, PortalContainerArgs},
    options::{Options, TransportName},
    recipient::RecipientArgs,
    token::TokenArg,
};
