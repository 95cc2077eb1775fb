//! A small client of the distribution protocol: what publishing a chart needs, and no more
//! (<https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md>).

use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

use crate::oci::auth::{self, Challenge};
use crate::oci::credentials::{Credentials, basic};
use crate::oci::digest::sha256;
use crate::oci::manifest::MANIFEST;
use crate::oci::reference::{Place, is_loopback};
use crate::oci::transport::{Cause, Request, Response, Transport};

mod upload;

pub use upload::Progress;

/// How often a request is sent before it is given up.
pub(crate) const ATTEMPTS: u32 = 6;
/// How often where nobody listens: a registry on this machine may just be starting.
const ATTEMPTS_TO_CONNECT: u32 = 3;
/// The first pause; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a registry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Why a registry did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It can't be reached, or the connection breaks again and again.
    Unreachable {
        /// The host.
        host: String,
        /// What happened.
        reason: String,
    },
    /// It does not let us in.
    Login {
        /// The host.
        host: String,
        /// Whether credentials were sent.
        sent: bool,
    },
    /// It answers something else than what the protocol says.
    Answer {
        /// What was asked for.
        what: String,
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// What it keeps is not what was sent.
    Content {
        /// What was compared.
        what: String,
        /// The digest that it should have.
        expected: String,
        /// The digest that it has.
        found: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { host, reason } => write!(formatter, "can't reach `{host}`: {reason}"),
            Self::Login { host, sent: false } => {
                write!(
                    formatter,
                    "`{host}` wants a login, and there is none: run `helm registry login {host}`"
                )
            }
            Self::Login { host, sent: true } => {
                write!(
                    formatter,
                    "`{host}` refuses the login, or this repository to it: run `helm registry login {host}`"
                )
            }
            Self::Answer { what, status, message } => {
                write!(
                    formatter,
                    "{what}: the registry answers {status}{}{message}",
                    if message.is_empty() { "" } else { ": " }
                )
            }
            Self::Content { what, expected, found } => {
                write!(formatter, "{what} should be {expected} and is {found}")
            }
        }
    }
}

impl std::error::Error for Failure {}

/// A client of one repository.
pub struct Client<'a> {
    transport: &'a dyn Transport,
    scheme: &'static str,
    host: String,
    repository: String,
    credentials: Option<Credentials>,
    /// The `Authorization` that worked last.
    authorization: RefCell<Option<String>>,
}

/// How a registry is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nobody on the way can read or change what is sent.
    Tls,
    /// Everybody can.
    Plain,
}

impl Security {
    /// What a registry is spoken to in where nobody said: TLS, or on this machine what it speaks there.
    pub fn of(transport: &dyn Transport, place: &Place) -> Self {
        if !place.is_loopback() {
            return Self::Tls;
        }
        let url = format!("https://{}/v2/", place.host());
        let request = Request { method: "GET", url, headers: Vec::new(), body: Vec::new() };
        for attempt in 1.. {
            match transport.send(&request).map_err(|broken| broken.cause) {
                Err(Cause::Refused) if attempt < ATTEMPTS_TO_CONNECT => transport.wait(pause(attempt)),
                // It says so, or hangs up on a greeting that it does not know.
                Err(Cause::NoTls | Cause::MayPass) => return Self::Plain,
                // What else is wrong is told by the first request that matters.
                Ok(_) | Err(Cause::Refused | Cause::Lasts) => return Self::Tls,
            }
        }
        Self::Tls
    }
}

impl<'a> Client<'a> {
    /// A client of the repository of a chart.
    pub fn new(
        transport: &'a dyn Transport,
        place: &Place,
        chart: &str,
        security: Security,
        credentials: Option<Credentials>,
    ) -> Self {
        Self {
            transport,
            scheme: match security {
                Security::Tls => "https",
                Security::Plain => "http",
            },
            host: place.host().to_owned(),
            repository: place.repository(chart),
            credentials,
            authorization: RefCell::new(None),
        }
    }

