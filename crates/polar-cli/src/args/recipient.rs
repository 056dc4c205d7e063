use clap::Args;
use polar_core::types::{CustomerId, MemberId, Recipient};

use crate::error::CliError;

/// The person to assign a seat to, in one of the six forms that Polar accepts.
#[derive(Args)]
#[group(id = "recipient", required = true, multiple = true)]
pub(crate) struct RecipientArgs {
    /// Email address of the person
    #[arg(long, value_name = "EMAIL", conflicts_with_all = ["customer", "external_customer", "member"])]
    email: Option<String>,

    /// Customer, by Polar's id
    #[arg(long, value_name = "ID", conflicts_with_all = ["external_customer", "member", "external_member"])]
    customer: Option<CustomerId>,

    /// Customer, by the id in your system
    #[arg(long, value_name = "ID", conflicts_with_all = ["member", "external_member"])]
    external_customer: Option<String>,

    /// Member of the buyer's team, by Polar's id
    #[arg(long, value_name = "ID", conflicts_with = "external_member")]
    member: Option<MemberId>,

    /// Member, by your id; may be new with --email
    #[arg(long, value_name = "ID")]
    external_member: Option<String>,
}

impl RecipientArgs {
    pub(crate) fn into_recipient(self) -> Result<Recipient, CliError> {
        match self {
            Self {
                external_member: Some(id),
                email: Some(email),
                ..
            } => Ok(Recipient::external_member_with_email(id, email)),
            Self {
                external_member: Some(id),
                ..
            } => Ok(Recipient::external_member(id)),
            Self {
                email: Some(email), ..
            } => Ok(Recipient::email(email)),
            Self {
                customer: Some(id), ..
            } => Ok(id.into()),
            Self {
                external_customer: Some(id),
                ..
            } => Ok(Recipient::external_customer(id)),
            Self {
                member: Some(id), ..
            } => Ok(id.into()),
            _ => Err(CliError::invalid(
                "a recipient is required, such as --email",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestArgs {
        #[command(flatten)]
        recipient: RecipientArgs,
    }

    fn recipient(line: &str) -> Option<Recipient> {
        let args = TestArgs::try_parse_from(format!("x {line}").split_whitespace()).ok()?;
        args.recipient.into_recipient().ok()
    }

    #[test]
    fn six_forms_of_recipient_are_accepted() {
        let id = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";
        let customer: CustomerId = id.parse().unwrap();
        let member: MemberId = id.parse().unwrap();
        for (line, expected) in [
            ("--email a@b.c".to_owned(), Recipient::email("a@b.c")),
            (format!("--customer {id}"), customer.into()),
            (
                "--external-customer x".to_owned(),
                Recipient::external_customer("x"),
            ),
            (format!("--member {id}"), member.into()),
            (
                "--external-member x".to_owned(),
                Recipient::external_member("x"),
            ),
            (
                "--email a@b.c --external-member x".to_owned(),
                Recipient::external_member_with_email("x", "a@b.c"),
            ),
        ] {
            assert_eq!(recipient(&line), Some(expected), "{line}");
        }
    }

    #[test]
    fn other_combinations_are_rejected() {
        let names = [
            "email",
            "customer",
            "external-customer",
            "member",
            "external-member",
        ];
        let id = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";
        for mask in 0_u32..32 {
            let chosen: Vec<_> = (0..5)
                .filter(|bit| mask >> bit & 1 == 1)
                .map(|bit| names[bit])
                .collect();
            let line = chosen
                .iter()
                .map(|name| format!("--{name} {id}"))
                .collect::<Vec<_>>()
                .join(" ");
            let legal = chosen.len() == 1 || chosen == ["email", "external-member"];
            assert_eq!(recipient(&line).is_some(), legal, "{line}");
        }
    }
}
