//! Reads a recorded list of three orders: `orders polar-types|polar-sh|Value TIMES`.

use std::{error::Error, hint::black_box};

use polar_sh::types::ListResourceOrder;
use polar_types::{Page, orders::Order};
use serde_json::{Value, from_str};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(types), Some(times)) = (arguments.next(), arguments.next()) else {
        return Err("expected the types and how many times to read".into());
    };
    let text = black_box(include_str!(
        "../../../../crates/polar-bench/fixtures/orders.json"
    ));
    for _ in 0..times.parse::<u32>()? {
        let orders = match types.as_str() {
            "polar-types" => black_box(from_str::<Page<Order>>(text)?).items.len(),
            "polar-sh" => black_box(from_str::<ListResourceOrder>(text)?).items.len(),
            "Value" => black_box(from_str::<Value>(text)?)["items"]
                .as_array()
                .map_or(0, Vec::len),
            other => return Err(format!("no types `{other}`").into()),
        };
        if orders != 3 {
            return Err(format!("read {orders} orders").into());
        }
    }
    Ok(())
}
