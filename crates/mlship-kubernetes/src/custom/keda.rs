//! KEDA's ScaledObject: <https://keda.sh/docs/2.20/reference/scaledobject-spec/> (2026-11).

use std::collections::BTreeMap;

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerBehavior;
use serde::Serialize;

use crate::custom::CustomSpec;

/// The spec of a ScaledObject.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScaledObjectSpec {
    /// What is scaled.
    pub scale_target_ref: ScaleTarget,
    /// Seconds between two looks at the triggers while nothing runs.
    pub polling_interval: i32,
    /// Seconds without activity before the last replica goes.
    pub cooldown_period: i32,
    /// The fewest replicas; 0 lets the service sleep.
    pub min_replica_count: i32,
    /// The most replicas.
    pub max_replica_count: i32,
    /// Settings of the HPA that KEDA makes.
    pub advanced: Advanced,
    /// What is followed.
    pub triggers: Vec<Trigger>,
}

/// What is scaled.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScaleTarget {
    /// Its API version.
    pub api_version: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// Settings of the HPA that KEDA makes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advanced {
    /// All of them.
    pub horizontal_pod_autoscaler_config: HpaConfig,
}

/// Settings of the HPA that KEDA makes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HpaConfig {
    /// How fast it moves.
    pub behavior: HorizontalPodAutoscalerBehavior,
}

/// One signal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trigger {
    /// Who reads it: `prometheus`, `cpu`, `memory`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the value is compared with: `AverageValue`, `Value`, `Utilization`.
    pub metric_type: &'static str,
    /// The reader's settings, all of them text.
    pub metadata: BTreeMap<&'static str, String>,
}

impl CustomSpec for ScaledObjectSpec {
    const API_VERSION: &'static str = "keda.sh/v1alpha1";
    const KIND: &'static str = "ScaledObject";
}
