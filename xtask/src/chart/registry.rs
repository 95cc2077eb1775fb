//! What needs a registry: publishing and comparing.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use mlship_helm::oci::client::{self, Client, Progress, Security};
use mlship_helm::oci::manifest::Stored;
use mlship_helm::oci::publish::{self, Existing, NotPublished, PIECE, Status};
use mlship_helm::oci::reference::Place;
use mlship_helm::package::Package;
use serde_json::json;

use super::http::Http;
use super::{Failure, Output, Registry, credentials, local, print};

/// What `publish` is to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) existing: Existing,
    pub(super) effect: Effect,
}

/// Whether anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is.
    Send,
    /// It is said what would be sent.
    Look,
}

pub(super) fn publish(folder: &Path, registry: &Registry, wanted: Wanted) -> Result<(), Failure> {
    let place = place(registry)?;
    let package = local::package(folder)?;
    let http = Http::new(registry.ca_file.as_deref())?;
    let client = client(&http, registry, &place, &package)?;
    let status = match wanted.effect {
        Effect::Look => publish::look(&client, &package, wanted.existing),
        Effect::Send => {
            let bar = Bar::new(&package);
            let status = publish::publish(&client, &package, wanted.existing, PIECE, &bar);
            bar.0.finish_and_clear();
            status
        }
    };
    tell(registry.output, &place, &package, status?)
}

pub(super) fn verify(folder: &Path, registry: &Registry) -> Result<(), Failure> {
    let place = place(registry)?;
    let package = local::package(folder)?;
    let http = Http::new(registry.ca_file.as_deref())?;
    publish::verify(&client(&http, registry, &place, &package)?, &package)?;
    tell(registry.output, &place, &package, Status::Unchanged)
}

fn place(registry: &Registry) -> Result<Place, Failure> {
    registry.place.parse().map_err(|error| Failure::Refused(format!("{error}")))
}

fn client<'a>(
    http: &'a Http,
    registry: &Registry,
    place: &Place,
    package: &Package,
) -> Result<Client<'a>, Failure> {
    let security = if registry.plain_http { Security::Plain } else { Security::Tls };
    let credentials = credentials(place.host())?;
    Ok(Client::new(http, place, &package.metadata.name, security, credentials))
}

fn tell(output: Output, place: &Place, package: &Package, status: Status) -> Result<(), Failure> {
    let tag = publish::tag(package)?;
    let reference = format!("{place}/{}:{tag}", package.metadata.name);
    let digest = Stored::of(package).digest();
    match output {
        Output::Json => {
            print(&json!({"reference": reference, "digest": digest, "status": status}).to_string())
        }
        Output::Text => {
            let what = match status {
                Status::Published => "published",
                Status::Unchanged => "there already, unchanged:",
                Status::WouldPublish => "would publish",
            };
            print(&format!("{what} {reference}@{digest}"))
        }
    }
}

/// A tag that is taken or a version that is none is for the user to change; a registry is the outside world.
impl From<NotPublished> for Failure {
    fn from(error: NotPublished) -> Self {
        let message = error.to_string();
        match error {
            NotPublished::Taken { .. }
            | NotPublished::Version(_)
            | NotPublished::Registry(client::Failure::Content { .. }) => Failure::Refused(message),
            NotPublished::Registry(_) => Failure::World(message),
        }
    }
}

/// A bar on a terminal; nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new(package: &Package) -> Self {
        let bytes: usize = Stored::of(package).blobs.iter().map(|(_, content)| content.len()).sum();
        let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(bytes as u64).with_style(style))
    }
}

impl Progress for Bar {
    fn arrived(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
