use std::collections::HashSet;

use polar_core::{
    Error,
    recipes::{IngestReport, Ingestion},
    types::{
        RawJson,
        events::{EventCreateExternalCustomer, EventIngest},
    },
};
use serde_json::{Value, json};

use super::*;

const INGEST: &str = "POST /v1/events/ingest";

/// Events with the external ids `0`, `1` and so on.
fn events(count: usize) -> Vec<EventIngest> {
    let event =
        |id: usize| EventCreateExternalCustomer::new("call", "ann").external_id(id.to_string());
    (0..count).map(|id| event(id).into()).collect()
}

fn ingested(inserted: usize, duplicates: usize) -> ScriptStep {
    ok(&json!({"inserted": inserted, "duplicates": duplicates}))
}

/// What is left of an ingestion, and its report: inserted, duplicates, sent again.
type Progress = (usize, [u64; 3]);

/// The external ids of the first and the last event of each request.
type Batches = Vec<(String, String)>;

/// Ingests events with both clients. Returns the result in a word, the progress and the requests.
fn run(count: usize, steps: impl Fn() -> Vec<ScriptStep>) -> (String, Progress, Batches) {
    let word = |result: Result<IngestReport, Error>| match result {
        Ok(_) => "done".to_owned(),
        Err(error) => format!("{:?}", error.outcome()),
    };
    let progress = |ingestion: &Ingestion| {
        let report = ingestion.report();
        let numbers = [report.inserted, report.duplicates, report.sent_again];
        (ingestion.remaining().len(), numbers)
    };
    let ((word, progress), trace) = both(
        steps,
        |polar| {
            let mut ingestion = Ingestion::new(events(count));
            let result = polar.events().ingest_once(&mut ingestion);
            (word(result), progress(&ingestion))
        },
        async |polar| {
            let mut ingestion = Ingestion::new(events(count));
            let result = polar.events().ingest_once(&mut ingestion).await;
            (word(result), progress(&ingestion))
        },
    );
    assert!(methods(&trace).iter().all(|method| method == INGEST));
    (word, progress, sent(&trace))
}

fn sent(trace: &Trace) -> Batches {
    let ids = trace.sent().map(|sent| {
        let ids = external_ids(&sent.body);
        (ids.first().unwrap().clone(), ids.last().unwrap().clone())
    });
    ids.collect()
}

fn external_ids(body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap();
    let events = body.get("events").unwrap().as_array().unwrap();
    let id = |event: &Value| {
        event
            .get("external_id")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    events.iter().map(id).collect()
}

fn batches(batches: &[(usize, usize)]) -> Batches {
    let text = |(first, last): &(usize, usize)| (first.to_string(), last.to_string());
    batches.iter().map(text).collect()
}

#[test]
fn events_are_ingested_in_batches() {
    let (word, progress, sent) = run(2001, || {
        vec![ingested(1000, 0), ingested(990, 10), ingested(1, 0)]
    });
    assert_eq!(word, "done");
    assert_eq!(progress, (0, [1991, 10, 0]));
    assert_eq!(sent, batches(&[(0, 999), (1000, 1999), (2000, 2000)]));
}

#[test]
fn nothing_is_sent_without_events() {
    assert_eq!(run(0, Vec::new), ("done".to_owned(), (0, [0; 3]), vec![]));
}

#[test]
fn lost_batch_is_sent_once_more_and_its_events_are_counted_once() {
    let (word, progress, sent) = run(3, || vec![lost(), ingested(0, 3)]);
    assert_eq!((&*word, progress), ("done", (0, [0, 3, 3])));
    assert_eq!(sent, batches(&[(0, 2), (0, 2)]));

    for second in [lost, limited, || ScriptStep::respond(500, "")] {
        let (word, progress, sent) = run(3, || vec![lost(), second()]);
        assert_eq!((&*word, progress), ("Unknown", (3, [0; 3])));
        assert_eq!(sent, batches(&[(0, 2), (0, 2)]));
    }

    let timeout = || vec![ScriptStep::never_respond(), ingested(3, 0)];
    assert_eq!(run(3, timeout).0, "done");
}

#[test]
fn failure_keeps_the_progress_and_the_next_call_resumes() {
    for (failure, outcome) in [
        (limited as fn() -> ScriptStep, Outcome::RateLimited),
        (|| rule("events"), Outcome::Refused),
    ] {
        let script = || vec![ingested(1000, 0), failure()];
        let (word, progress, _) = run(1500, script);
        assert_eq!(word, format!("{outcome:?}"));
        assert_eq!(progress, (500, [1000, 0, 0]));
    }

    let steps = [ingested(1000, 0), limited(), ingested(499, 1)];
    let transport = ScriptedTransport::new(steps);
    let client = blocking::Client::new(transport.clone(), config());
    let mut ingestion = Ingestion::new(events(1500));
    let error = client.events().ingest_once(&mut ingestion).unwrap_err();
    assert_eq!(error.retry_after().unwrap().as_secs(), 60);
    let report = client.events().ingest_once(&mut ingestion).unwrap();
    assert_eq!((report.inserted, report.duplicates), (1499, 1));
    let expected = batches(&[(0, 999), (1000, 1499), (1000, 1499)]);
    assert_eq!(sent(&transport.trace()), expected);
    // A further call has nothing to do.
    assert_eq!(client.events().ingest_once(&mut ingestion).unwrap(), report);
    assert_eq!(transport.trace().sent().count(), 3);
}

#[test]
fn missing_external_ids_are_generated_once() {
    let event = EventCreateExternalCustomer::new("call", "ann");
    let own = event.clone().external_id("own");
    let mut ingestion = Ingestion::new([event.clone(), own, event]);
    let transport = ScriptedTransport::new([lost(), lost(), ingested(3, 0)]);
    let client = blocking::Client::new(transport.clone(), config());
    client.events().ingest_once(&mut ingestion).unwrap_err();
    client.events().ingest_once(&mut ingestion).unwrap();
    let trace = transport.trace();
    let ids: Vec<_> = trace.sent().map(|sent| external_ids(&sent.body)).collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[1], ids[2]);
    assert_eq!(ids[0][1], "own");
    assert_eq!(ids[0][0].len(), 36);
    assert_eq!(ids[0].iter().collect::<HashSet<_>>().len(), 3);
}

