//! Groups of options and arguments that several commands share.

mod options;
mod recipient;
mod token;

use clap::Args;
use polar_core::types::{CheckoutId, Container, OrderId, PortalContainer, SubscriptionId};

pub(crate) use self::{
    options::{ApiOptions, ProgressOptions, TransportName},
    recipient::RecipientArgs,
    token::TokenArg,
};
use crate::error::CliError;

/// The subscription or order that seats belong to.
#[derive(Args)]
#[group(skip)]
#[command(mut_group("container", |group| group.required(true)))]
pub(crate) struct ContainerArgs {
    #[command(flatten)]
    container: OptionalContainerArgs,
}

impl ContainerArgs {
    pub(crate) fn get(&self) -> Result<Container, CliError> {
        self.container
            .get()
            .ok_or_else(|| CliError::invalid("--subscription or --order is required"))
    }
}

/// The subscription or order that seats belong to, where it is optional.
#[derive(Args)]
#[group(id = "container", multiple = false)]
pub(crate) struct OptionalContainerArgs {
    /// Subscription that the seats belong to
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,

    /// Order that the seats belong to
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,
}

impl OptionalContainerArgs {
    pub(crate) fn get(&self) -> Option<Container> {
        self.subscription
            .map(Container::from)
            .or_else(|| self.order.map(Container::from))
    }
}

/// The subscription, order or checkout in which the portal assigns a seat.
#[derive(Args)]
#[group(id = "container", required = true, multiple = false)]
pub(crate) struct PortalContainerArgs {
    /// Subscription that the seats belong to
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,

    /// Order that the seats belong to
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,

    /// Checkout that the seats were bought with
    #[arg(long, value_name = "ID")]
    checkout: Option<CheckoutId>,
}

impl PortalContainerArgs {
    pub(crate) fn get(&self) -> Result<PortalContainer, CliError> {
        self.subscription
            .map(PortalContainer::from)
            .or_else(|| self.order.map(PortalContainer::from))
            .or_else(|| self.checkout.map(PortalContainer::from))
            .ok_or_else(|| CliError::invalid("--subscription, --order or --checkout is required"))
    }
}
