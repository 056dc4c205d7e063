//! The subscription, order or checkout that seats belong to.
//!
//! An option wins over the environment variables, also over that of the other kind. So clap does not
//! read them, because it would report a conflict.

use std::{ffi::OsString, str::FromStr};

use clap::Args;
use polar_core::types::{CheckoutId, Container, OrderId, PortalContainer, SubscriptionId};

use crate::error::CliError;

/// The subscription or order that seats belong to.
#[derive(Args)]
#[group(id = "container", multiple = false)]
pub(crate) struct ContainerArgs {
    #[arg(long, value_name = "ID", help = SUBSCRIPTION_HELP)]
    subscription: Option<SubscriptionId>,

    #[arg(long, value_name = "ID", help = ORDER_HELP)]
    order: Option<OrderId>,
}

impl ContainerArgs {
    /// Returns the container of the options, or otherwise of the environment.
    pub(crate) fn get(
        &self,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Container>, CliError> {
        match self.explicit() {
            Some(container) => Ok(Some(container)),
            None => from_env(env),
        }
    }

    /// Returns the container of the options, or otherwise of the environment.
    ///
    /// # Errors
    ///
    /// If neither names one.
    pub(crate) fn require(
        &self,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Container, CliError> {
        self.get(env)?
            .ok_or_else(|| missing("--subscription or --order is required"))
    }

    /// Returns the container of the options.
    pub(crate) fn explicit(&self) -> Option<Container> {
        self.subscription
            .map(Container::from)
            .or_else(|| self.order.map(Container::from))
    }
}

/// The subscription, order or checkout in which the portal assigns a seat.
#[derive(Args)]
#[group(id = "container", multiple = false)]
pub(crate) struct PortalContainerArgs {
    #[arg(long, value_name = "ID", help = SUBSCRIPTION_HELP)]
    subscription: Option<SubscriptionId>,

    #[arg(long, value_name = "ID", help = ORDER_HELP)]
    order: Option<OrderId>,

    /// Checkout that the seats were bought with
    #[arg(long, value_name = "ID")]
    checkout: Option<CheckoutId>,
}

impl PortalContainerArgs {
    /// Returns the container of the options, or otherwise of the environment.
    ///
    /// # Errors
    ///
    /// If neither names one.
    pub(crate) fn require(
        &self,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<PortalContainer, CliError> {
        let explicit = self
            .subscription
            .map(PortalContainer::from)
            .or_else(|| self.order.map(PortalContainer::from))
            .or_else(|| self.checkout.map(PortalContainer::from));
        if let Some(container) = explicit {
            return Ok(container);
        }
        match from_env(env)? {
            Some(Container::Subscription(id)) => Ok(id.into()),
            Some(Container::Order(id)) => Ok(id.into()),
            _ => Err(missing("--subscription, --order or --checkout is required")),
        }
    }
}

fn from_env(env: &dyn Fn(&str) -> Option<OsString>) -> Result<Option<Container>, CliError> {
    let subscription = variable::<SubscriptionId>(env, SUBSCRIPTION)?;
    let order = variable::<OrderId>(env, ORDER)?;
    match (subscription, order) {
        (Some(_), Some(_)) => Err(CliError::invalid(format!(
            "{SUBSCRIPTION} and {ORDER} are both set"
        ))
        .with_hint("Unset one of them, or pass --subscription or --order.")),
        (Some(id), None) => Ok(Some(id.into())),
        (None, Some(id)) => Ok(Some(id.into())),
        (None, None) => Ok(None),
    }
}

/// Returns the id in a variable. The error does not contain the value, which may be a misplaced
/// token.
fn variable<T: FromStr<Err: std::fmt::Display>>(
    env: &dyn Fn(&str) -> Option<OsString>,
    name: &str,
) -> Result<Option<T>, CliError> {
    let Some(text) = env(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    text.to_string_lossy()
        .trim()
        .parse()
        .map(Some)
        .map_err(|error| CliError::invalid(format!("{name}: {error}")))
}

fn missing(message: &str) -> CliError {
    CliError::invalid(message).with_hint(format!(
        "Pass an id, or set {SUBSCRIPTION} or {ORDER}. `polar-seats subscriptions` lists ids."
    ))
}

const SUBSCRIPTION: &str = "POLAR_SUBSCRIPTION";
const ORDER: &str = "POLAR_ORDER";
const SUBSCRIPTION_HELP: &str = "Subscription of the seats [env: POLAR_SUBSCRIPTION]";
const ORDER_HELP: &str = "Order of the seats [env: POLAR_ORDER]";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestArgs {
        #[command(flatten)]
        container: ContainerArgs,
    }

    #[derive(Parser)]
    struct TestPortalArgs {
        #[command(flatten)]
        container: PortalContainerArgs,
    }

    const ONE: &str = "4663fc95-f630-47e4-8260-a644811e7711";
    const TWO: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";

    fn container(
        args: &str,
        subscription: Option<&str>,
        order: Option<&str>,
    ) -> Result<String, String> {
        let args = format!("x {args}");
        let parsed = TestArgs::try_parse_from(args.split_whitespace()).unwrap();
        let env = |name: &str| match name {
            SUBSCRIPTION => subscription.map(OsString::from),
            ORDER => order.map(OsString::from),
            _ => panic!("{name}"),
        };
        parsed
            .container
            .require(&env)
            .map(|container| container.to_string())
            .map_err(CliError::invalid_message)
    }

    #[test]
    fn option_wins_over_variables_of_both_kinds() {
        for (args, subscription, order, expected) in [
            ("", Some(ONE), None, format!("subscription {ONE}")),
            ("", None, Some(ONE), format!("order {ONE}")),
            ("", Some(ONE), Some(""), format!("subscription {ONE}")),
            ("", Some(""), Some(ONE), format!("order {ONE}")),
            (
                "",
                Some(" 4663fc95-f630-47e4-8260-a644811e7711\n"),
                None,
                format!("subscription {ONE}"),
            ),
            (
                &format!("--subscription {TWO}"),
                Some(ONE),
                None,
                format!("subscription {TWO}"),
            ),
            (
                &format!("--subscription {TWO}"),
                None,
                Some(ONE),
                format!("subscription {TWO}"),
            ),
            (
                &format!("--order {TWO}"),
                Some(ONE),
                None,
                format!("order {TWO}"),
            ),
            (
                &format!("--order {TWO}"),
                Some(ONE),
                Some(ONE),
                format!("order {TWO}"),
            ),
            // A variable that is not used is not read.
            (
                &format!("--order {TWO}"),
                Some("x"),
                Some("y"),
                format!("order {TWO}"),
            ),
        ] {
            assert_eq!(
                container(args, subscription, order),
                Ok(expected),
                "{args} {subscription:?} {order:?}"
            );
        }
    }

    #[test]
    fn missing_ambiguous_and_invalid_variables_are_errors() {
        let missing = container("", None, Some("")).unwrap_err();
        assert!(
            missing.starts_with("--subscription or --order is required\n"),
            "{missing}"
        );
        assert!(
            missing.contains(SUBSCRIPTION) && missing.contains(ORDER),
            "{missing}"
        );
        let both = container("", Some(ONE), Some(TWO)).unwrap_err();
        assert!(
            both.starts_with("POLAR_SUBSCRIPTION and POLAR_ORDER are both set\n"),
            "{both}"
        );
        let wrong = container("", Some("polar_oat_CANARY"), None).unwrap_err();
        assert!(
            wrong.starts_with("POLAR_SUBSCRIPTION: not a subscription id: "),
            "{wrong}"
        );
        assert!(!wrong.contains("CANARY"), "{wrong}");
    }

    #[test]
    fn two_options_conflict() {
        let line = format!("x --subscription {ONE} --order {TWO}");
        assert!(TestArgs::try_parse_from(line.split_whitespace()).is_err());
    }

    #[test]
    fn checkout_option_wins_over_variables() {
        let portal = |line: &str, subscription: Option<&str>| {
            let args = TestPortalArgs::try_parse_from(format!("x {line}").split_whitespace());
            let env = |name: &str| {
                subscription
                    .filter(|_| name == SUBSCRIPTION)
                    .map(OsString::from)
            };
            args.unwrap()
                .container
                .require(&env)
                .map_err(CliError::invalid_message)
        };
        let id = |text: &str| text.parse::<SubscriptionId>().unwrap();
        let checkout = TWO.parse::<CheckoutId>().unwrap();
        assert_eq!(portal("", Some(ONE)), Ok(PortalContainer::from(id(ONE))));
        assert_eq!(
            portal(&format!("--checkout {TWO}"), Some(ONE)),
            Ok(PortalContainer::from(checkout))
        );
        assert!(
            portal("", None)
                .unwrap_err()
                .contains("--checkout is required")
        );
    }
}
