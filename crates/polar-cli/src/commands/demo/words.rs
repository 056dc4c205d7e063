//! The story, for somebody who has never heard of seats.

use std::time::SystemTime;

use super::{Person, Story};
use crate::{
    commands::claim_info::what,
    report::{Report, Theme, sanitize},
};

impl Report for Story {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        [
            self.opening(),
            self.ann.is_given_a_seat(theme, self),
            self.ann.is_mailed(theme),
            self.ann.looks(theme),
            self.ann.claims(theme),
            self.ben.does_the_same(theme),
            self.list(theme, now),
            ending(theme),
        ]
        .join("\n")
    }
}

impl Story {
    fn opening(&self) -> String {
        let Self {
            server,
            subscription,
            ..
        } = self;
        format!(
            "This is an offline Polar at {server}, made for this run.\n\
             Acme sells its Team plan by the seat, and Globex has bought five seats:\n\
             subscription {subscription}.\n"
        )
    }

    fn list(&self, theme: Theme, now: SystemTime) -> String {
        let head = theme.bold("6. Acme lists the seats");
        let command = command(theme, &format!("list --subscription {}", self.subscription));
        let list = self.list.to_text(theme, now);
        let list: String = list.lines().flat_map(|line| ["   ", line, "\n"]).collect();
        format!("{head}\n{command}\n{list}")
    }
}

impl Person {
    fn is_given_a_seat(&self, theme: Theme, story: &Story) -> String {
        let head = theme.bold(format_args!(
            "1. Acme gives Ann a seat, over {}",
            self.transport
        ));
        let (subscription, email) = (story.subscription, sanitize(&self.mail.email));
        let command = command(
            theme,
            &format!("assign --subscription {subscription} --email {email}"),
        );
        let status = theme.warning(self.assigned.status.as_str());
        let id = self.assigned.id;
        format!(
            "{head}\n{command}\n   \
             Seat {id} is {status}.\n   \
             It becomes Ann's when she claims it, within 24 hours.\n"
        )
    }

    fn is_mailed(&self, theme: Theme) -> String {
        let head = theme.bold("2. Polar mails Ann the invitation. Nothing else tells its token");
        let (email, info) = (sanitize(&self.mail.email), &self.claim_info);
        let (seller, product) = (
            sanitize(&info.organization_name),
            sanitize(&info.product_name),
        );
        let (slug, token) = (sanitize(&info.organization_slug), self.token());
        format!(
            "{head}\n   \
             | To: {email}\n   \
             | {seller} has invited you to a seat of {product}:\n   \
             | https://polar.sh/{slug}/portal/claim?token={token}\n"
        )
    }

    fn looks(&self, theme: Theme) -> String {
        let head = theme.bold("3. Ann's program looks what it is for. That needs no account");
        let command = command(theme, &format!("claim-info {}", self.token()));
        let what = what(&self.claim_info);
        format!("{head}\n{command}\n   An invitation to {what}.\n")
    }

    fn claims(&self, theme: Theme) -> String {
        let head = theme.bold("4. It claims the seat. That works once");
        let command = command(theme, &format!("claim {}", self.token()));
        let status = theme.success(self.claimed.seat.status.as_str());
        let session = self.claimed.customer_session_token.expose();
        format!(
            "{head}\n{command}\n   \
             The seat is {status}. For one hour, this session token opens the customer portal:\n   \
             {session}\n"
        )
    }

    fn does_the_same(&self, theme: Theme) -> String {
        let head = theme.bold(format_args!("5. The same for Ben, over {}", self.transport));
        let email = sanitize(&self.mail.email);
        let status = theme.success(self.claimed.seat.status.as_str());
        format!(
            "{head}\n   \
             {email} was invited; his program read the invitation and claimed it.\n   \
             The seat is {status}.\n"
        )
    }

    fn token(&self) -> &str {
        self.mail.invitation_token.expose()
    }
}

fn command(theme: Theme, line: &str) -> String {
    theme.dimmed(format_args!("   $ polar-seats {line}"))
}

fn ending(theme: Theme) -> String {
    let head = theme.bold("What now:");
    format!(
        "{head} `serve` is such a Polar that stays, for programs of your own; `--help` shows all commands.\n\
         In a clone: cargo run -p polar-cli -- serve. Installed: polar-seats serve.\n"
    )
}
