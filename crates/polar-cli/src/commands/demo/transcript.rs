use std::time::SystemTime;

use super::{Person, Transcript};
use crate::{
    commands::claim_info::describe,
    report::{Report, Theme, sanitize},
};

impl Report for Transcript {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        [
            self.introduction(),
            self.ann.assign(theme, self),
            self.ann.email(theme),
            self.ann.claim_info(theme),
            self.ann.claim(theme),
            self.ben.all_steps(theme),
            self.list(theme, now),
            next_steps(theme),
        ]
        .join("\n")
    }
}

impl Transcript {
    fn introduction(&self) -> String {
        let Self {
            server,
            subscription,
            ..
        } = self;
        format!(
            "An offline mock of Polar runs at {server} for this demo.\n\
             Acme sells its Team plan by the seat. Globex has bought five seats:\n\
             subscription {subscription}.\n"
        )
    }

    fn list(&self, theme: Theme, now: SystemTime) -> String {
        let heading = theme.bold("6. Acme lists the seats");
        let command = command(theme, &format!("list --subscription {}", self.subscription));
        let list = self.list.to_text(theme, now);
        let list: String = list.lines().flat_map(|line| ["   ", line, "\n"]).collect();
        format!("{heading}\n{command}\n{list}")
    }
}

impl Person {
    fn assign(&self, theme: Theme, transcript: &Transcript) -> String {
        let heading = theme.bold(format_args!(
            "1. Acme assigns a seat to Ann (transport: {})",
            self.transport
        ));
        let (subscription, email) = (transcript.subscription, sanitize(&self.mail.email));
        let command = command(
            theme,
            &format!("assign --subscription {subscription} --email {email}"),
        );
        let status = theme.warning(self.assigned.status.as_str());
        let id = self.assigned.id;
        format!(
            "{heading}\n{command}\n   \
             Seat {id} is {status}\n   \
             until Ann claims it, within 24 hours.\n"
        )
    }

    fn email(&self, theme: Theme) -> String {
        let heading = theme.bold("2. Polar sends Ann the invitation, which contains the token");
        let (email, info) = (sanitize(&self.mail.email), &self.claim_info);
        let (seller, product) = (
            sanitize(&info.organization_name),
            sanitize(&info.product_name),
        );
        let (slug, token) = (sanitize(&info.organization_slug), self.token());
        format!(
            "{heading}\n   \
             | To: {email}\n   \
             | {seller} has invited you to a seat of {product}:\n   \
             | https://polar.sh/{slug}/portal/claim?token={token}\n"
        )
    }

    fn claim_info(&self, theme: Theme) -> String {
        let heading = theme.bold("3. Ann's program reads the invitation, without an account");
        let command = command(theme, &format!("claim-info {}", self.token()));
        let description = describe(&self.claim_info);
        format!("{heading}\n{command}\n   Invitation to {description}.\n")
    }

    fn claim(&self, theme: Theme) -> String {
        let heading = theme.bold("4. It claims the seat, which is possible only once");
        let command = command(theme, &format!("claim {}", self.token()));
        let status = theme.success(self.claimed.seat.status.as_str());
        let session = self.claimed.customer_session_token.expose();
        format!(
            "{heading}\n{command}\n   \
             The seat is {status}. The session token for the customer portal, valid for one hour:\n   \
             {session}\n"
        )
    }

    fn all_steps(&self, theme: Theme) -> String {
        let heading = theme.bold(format_args!(
            "5. The same for Ben (transport: {})",
            self.transport
        ));
        let email = sanitize(&self.mail.email);
        let status = theme.success(self.claimed.seat.status.as_str());
        format!(
            "{heading}\n   \
             {email} was invited; their program read the invitation and claimed the seat.\n   \
             The seat is {status}.\n"
        )
    }

    fn token(&self) -> &str {
        self.mail.invitation_token.expose()
    }
}

fn command(theme: Theme, arguments: &str) -> String {
    theme.dimmed(format_args!("   $ polar-seats {arguments}"))
}

fn next_steps(theme: Theme) -> String {
    let heading = theme.bold("Next steps");
    format!(
        "{heading}\n   \
         To get a seat and a paid checkout of your own: docs/getting-started.md\n   \
         To run the mock, in a clone of the repository:\n   \
         cargo run -p polar-seats -- serve --ui --seed examples/seed.json\n   \
         To list all commands: polar-seats --help\n"
    )
}
