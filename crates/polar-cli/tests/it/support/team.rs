use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use polar_core::types::{EmailKey, Seat, SeatsList, SubscriptionId};
use polar_mock::{Customer, Mock, Organization, Purchase};
use polar_mock_server::MockServer;
use tempfile::TempDir;

use super::Program;

/// An organisation with a subscription on an offline Polar, and a folder with a file of people.
pub(crate) struct Team {
    pub(crate) server: MockServer,
    pub(crate) acme: Organization,
    pub(crate) sold: Purchase<SubscriptionId>,
    folder: TempDir,
}

impl Team {
    pub(crate) fn new(seats: u64) -> Self {
        Self::aged(seats, Duration::ZERO, |_| ())
    }

    /// A team with seats that were planted so long ago, by this machine's clock, too.
    pub(crate) fn aged(
        seats: u64,
        age: Duration,
        plant: impl FnOnce(&Purchase<SubscriptionId>),
    ) -> Self {
        let mock = if age.is_zero() {
            Mock::new()
        } else {
            Mock::repeatable(7, SystemTime::now() - age)
        };
        let acme = mock.organization("Acme");
        let buyer = acme.buyer("office@globex.com");
        let team = Self::of(&mock, acme, &buyer, seats);
        plant(&team.sold);
        mock.advance(age);
        team
    }

    /// A team in an organization without members, whose buyer has no owner.
    pub(crate) fn without_members(seats: u64) -> Self {
        let mock = Mock::new();
        let acme = mock.legacy_organization("Acme");
        let buyer = acme.customer("office@globex.com");
        Self::of(&mock, acme, &buyer, seats)
    }

    fn of(mock: &Mock, acme: Organization, buyer: &Customer, seats: u64) -> Self {
        let sold = buyer.subscription("Team plan", seats);
        Self {
            server: MockServer::start(mock.clone()).unwrap(),
            acme,
            sold,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// What is in a file that the program wrote.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder.path().join(name).exists()
    }

    /// Writes `people.csv` with so many people.
    pub(crate) fn people(&self, count: usize) {
        let rows = (1..=count)
            .map(|number| format!("person{number}@acme.com,usr_{number},Lab {}\n", number % 7));
        let head = "email,external_member_id,metadata.team\n".to_owned();
        self.file("people.csv", &(head + &rows.collect::<String>()));
    }

    /// A run of the program in the folder; `$SUB` stands for the subscription.
    pub(crate) fn program(&self, url: &str, line: &str) -> Program {
        let on = format!("--subscription {}", self.sold.id());
        Program::new(line.replace("$SUB", &on).split_whitespace())
            .at(url)
            .within(self.folder.path())
            .env("POLAR_ACCESS_TOKEN", self.acme.access_token().expose())
    }

    /// A run against the server itself.
    pub(crate) fn run(&self, line: &str) -> super::RunOutput {
        self.program(&self.server.url(), line).run()
    }

    /// All seats, as the server has them.
    pub(crate) fn list(&self) -> SeatsList {
        let output = self.run("list $SUB --json");
        serde_json::from_value(output.result()).unwrap()
    }

    /// How many live seats everybody has.
    pub(crate) fn holders(&self) -> BTreeMap<String, usize> {
        let mut holders = BTreeMap::new();
        let list = self.list();
        let emails = list.live().filter_map(|seat: &Seat| seat.email.as_deref());
        for email in emails {
            *holders.entry(EmailKey::new(email).to_string()).or_default() += 1;
        }
        holders
    }

    /// How many changes there were.
    pub(crate) fn changes(&self) -> usize {
        self.server.mock().events().len()
    }
}
