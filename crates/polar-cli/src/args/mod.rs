//! Groups of options and arguments that several commands share.

mod container;
mod options;
mod recipient;
mod token;

pub(crate) use self::{
    container::{ContainerArgs, PortalContainerArgs},
    options::{ApiOptions, ProgressOptions, TransportName},
    recipient::RecipientArgs,
    token::TokenArg,
};
