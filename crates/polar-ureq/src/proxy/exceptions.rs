use std::net::IpAddr;

/// Hosts that are reached without a proxy, as `NO_PROXY` lists them.
#[derive(Debug, Clone, Default)]
pub(super) struct Exceptions {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    All,
    /// A name, which stands for what is below it too.
    Name {
        name: String,
        port: Option<u16>,
    },
    /// The addresses that have the first bits of this one.
    Network {
        address: IpAddr,
        bits: u8,
    },
}

impl Exceptions {
    /// Reads entries parted by commas or white space: `*`, a name (`polar.sh`, `.polar.sh` and
    /// `*.polar.sh` mean the same, with everything below), a name with a port, an address, or a
    /// network (`10.0.0.0/8`).
    pub(super) fn parse(list: &str) -> Self {
        let entries = list
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(Entry::parse)
            .collect();
        Self { entries }
    }

    pub(super) fn contain(&self, host: &str, port: u16) -> bool {
        let host = bare(host).to_ascii_lowercase();
        let address = host.parse().ok();
        self.entries.iter().any(|entry| match entry {
            Entry::All => true,
            Entry::Name { name, port: only } => {
                address.is_none()
                    && only.is_none_or(|only| only == port)
                    && (host == *name
                        || host
                            .strip_suffix(name)
                            .is_some_and(|rest| rest.ends_with('.')))
            }
            Entry::Network { address: net, bits } => {
                address.is_some_and(|address| same_network(address, *net, *bits))
            }
        })
    }
}

impl Entry {
    fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::All;
        }
        if let Some(network) = Self::network(entry) {
            return network;
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) if port.parse::<u16>().is_ok() => (name, port.parse().ok()),
            _ => (entry, None),
        };
        Self::Name {
            name: name
                .trim_start_matches('*')
                .trim_matches('.')
                .to_ascii_lowercase(),
            port,
        }
    }

    fn network(entry: &str) -> Option<Self> {
        let (address, bits) = match entry.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (entry, None),
        };
        let address: IpAddr = bare(address).parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= all)?,
            None => all,
        };
        Some(Self::Network { address, bits })
    }
}

/// A host as it stands in a URI, without the brackets of an IPv6 address or the root's dot.
pub(super) fn bare(host: &str) -> &str {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.')
}

fn same_network(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let (difference, width) = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (u128::from(one.to_bits() ^ other.to_bits()), 32_u32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits(), 128),
        _ => return false,
    };
    difference
        .checked_shr(width.saturating_sub(u32::from(bits)))
        .unwrap_or(0)
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excepts(list: &str, host: &str) -> bool {
        Exceptions::parse(list).contain(host, 443)
    }

    #[test]
    fn a_name_stands_for_itself_and_what_is_below() {
        for list in [
            "polar.sh",
            ".polar.sh",
            "*.polar.sh",
            "x, POLAR.sh",
            "x polar.sh.",
        ] {
            assert!(excepts(list, "polar.sh"), "{list}");
            assert!(excepts(list, "api.Polar.sh"), "{list}");
            assert!(excepts(list, "api.polar.sh."), "{list}");
            assert!(!excepts(list, "bipolar.sh"), "{list}");
            assert!(!excepts(list, "polar.sh.example"), "{list}");
        }
    }

    #[test]
    fn a_name_may_be_bound_to_a_port() {
        assert!(excepts("polar.sh:443", "polar.sh"));
        assert!(!excepts("polar.sh:8443", "polar.sh"));
    }

    #[test]
    fn an_address_stands_for_itself() {
        assert!(excepts("10.1.2.3", "10.1.2.3"));
        assert!(!excepts("10.1.2.3", "10.1.2.4"));
        assert!(!excepts("2.3", "10.1.2.3"));
        assert!(excepts("::1", "[::1]"));
        assert!(excepts("[::1]", "[::1]"));
    }

    #[test]
    fn a_network_stands_for_its_addresses() {
        assert!(excepts("10.0.0.0/8", "10.1.2.3"));
        assert!(!excepts("10.0.0.0/8", "11.1.2.3"));
        assert!(excepts("10.1.2.0/31", "10.1.2.1"));
        assert!(!excepts("10.1.2.0/31", "10.1.2.2"));
        assert!(excepts("0.0.0.0/0", "10.1.2.3"));
        assert!(!excepts("0.0.0.0/0", "[fd00::1]"));
        assert!(excepts("fd00::/8", "[fd00::1]"));
        assert!(!excepts("fd00::/8", "[fe80::1]"));
    }

    #[test]
    fn a_star_stands_for_all_and_an_empty_list_for_none() {
        assert!(excepts("*", "polar.sh"));
        for list in ["", ",", " , "] {
            assert!(!excepts(list, "polar.sh"), "{list:?}");
        }
    }
}
