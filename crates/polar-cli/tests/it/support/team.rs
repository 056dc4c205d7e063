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

/// An organization with a subscription on a mock, and a folder for files.
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

    /// Creates a team whose seats were inserted in the past, also by this machine's clock.
    pub(crate) fn aged(
        seats: u64,
        age: Duration,
        insert: impl FnOnce(&Purchase<SubscriptionId>),
    ) -> Self {
        let mock = if age.is_zero() {
            Mock::new()
        } else {
            Mock::repeatable(7, SystemTime::now() - age)
        };
        let acme = mock.organization("Acme");
        let buyer = acme.buyer("office@globex.com");
        let team = Self::of(&mock, acme, &buyer, seats);
        insert(&team.sold);
        mock.advance(age);
        team
    }

    /// Creates a team in an organization without members.
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

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder.path().join(name).exists()
    }

    /// Writes `people.csv` with this number of people.
    pub(crate) fn people(&self, count: usize) {
        let rows = (1..=count)
            .map(|number| format!("person{number}@acme.com,usr_{number},Lab {}\n", number % 7));
        let head = "email,external_member_id,metadata.team\n".to_owned();
        self.file("people.csv", &(head + &rows.collect::<String>()));
    }

    /// Returns a run of the program in the folder. `$SUB` is replaced by the subscription.
    pub(crate) fn program(&self, url: &str, line: &str) -> Program {
        let on = format!("--subscription {}", self.sold.id());
        Program::new(line.replace("$SUB", &on).split_whitespace())
            .at(url)
            .within(self.folder.path())
            .env("POLAR_ACCESS_TOKEN", self.acme.access_token().expose())
    }

    /// Runs the program against the mock.
    pub(crate) fn run(&self, line: &str) -> super::RunOutput {
        self.program(&self.server.url(), line).run()
    }

    /// Returns the list of seats.
    pub(crate) fn list(&self) -> SeatsList {
        let output = self.run("list $SUB --json");
        serde_json::from_value(output.result()).unwrap()
    }

    /// Returns the number of live seats of each person.
    pub(crate) fn holders(&self) -> BTreeMap<String, usize> {
        let mut holders = BTreeMap::new();
        let list = self.list();
        let emails = list.live().filter_map(|seat: &Seat| seat.email.as_deref());
        for email in emails {
            *holders.entry(EmailKey::new(email).to_string()).or_default() += 1;
        }
        holders
    }

    /// Returns the number of changes at the mock.
    pub(crate) fn changes(&self) -> usize {
        self.server.mock().events().len()
    }
}
