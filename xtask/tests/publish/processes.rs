//! Whole processes: two at once, and one that is killed at each of its requests.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use mlship_helm::oci::publish::verify;
use xtask::chart::http::Http;

use crate::command::{chart, check, command, copy_of_the_chart};
use crate::registry::{Access, Registry};
use crate::signing::key;
use crate::{VERSION, client, packaged, unsigned};

#[test]
fn two_processes_at_once_end_in_one_good_state() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let path = format!("same-{round}");
        let place = registry.place(&path);
        let publish = || chart(home.path(), &["publish", &place]);
        let both =
            thread::scope(|scope| [scope.spawn(publish), scope.spawn(publish)].map(|it| it.join().unwrap()));
        for outcome in &both {
            check(outcome, 0, &format!("model-server:{VERSION}@sha256:"));
        }
        let http = Http::new(None).unwrap();
        assert!(verify(&client(&http, &registry, &path), unsigned(&packaged())).is_ok());
    }
}

#[test]
fn two_processes_with_two_contents_leave_one_of_them_whole() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let other = copy_of_the_chart(home.path());
    fs::write(other.join("templates/more.yaml"), "{{/* more */}}\n").unwrap();
    let other = other.to_str().unwrap();
    for round in 0..5 {
        let place = registry.place(&format!("different-{round}"));
        let (ours, theirs) = (["publish", &place], ["publish", &place, "--chart", other]);
        let both = thread::scope(|scope| {
            let ours = scope.spawn(|| chart(home.path(), &ours));
            let theirs = scope.spawn(|| chart(home.path(), &theirs));
            [ours, theirs].map(|it| it.join().unwrap())
        });
        // Whoever lost is told so, in one way or another; whoever won is whole.
        let is_whole = |arguments: &[&str]| chart(home.path(), arguments).succeeded();
        let whole = [is_whole(&["verify", &place]), is_whole(&["verify", &place, "--chart", other])];
        assert_eq!(whole.iter().filter(|it| **it).count(), 1, "{both:?}");
        let (won, lost) = if whole[0] { (&both[0], &both[1]) } else { (&both[1], &both[0]) };
        check(won, 0, "published");
        assert!([Some(0), Some(1)].contains(&lost.code), "{lost:?}");
    }
}

/// When a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// When half of its request has gone on.
    HalfSent,
    /// When the registry has answered, and the process does not know it.
    Answered,
}

/// Goes between a process and a registry, and kills the process at one of its requests.
struct Killer {
    registry: String,
    at: usize,
    moment: Moment,
    victim: Mutex<Option<Child>>,
    seen: Mutex<usize>,
}

impl Killer {
    /// Listens, and returns where.
    fn start(self: &Arc<Self>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let killer = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let killer = killer.clone();
                // A connection that ends is no news.
                thread::spawn(move || killer.serve(stream));
            }
        });
        host
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut process = BufReader::new(stream);
        let mut registry = BufReader::new(TcpStream::connect(&self.registry)?);
        loop {
            let request = message(&mut process, "")?;
            let index = {
                let mut seen = self.seen.lock().unwrap();
                *seen += 1;
                *seen - 1
            };
            if index == self.at && self.moment == Moment::HalfSent {
                registry.get_mut().write_all(&request[..request.len() / 2])?;
                self.kill();
                return registry.get_mut().shutdown(Shutdown::Both);
            }
            registry.get_mut().write_all(&request)?;
            let answer = message(&mut registry, if request.starts_with(b"HEAD ") { "HEAD" } else { "" })?;
            if index == self.at {
                self.kill();
                return Ok(());
            }
            process.get_mut().write_all(&answer)?;
        }
    }

    fn kill(&self) {
        let mut victim = self.victim.lock().unwrap();
        victim.as_mut().unwrap().kill().unwrap();
    }
}

/// One message of HTTP with its body; the answer to a `HEAD` has none whatever it says.
fn message(reader: &mut BufReader<TcpStream>, method: &str) -> io::Result<Vec<u8>> {
    let (mut bytes, mut length, mut line) = (Vec::new(), 0, String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(line.as_bytes());
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; if method == "HEAD" { 0 } else { length }];
    reader.read_exact(&mut body)?;
    bytes.extend(body);
    Ok(bytes)
}

/// Runs a process that is killed at a request; whether it was.
fn run_and_kill(home: &Path, registry: &Registry, path: &str, moment: Moment, at: usize) -> bool {
    let killer = Arc::new(Killer {
        registry: registry.host(),
        at,
        moment,
        victim: Mutex::new(None),
        seen: Mutex::new(0),
    });
    let place = format!("oci://{}/{path}", killer.start());
    let mut publish =
        command(home, &["publish", &place, "--plain-http", "--sign", "--keyring", &key("other.asc")]);
    {
        // Held until the process can be killed.
        let mut victim = killer.victim.lock().unwrap();
        *victim = Some(publish.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }
    let status = loop {
        // Not held while waiting: who kills it needs it.
        if let Some(status) = killer.victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap() {
            break status;
        }
        thread::yield_now();
    };
    assert!(status.code().is_none_or(|code| code == 0), "{moment:?} {at}: {status}");
    status.code().is_none()
}

#[test]
fn a_process_that_is_killed_at_any_request_is_completed_by_the_next() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    for moment in [Moment::HalfSent, Moment::Answered] {
        let mut at = 0;
        loop {
            let path = format!("{moment:?}-{at}").to_lowercase();
            let was_killed = run_and_kill(home.path(), &registry, &path, moment, at);
            let http = Http::new(None).unwrap();
            let client = client(&http, &registry, &path);
            // What can be seen is whole.
            if client.manifest(VERSION).unwrap().is_some() {
                assert!(verify(&client, unsigned(&packaged())).is_ok(), "{path}");
            }
            if !was_killed {
                break;
            }
            let place = registry.place(&path);
            let again = ["publish", &place, "--sign", "--keyring", &key("other.asc")];
            check(&chart(home.path(), &again), 0, &format!("model-server:{VERSION}@sha256:"));
            check(&chart(home.path(), &again), 0, "there already, unchanged");
            at += 1;
        }
        // Looking, four requests for each of three blobs, looking again, the manifest, reading back.
        assert!(at > 14, "only {at} requests were seen");
    }
}
