//! `health`, `replicas`, `autoscale`, `rollout`, `availability`: how it runs.

use crate::choices::{SignalKind, SpreadChoice, SpreadStrength, TargetPer};
use crate::field::{Count, Word};
use crate::spec::forms::ShortOr;
use crate::spec_struct;
use crate::values::duration::Seconds;
use crate::values::numbers::{IntOrPercent, Percent, Port};
use crate::values::path::HttpPath;
use crate::values::quantity::Quantity;
use crate::values::url::HttpUrl;

spec_struct! {
    /// How the platform asks a replica whether it lives and can serve.
    Health {
        /// A path that answers while the process is sound.
        "live" live: HttpPath {
            default: "`/health` for `openai`, `/v2/health/live` for `open-inference`; else that the port is open",
            becomes: "the liveness probe"
        }
        /// A path that answers 200 only when the model is loaded.
        "ready" ready: HttpPath {
            default: "`live`; `/v1/models` for `openai`, `/v2/health/ready` for `open-inference`",
            becomes: "the readiness probe, and the startup probe that holds liveness back until the model is loaded"
        }
        /// The port asked at.
        "port" port: Port {
            default: "`server.port`",
            becomes: "the port of all probes"
        }
    }
}

/// A number, or a range for an autoscaler.
pub type Replicas = ShortOr<Count<0, 10_000>, ReplicaRange>;

spec_struct! {
    /// A range of replicas.
    ReplicaRange {
        /// The fewest; 0 lets the service sleep while nobody calls.
        "min" min: Count<0, 10_000> {
            default: "2, or 1 where `max` is 1",
            becomes: "minReplicas"
        }
        /// The most.
        "max" max: Count<1, 10_000> {
            default: "required",
            becomes: "maxReplicas"
        }
    }
}

spec_struct! {
    /// What moves the number of replicas within its range.
    Autoscale {
        /// The signal.
        "on" on: Word<SignalKind> {
            default: "`query` when a query is given, else `cpu`",
            becomes: "the autoscaler's metric"
        }
        /// What the signal is held at: percent for `cpu`, `memory` and `gpu`, requests for `concurrency` and
        /// `queue-depth`, requests a second for `rps`, seconds for `latency`.
        "target" target: Quantity {
            default: "70 for `cpu`, 80 for `memory` and `gpu`, 70 % of `server.concurrency` for `concurrency`",
            becomes: "the metric's target"
        }
        /// The Prometheus series of the signal.
        "metric" metric: String {
            default: "that of vLLM, Triton or DCGM where it is known, else that of common HTTP libraries",
            becomes: "a rule of the Prometheus Adapter, or KEDA's query"
        }
        /// A Prometheus query of your own that gives one number.
        "query" query: String {
            default: "none",
            becomes: "an External metric, or KEDA's query"
        }
        /// What the target of a query is compared with.
        "per" per: Word<TargetPer> {
            default: "`replica`; `service` for `latency`, which does not divide",
            becomes: "AverageValue or Value"
        }
        /// Where KEDA asks Prometheus.
        "prometheus" prometheus: HttpUrl {
            default: "required with KEDA and a Prometheus metric",
            becomes: "the trigger's serverAddress"
        }
        /// How long a higher demand must hold before replicas come.
        "upWindow" up_window: Seconds {
            default: "0s: nothing is gained by waiting",
            becomes: "behavior.scaleUp.stabilizationWindowSeconds"
        }
        /// How long a lower demand must hold before replicas go.
        "downWindow" down_window: Seconds {
            default: "5m, or twice the load time where that is longer: a replica that goes is slow to come back",
            becomes: "behavior.scaleDown.stabilizationWindowSeconds"
        }
    }
}

spec_struct! {
    /// How a new version replaces the old one.
    Rollout {
        /// Replicas above the wanted number.
        "surge" surge: IntOrPercent {
            default: "25% on CPUs; 0 on GPUs, where the one more would wait for a device that nobody has, and with a ReadWriteOnce cache",
            becomes: "maxSurge"
        }
        /// Replicas below the wanted number.
        "unavailable" unavailable: IntOrPercent {
            default: "0 with a surge, else 1",
            becomes: "maxUnavailable"
        }
        /// Share of the traffic that a new version gets at first.
        "canary" canary: Percent {
            default: "none: the new version takes over replica by replica",
            becomes: "split traffic, on targets that have it"
        }
        /// How long a rollout may stand still.
        "deadline" deadline: Seconds {
            default: "10m, or the start-up budget and 5m more where that is longer",
            becomes: "progressDeadlineSeconds"
        }
    }
}

spec_struct! {
    /// What keeps the service up when nodes come and go.
    Availability {
        /// Over what replicas are spread first.
        "spread" spread: Word<SpreadChoice> {
            default: "`node`",
            becomes: "topologySpreadConstraints"
        }
        /// Whether a replica rather stays pending than share a node or zone.
        "spreadStrength" spread_strength: Word<SpreadStrength> {
            default: "`preferred`: one replica too close is better than one too few",
            becomes: "whenUnsatisfiable"
        }
        /// Replicas that a drain must leave.
        "minAvailable" min_available: IntOrPercent {
            default: "all but one",
            becomes: "the PodDisruptionBudget's minAvailable, unless it would block every drain"
        }
        /// Replicas that a drain may take at once.
        "maxUnavailable" max_unavailable: IntOrPercent {
            default: "1",
            becomes: "the PodDisruptionBudget's maxUnavailable"
        }
    }
}
