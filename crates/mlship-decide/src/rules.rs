//! The soft reasons: what speaks for and against a target, each with where that is said.
//!
//! How much each counts stands in `weights.yaml`; here is when it counts, and why.

use mlship_spec::choices::{
    Burstiness, ClusterPart, Compliance, Isolation, LockIn, Protocol, Skill, Topology,
};

use crate::facts::Facts;
use crate::verdict::View;

/// The groups of targets that points can go to, beside single targets.
pub const GROUPS: [&str; 3] = ["endpoint", "own", "serverless"];

/// One soft reason.
pub struct Rule {
    /// Its name in output and in files of weights.
    pub id: &'static str,
    /// When it counts, and how much: 0 is not at all, 1 is its points.
    pub(crate) strength: Strength,
    /// What is said of a target by its name or group, the first that fits; `""` is for all others.
    pub(crate) texts: &'static [(&'static str, &'static str)],
    /// Where it is said.
    pub source: &'static str,
}

/// When a rule counts.
pub(crate) enum Strength {
    /// By what is known before any target is looked at.
    Facts(fn(&Facts<'_>) -> bool),
    /// By what one target makes of it, from 0 on.
    View(fn(&View<'_>) -> f64),
}

const LESSON: &str =
    "datarekha, Just enough Kubernetes for an ML engineer: what you should actually be writing";
const RAW: &str = "datarekha, Just enough Kubernetes for an ML engineer: when you actually do need raw K8s";
const AZURE: &str = "https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online";
const KSERVE: &str = "https://kserve.github.io/website/docs/intro";
const MODES: &str = "https://kserve.github.io/website/docs/concepts/architecture";
const SHADOW: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests.html";
const SERVERLESS: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html";
const HELM: &str = "https://helm.sh/docs/topics/charts/";
const GITOPS: &str = "https://opengitops.dev/";
const INSTALL: &str = "https://kserve.github.io/website/docs/admin-guide/overview";
const FARGATE: &str = "https://docs.aws.amazon.com/eks/latest/best-practices/cost-opt-compute.html";
const BUDGET: &str = "the price book of mlship, each price with its page";
const STATEFUL: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/";
const ACI: &str = "https://www.pump.co/blog/azure-container-instances-pricing";
const SETUP: &str = "https://kubernetes.io/docs/setup/production-environment/";

macro_rules! rules {
    ($($id:literal $kind:ident $strength:expr, $source:expr, [$($scope:literal $text:literal),+ $(,)?];)+) => {
        /// Every soft reason, in the order in which they are told.
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the methods are of one lifetime, and the function pointers of any"
        )]
        pub static RULES: &[Rule] = &[$(Rule {
            id: $id,
            strength: Strength::$kind($strength),
            texts: &[$(($scope, $text)),+],
            source: $source,
        },)+];
    };
}

rules! {
    "ready-made" Facts |_| true, LESSON, [
        "endpoint" "ready made: nothing of Kubernetes to write or run",
        "kserve" "ready made for models: autoscaling, canaries and runtimes in one short object",
        "" "ready made for models",
    ];
    "raw-without-need" Facts |facts| !facts.needs_raw(), RAW, [
        "" "nothing said needs what only plain objects show, and most people should not write them",
    ];
    "overflow-only" Facts |_| true, ACI, [
        "" "made for bursts and tests, less for services that run for long",
    ];
    "no-platform-team" Facts |facts| facts.has_team() == Some(false), LESSON, [
        "endpoint" "no platform team: there is no cluster to run",
        "serverless" "no platform team: the nodes at least are the cloud's business",
        "kserve" "no platform team: someone has to run the cluster, and KServe on top",
        "" "no platform team: someone has to run the cluster",
    ];
    "platform-team" Facts |facts| facts.has_team() == Some(true), LESSON, [
        "" "a platform team runs the cluster",
    ];
    "platform-for-others" Facts |facts| facts.builds_platform(), RAW, [
        "kubernetes" "a platform for others is built from the primitives",
        "helm" "a platform for others hands out charts",
        "" "a platform for others needs more than a ready-made service shows",
    ];
    "no-kubernetes-skill" Facts |facts| facts.needs.kubernetes_skill.is(&Skill::None), LESSON, [
        "endpoint" "nobody knows Kubernetes, and an endpoint does not ask for it",
        "" "nobody knows Kubernetes, and it has to be learned",
    ];
    "kubernetes-skill" Facts |facts| facts.needs.kubernetes_skill.is(&Skill::Strong), LESSON, [
        "" "Kubernetes is well known to the team",
    ];
    "no-cloud-skill" Facts |facts| facts.needs.cloud_skill.is(&Skill::None), AZURE, [
        "" "nobody knows the managed services of a cloud",
    ];
    "cloud-skill" Facts |facts| facts.needs.cloud_skill.is(&Skill::Strong), AZURE, [
        "" "the managed services of a cloud are well known to the team",
    ];
    "one-model" Facts |facts| facts.models() == Some(1), LESSON, [
        "kserve" "KServe is much machinery for one model",
        "" "one model: the simple way is enough",
    ];
    "several-models" Facts |facts| facts.models().is_some_and(|models| (2..=10).contains(&models)), HELM, [
        "" "a few models are one chart with values for each",
    ];
    "many-models" Facts |facts| facts.models().is_some_and(|models| models > 10), KSERVE, [
        "kserve" "many models: one short object for each, and runtimes shared by all",
        "sagemaker" "many models: inference components share instances",
        "" "many models: each endpoint has machines of its own",
    ];
    "several-environments" Facts |facts| facts.environments() >= Some(2), HELM, [
        "" "several environments are one chart with values for each",
    ];
    "one-environment" Facts |facts| facts.environments() == Some(1), LESSON, [
        "" "one environment: nothing to repeat",
    ];
    "gitops" Facts |facts| facts.needs.gitops.is(&true), GITOPS, [
        "" "what lies in a repository is applied as it is",
    ];
    "no-cluster" Facts |facts| facts.needs.cluster.exists.is(&false), SETUP, [
        "serverless" "a cluster has to be made first, without nodes to keep",
        "" "a cluster has to be made and kept first",
    ];
    "cluster" Facts |facts| facts.needs.cluster.exists.is(&true), SETUP, [
        "" "there is a cluster already",
    ];
    "kserve-installed" Facts |facts| facts.installed(ClusterPart::Kserve) == Some(true), INSTALL, [
        "" "KServe is installed already",
    ];
    "to-install" View |view| view.parts_to_install(), INSTALL, [
        "" "has to be installed first:",
    ];
    "compliance" Facts |facts| {
        let binds = |rule: &Compliance| matches!(rule, Compliance::Regulated | Compliance::DataResidency);
        facts.needs.compliance.said().is_some_and(|rules| rules.iter().any(binds))
    }, "https://kubernetes.io/docs/concepts/security/", [
        "own" "bound by rules: a cluster of your own is yours to audit, and to place",
        "" "bound by rules: what the vendor runs has to be proven to auditors",
    ];
    "lock-in" Facts |facts| facts.needs.lock_in.is(&LockIn::Avoid), KSERVE, [
        "own" "runs on any cluster, which was asked for",
        "serverless" "bound to one vendor's cluster, if not by much",
        "" "bound to one vendor, which was to be avoided",
    ];
    "on-premises" Facts |facts| facts.needs.on_premises.is(&true), RAW, [
        "kubernetes" "your own machines: plain objects fit whatever is there",
        "" "runs on your own machines",
    ];
    "exotic-topology" Facts |facts| facts.needs.gpu.topology.is(&Topology::Exotic), RAW, [
        "kubernetes" "GPUs linked in a chosen way: plain objects can name nodes and links",
        "helm" "GPUs linked in a chosen way: a chart of your own can name nodes and links",
        "" "GPUs linked in a chosen way, which this does not show",
    ];
    "isolation" Facts |facts| facts.isolates(), RAW, [
        "kubernetes" "tenants kept apart: plain objects can say how",
        "helm" "tenants kept apart: a chart of your own can say how",
        "" "tenants kept apart, which this does not show",
    ];
    "service-mesh" Facts |facts| facts.needs.service_mesh.is(&true), RAW, [
        "serverless" "part of a service mesh: its sidecars need a cluster that was made for them",
        "" "part of a service mesh: objects of your own carry what it wants",
    ];
    "custom-cni" Facts |facts| facts.needs.custom_cni.is(&true), RAW, [
        "" "a network plugin of your own: objects of your own carry what it wants",
    ];
    "own-nodes" Facts |facts| facts.picks_nodes(), RAW, [
        "" "the spec picks nodes, which objects of your own can name",
    ];
    "canary" Facts |facts| facts.wants_canary(), KSERVE, [
        "kubernetes" "plain objects divide no traffic",
        "" "divides traffic between versions by itself",
    ];
    "shadow" Facts |facts| facts.needs.shadow.is(&true), SHADOW, [
        "azureml" "copies requests to a new version by itself, as `targets.azureml.mirror` says",
        "endpoint" "can copy requests to a shadow variant, which you add to the endpoint yourself",
        "" "copies of requests take a mesh or gateway that you set up",
    ];
    "several-models-in-one" Facts |facts| facts.needs.multi_model.is(&true), KSERVE, [
        "" "several models can share one server",
    ];
    "gpu-sharing" Facts |facts| facts.shares_gpus(), LESSON, [
        "" "several servers can share one GPU",
    ];
    "standard-protocol" Facts |facts| facts.protocol() == Protocol::OpenInference, MODES, [
        "" "the Open Inference Protocol is KServe's own",
    ];
    "language-model" Facts |facts| facts.protocol() == Protocol::OpenAi, MODES, [
        "" "serves language models with routes that know their caches",
    ];
    "state" Facts |facts| facts.has_state(), STATEFUL, [
        "" "a StatefulSet keeps a volume for each replica",
    ];
    "sleeps-with-gpu" Facts |facts| facts.must_sleep() && facts.gpus() > 0, MODES, [
        "kserve" "sleeps with its GPU: Knative or KEDA wakes it",
        "" "sleeps with its GPU: KEDA wakes it",
    ];
    "sleeps-small" Facts |facts| facts.must_sleep() && facts.gpus() == 0, SERVERLESS, [
        "" "sleeps without a cluster: a serverless endpoint costs nothing while idle",
    ];
    "bursty" Facts |facts| facts.is_bursty(), FARGATE, [
        "serverless" "bursts: pods are paid for by the second",
        "" "bursts: Knative follows requests",
    ];
    "steady" Facts |facts| facts.needs.traffic.burstiness.is(&Burstiness::Steady), FARGATE, [
        "" "steady load keeps nodes of your own busy",
    ];
    "rare-requests" Facts |facts| facts.is_rare(), SERVERLESS, [
        "" "fewer than 1,000 requests an hour, on CPUs: a serverless endpoint is made for that",
    ];
    "tight-latency" Facts |facts| facts.is_tight(), "https://kubernetes.io/docs/concepts/services-networking/", [
        "own" "a tight latency: nothing between clients and pods that is not yours",
        "" "a tight latency: pods start slowly here",
    ];
    "cost" View |view| view.cost_against_own_nodes(), BUDGET, [
        "" "",
    ];
    "over-budget" View |view| view.over_budget(), BUDGET, [
        "" "",
    ];
}

/// Whether tenants are kept apart.
pub(crate) fn keeps_apart(isolation: Isolation) -> bool {
    match isolation {
        Isolation::None => false,
        Isolation::Namespace | Isolation::Node => true,
    }
}
