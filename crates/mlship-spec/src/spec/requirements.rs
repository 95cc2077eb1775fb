//! `requirements`: what the team needs, for `mlship decide`. Every item can be left out, and every
//! item can be `unknown`, which says that somebody thought of it and does not know.

use crate::choices::{
    Burstiness, Cloud, ClusterPart, Compliance, Isolation, LockIn, Protocol, Skill, Topology, ZeroNeed,
};
use crate::field::{Count, Decode, Decoder, Shape, Spanned, Word};
use crate::node::{Node, Value};
use crate::spec::forms::ShortOr;
use crate::spec_struct;
use crate::values::cloud::CloudRegion;
use crate::values::duration::Seconds;
use crate::values::quantity::Quantity;

/// The word for what nobody knows.
const UNKNOWN: (&str, &str) = ("unknown", " Nobody knows");

/// An item of the requirements: a value, or `unknown`.
#[derive(Clone, Debug)]
pub enum Known<T> {
    /// What was said.
    Value(T),
    /// That nobody knows.
    Unknown,
}

impl<T: Decode> Decode for Known<T> {
    fn shape() -> Shape {
        let unknown = Shape::Choice(&[UNKNOWN]);
        match T::shape() {
            Shape::OneOf(mut shapes) => {
                shapes.push(unknown);
                Shape::OneOf(shapes)
            }
            shape => Shape::OneOf(vec![shape, unknown]),
        }
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        match &node.value {
            Value::Scalar(scalar) if scalar.text == UNKNOWN.0 => Some(Self::Unknown),
            Value::Scalar(_) | Value::List(_) | Value::Map(_) => T::decode(node, decoder).map(Self::Value),
        }
    }
}

/// Whether a service may or must cost nothing while idle: a word, or `true` and `false` for its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToZero(pub ZeroNeed);

impl Decode for ToZero {
    fn shape() -> Shape {
        Shape::OneOf(vec![Shape::Boolean, Word::<ZeroNeed>::shape()])
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let is_word =
            |text: &str| text.len() > 3 && !["true", "false"].contains(&text.to_ascii_lowercase().as_str());
        match &node.value {
            Value::Scalar(scalar) if is_word(&scalar.text) => {
                Word::<ZeroNeed>::decode(node, decoder).map(|word| Self(word.0))
            }
            Value::Scalar(_) => bool::decode(node, decoder)
                .map(|needed| Self(if needed { ZeroNeed::Required } else { ZeroNeed::Refused })),
            Value::List(_) | Value::Map(_) => {
                decoder.wrong_type(node, &Self::shape());
                None
            }
        }
    }
}

