//! The HTTP connector that all clients share.

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::retries::CONNECT;

/// A finished request needs the first turn of the runtime to return its connection to the pool, and a waiting one the
/// second to take it.
const TURNS: usize = 2;

/// TLS by ring, which needs no time to set up its randomness. All clients share one connector, so that the root
/// certificates are read once and connections are pooled together.
pub fn http_client() -> SharedHttpClient {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let connector = Connector::builder()
        .connector_settings(settings.build())
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build();
    let connector = SharedHttpConnector::new(PoolFirst(SharedHttpConnector::new(connector)));
    http_client_fn(move |_, _| connector.clone())
}

/// Waits until a connection that has just answered is back in the pool: otherwise a call that follows at once opens a
/// connection of its own, with a handshake.
#[derive(Debug)]
struct PoolFirst(SharedHttpConnector);

impl HttpConnector for PoolFirst {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.0.clone();
        HttpConnectorFuture::new(async move {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            connector.call(request).await
        })
    }
}
