//! Lists of the whole API: recorded filters and sorting, page by page, with both clients.

use std::{fmt::Debug, fs, future::poll_fn, path::Path, pin::Pin, str::FromStr};

use futures_core::Stream;
use polar_core::{
    Client, Config, Operation, Paged, Sort, benefit_grants, benefits, blocking, checkout_links,
    checkouts, custom_fields, customer_meters, customer_portal, customers, discounts, disputes,
    event_types, events, files, license_keys, members, meters, orders, organizations, payments,
    products, refunds, subscriptions,
    types::{
        AccessToken, BenefitId, CustomerId, CustomerSessionToken, ProductId, WebhookEndpointId,
        common::{Filter, FilterEntry, FilterOperator},
        custom_fields::CustomFieldSortProperty,
        customers::CustomerSortProperty,
        discounts::DiscountSortProperty,
        events::EventSource,
        meters::MeterSortProperty,
        products::ProductSortProperty,
        webhooks::{HttpCodeClass, WebhookEventType},
    },
    webhooks,
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, block_on};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[test]
fn recorded_lists_are_requested_and_read_page_by_page() {
    check("/v1/files/", &files::List::new().limit(2_u32));
    check(
        "/v1/webhooks/deliveries?",
        &webhooks::ListDeliveries::new()
            .endpoint_id([id::<WebhookEndpointId>(
                "3621133f-7758-4f73-9a92-86f832e03bb0",
            )])
            .succeeded(true)
            .http_code_class(HttpCodeClass::N2xx)
            .event_type([WebhookEventType::OrderPaid])
            .limit(2_u32),
    );
    check(
        "/v1/events/",
        &events::List::new()
            .name(["api.call"])
            .customer_id([id::<CustomerId>("abc46fae-3455-4b46-a7ba-d1ad29d1690e")])
            .source([EventSource::User])
            .limit(2_u32),
    );
    check(
        "/v1/custom-fields/",
        &custom_fields::List::new().limit(3_u32).sorting([
            Sort::by(CustomFieldSortProperty::Name).descending(),
            Sort::by(CustomFieldSortProperty::Slug),
        ]),
    );
    check(
        "/v1/meters/",
        &meters::List::new()
            .limit(2_u32)
            .page(2_u32)
            .sorting([MeterSortProperty::Name])
            .is_archived(false),
    );
    check(
        "/v1/products/?sorting=name",
        &products::List::new()
            .sorting([ProductSortProperty::Name])
            .limit(3_u32),
    );
    check(
        "/v1/products/?id",
        &products::List::new()
            .id([
                id::<ProductId>("96d54bf2-d042-4b2d-930d-584e2cdb3713"),
                id::<ProductId>("dcddd0bb-f342-4c51-b85c-4222acd91696"),
            ])
            .sorting([ProductSortProperty::CreatedAt]),
    );
    check(
        "/v1/discounts/",
        &discounts::List::new()
            .limit(3_u32)
            .sorting([DiscountSortProperty::Name])
            .query("fixed"),
    );
    check(
        "/v1/customers/",
        &customers::List::new()
            .limit(2_u32)
            .sorting([Sort::by(CustomerSortProperty::CreatedAt).descending()]),
    );
    check(
        "/v1/benefit-grants/",
        &benefit_grants::List::new().limit(3_u32).is_granted(true),
    );
    check(
        "/v1/customer-portal/members",
        &customer_portal::members::List::new(),
    );
}

#[test]
fn events_are_filtered_by_conditions_as_json() {
    let filter = Filter::all([FilterEntry::clause(
        "metadata.tokens",
        FilterOperator::Gt,
        1000,
    )]);
    let list = events::List::new().filter(serde_json::to_string(&filter).unwrap());
    let encoded = "%7B%22conjunction%22%3A%22and%22%2C%22clauses%22%3A%5B%7B%22property%22%3A\
                   %22metadata.tokens%22%2C%22operator%22%3A%22gt%22%2C%22value%22%3A1000%7D%5D%7D";
    assert_eq!(
        path_and_query(&list),
        format!("/v1/events/?filter={encoded}")
    );
}

