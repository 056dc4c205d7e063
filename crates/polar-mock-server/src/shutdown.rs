use tokio::sync::watch;

/// Stops a running server, when it is told to or dropped.
#[derive(Debug)]
pub struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// Stops the server.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// What a running server waits for.
#[derive(Debug)]
pub struct ShutdownSignal(watch::Receiver<bool>);

impl ShutdownSignal {
    pub(crate) async fn stopped(mut self) {
        // A switch that was dropped means the same as one that was used.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

/// A switch, and the signal for [`MockServerBuilder::run`](crate::MockServerBuilder::run) that it gives.
#[must_use]
pub fn shutdown() -> (Shutdown, ShutdownSignal) {
    let (sender, receiver) = watch::channel(false);
    (Shutdown(sender), ShutdownSignal(receiver))
}
