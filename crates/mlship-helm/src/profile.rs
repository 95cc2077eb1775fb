//! What is said of Helm, for `mlship decide`.

use mlship_kubernetes::profile::{ANYWHERE, CLUSTER, MESH, MIRROR, POD_START};
use mlship_spec::profile::{Kind, Profile, read};

/// Helm: the chart `model-server` with values.
pub static HELM: Profile = Profile {
    title: "a Helm chart with values",
    kind: Kind::OwnCluster,
    cloud: None,
    runs_on: ANYWHERE,
    needs: &[CLUSTER],
    learn: &[read(
        "values, releases and how one is rolled back",
        "https://helm.sh/docs/intro/using_helm/",
        "2026-11",
    )],
    cold_start: POD_START,
    lock_in: read(
        "none beyond Helm: the chart renders plain objects",
        "https://helm.sh/docs/helm/helm_template/",
        "2026-11",
    ),
    largest_body: None,
    mesh: MESH,
    mirror: MIRROR,
    assumes: "",
    modes: &[],
};
