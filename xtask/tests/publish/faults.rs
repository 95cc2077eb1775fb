//! A transport with faults between us and a real registry.

use std::cell::Cell;
use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use mlship_helm::oci::manifest::Stored;
use mlship_helm::oci::publish::{NotPublished, PIECE, Status, verify};
use mlship_helm::oci::transport::{Broken, Cause, Request, Response, Transport};
use xtask::chart::http::Http;

use crate::registry::{Access, Registry};
use crate::{VERSION, client, packaged, publish_it, unsigned};

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It is answered with this status, and does not arrive.
    Status(u16),
    /// The connection ends when half of the request has been sent.
    HalfSent,
    /// It arrives, and the answer is lost.
    AnswerLost,
    /// Its bytes are changed on the way.
    Garbled,
}

/// Whether a fault is there for one request, or from one request on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasts {
    Once,
    ForEver,
}

struct Faulty {
    http: Http,
    host: String,
    fault: Fault,
    at: usize,
    lasts: Lasts,
    sent: Cell<usize>,
}

impl Faulty {
    fn new(registry: &Registry, fault: Fault, at: usize, lasts: Lasts) -> Self {
        Self { http: Http::new(None).unwrap(), host: registry.host(), fault, at, lasts, sent: Cell::new(0) }
    }

    fn lost<T>() -> Result<T, Broken> {
        Err(Broken { reason: "the connection broke".to_owned(), cause: Cause::MayPass })
    }
}

impl Transport for Faulty {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        let index = self.sent.replace(self.sent.get() + 1);
        let struck = if self.lasts == Lasts::Once { index == self.at } else { index >= self.at };
        if !struck {
            return self.http.send(request);
        }
        match self.fault {
            Fault::Status(status) => Ok(Response { status, headers: Vec::new(), body: Vec::new() }),
            Fault::HalfSent => {
                let path = request.url.split_once(&self.host).unwrap().1;
                let mut stream = TcpStream::connect(&self.host).unwrap();
                let length = request.body.len();
                write!(stream, "{} {path} HTTP/1.1\r\nHost: {}\r\n", request.method, self.host).unwrap();
                for (name, value) in &request.headers {
                    write!(stream, "{name}: {value}\r\n").unwrap();
                }
                write!(stream, "Content-Length: {length}\r\n\r\n").unwrap();
                stream.write_all(&request.body[..length / 2]).unwrap();
                Self::lost()
            }
            Fault::AnswerLost => {
                self.http.send(request)?;
                Self::lost()
            }
            Fault::Garbled => {
                let mut request = request.clone();
                if let Some(byte) = request.body.first_mut() {
                    *byte ^= 0xff;
                }
                self.http.send(&request)
            }
        }
    }

    fn wait(&self, _time: Duration) {
        // The registry has done what it does by then, and the test should not last minutes.
        thread::sleep(Duration::from_millis(5));
    }
}

/// Requests of one publication: looking, for each of two blobs HEAD, POST, PATCH, PUT, looking again, the manifest,
/// reading back manifest, package and config.
const REQUESTS: usize = 14;

#[test]
fn one_fault_anywhere_changes_nothing_about_what_is_published() {
    let registry = Registry::start(Access::Open);
    let package = packaged();
    for fault in
        [Fault::Status(429), Fault::Status(500), Fault::Status(503), Fault::HalfSent, Fault::AnswerLost]
    {
        for at in 0..REQUESTS {
            let transport = Faulty::new(&registry, fault, at, Lasts::Once);
            let client = client(
                &transport,
                &registry,
                &format!("{fault:?}-{at}").to_lowercase().replace(['(', ')'], "x"),
            );
            let status = publish_it(&client, &package, PIECE);
            assert_eq!(status, Ok(Status::Published), "{fault:?} at request {at}");
            assert_eq!(
                verify(&client, unsigned(&package)),
                Ok(Stored::of(&package, None).digest()),
                "{fault:?} at request {at}"
            );
        }
    }
}

#[test]
fn bytes_changed_on_the_way_are_sent_again_or_refused_but_never_published() {
    let registry = Registry::start(Access::Open);
    let package = packaged();
    for at in 0..REQUESTS {
        let transport = Faulty::new(&registry, Fault::Garbled, at, Lasts::Once);
        let client = client(&transport, &registry, &format!("garbled-{at}"));
        if publish_it(&client, &package, PIECE).is_err() {
            assert_eq!(client.manifest(VERSION).unwrap(), None, "request {at}");
            assert_eq!(publish_it(&client, &package, PIECE), Ok(Status::Published));
        }
        assert!(verify(&client, unsigned(&package)).is_ok(), "request {at}");
    }
}

#[test]
fn a_run_that_ends_at_any_request_is_completed_by_the_next() {
    let registry = Registry::start(Access::Open);
    let package = packaged();
    for fault in [Fault::HalfSent, Fault::AnswerLost] {
        for at in 0..REQUESTS {
            let path = format!("{fault:?}-ended-{at}").to_lowercase();
            let dying = Faulty::new(&registry, fault, at, Lasts::ForEver);
            let ended = publish_it(&client(&dying, &registry, &path), &package, PIECE);
            assert!(matches!(ended, Err(NotPublished::Registry(_))), "{path}: {ended:?}");
            let http = Http::new(None).unwrap();
            let client = client(&http, &registry, &path);
            assert!(publish_it(&client, &package, PIECE).is_ok(), "{path}");
            assert_eq!(
                verify(&client, unsigned(&package)),
                Ok(Stored::of(&package, None).digest()),
                "{path}"
            );
        }
    }
}

#[test]
fn content_in_many_pieces_arrives_whole() {
    let registry = Registry::start(Access::Open);
    let package = packaged();
    for piece in [1000, 4096, package.bytes.len(), package.bytes.len() - 1] {
        let http = Http::new(None).unwrap();
        let client = client(&http, &registry, &format!("pieces-of-{piece}"));
        assert_eq!(publish_it(&client, &package, piece), Ok(Status::Published), "{piece}");
    }
}

#[test]
fn two_at_once_end_in_one_good_state() {
    let registry = Registry::start(Access::Open);
    let package = packaged();
    for round in 0..5 {
        let publish_once = || {
            let http = Http::new(None).unwrap();
            let client = client(&http, &registry, &format!("both-{round}"));
            publish_it(&client, &package, PIECE)
        };
        let both = thread::scope(|scope| {
            [scope.spawn(publish_once), scope.spawn(publish_once)].map(|it| it.join().unwrap())
        });
        assert!(both.iter().all(Result::is_ok), "{both:?}");
        let http = Http::new(None).unwrap();
        assert!(verify(&client(&http, &registry, &format!("both-{round}")), unsigned(&package)).is_ok());
    }
}
