//! Requests over the network.

use std::io::Read as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use mlship_helm::oci::transport::{Broken, Request, Response, Transport};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http};

use super::{Failure, world};

/// The most of an answer that is read.
const MOST_BYTES: u64 = 64 << 20;

/// Sends requests with ureq, over TLS by rustls.
pub struct Http {
    agent: Agent,
}

impl Http {
    /// A transport that trusts the public certificates, or those of a file alone.
    pub fn new(ca_file: Option<&Path>) -> Result<Http, Failure> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = ca_file {
            tls = tls.root_certs(certificates(path)?);
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_per_call(Some(Duration::from_mins(2)))
            .user_agent(concat!("mlship/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Http { agent: config.new_agent() })
    }
}

fn certificates(path: &Path) -> Result<RootCerts, Failure> {
    let bytes = std::fs::read(path).map_err(world("reading", path))?;
    let items = parse_pem(&bytes).filter_map(Result::ok);
    let certificates: Vec<_> = items
        .filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(Failure::Refused(format!("{} has no certificate in PEM", path.display())));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

impl Transport for Http {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        let mut builder = http::Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let wrong = |error: http::Error| Broken { reason: error.to_string(), may_pass: false };
        let answer = if matches!(request.method, "GET" | "HEAD") {
            self.agent.run(builder.body(()).map_err(wrong)?)
        } else {
            self.agent.run(builder.body(request.body.as_slice()).map_err(wrong)?)
        };
        read(answer.map_err(|error| broken(&error))?)
    }

    fn wait(&self, time: Duration) {
        thread::sleep(time);
    }
}

fn read(response: http::Response<Body>) -> Result<Response, Broken> {
    let headers = response.headers().iter();
    let headers = headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(MOST_BYTES);
    reader.read_to_end(&mut body).map_err(|error| Broken { reason: error.to_string(), may_pass: true })?;
    Ok(Response { status, headers, body })
}

/// Whether another attempt may have more luck: not with a name that nobody knows, a port that nobody listens at,
/// or a certificate that is not trusted.
fn broken(error: &ureq::Error) -> Broken {
    let may_pass = match error {
        ureq::Error::Io(error) => error.kind() != std::io::ErrorKind::ConnectionRefused && !is_of_tls(error),
        ureq::Error::Timeout(_) | ureq::Error::Protocol(_) => true,
        _ => false,
    };
    Broken { reason: error.to_string(), may_pass }
}

fn is_of_tls(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::InvalidData || error.to_string().contains("certificate")
}
