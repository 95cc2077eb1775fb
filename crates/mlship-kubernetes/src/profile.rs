//! What is said of plain Kubernetes, for `mlship decide`.

use mlship_spec::profile::{Claim, Kind, Measure, Mirror, Need, Profile, Support, read, remembered};

/// A cluster is all that every target on Kubernetes needs.
pub const CLUSTER: Need = Need {
    part: None,
    claim: read(
        "a cluster, and someone who keeps it running",
        "https://kubernetes.io/docs/setup/production-environment/",
        "2026-11",
    ),
};

/// How fast a pod starts on a node that has room for it.
pub const POD_START: Measure = Measure {
    value: 5,
    claim: remembered(
        "a pod starts within seconds on a node with room for it; a new node takes a minute or more",
        "https://github.com/knative/serving/issues/2484",
    ),
};

/// Where Kubernetes runs.
pub const ANYWHERE: Claim = read(
    "every cloud, your own machines, your laptop",
    "https://kubernetes.io/docs/setup/production-environment/",
    "2026-11",
);

/// Whether pods on nodes of one's own can be in a mesh.
pub const MESH: Support = Support::Yes(read(
    "a mesh puts its sidecar into any pod",
    "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    "2026-11",
));

/// Copies of requests are a mesh's or gateway's doing.
pub const MIRROR: Mirror = Mirror::No(read(
    "copies of requests take a mesh or a gateway that mirrors, which you set up yourself",
    "https://gateway-api.sigs.k8s.io/guides/http-request-mirroring/",
    "2026-11",
));

/// Plain Kubernetes.
pub static KUBERNETES: Profile = Profile {
    title: "plain Kubernetes objects",
    kind: Kind::OwnCluster,
    cloud: None,
    runs_on: ANYWHERE,
    needs: &[CLUSTER],
    learn: &[read(
        "Deployments, Services, Ingresses and autoscalers, since the objects are yours to keep",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
        "2026-11",
    )],
    cold_start: POD_START,
    lock_in: read(
        "none: the objects run on any conformant cluster",
        "https://www.cncf.io/training/certification/software-conformance/",
        "2026-11",
    ),
    largest_body: None,
    mesh: MESH,
    mirror: MIRROR,
    assumes: "",
    modes: &[],
};
