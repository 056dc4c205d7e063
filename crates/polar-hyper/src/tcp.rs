use std::{io, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

use crate::turns::by_turns;

/// Connects to the first address of a host that answers.
///
/// They are tried in turn, the families by turns, each for as long as `limit`. The next begins
/// when one fails, or has not answered for a while: a network that swallows one family then costs
/// a moment and not the limit.
pub(crate) async fn connect(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
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

/// How long an address has before the next is tried besides (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);
