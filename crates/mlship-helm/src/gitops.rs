//! What GitOps tools read to install the chart from where it is published.

use std::fmt;
use std::str::FromStr;

use mlship_spec::target::Document;
use serde::Serialize;
use serde_json::Value;

use crate::chart;
use crate::oci::reference::{NotAPlace, Place};
use crate::target::Release;

/// A tool that keeps a cluster as a repository says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitOps {
    /// Argo CD: an Application.
    Argocd,
    /// Flux: an OCIRepository and a HelmRelease.
    Flux,
}

impl GitOps {
    /// The word after `--gitops`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Argocd => "argocd",
            Self::Flux => "flux",
        }
    }
}

/// Where charts are published: `oci://host/path`, without the chart's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRepository(Place);

impl ChartRepository {
    /// The repository of the chart, without `oci://` and the chart's name.
    fn without_scheme(&self) -> String {
        self.0.to_string().trim_start_matches("oci://").to_owned()
    }
}

impl FromStr for ChartRepository {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        text.parse().map(Self)
    }
}

impl fmt::Display for ChartRepository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The objects that make a tool install a release.
pub(crate) fn documents(tool: GitOps, repository: &ChartRepository, release: &Release) -> Vec<Document> {
    match tool {
        GitOps::Argocd => vec![Document::of(&application(repository, release))],
        GitOps::Flux => {
            vec![Document::of(&oci_repository(repository, release)), Document::of(&helm_release(release))]
        }
    }
}

macro_rules! objects {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)+ })+) => {
        $(
            #[derive(Serialize)]
            #[serde(rename_all = "camelCase")]
            struct $name {
                $($(#[$meta])* $field: $kind,)+
            }
        )+
    };
}

objects! {
    Object { api_version: &'static str, kind: &'static str, metadata: Metadata, spec: Spec, }
    Metadata { name: String, namespace: String, }
    Application { project: &'static str, source: Source, destination: Destination, sync_policy: SyncPolicy, }
    Source { chart: &'static str, #[serde(rename = "repoURL")] repo_url: String, target_revision: &'static str, helm: Helm, }
    Helm { release_name: String, values_object: Value, }
    Destination { server: &'static str, namespace: String, }
    SyncPolicy { sync_options: [&'static str; 2], }
    OciRepository { interval: &'static str, url: String, #[serde(rename = "ref")] reference: Tag, layer_selector: Layer, }
    Tag { tag: String, }
    Layer { media_type: &'static str, operation: &'static str, }
    HelmRelease { interval: &'static str, release_name: String, chart_ref: ChartRef, values: Value, }
    ChartRef { kind: &'static str, name: String, }
}

/// The spec of one of the kinds.
#[derive(Serialize)]
#[serde(untagged)]
enum Spec {
    Application(Application),
    OciRepository(OciRepository),
    HelmRelease(HelmRelease),
}

/// The Application of Argo CD, which takes the place of charts without `oci://`:
/// <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-charts-from-oci-registries> (2026-11).
fn application(repository: &ChartRepository, release: &Release) -> Object {
    let source = Source {
        chart: chart::NAME,
        repo_url: repository.without_scheme(),
        target_revision: chart::VERSION,
        helm: Helm { release_name: release.name.clone(), values_object: release.values.clone() },
    };
    let destination =
        Destination { server: "https://kubernetes.default.svc", namespace: release.namespace.clone() };
    // Server-side apply leaves the number of replicas to the autoscaler that set it.
    let sync_policy = SyncPolicy { sync_options: ["CreateNamespace=true", "ServerSideApply=true"] };
    Object {
        api_version: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: Metadata { name: release.name.clone(), namespace: "argocd".to_owned() },
        spec: Spec::Application(Application { project: "default", source, destination, sync_policy }),
    }
}

/// Where Flux finds the chart: <https://fluxcd.io/flux/components/source/ocirepositories/> (2026-11).
fn oci_repository(repository: &ChartRepository, release: &Release) -> Object {
    let spec = OciRepository {
        interval: "10m",
        url: format!("{repository}/{}", chart::NAME),
        // A tag has no `+`: https://helm.sh/docs/topics/registries/ (2026-11)
        reference: Tag { tag: chart::VERSION.replace('+', "_") },
        layer_selector: Layer {
            media_type: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            operation: "copy",
        },
    };
    Object {
        api_version: "source.toolkit.fluxcd.io/v1",
        kind: "OCIRepository",
        metadata: metadata(release),
        spec: Spec::OciRepository(spec),
    }
}

/// What Flux installs: <https://fluxcd.io/flux/components/helm/helmreleases/> (2026-11).
fn helm_release(release: &Release) -> Object {
    let spec = HelmRelease {
        interval: "10m",
        release_name: release.name.clone(),
        chart_ref: ChartRef { kind: "OCIRepository", name: release.name.clone() },
        values: release.values.clone(),
    };
    Object {
        api_version: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: metadata(release),
        spec: Spec::HelmRelease(spec),
    }
}

fn metadata(release: &Release) -> Metadata {
    Metadata { name: release.name.clone(), namespace: release.namespace.clone() }
}
