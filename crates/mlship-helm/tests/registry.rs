//! The client against a registry in memory that wants tokens, and lets them expire.

mod packaged;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use mlship_helm::oci::client::{Client, Failure, Progress, Security};
use mlship_helm::oci::credentials::Credentials;
use mlship_helm::oci::digest::sha256;
use mlship_helm::oci::publish::{Existing, NotPublished, Publication, Status, publish, verify};
use mlship_helm::oci::transport::{Broken, Cause, Request, Response, Transport};
use mlship_helm::package::Package;

use packaged::packaged;

const HOST: &str = "registry.example.com";

#[derive(Default)]
struct Registry {
    kept: RefCell<BTreeMap<String, Vec<u8>>>,
    pending: RefCell<Vec<u8>>,
    /// Tokens that were given out; the last one alone is good.
    tokens: Cell<u32>,
    /// Requests that a token is good for.
    good_for: u32,
    used: Cell<u32>,
    /// Where tokens are given out.
    realm: &'static str,
    waited: RefCell<Vec<Duration>>,
    /// Answers 429 so many times first.
    busy: Cell<u32>,
}

impl Registry {
    fn new(good_for: u32) -> Self {
        Self { good_for, realm: "https://auth.example.com/token", ..Self::default() }
    }

    fn token(&self, request: &Request) -> Response {
        let known = request.headers.iter().any(|(_, value)| value == "Basic dTpw");
        if !known {
            return response(401, &[], b"");
        }
        self.tokens.set(self.tokens.get() + 1);
        self.used.set(0);
        response(200, &[], format!("{{\"token\": \"t{}\"}}", self.tokens.get()).as_bytes())
    }

    fn is_let_in(&self, request: &Request) -> bool {
        self.used.set(self.used.get() + 1);
        let token = format!("Bearer t{}", self.tokens.get());
        self.used.get() <= self.good_for && request.headers.iter().any(|(_, value)| *value == token)
    }

    fn answer(&self, request: &Request) -> Response {
        let path = request.url.split_once("/v2/charts/it/").expect("requests are of the repository").1;
        let mut kept = self.kept.borrow_mut();
        match (request.method, path) {
            ("POST", _) => {
                self.pending.borrow_mut().clear();
                response(202, &[("location", "/v2/charts/it/blobs/uploads/1?state=a")], b"")
            }
            ("PATCH", _) => {
                self.pending.borrow_mut().extend(&request.body);
                response(202, &[("location", "/v2/charts/it/blobs/uploads/1?state=b")], b"")
            }
            ("PUT", path) if path.starts_with("blobs/") => {
                let digest = path.split_once("&digest=").expect("the upload ends with a digest").1;
                assert_eq!(digest, sha256(&self.pending.borrow()));
                kept.insert(format!("blobs/{digest}"), self.pending.borrow().clone());
                response(201, &[], b"")
            }
            ("PUT", path) => {
                kept.insert(path.to_owned(), request.body.clone());
                response(201, &[("docker-content-digest", &sha256(&request.body))], b"")
            }
            (_, path) => match kept.get(path) {
                Some(content) => response(200, &[], content),
                None => response(404, &[], b""),
            },
        }
    }
}

impl Transport for Registry {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        if request.url.starts_with(self.realm) {
            return Ok(self.token(request));
        }
        assert!(request.url.starts_with("https://registry.example.com/"), "TLS by default: {}", request.url);
        if self.busy.get() > 0 {
            self.busy.set(self.busy.get() - 1);
            return Ok(response(429, &[("retry-after", "7")], b""));
        }
        if !self.is_let_in(request) {
            let challenge = format!("Bearer realm=\"{}\",service=\"it\"", self.realm);
            return Ok(response(401, &[("www-authenticate", &challenge)], b""));
        }
        Ok(self.answer(request))
    }

    fn wait(&self, time: Duration) {
        self.waited.borrow_mut().push(time);
    }
}

fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response { status, headers, body: body.to_vec() }
}

struct Quiet;

impl Progress for Quiet {
    fn arrived(&self, _bytes: u64) {}
}

fn client<'a>(registry: &'a Registry, password: &str) -> Client<'a> {
    let place = format!("oci://{HOST}/charts").parse().expect("a place");
    let credentials = Credentials::Password { user: "u".to_owned(), password: password.to_owned() };
    Client::new(registry, &place, "it", Security::Tls, Some(credentials))
}

fn unsigned(package: &Package) -> Publication<'_> {
    Publication { package, provenance: None }
}

fn publish_it(client: &Client<'_>, existing: Existing) -> Result<Status, NotPublished> {
    publish(client, unsigned(&packaged()), existing, 100, &Quiet).map(|outcome| outcome.status)
}

#[test]
fn tokens_that_expire_are_asked_for_anew() {
    for good_for in [100, 3, 1] {
        let registry = Registry::new(good_for);
        let client = client(&registry, "p");
        let done = publish_it(&client, Existing::Keep);
        assert_eq!(done, Ok(Status::Published), "tokens that are good for {good_for} requests");
        assert!(registry.kept.borrow().contains_key("manifests/1.2.3_b"));
        assert!(verify(&client, unsigned(&packaged())).is_ok());
        assert_eq!(publish_it(&client, Existing::Keep), Ok(Status::Unchanged));
    }
}

#[test]
fn a_wrong_password_is_not_tried_again() {
    let registry = Registry::new(100);
    let refused = publish_it(&client(&registry, "x"), Existing::Keep);
    let expected = Failure::Login { host: HOST.to_owned(), sent: true };
    assert_eq!(refused, Err(NotPublished::Registry(expected)));
    assert!(registry.waited.borrow().is_empty());
}

