//! The HTTP connector that all clients share.

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::retries::CONNECT;

/// In the first turn of the runtime a finished request returns its connection to the pool, in the second a waiting
/// request takes it.
const TURNS: usize = 2;

/// TLS by ring, whose random numbers need no set-up. All clients share one connector, and so one set of root
/// certificates and one connection pool.
pub fn http_client() -> SharedHttpClient {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT);
    let connector = Connector::builder()
        .connector_settings(settings.build())
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build();
    let connector = SharedHttpConnector::new(PoolFirst(SharedHttpConnector::new(connector)));
    http_client_fn(move |_, _| connector.clone())
}

/// Lets a connection that has just answered return to the pool first: otherwise a call that follows immediately opens
/// another connection, with a handshake.
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