spec_struct! {
    /// What the team needs.
    Requirements {
        /// How many models are served, now or soon.
        "models" models: Known<Count<1, 1_000_000>> {
            default: "not said: left open",
            becomes: "one model is for an endpoint, several for a chart, many for KServe"
        }
        /// Whether a platform team runs the cluster.
        "platformTeam" platform_team: Known<bool> {
            default: "not said: left open",
            becomes: "without one, targets that need a cluster to be run lose weight"
        }
        /// Whether a platform is being built that other teams will use.
        "platformForOthers" platform_for_others: Known<bool> {
            default: "not said: no",
            becomes: "a reason for plain objects and a chart of one's own"
        }
        /// Clouds that may be used; an empty list is none.
        "clouds" clouds: Known<Vec<Spanned<Word<Cloud>>>> {
            default: "not said: any",
            becomes: "targets of other clouds are ruled out"
        }
        /// Regions that may be used, as the clouds name them.
        "regions" regions: Known<Vec<Spanned<CloudRegion>>> {
            default: "not said: any",
            becomes: "targets of clouds without any of them are ruled out"
        }
        /// Whether it has to run on machines of one's own.
        "onPremises" on_premises: Known<bool> {
            default: "not said: no",
            becomes: "everything that only a cloud has is ruled out"
        }
        /// The cluster that is there.
        "cluster" cluster: Known<ClusterFacts> {
            default: "not said: none that has to be used",
            becomes: "what is installed does not have to be; GPUs it lacks rule it out"
        }
        /// The GPUs of one replica: a count, or count, type and topology.
        "gpu" gpu: Known<ShortOr<GpuNumber, GpuNeeds>> {
            default: "`resources.gpu` of the spec, else none",
            becomes: "targets without GPUs are ruled out"
        }
        /// How far apart tenants of the cluster must be kept.
        "isolation" isolation: Known<Word<Isolation>> {
            default: "not said: no tenants",
            becomes: "nodes of a tenant's own are a reason for plain objects"
        }
        /// Whether the service must be part of a service mesh.
        "serviceMesh" service_mesh: Known<bool> {
            default: "not said: no",
            becomes: "targets whose pods can't take a mesh's sidecar are ruled out"
        }
        /// Whether the cluster's network plugin is one of your own.
        "customCni" custom_cni: Known<bool> {
            default: "not said: no",
            becomes: "targets that bring their own network are ruled out"
        }
        /// What clients speak.
        "protocol" protocol: Known<Word<Protocol>> {
            default: "`server.protocol` of the spec, else `http`",
            becomes: "targets that can't carry it are ruled out; the Open Inference Protocol is KServe's own"
        }
        /// How many requests come, and when.
        "traffic" traffic: Known<Traffic> {
            default: "see each field",
            becomes: "how many replicas are paid for; bursts are for what is billed by the second"
        }
        /// The time within which 95 of 100 requests must be answered, in milliseconds.
        "latencyMilliseconds" latency_milliseconds: Known<Count<1, 86_400_000>> {
            default: "not said: none",
            becomes: "a tight one speaks against sleeping replicas and shared front doors"
        }
        /// The largest and the longest request.
        "request" request: Known<RequestNeeds> {
            default: "see each field",
            becomes: "targets that cut such requests off are ruled out"
        }
        /// Whether the service may, or must, cost nothing while idle; `true` is `required`, `false` is `refused`.
        "scaleToZero" scale_to_zero: Known<ToZero> {
            default: "not said: it may",
            becomes: "`required` rules out targets that always run a replica"
        }
        /// How long the first request after a pause may wait, in seconds.
        "coldStartSeconds" cold_start_seconds: Known<Count<0, 86_400>> {
            default: "not said: as long as it takes",
            becomes: "where the service sleeps, targets that wake up more slowly are ruled out"
        }
        /// Whether a new version must be tried on a share of the traffic first.
        "canary" canary: Known<bool> {
            default: "`rollout.canary` of the spec, else no",
            becomes: "targets that can't divide traffic are ruled out"
        }
        /// Whether a new version must be tried on copies of requests first.
        "shadow" shadow: Known<bool> {
            default: "not said: no",
            becomes: "a reason for targets that mirror traffic"
        }
        /// Whether several models share one server.
        "multiModel" multi_model: Known<bool> {
            default: "not said: no",
            becomes: "a reason for KServe"
        }
        /// Whether several servers share one GPU.
        "gpuSharing" gpu_sharing: Known<bool> {
            default: "not said: no",
            becomes: "targets that hand out whole GPUs only are ruled out"
        }
        /// Whether replicas keep data of their own, as vector databases do.
        "state" state: Known<bool> {
            default: "`state` of the spec, else no",
            becomes: "targets without volumes are ruled out"
        }
        /// Rules that bind the service.
        "compliance" compliance: Known<Vec<Spanned<Word<Compliance>>>> {
            default: "not said: none",
            becomes: "`air-gapped` rules clouds out, the others speak for a cluster of one's own"
        }
        /// What may be spent a month, in US dollars.
        "budget" budget: Known<Count<1, 1_000_000_000>> {
            default: "not said: any",
            becomes: "targets that cost more lose weight"
        }
        /// What the team knows its way around.
        "skills" skills: Known<Skills> {
            default: "see each field",
            becomes: "see each field"
        }
        /// How much being bound to one vendor is put up with.
        "lockIn" lock_in: Known<Word<LockIn>> {
            default: "not said: accepted",
            becomes: "`refused` rules out what only one vendor has"
        }
        /// In how many environments it runs, such as staging and production.
        "environments" environments: Known<Count<1, 10_000>> {
            default: "not said: one",
            becomes: "from two on, a reason for a chart"
        }
        /// Whether a GitOps tool applies what lies in a repository.
        "gitops" gitops: Known<bool> {
            default: "not said: no",
            becomes: "a reason for Kubernetes objects and charts"
        }
    }
}

