//! Publishing against a real registry: alone and by two at once, with and without a login, with everything that can
//! go wrong on the way; and pulled back by real Helm, 3 and 4.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "publish/command.rs"]
mod command;
#[path = "publish/faults.rs"]
mod faults;
#[path = "publish/index.rs"]
mod index;
#[path = "publish/processes.rs"]
mod processes;
#[path = "publish/readme.rs"]
mod readme;
#[path = "publish/registry.rs"]
mod registry;
#[path = "publish/signing.rs"]
mod signing;
#[path = "publish/tls.rs"]
mod tls;
#[path = "publish/token.rs"]
mod token;

use mlship_helm::chart::VERSION;
use mlship_helm::oci::client::{Client, Progress, Security};
use mlship_helm::oci::publish::{Existing, NotPublished, Publication, Status, publish};
use mlship_helm::oci::transport::Transport;
use mlship_helm::package::{Package, package};
use xtask::tools::Tool;

/// Both Helms that charts are pulled with.
const HELMS: [Tool; 2] = [Tool::Helm, Tool::Helm3];

/// The name of the chart's package.
fn package_file() -> String {
    format!("model-server-{VERSION}.tgz")
}

/// Tells Helm which version is meant.
fn at_version() -> String {
    format!("--version={VERSION}")
}

/// The chart model-server, packaged.
fn packaged() -> Package {
    package(&xtask::chart::read(&xtask::chart::folder()).unwrap(), 1_700_000_000).unwrap()
}

fn client<'a>(transport: &'a dyn Transport, registry: &registry::Registry, path: &str) -> Client<'a> {
    let place = registry.place(path).parse().unwrap();
    Client::new(transport, &place, "model-server", Security::Plain, None)
}

fn unsigned(package: &Package) -> Publication<'_> {
    Publication { package, provenance: None }
}

/// Publishes a package that is not signed, in pieces of so many bytes.
fn publish_it(client: &Client<'_>, package: &Package, piece: usize) -> Result<Status, NotPublished> {
    publish(client, unsigned(package), Existing::Keep, piece, &Quiet).map(|outcome| outcome.status)
}

/// Shows nothing.
struct Quiet;

impl Progress for Quiet {
    fn arrived(&self, _bytes: u64) {}
}