#[test]
fn every_list_has_pages() {
    fn is_paged<O: Paged>(list: O) {
        let name = O::SPEC.name;
        let first = path_and_query(&list);
        let second = path_and_query(&list.clone().with_page(2));
        // The portal's seats always send their page, the first one if they are not asked.
        let first = first.replace("page=1", "page=2");
        let (path, query) = second.split_once('?').unwrap();
        assert!(query.split('&').any(|part| part == "page=2"), "{second}");
        assert!(first == second || first == path, "{name}: {first} {second}");
        assert_eq!(list.clone().with_page(2).page_number(), Some(2), "{name}");
        assert_eq!(
            path_and_query(&list.with_page(2).with_page(3)),
            second.replace("=2", "=3")
        );
    }

    macro_rules! all {
        ($($list:expr,)+) => {{
            $(is_paged($list);)+
            [$(stringify!($list)),+].len()
        }};
    }

    let benefit: BenefitId = id("3621133f-7758-4f73-9a92-86f832e03bb0");
    let customer: CustomerId = id("3621133f-7758-4f73-9a92-86f832e03bb0");
    let lists = all![
        benefit_grants::List::new(),
        benefits::List::new(),
        benefits::ListFiles::new(benefit),
        benefits::ListGrants::new(benefit),
        checkout_links::List::new(),
        checkouts::List::new(),
        custom_fields::List::new(),
        customer_meters::List::new(),
        customer_portal::benefit_grants::List::new(),
        customer_portal::customer_meters::List::new(),
        customer_portal::customers::ListPaymentMethods::new(),
        customer_portal::downloadables::List::new(),
        customer_portal::license_keys::List::new(),
        customer_portal::members::List::new(),
        customer_portal::orders::List::new(),
        customer_portal::seats::Subscriptions::new(),
        customer_portal::subscriptions::List::new(),
        customer_portal::wallets::List::new(),
        customers::List::new(),
        customers::ListPaymentMethods::new(customer),
        customers::ListPaymentMethodsExternal::new("user"),
        discounts::List::new(),
        disputes::List::new(),
        event_types::List::new(),
        events::List::new(),
        events::ListNames::new(),
        files::List::new(),
        license_keys::List::new(),
        members::List::new(),
        meters::List::new(),
        orders::List::new(),
        organizations::List::new(),
        payments::List::new(),
        products::List::new(),
        refunds::List::new(),
        subscriptions::List::new(),
        webhooks::ListDeliveries::new(),
        webhooks::ListEndpoints::new(),
    ];
    // An operation that is generated later must be added here.
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    assert_eq!(lists, paged_operations(&generated) + 1);
}

fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The number of paged operations in the sources of a folder.
fn paged_operations(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let counts = paths.map(|path| {
        if path.is_dir() {
            return paged_operations(&path);
        }
        let source = fs::read_to_string(path).unwrap();
        source
            .lines()
            .filter(|line| line.starts_with("    paged "))
            .count()
    });
    counts.sum()
}

/// Compares a list with the recording whose path begins so: the request, and the items when each is a
/// page of its own, as an iterator, by `next` and as a stream.
fn check<O>(path: &str, list: &O)
where
    O: Paged + Send + Unpin + 'static,
    O::Item: Serialize + Send + Unpin,
{
    let recordings: Vec<Recording> =
        serde_json::from_str(include_str!("fixtures/lists.json")).unwrap();
    let recording = recordings
        .iter()
        .find(|recording| recording.path.starts_with(path))
        .unwrap();
    assert_eq!(
        parameters(&path_and_query(list)),
        parameters(&recording.path)
    );

    let items = &recording.body.items;
    assert!(items.len() > 1, "{path}");
    let first = list.page_number().unwrap_or(1);
    let max_page = usize::try_from(first).unwrap() + items.len() - 1;
    let pages = || {
        items.iter().map(|item| {
            let page = json!({
                "items": [item],
                "pagination": {"total_count": max_page, "max_page": max_page},
            });
            ScriptStep::respond(200, page.to_string())
        })
    };
    let token = AccessToken::new("polar_oat_test").unwrap();
    let config = Config::new().access_token(token);
    let session = CustomerSessionToken::new("polar_cst_test").unwrap();
    let is_portal = path.starts_with("/v1/customer-portal/");
    let verify = |server: &ScriptedTransport, read: Vec<Value>| {
        let ids = |items: &[Value]| -> Vec<Value> {
            items
                .iter()
                .map(|item| item.get("id").unwrap().clone())
                .collect()
        };
        assert_eq!(ids(&read), ids(items), "{path}");
        let sent: Vec<_> = server
            .trace()
            .sent()
            .map(|sent| sent.uri.to_string())
            .collect();
        let expected: Vec<_> = (first..)
            .zip(items)
            .map(|(number, _)| {
                let page = list.clone().with_page(number);
                let page = if number == first { list.clone() } else { page };
                format!("https://api.polar.sh{}", path_and_query(&page))
            })
            .collect();
        assert_eq!(sent, expected);
    };
    let value = |item: Result<O::Item, _>| serde_json::to_value(item.unwrap()).unwrap();

    let server = ScriptedTransport::new(pages());
    let client = blocking::Client::new(server.clone(), config.clone());
    let pages_of_client = if is_portal {
        client.customer_portal(&session).pages(list.clone())
    } else {
        client.pages(list.clone())
    };
    verify(&server, pages_of_client.map(value).collect());

    for is_stream in [false, true] {
        let server = ScriptedTransport::new(pages());
        let client = Client::new(server.clone(), config.clone());
        let mut pages = if is_portal {
            client.customer_portal(&session).pages(list.clone())
        } else {
            client.pages(list.clone())
        };
        let mut read = Vec::new();
        while let Some(item) = block_on(async {
            if is_stream {
                poll_fn(|context| Pin::new(&mut pages).poll_next(context)).await
            } else {
                pages.next().await
            }
        }) {
            read.push(value(item));
        }
        verify(&server, read);
    }
}

#[derive(Deserialize)]
struct Recording {
    path: String,
    body: RecordedPage,
}

#[derive(Deserialize)]
struct RecordedPage {
    items: Vec<Value>,
}

fn path_and_query(operation: &impl Operation) -> String {
    operation.target().path_and_query().unwrap().to_owned()
}

/// The path and the parameters, which can be in any order except for values of the same key.
fn parameters(path: &str) -> (&str, Vec<&str>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_by_key(|parameter| parameter.split('=').next());
    (path, parameters)
}
