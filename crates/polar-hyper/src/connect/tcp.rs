use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

/// Connects to the first address of a host that answers.
///
/// They are tried in turn, the families by turns, each for as long as `limit`. The next begins
/// when one fails, or has not answered for a while: a network that swallows one family then costs
/// a moment and not the limit.
pub(super) async fn connect(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
    let addresses = lookup_host((host, port)).await?;
    let mut untried = by_turns(addresses.collect()).into_iter();
    let mut tries = JoinSet::new();
    let mut outcome = Err(io::ErrorKind::NotFound.into());
    loop {
        let next = untried.next();
        let patience = next.map_or(limit, |_| HEAD_START);
        if let Some(address) = next {
            tries.spawn(async move { timeout(limit, TcpStream::connect(address)).await? });
        }
        match timeout(patience, tries.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Some(Ok(failed))) => outcome = failed,
            Ok(Some(Err(broken))) => outcome = Err(broken.into()),
            // All have been tried, and none is under way.
            Ok(None) => return outcome,
            Err(_) => {}
        }
    }
}

/// The addresses in their order, but no two of a family in a row while the other has any.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
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

/// How long an address has before the next is tried besides (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);

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
