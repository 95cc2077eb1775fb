//! Requests over the network.

use std::io::{self, Read as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use mlship_helm::oci::reference::is_loopback;
use mlship_helm::oci::transport::{Broken, Cause, Request, Response, Transport};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::config::Config;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, TcpConnector};
use ureq::{Agent, Body, http};

use super::tls::TlsConnector;
use super::{Failure, world};

/// The most of an answer that is read.
const MOST_BYTES: u64 = 64 << 20;

/// Sends requests with ureq, over TLS by rustls.
pub struct Http {
    agent: Agent,
    /// For this machine, to which no proxy is on the way, as Helm has it
    /// (<https://pkg.go.dev/net/http#ProxyFromEnvironment>).
    direct: Agent,
}

impl Http {
    /// A transport that trusts the public certificates, or those of a file alone.
    pub fn new(ca_file: Option<&Path>) -> Result<Http, Failure> {
        let trusted = ca_file.map(certificates).transpose()?;
        let settings = || {
            Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .timeout_connect(Some(Duration::from_secs(15)))
                .timeout_per_call(Some(Duration::from_mins(2)))
                .user_agent(concat!("mlship/", env!("CARGO_PKG_VERSION")))
        };
        let agent = |config: Config| -> Result<Agent, Failure> {
            let Some(trusted) = &trusted else { return Ok(config.new_agent()) };
            let connector = TlsConnector::new(trusted).map_err(Failure::Refused)?;
            let connector =
                ().chain(ConnectProxyConnector::default()).chain(TcpConnector::default()).chain(connector);
            Ok(Agent::with_parts(config, connector, DefaultResolver::default()))
        };
        Ok(Http { agent: agent(settings().build())?, direct: agent(settings().proxy(None).build())? })
    }

    fn agent_for(&self, url: &str) -> &Agent {
        let host = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        if is_loopback(host) { &self.direct } else { &self.agent }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let bytes = std::fs::read(path).map_err(world("reading", path))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
    if certificates.is_empty() {
        return Err(Failure::Refused(format!("{} has no certificate in PEM", path.display())));
    }
    Ok(certificates)
}

impl Transport for Http {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        let mut builder = http::Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let wrong = |error: http::Error| Broken { reason: error.to_string(), cause: Cause::Lasts };
        let agent = self.agent_for(&request.url);
        let answer = if matches!(request.method, "GET" | "HEAD") {
            agent.run(builder.body(()).map_err(wrong)?)
        } else {
            agent.run(builder.body(request.body.as_slice()).map_err(wrong)?)
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
    reader
        .read_to_end(&mut body)
        .map_err(|error| Broken { reason: error.to_string(), cause: Cause::MayPass })?;
    Ok(Response { status, headers, body })
}

/// Why no answer came, in words that help.
fn broken(error: &ureq::Error) -> Broken {
    let reason = error.to_string();
    let (cause, reason) = if is_plain(&reason) {
        (
            Cause::NoTls,
            "it speaks plain HTTP: say `--plain-http` if everybody on the way may read along".to_owned(),
        )
    } else if let Some((_, detail)) = reason.split_once("invalid peer certificate: ") {
        let help = "`--ca-file` names the authority that signed it";
        (Cause::Lasts, format!("its certificate is not trusted ({detail}): {help}"))
    } else {
        let cause = match error {
            ureq::Error::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => Cause::Refused,
                io::ErrorKind::InvalidData => Cause::Lasts,
                _ => Cause::MayPass,
            },
            ureq::Error::Timeout(_) | ureq::Error::Protocol(_) => Cause::MayPass,
            _ => Cause::Lasts,
        };
        (cause, reason)
    };
    Broken { reason, cause }
}

/// Whether what came in answer to a greeting of TLS is none of TLS.
fn is_plain(reason: &str) -> bool {
    reason.contains("InvalidContentType")
}
