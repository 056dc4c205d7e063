use std::net::SocketAddr;

/// Alternates IPv6 and IPv4 addresses (RFC 8305, section 4).
///
/// The order within each family stays, and the first address stays first. A network that drops one
/// family then delays a connection by one address at most.
#[must_use]
pub fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv4() == first_is_v4);
    let mut second = second.into_iter();
    let mut interleaved: Vec<_> = first
        .into_iter()
        .flat_map(|address| [Some(address), second.next()])
        .flatten()
        .collect();
    interleaved.extend(second);
    interleaved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interleaved(addresses: &[&str]) -> Vec<String> {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        interleave(addresses)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn interleave_alternates_families_and_keeps_every_address() {
        assert_eq!(
            interleaved(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"]),
            ["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]
        );
        assert_eq!(
            interleaved(&["1.1.1.1:1", "[::1]:1", "[::2]:1"]),
            ["1.1.1.1:1", "[::1]:1", "[::2]:1"]
        );
        assert!(interleaved(&[]).is_empty());
    }
}
