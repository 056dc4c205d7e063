//! The signals that ask a program to end.

use std::{io, thread};

use tokio::runtime;

/// Does something once when the program is asked to end: by SIGINT (Ctrl-C) or SIGTERM.
///
/// From here on these signals do nothing else.
pub(crate) fn on_end(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let asked = {
        let _inside = runtime.enter();
        asked()?
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(asked);
            act();
        })?;
    Ok(())
}

#[cfg(unix)]
fn asked() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        std::future::poll_fn(|context| {
            let interrupted = interrupt.poll_recv(context).is_ready();
            let terminated = terminate.poll_recv(context).is_ready();
            if interrupted || terminated {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    })
}

#[cfg(windows)]
fn asked() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
