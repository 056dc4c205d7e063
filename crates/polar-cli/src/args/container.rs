use clap::Args;
use polar_core::types::{CheckoutId, Container, OrderId, PortalContainer, SubscriptionId};

use crate::error::CliError;

/// Whose seats: a subscription's or an order's.
#[derive(Args)]
#[group(id = "container", required = true, multiple = false)]
pub(crate) struct ContainerArgs {
    /// The subscription that the seats are sold on
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,

    /// The order that the seats are sold on
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,
}

impl ContainerArgs {
    pub(crate) fn get(&self) -> Result<Container, CliError> {
        self.subscription
            .map(Container::from)
            .or_else(|| self.order.map(Container::from))
            .ok_or_else(|| CliError::invalid("give --subscription ID or --order ID"))
    }
}

/// Whose seats, where that need not be said.
#[derive(Args)]
#[group(id = "container", multiple = false)]
pub(crate) struct OptionalContainerArgs {
    /// The subscription with the seats
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,

    /// The order with the seats
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

/// Whose seats, where the portal assigns: it knows checkouts, too.
#[derive(Args)]
#[group(id = "container", required = true, multiple = false)]
pub(crate) struct PortalContainerArgs {
    /// The subscription that the seats are sold on
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,

    /// The order that the seats are sold on
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,

    /// The checkout that the seats were bought with
    #[arg(long, value_name = "ID")]
    checkout: Option<CheckoutId>,
}

impl PortalContainerArgs {
    pub(crate) fn get(&self) -> Result<PortalContainer, CliError> {
        self.subscription
            .map(PortalContainer::from)
            .or_else(|| self.order.map(PortalContainer::from))
            .or_else(|| self.checkout.map(PortalContainer::from))
            .ok_or_else(|| {
                CliError::invalid("give --subscription, --order or --checkout with an ID")
            })
    }
}