#[test]
fn a_busy_registry_is_waited_for_as_long_as_it_asks() {
    let registry = Registry::new(100);
    registry.busy.set(2);
    assert!(publish_it(&client(&registry, "p"), Existing::Keep).is_ok());
    assert_eq!(*registry.waited.borrow(), [Duration::from_secs(7); 2]);
}

#[test]
fn a_login_is_never_sent_in_the_clear() {
    let registry = Registry { realm: "http://auth.example.com/token", ..Registry::new(100) };
    let refused = publish_it(&client(&registry, "p"), Existing::Keep);
    let said = refused.expect_err("it is refused").to_string();
    assert!(said.contains("where everybody could read it"), "{said}");
    assert_eq!(registry.tokens.get(), 0);
}

#[test]
fn a_tag_that_holds_something_else_is_kept_unless_told() {
    let registry = Registry::new(100);
    registry.kept.borrow_mut().insert("manifests/1.2.3_b".to_owned(), b"{}".to_vec());
    let client = client(&registry, "p");
    let refused = publish_it(&client, Existing::Keep);
    assert!(matches!(refused, Err(NotPublished::Taken { .. })), "{refused:?}");
    assert_eq!(publish_it(&client, Existing::Replace), Ok(Status::Published));
}

/// Answers each request with the next of these causes, and then with an empty 200.
struct Greeted {
    causes: RefCell<Vec<Cause>>,
    asked: RefCell<Vec<String>>,
}

impl Transport for Greeted {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        self.asked.borrow_mut().push(request.url.clone());
        match self.causes.borrow_mut().pop() {
            Some(cause) => Err(Broken { reason: "it broke".to_owned(), cause }),
            None => Ok(response(200, &[], b"")),
        }
    }

    fn wait(&self, _time: Duration) {}
}

#[test]
fn this_machine_is_spoken_to_in_what_it_speaks_and_others_under_tls() {
    let plain = vec![Cause::NoTls];
    for (place, causes, expected, requests) in [
        ("oci://registry.example.com", plain.clone(), Security::Tls, 0),
        ("oci://localhost:5000", plain, Security::Plain, 1),
        ("oci://localhost:5000", Vec::new(), Security::Tls, 1),
        // It hangs up on what it does not know.
        ("oci://127.0.0.1:5000", vec![Cause::MayPass], Security::Plain, 1),
        // A certificate that is not trusted is one.
        ("oci://127.0.0.1:5000", vec![Cause::Lasts], Security::Tls, 1),
        // It is just starting.
        ("oci://[::1]:5000", vec![Cause::NoTls, Cause::Refused], Security::Plain, 2),
        ("oci://[::1]:5000", vec![Cause::Refused; 9], Security::Tls, 3),
    ] {
        let greeted = Greeted { causes: RefCell::new(causes), asked: RefCell::default() };
        assert_eq!(Security::of(&greeted, &place.parse().expect("a place")), expected, "{place}");
        let asked = greeted.asked.borrow();
        assert!(asked.len() == requests && asked.iter().all(|url| url.starts_with("https://")), "{asked:?}");
    }
}

#[test]
fn where_nobody_listens_is_asked_again_on_this_machine_alone() {
    for (place, requests) in [("oci://localhost:5000", 3), ("oci://registry.example.com", 1)] {
        let greeted = Greeted { causes: RefCell::new(vec![Cause::Refused; 9]), asked: RefCell::default() };
        let client = Client::new(&greeted, &place.parse().expect("a place"), "it", Security::Plain, None);
        assert!(matches!(client.manifest("1.2.3"), Err(Failure::Unreachable { .. })), "{place}");
        assert_eq!(greeted.asked.borrow().len(), requests, "{place}");
    }
}

#[test]
fn a_login_of_this_machine_stays_on_it() {
    let registry = Registry { realm: "http://auth.example.com/token", ..Registry::new(100) };
    let said = |host: &str, realm: &'static str| {
        let local = Local { registry: &registry, realm };
        let credentials = Credentials::Password { user: "u".to_owned(), password: "p".to_owned() };
        let place = format!("oci://{host}/charts").parse().expect("a place");
        let client = Client::new(&local, &place, "it", Security::Plain, Some(credentials));
        client.manifest("1.2.3").map_err(|failure| failure.to_string())
    };
    let refused = said("localhost:5000", "http://auth.example.com/token").expect_err("it is refused");
    assert!(refused.contains("where everybody could read it"), "{refused}");
    assert_eq!(said("localhost:5000", "http://127.0.0.1:5001/token"), Ok(None));
    // Whoever asked for plain HTTP elsewhere has it.
    assert_eq!(said("registry.example.com", "http://auth.example.com/token"), Ok(None));
}

/// Wants a token of a realm, and has nothing.
struct Local<'a> {
    registry: &'a Registry,
    realm: &'static str,
}

impl Transport for Local<'_> {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        let challenge = format!("Bearer realm=\"{}\",service=\"it\"", self.realm);
        Ok(if request.url.starts_with(self.realm) {
            self.registry.token(request)
        } else if request.headers.iter().any(|(_, value)| value.starts_with("Bearer t")) {
            response(404, &[], b"")
        } else {
            response(401, &[("www-authenticate", &challenge)], b"")
        })
    }

    fn wait(&self, _time: Duration) {}
}
