use std::{ffi::OsString, fs, io, sync::Arc};

use polar_cli::{ExitStatus, Stream, System, Terminal, run};
use polar_mock_server::MockServer;

use super::stage::Stage;

/// Runs a command of a page against the stage, which must do what it says.
pub(crate) fn run_command(command: &str, stage: &Stage) {
    let folder = tempfile::tempdir().unwrap();
    let people = folder.path().join("people.csv");
    fs::write(&people, "email\nann@globex.com\n").unwrap();
    let server = MockServer::start(stage.mock.clone()).unwrap();

    let words = command.split(' ').map(|word| match word {
        "$SUBSCRIPTION" => stage.team.to_string(),
        "$SEAT" => stage.seat().to_string(),
        "$CHECKOUT" => stage.checkout.to_string(),
        "$TOKEN" => stage.invitation.expose().to_owned(),
        "people.csv" => people.to_str().unwrap().to_owned(),
        word => {
            assert!(!word.starts_with('$'), "{command}: what is {word}?");
            word.to_owned()
        }
    });
    let env = |name: &str| match name {
        "POLAR_BASE_URL" => Some(OsString::from(server.url())),
        "POLAR_ACCESS_TOKEN" => Some(OsString::from(stage.access.expose())),
        "POLAR_CUSTOMER_SESSION_TOKEN" => Some(OsString::from(stage.owner.expose())),
        _ => None,
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = run(System {
        args: words.map(OsString::from).collect(),
        env: &env,
        stdin: &mut io::empty(),
        stdout: Stream::new(&mut stdout, false),
        stderr: Stream::new(&mut stderr, false),
        log: Arc::new(|_| ()),
        terminal: Terminal::default(),
    });
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(exit, ExitStatus::Success, "{command}\n{stderr}");
    assert!(!stdout.is_empty(), "{command} says nothing");
}