    /// A manifest by its tag or digest, with its digest; `None` where there is none.
    pub fn manifest(&self, reference: &str) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let mut request = self.request("GET", &format!("manifests/{reference}"));
        request.headers.push(("Accept", MANIFEST.to_owned()));
        let response = self.send(&request)?;
        match response.status {
            200 => Ok(Some((sha256(&response.body), response.body))),
            404 => Ok(None),
            _ => Err(answer(&format!("reading `{reference}`"), &response)),
        }
    }

    /// Names a manifest, whose content must be there.
    pub fn put_manifest(&self, reference: &str, manifest: &[u8]) -> Result<(), Failure> {
        let mut request = self.request("PUT", &format!("manifests/{reference}"));
        request.headers.push(("Content-Type", MANIFEST.to_owned()));
        request.body = manifest.to_vec();
        let response = self.send(&request)?;
        if response.status != 201 {
            return Err(answer(&format!("writing `{reference}`"), &response));
        }
        compare("the manifest", &sha256(manifest), response.header("docker-content-digest"))
    }

    /// Content by its digest, as it is.
    pub fn blob(&self, digest: &str) -> Result<Vec<u8>, Failure> {
        let mut request = self.request("GET", &format!("blobs/{digest}"));
        let mut response = self.send(&request)?;
        // Registries of clouds keep content elsewhere, under addresses that need no login.
        if let (301..=308, Some(location)) = (response.status, response.header("location")) {
            request.url = self.absolute(location);
            response = self.send(&request)?;
        }
        if response.status != 200 {
            return Err(answer(&format!("reading {digest}"), &response));
        }
        compare("the content", digest, Some(&sha256(&response.body)))?;
        Ok(response.body)
    }

    fn has_blob(&self, digest: &str) -> Result<bool, Failure> {
        let response = self.send(&self.request("HEAD", &format!("blobs/{digest}")))?;
        match response.status {
            200 | 301..=308 => Ok(true),
            404 => Ok(false),
            _ => Err(answer(&format!("looking for {digest}"), &response)),
        }
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        let url = format!("{}://{}/v2/{}/{path}", self.scheme, self.host, self.repository);
        Request { method, url, headers: Vec::new(), body: Vec::new() }
    }

    /// An address that may lack scheme and host.
    fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') {
            format!("{}://{}{location}", self.scheme, self.host)
        } else {
            location.to_owned()
        }
    }

    /// Sends a request that may be sent twice, until there is an answer that will not change by itself.
    fn send(&self, request: &Request) -> Result<Response, Failure> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let response = match self.send_once(request) {
                Ok(response) if !is_passing(response.status) || attempt == ATTEMPTS => return Ok(response),
                Ok(response) => Some(response),
                Err(Attempt::Final(failure)) => return Err(failure),
                Err(Attempt::Broken(reason)) if attempt == ATTEMPTS => return Err(self.unreachable(&reason)),
                Err(Attempt::Refused(reason)) if attempt >= ATTEMPTS_TO_CONNECT => {
                    return Err(self.unreachable(&reason));
                }
                Err(Attempt::Broken(_) | Attempt::Refused(_)) => None,
            };
            self.pause(attempt, response.as_ref());
        }
    }

    /// Sends a request once, and again where it must first be said who asks.
    fn send_once(&self, request: &Request) -> Result<Response, Attempt> {
        let response = self.exchange(request)?;
        if response.status != 401 || !self.is_ours(&request.url) {
            return self.let_in(response);
        }
        // The token may have expired, be for less, or there was none.
        self.authorize(&response)?;
        let response = self.exchange(request)?;
        if response.status != 401 || !says_invalid_token(&response) {
            return self.let_in(response);
        }
        // Another one than "not you": the new token was over, too, or the clocks differ by its life.
        self.authorize(&response)?;
        self.exchange(request).and_then(|response| self.let_in(response))
    }

    fn let_in(&self, response: Response) -> Result<Response, Attempt> {
        match response.status {
            401 | 403 => Err(Attempt::Final(self.login())),
            _ => Ok(response),
        }
    }

    fn exchange(&self, request: &Request) -> Result<Response, Attempt> {
        let mut request = request.clone();
        // Nobody but the registry itself is told who asks.
        if let Some(value) = self.authorization.borrow().as_ref().filter(|_| self.is_ours(&request.url)) {
            request.headers.push(("Authorization", value.clone()));
        }
        self.raw(&request)
    }

    fn raw(&self, request: &Request) -> Result<Response, Attempt> {
        self.transport.send(request).map_err(|broken| match broken.cause {
            Cause::MayPass => Attempt::Broken(broken.reason),
            Cause::Refused if is_loopback(&self.host) => Attempt::Refused(broken.reason),
            Cause::Refused | Cause::Lasts | Cause::NoTls => Attempt::Final(self.unreachable(&broken.reason)),
        })
    }

    fn authorize(&self, response: &Response) -> Result<(), Attempt> {
        let challenge = response.header("www-authenticate").and_then(Challenge::read);
        let login = || Attempt::Final(self.login());
        let value = match (challenge, &self.credentials) {
            (Some(Challenge::Basic), Some(Credentials::Password { user, password })) => basic(user, password),
            (Some(Challenge::Bearer { realm, service, scope }), credentials) => {
                self.judge_realm(&realm)?;
                let own = format!("repository:{}:pull,push", self.repository);
                let scope = if scope.is_empty() { own } else { scope };
                let answer =
                    self.raw(&auth::token_request(&realm, &service, &scope, credentials.as_ref()))?;
                match answer.status {
                    200 => format!("Bearer {}", auth::token(&answer.body).ok_or_else(login)?),
                    status if is_passing(status) => {
                        return Err(Attempt::Broken(format!("`{realm}` answers {status}")));
                    }
                    _ => return Err(login()),
                }
            }
            (Some(Challenge::Basic) | None, _) => return Err(login()),
        };
        *self.authorization.borrow_mut() = Some(value);
        Ok(())
    }

    /// Credentials are sent over TLS, or within this machine, or where the user asked for plain HTTP.
    fn judge_realm(&self, realm: &str) -> Result<(), Attempt> {
        let host = realm.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        let asked_for = self.scheme == "http" && !is_loopback(&self.host);
        if self.credentials.is_none() || realm.starts_with("https://") || is_loopback(host) || asked_for {
            return Ok(());
        }
        let reason = format!("it wants the login sent to `{realm}`, where everybody could read it");
        Err(Attempt::Final(self.unreachable(&reason)))
    }

    fn is_ours(&self, url: &str) -> bool {
        url.strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|rest| rest.strip_prefix(&self.host))
            .is_some_and(|rest| rest.starts_with('/'))
    }

    fn pause(&self, attempt: u32, response: Option<&Response>) {
        let asked = response.and_then(|response| response.header("retry-after")?.parse().ok());
        self.transport.wait(asked.map_or(pause(attempt), Duration::from_secs).min(LONGEST_PAUSE));
    }

    fn login(&self) -> Failure {
        Failure::Login { host: self.host.clone(), sent: self.credentials.is_some() }
    }

    fn unreachable(&self, reason: &str) -> Failure {
        Failure::Unreachable { host: self.host.clone(), reason: reason.to_owned() }
    }
}

