//! Bills usage through a mock of Polar that loses responses.

use std::{env, error::Error, fs, path::Path, process, time::Duration};

use example_usage_billing::{Usage, UsageLog, compare, run as ingest};
use polar_mock::{InjectedFault, Mock};
use polar_ureq::{
    Client, Config,
    types::{
        common::{Filter, FilterEntry},
        meters::{Aggregation, MeterCreate},
    },
};

use crate::describe;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let file = env::temp_dir().join(format!("usage-{}.db", process::id()));
    let result = run_in(&file);
    drop(fs::remove_file(&file));
    result
}

fn run_in(file: &Path) -> Result<(), Box<dyn Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let config = Config::new().access_token(acme.access_token());
    let polar = Client::new(mock.blocking_transport(), config);
    let calls = Filter::all([FilterEntry::clause("name", "eq", "api.call")]);
    let meter = MeterCreate::new("API calls", calls, Aggregation::sum("units"));
    let meter = polar.meters().create(meter)?.id;

    let mut log = UsageLog::open(file)?;
    for number in 0..2500 {
        let id = format!("request-{number}");
        log.record(&Usage::new(&id, "usr_kim", 2, mock.now()))?;
    }
    mock.advance(Duration::from_secs(60));

    // Polar stores the first thousand, but both responses are lost.
    mock.fail_next(2, InjectedFault::ResponseLost);
    match ingest(&polar, &mut log) {
        Ok(_) => return Err("the responses were not lost".into()),
        Err(error) => println!("the first run: {error}"),
    }
    println!("the second run: {}", describe(ingest(&polar, &mut log)?));
    println!("the third run: {}", describe(ingest(&polar, &mut log)?));

    let day = 24 * 60 * 60;
    let from = mock.now().unix_timestamp() / day * day;
    let units = compare(&polar, &log, meter, "usr_kim", (from - day, from + day))?;
    println!("units here: {}, at Polar: {}", units.here, units.at_polar);
    Ok(())
}
