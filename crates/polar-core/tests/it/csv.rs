//! CSV exports: recorded ones, and any text compared with the `csv` crate.

use ::csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use polar_core::{
    Config, Csv, Error,
    blocking::Client,
    customers, metrics, orders, subscriptions,
    types::{AccessToken, Date, common::TimeInterval},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};
use proptest::prelude::*;

type Export = fn(&Client) -> Result<Csv, Error>;
/// An export, its recording, its first columns, the number of records, and the first fields.
type Case = (
    Export,
    &'static str,
    &'static [&'static str],
    usize,
    &'static [&'static str],
);

#[test]
fn recorded_exports_have_a_header_and_a_record_for_each_item() {
    let metrics: Export = |client| {
        let [start, end] = [1, 30].map(|day| Date::new(2026, 11, day).unwrap());
        client
            .metrics()
            .export(metrics::Export::new(start, end, TimeInterval::Day))
    };
    let exports: [Case; 4] = [
        (
            |client| client.orders().export(orders::Export::new()),
            include_str!("fixtures/exports/orders.csv"),
            &["Email", "Created At", "Product"],
            9,
            &[
                "ann1796035820@globex.com",
                "2026-11-30T10:51:05.010117+00:00",
                "Metered",
            ],
        ),
        (
            |client| client.customers().export(customers::Export::new()),
            include_str!("fixtures/exports/customers.csv"),
            &["ID", "External ID", "Created At", "Email", "Name", "Tax ID"],
            4,
            &[
                "05d857fa-9d9a-4e23-aa83-b5c7092f5038",
                "ext-team",
                "2026-11-30T10:50:31.576058+00:00",
                "team1796035820@globex.com",
                "Globex Inc",
                "('DE136695976', <TaxIDFormat.eu_vat: 'eu_vat'>)",
            ],
        ),
        (
            |client| client.subscriptions().export(subscriptions::Export::new()),
            include_str!("fixtures/exports/subscriptions.csv"),
            &["Email", "Started At", "Product", "Amount"],
            8,
            &[
                "ann1796035820@globex.com",
                "2026-11-30T10:51:07.255418+00:00",
                "Free",
                "0.0",
            ],
        ),
        (
            metrics,
            include_str!("fixtures/exports/metrics.csv"),
            &["Timestamp", "Active Subscriptions"],
            30,
            &["2026-10-31T23:00:00+00:00", "0"],
        ),
    ];
    for (export, recorded, columns, count, first) in exports {
        let transport =
            ScriptedTransport::new([ScriptStep::respond(200, recorded)
                .header("content-type", "text/csv; charset=utf-8")]);
        let token = AccessToken::new("polar_oat_test").unwrap();
        let client = Client::new(transport, Config::new().access_token(token));
        let csv = export(&client).unwrap();
        assert_eq!(csv.as_bytes(), recorded);
        let header: Vec<_> = csv.header().unwrap().fields().collect();
        assert_eq!(header[..columns.len()], *columns);
        let records: Vec<Vec<_>> = csv.records().map(|row| row.fields().collect()).collect();
        assert_eq!(records.len(), count);
        assert_eq!(records[0][..first.len()], *first);
        assert!(records.iter().all(|record| record.len() == header.len()));
        assert_eq!(csv.lines().count(), count + 1);
    }
}

#[test]
fn a_line_break_in_quotes_does_not_end_a_line() {
    let csv = Csv::new("Name,Note\r\n\"Zo\u{eb} \"\"Z\"\" Doe\",\"a\r\nb\nc\"\r\nAda,\r\n");
    let lines: Vec<_> = csv.lines().map(String::from_utf8_lossy).collect();
    let second = "\"Zo\u{eb} \"\"Z\"\" Doe\",\"a\r\nb\nc\"";
    assert_eq!(lines, ["Name,Note", second, "Ada,"]);
    let notes: Vec<_> = csv.records().map(|record| record.get(1).unwrap()).collect();
    assert_eq!(notes, ["a\r\nb\nc", ""]);
    let first = csv.records().next().unwrap();
    assert_eq!(first.get(0).as_deref(), Some("Zo\u{eb} \"Z\" Doe"));
    assert_eq!(first.get(2), None);
    assert_eq!(first.as_bytes(), second.as_bytes());
    assert_eq!(format!("{csv:?}"), "Csv(44 bytes)");
    assert_eq!(
        format!("{:?}", csv.records().nth(1)),
        r#"Some(["Ada", ""])"#
    );
}

#[test]
fn empty_exports_have_no_header_and_invalid_utf8_is_replaced() {
    let empty = Csv::new("");
    assert!(empty.header().is_none() && empty.records().next().is_none());
    let invalid = Csv::new(&b"a\xff,\"b\xff\""[..]);
    let fields: Vec<_> = invalid.header().unwrap().fields().collect();
    assert_eq!(fields, ["a\u{fffd}", "b\u{fffd}"]);
}

/// The records of a text by the `csv` crate.
fn expected(text: &[u8]) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    reader.byte_records().map(Result::unwrap).collect()
}

proptest! {
    #[test]
    fn any_text_is_split_as_by_the_csv_crate(text in "[ab\",,\r\n\u{eb}]{0,40}") {
        let csv = Csv::new(text.clone());
        let rows: Vec<ByteRecord> = csv
            .header()
            .into_iter()
            .chain(csv.records())
            .map(|row| row.fields().map(|field| field.into_owned().into_bytes()).collect())
            .collect();
        prop_assert_eq!(&rows, &expected(text.as_bytes()));
        // Each line is one record, also for a reader that sees no other line.
        for (line, row) in csv.lines().zip(&rows) {
            prop_assert_eq!(&expected(line), std::slice::from_ref(row));
        }
        prop_assert_eq!(csv.lines().count(), rows.len());
    }

    #[test]
    fn written_records_are_read_back(
        rows in prop::collection::vec(prop::collection::vec("[ab\", \r\n\u{eb}]{0,8}", 3), 1..6)
    ) {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let csv = Csv::new(writer.into_inner().unwrap());
        let read: Vec<Vec<_>> = csv
            .header()
            .into_iter()
            .chain(csv.records())
            .map(|row| row.fields().map(String::from).collect())
            .collect();
        prop_assert_eq!(read, rows);
    }
}