/// How one attempt failed.
enum Attempt {
    /// Another one may have more luck.
    Broken(String),
    /// Nobody listens, on this machine.
    Refused(String),
    /// No other one has.
    Final(Failure),
}

/// Whether a registry says that it is the token that is wrong (<https://www.rfc-editor.org/rfc/rfc6750#section-3.1>).
fn says_invalid_token(response: &Response) -> bool {
    response.header("www-authenticate").is_some_and(|challenge| challenge.contains("\"invalid_token\""))
}

/// The pause after an attempt.
fn pause(attempt: u32) -> Duration {
    FIRST_PAUSE * 2u32.pow(attempt - 1)
}

/// Whether a status is likely another one in a moment.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

fn compare(what: &str, expected: &str, found: Option<&str>) -> Result<(), Failure> {
    match found {
        Some(found) if found != expected => Err(Failure::Content {
            what: what.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

/// An answer that the protocol does not know, with what the registry says in its first line.
fn answer(what: &str, response: &Response) -> Failure {
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let error = &body["errors"][0];
    let text = [&error["code"], &error["message"]].into_iter().filter_map(|part| part.as_str());
    let message = text.collect::<Vec<_>>().join(", ").replace(char::is_control, " ");
    Failure::Answer { what: what.to_owned(), status: response.status, message }
}
