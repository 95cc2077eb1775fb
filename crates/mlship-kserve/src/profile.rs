//! What is said of KServe, for `mlship decide`.

use mlship_kubernetes::profile::{ANYWHERE, CLUSTER, MESH, POD_START};
use mlship_spec::choices::ClusterPart;
use mlship_spec::profile::{Kind, Mirror, Mode, Need, Profile, read};

/// KServe.
pub static KSERVE: Profile = Profile {
    title: "a KServe InferenceService",
    kind: Kind::OwnCluster,
    cloud: None,
    runs_on: ANYWHERE,
    needs: &[
        CLUSTER,
        Need {
            part: Some(ClusterPart::Kserve),
            claim: read(
                "KServe's CRDs and controller, and cert-manager for its webhooks",
                "https://kserve.github.io/website/docs/admin-guide/kubernetes-deployment",
                "2026-11",
            ),
        },
    ],
    learn: &[read(
        "InferenceServices, runtimes and the two ways in which they are run",
        "https://kserve.github.io/website/docs/concepts/architecture",
        "2026-11",
    )],
    cold_start: POD_START,
    lock_in: read(
        "none to a vendor: KServe runs on any cluster, and its objects are KServe's own",
        "https://kserve.github.io/website/docs/intro",
        "2026-11",
    ),
    largest_body: None,
    mesh: MESH,
    mirror: Mirror::No(read(
        "an InferenceService divides traffic and does not copy it",
        "https://kserve.github.io/website/docs/model-serving/predictive-inference/rollout-strategies/canary",
        "2026-11",
    )),
    assumes: "",
    modes: &[Mode {
        set: "targets.kserve.mode=knative",
        fields: "targets: {kserve: {mode: knative}}",
        cold_start: None,
    }],
};
