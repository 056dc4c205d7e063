use std::time::{Duration, SystemTime};

use polar_core::{
    Config, blocking,
    types::{
        AccessToken, AssignSeat, CheckoutId, ClaimedSeat, CustomerSessionToken, InvitationToken,
        Recipient, Seat, SeatId, SubscriptionId,
    },
};
use polar_mock::{Customer, Mock, Organization, Purchase};

/// The arguments of the pages' functions: a team of five seats, with an invitation for Bob.
pub(crate) struct Stage {
    pub(crate) mock: Mock,
    pub(crate) acme: Organization,
    pub(crate) globex: Customer,
    pub(crate) sold: Purchase<SubscriptionId>,
    pub(crate) config: Config,
    pub(crate) access: AccessToken,
    pub(crate) team: SubscriptionId,
    pub(crate) checkout: CheckoutId,
    /// The session of the buyer's first member.
    pub(crate) owner: CustomerSessionToken,
    /// A session to use in place of the one that Bob's claim opens.
    holder: Option<CustomerSessionToken>,
    pub(crate) bob: Seat,
    pub(crate) invitation: InvitationToken,
}

impl Stage {
    pub(crate) fn on(mock: Mock) -> Self {
        let acme = mock.organization("Acme");
        let globex = acme.buyer("office@globex.com");
        let sold = globex.subscription("Team plan", 5);
        let access = acme.access_token();
        let config = Config::new().access_token(access.clone());
        let polar = blocking::Client::new(mock.blocking_transport(), config.clone());
        let invited = AssignSeat::new(sold.id(), Recipient::email("bob@globex.com"));
        let bob = polar.customer_seats().assign(invited).unwrap();
        let mail = mock.mail_to("bob@globex.com").unwrap();
        Self {
            config,
            access,
            team: sold.id(),
            checkout: sold.checkout(),
            owner: globex.member_session(globex.member_by_email("office@globex.com").unwrap()),
            holder: None,
            bob,
            acme,
            globex,
            sold,
            invitation: mail.invitation_token,
            mock,
        }
    }

    /// A stage with the same ids and tokens every time; its clock is fixed at nine in the morning.
    pub(crate) fn repeatable() -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NINE);
        Self::on(Mock::repeatable(1, now))
    }

    pub(crate) fn polar(&self) -> blocking::Client {
        blocking::Client::new(self.mock.blocking_transport(), self.config.clone())
    }

    pub(crate) fn seat(&self) -> SeatId {
        self.bob.id
    }

    /// Bob claims the seat.
    pub(crate) fn claim(&self) -> ClaimedSeat {
        let polar = self.polar();
        polar.customer_seats().claim(&self.invitation).unwrap()
    }

    /// The session of a seat holder: of Bob, who claims the seat unless one was set.
    pub(crate) fn holder(&self) -> CustomerSessionToken {
        let holder = self.holder.clone();
        holder.unwrap_or_else(|| self.claim().customer_session_token)
    }

    pub(crate) fn use_access(&mut self, token: AccessToken) {
        self.config = self.config.clone().access_token(token);
    }

    pub(crate) fn use_session(&mut self, token: CustomerSessionToken) {
        self.owner = token.clone();
        self.holder = Some(token);
    }

    /// Moves the clock by 25 hours, so that Bob's invitation expires.
    pub(crate) fn expire(&self) {
        self.mock.advance(Duration::from_secs(25 * 60 * 60));
    }
}

/// 2026-11-24T09:00:00Z.
const NINE: u64 = 1_795_510_800;
