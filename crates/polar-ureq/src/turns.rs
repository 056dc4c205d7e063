// The same file stands in the other transport, and `.ci/run` compares the two: it is too little for a
// crate, and nothing that polar-core's users should see.

use std::net::SocketAddr;

/// The addresses in their order, but no two of a family in a row while the other has any: where a
/// network swallows one family, the other has its turn at once.
pub(crate) fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv4() == first_is_v4);
    let mut second = second.into_iter();
    let mut turns: Vec<_> = first
        .into_iter()
        .flat_map(|address| [Some(address), second.next()])
        .flatten()
        .collect();
    turns.extend(second);
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(addresses: &[&str]) -> Vec<String> {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let turns = by_turns(addresses);
        turns.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_families_take_turns_and_no_address_is_left_out() {
        assert_eq!(
            turns(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"]),
            ["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]
        );
        assert_eq!(
            turns(&["1.1.1.1:1", "[::1]:1", "[::2]:1"]),
            ["1.1.1.1:1", "[::1]:1", "[::2]:1"]
        );
        assert!(turns(&[]).is_empty());
    }
}
