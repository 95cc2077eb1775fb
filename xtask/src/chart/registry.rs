//! What needs a registry: publishing and comparing.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use mlship_helm::oci::client::{self, Client, Progress, Security};
use mlship_helm::oci::manifest::Stored;
use mlship_helm::oci::publish::{self, Existing, NotPublished, Outcome, PIECE, Publication, Status};
use mlship_helm::oci::reference::Place;
use mlship_helm::package::Package;
use mlship_helm::provenance::Provenance;
use mlship_helm::provenance::sign::Signer;
use serde_json::json;

use super::http::Http;
use super::signing::{self, Signing};
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

pub(super) fn publish(
    folder: &Path,
    registry: &Registry,
    signing: &Signing,
    wanted: Wanted,
) -> Result<(), Failure> {
    let place = place(registry)?;
    let signer = signing.signer()?;
    let package = local::package(folder)?;
    let provenance = signer.as_ref().map(|signer| signer.sign(&package, signing::now())).transpose()?;
    let provenance = provenance.as_ref().map(|provenance| provenance as &dyn Provenance);
    let publication = Publication { package: &package, provenance };
    let http = Http::new(registry.ca_file.as_deref())?;
    let client = client(&http, registry, &place, &package)?;
    let outcome = match wanted.effect {
        Effect::Look => publish::look(&client, publication, wanted.existing),
        Effect::Send => {
            let bar = Bar::new(publication);
            let outcome = publish::publish(&client, publication, wanted.existing, PIECE, &bar);
            bar.0.finish_and_clear();
            outcome
        }
    };
    tell(registry.output, &place, &package, &outcome?, signer.as_ref())
}

pub(super) fn verify(folder: &Path, registry: &Registry) -> Result<(), Failure> {
    let place = place(registry)?;
    let package = local::package(folder)?;
    let http = Http::new(registry.ca_file.as_deref())?;
    let publication = Publication { package: &package, provenance: None };
    let digest = publish::verify(&client(&http, registry, &place, &package)?, publication)?;
    tell(registry.output, &place, &package, &Outcome { status: Status::Unchanged, digest }, None)
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
    let security = match (registry.plain_http, &registry.ca_file) {
        (true, _) => Security::Plain,
        (false, Some(_)) => Security::Tls,
        (false, None) => Security::of(http, place),
    };
    let credentials = credentials(place.host())?;
    Ok(Client::new(http, place, &package.metadata.name, security, credentials))
}

fn tell(
    output: Output,
    place: &Place,
    package: &Package,
    outcome: &Outcome,
    signer: Option<&Signer>,
) -> Result<(), Failure> {
    let tag = publish::tag(package)?;
    let reference = format!("{place}/{}:{tag}", package.metadata.name);
    let Outcome { status, digest } = outcome;
    match output {
        Output::Json => {
            let mut report = json!({"reference": reference, "digest": digest, "status": status});
            if let Some(signer) = signer {
                report["signedBy"] = json!(signer.fingerprint());
            }
            print(&report.to_string())
        }
        Output::Text => {
            let what = match status {
                Status::Published => "published",
                Status::Unchanged => "there already, unchanged:",
                Status::WouldPublish => "would publish",
            };
            let by = signer.map(|signer| format!(", signed by {}", signer.fingerprint()));
            print(&format!("{what} {reference}@{digest}{}", by.unwrap_or_default()))
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
    fn new(publication: Publication<'_>) -> Self {
        let stored = Stored::of(publication.package, publication.provenance);
        let bytes: usize = stored.blobs.iter().map(|(_, content)| content.len()).sum();
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
