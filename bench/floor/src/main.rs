//! The least that stops a deployment: a program that asks the Runtime API for an alarm, and sends ECS three signed
//! requests over one HTTPS connection. It has no policies and no guards.

mod http;
mod sign;

use std::error::Error;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::sign::Signer;

type Anyhow<T> = Result<T, Box<dyn Error>>;

fn main() -> Anyhow<()> {
    let runtime_api = variable("AWS_LAMBDA_RUNTIME_API")?;
    let mut lambda = TcpStream::connect(&runtime_api)?;
    lambda.set_nodelay(true)?;
    loop {
        let next = format!(
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {runtime_api}\r\n\r\n"
        );
        lambda.write_all(next.as_bytes())?;
        let event = http::answer(&mut lambda)?;
        let id = event
            .header("lambda-runtime-aws-request-id")
            .unwrap_or_default()
            .to_owned();
        let stopped = stop(&serde_json::from_slice(&event.body)?)?.to_string();
        let length = stopped.len();
        let response = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: {runtime_api}\r\ncontent-length: {length}\r\n\r\n{stopped}"
        );
        lambda.write_all(response.as_bytes())?;
        http::answer(&mut lambda)?;
    }
}

/// `svc-5-5xx` is about the service `svc-5` in the cluster `prod-5`.
fn stop(event: &Value) -> Anyhow<Value> {
    let alarm = event.pointer("/detail/alarmName").and_then(Value::as_str);
    let service = alarm
        .and_then(|it| it.strip_suffix("-5xx"))
        .ok_or("no alarm of a service")?;
    let cluster = service.replacen("svc", "prod", 1);
    let mut ecs = FloorEcs::connect()?;
    let described = ecs.call(
        "DescribeServices",
        &json!({ "cluster": cluster, "services": [service], "include": ["TAGS"] }),
    )?;
    let deployment = described
        .pointer("/services/0/currentServiceDeployment")
        .ok_or("nothing is in flight")?;
    let found = ecs.call(
        "DescribeServiceDeployments",
        &json!({ "serviceDeploymentArns": [deployment] }),
    )?;
    let status = found
        .pointer("/serviceDeployments/0/status")
        .and_then(Value::as_str);
    if status != Some("IN_PROGRESS") {
        return Err("nothing is in flight".into());
    }
    ecs.call(
        "StopServiceDeployment",
        &json!({ "serviceDeploymentArn": deployment, "stopType": "ROLLBACK" }),
    )
}

struct FloorEcs {
    host: String,
    signer: Signer,
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl FloorEcs {
    fn connect() -> Anyhow<Self> {
        let url = variable("AWS_ENDPOINT_URL_ECS")?;
        let host = url
            .strip_prefix("https://")
            .ok_or("an https:// endpoint is needed")?;
        let name = host.split(':').next().unwrap_or(host).to_owned();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(host)?;
        tcp.set_nodelay(true)?;
        let tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name)?)?;
        Ok(Self {
            host: host.to_owned(),
            signer: Signer::from_environment()?,
            stream: StreamOwned::new(tls, tcp),
        })
    }

    fn call(&mut self, operation: &str, input: &Value) -> Anyhow<Value> {
        let body = input.to_string();
        let request = self.signer.request(&self.host, operation, &body);
        self.stream.write_all(request.as_bytes())?;
        self.stream.flush()?;
        let answer = http::answer(&mut self.stream)?;
        if answer.status == 200 {
            Ok(serde_json::from_slice(&answer.body)?)
        } else {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            Err(format!("{operation}: {} {said}", answer.status).into())
        }
    }
}

fn variable(name: &str) -> Anyhow<String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}