#[test]
fn generated_external_ids_are_unique() {
    let ids: HashSet<_> = (0..200)
        .flat_map(|_| {
            let event = EventCreateExternalCustomer::new("call", "ann");
            let ingestion = Ingestion::new(vec![event; 50]);
            let body = serde_json::to_vec(&json!({"events": ingestion.remaining()})).unwrap();
            external_ids(&body)
        })
        .collect();
    assert_eq!(ids.len(), 200 * 50);
}

#[test]
fn batches_stay_below_the_size_of_a_request() {
    const LIMIT: usize = 10 * 1024 * 1024;
    let metadata = json!({"text": "\u{e9}".repeat(250_000)});
    let metadata = RawJson::from_serialize(&metadata).unwrap();
    let event = |id: usize| {
        EventCreateExternalCustomer::new("call", "ann")
            .external_id(id.to_string())
            .metadata(metadata.clone())
    };
    // Each event is larger than 500,000 bytes, the last one larger than a request may be.
    let huge = event(30).parent_id("x".repeat(LIMIT));
    let transport = ScriptedTransport::new([
        ingested(20, 0),
        ingested(10, 0),
        refused(413, "RequestBodyTooLarge", "\"x\""),
    ]);
    let client = blocking::Client::new(transport.clone(), config());
    let events = (0..30).map(event).chain([huge]);
    let mut ingestion = Ingestion::new(events);
    let error = client.events().ingest_once(&mut ingestion).unwrap_err();
    assert_eq!(error.status().unwrap(), 413);
    assert_eq!(ingestion.remaining().len(), 1);
    let trace = transport.trace();
    let sizes: Vec<_> = trace.sent().map(|sent| sent.body.len()).collect();
    assert!(sizes[0] <= LIMIT && sizes[0] > LIMIT - 600_000, "{sizes:?}");
    assert!(sizes[2] > LIMIT);
}

#[test]
fn events_that_cannot_have_an_external_id_are_not_sent_again() {
    let unknown: EventIngest = serde_json::from_str(r#"{"name":"call","device":"d"}"#).unwrap();
    let mut ingestion = Ingestion::new([unknown]);
    let transport = ScriptedTransport::new([lost()]);
    let client = blocking::Client::new(transport.clone(), config());
    let error = client.events().ingest_once(&mut ingestion).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(transport.trace().sent().count(), 1);
    assert_eq!(ingestion.remaining().len(), 1);
}