spec_struct! {
    /// The cluster that is there.
    ClusterFacts {
        /// Whether there is one that can be used.
        "exists" exists: Known<bool> {
            default: "`true` when another field of `cluster` is given, else not said: no",
            becomes: "targets that need a cluster have one already"
        }
        /// How many GPUs its nodes have in all.
        "gpus" gpus: Known<Count<0, 1_000_000>> {
            default: "not said: enough",
            becomes: "a replica that asks for more would stay pending: the cluster is ruled out"
        }
        /// What is installed in it.
        "installed" installed: Known<Vec<Spanned<Word<ClusterPart>>>> {
            default: "not said: nothing is counted on",
            becomes: "what a target needs and is not there has to be installed first"
        }
    }
}

spec_struct! {
    /// GPUs of one replica.
    GpuNeeds {
        /// How many.
        "count" count: Known<GpuNumber> {
            default: "1",
            becomes: "resources.gpu.count of the workload that is judged"
        }
        /// Which model, as the catalogue or people call it.
        "type" kind: Known<String> {
            default: "any",
            becomes: "resources.gpu.type of the workload that is judged"
        }
        /// How they have to be linked.
        "topology" topology: Known<Word<Topology>> {
            default: "`ordinary`",
            becomes: "`exotic` is a reason for plain objects, which can name nodes and links"
        }
    }
}

/// A number of GPUs; 0 is none.
pub type GpuNumber = Count<0, 64>;

spec_struct! {
    /// How many requests come, and when.
    Traffic {
        /// Requests a second, on average over the hours in which there are any.
        "average" average: Known<Quantity> {
            default: "not said: the replicas of the spec are enough",
            becomes: "the replicas that a busy month pays for"
        }
        /// Requests a second at the peak.
        "peak" peak: Known<Quantity> {
            default: "the average; three times that when `bursty`",
            becomes: "the most replicas; own nodes are paid for at the peak when traffic is bursty"
        }
        /// Hours a day in which there are requests.
        "hoursPerDay" hours_per_day: Known<Count<0, 24>> {
            default: "not said: 24",
            becomes: "how long more than the fewest replicas are paid for"
        }
        /// How it changes.
        "burstiness" burstiness: Known<Word<Burstiness>> {
            default: "not said: `steady`",
            becomes: "`bursty` is for what is billed by the second, `steady` for machines that are always there"
        }
        /// Requests a second that one replica answers.
        "perReplica" per_replica: Known<Quantity> {
            default: "from `autoscale` of the spec where it tells, else 10",
            becomes: "how many replicas the traffic takes"
        }
    }
}

spec_struct! {
    /// The largest and the longest request.
    RequestNeeds {
        /// The largest body of a request or an answer.
        "size" size: Known<Quantity> {
            default: "not said: below 1Mi",
            becomes: "targets that take smaller ones only are ruled out"
        }
        /// How long the longest request takes.
        "seconds" seconds: Known<Seconds> {
            default: "`server.requestTimeout` of the spec",
            becomes: "targets that cut it off earlier are ruled out"
        }
    }
}

spec_struct! {
    /// What the team knows its way around.
    Skills {
        /// Kubernetes.
        "kubernetes" kubernetes: Known<Word<Skill>> {
            default: "not said: `some`",
            becomes: "without any, targets on a cluster lose weight"
        }
        /// The managed services of a cloud.
        "cloud" cloud: Known<Word<Skill>> {
            default: "not said: `some`",
            becomes: "without any, endpoints of a cloud lose weight"
        }
    }
}
