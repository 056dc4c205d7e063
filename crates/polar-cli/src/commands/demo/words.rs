//! The story, for somebody who has never heard of seats.

use std::time::SystemTime;

use super::{Person, Story};
use crate::{
    commands::claim_info::what,
    report::{Paint, Report, sanitize},
};

impl Report for Story {
    fn words(&self, paint: Paint, now: SystemTime) -> String {
        [
            self.opening(),
            self.ann.is_given_a_seat(paint, self),
            self.ann.is_mailed(paint),
            self.ann.looks(paint),
            self.ann.claims(paint),
            self.ben.does_the_same(paint),
            self.list(paint, now),
            ending(paint),
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

    fn list(&self, paint: Paint, now: SystemTime) -> String {
        let head = paint.strong("6. Acme lists the seats");
        let command = command(paint, &format!("list --subscription {}", self.subscription));
        let list = self.list.words(paint, now);
        let list: String = list.lines().flat_map(|line| ["   ", line, "\n"]).collect();
        format!("{head}\n{command}\n{list}")
    }
}

impl Person {
    fn is_given_a_seat(&self, paint: Paint, story: &Story) -> String {
        let head = paint.strong(format_args!(
            "1. Acme gives Ann a seat, over {}",
            self.transport
        ));
        let (subscription, email) = (story.subscription, sanitize(&self.mail.email));
        let command = command(
            paint,
            &format!("assign --subscription {subscription} --email {email}"),
        );
        let status = paint.warning(self.assigned.status.as_str());
        let id = self.assigned.id;
        format!(
            "{head}\n{command}\n   \
             Seat {id} is {status}.\n   \
             It becomes Ann's when she claims it, within 24 hours.\n"
        )
    }

    fn is_mailed(&self, paint: Paint) -> String {
        let head = paint.strong("2. Polar mails Ann the invitation. Nothing else tells its token");
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

    fn looks(&self, paint: Paint) -> String {
        let head = paint.strong("3. Ann's program looks what it is for. That needs no account");
        let command = command(paint, &format!("claim-info {}", self.token()));
        let what = what(&self.claim_info);
        format!("{head}\n{command}\n   An invitation to {what}.\n")
    }

    fn claims(&self, paint: Paint) -> String {
        let head = paint.strong("4. It claims the seat. That works once");
        let command = command(paint, &format!("claim {}", self.token()));
        let status = paint.good(self.claimed.seat.status.as_str());
        let session = self.claimed.customer_session_token.expose();
        format!(
            "{head}\n{command}\n   \
             The seat is {status}. For one hour, this session token opens the customer portal:\n   \
             {session}\n"
        )
    }

    fn does_the_same(&self, paint: Paint) -> String {
        let head = paint.strong(format_args!("5. The same for Ben, over {}", self.transport));
        let email = sanitize(&self.mail.email);
        let status = paint.good(self.claimed.seat.status.as_str());
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

fn command(paint: Paint, line: &str) -> String {
    paint.faint(format_args!("   $ polar-seats {line}"))
}

fn ending(paint: Paint) -> String {
    let head = paint.strong("What now:");
    format!(
        "{head} `serve` is such a Polar that stays, for programs of your own; `--help` shows all commands.\n\
         In a clone: cargo run -p polar-cli -- serve. Installed: polar-seats serve.\n"
    )
}
