//! Reads autoscalers, as far as they say how many pods there are at least.

use crate::placement::manifest::place::{At, Problems};
use std::collections::BTreeMap;

/// What an autoscaler scales: kind, name and namespace.
type Scaled = (String, String, String);

/// The fewest replicas that autoscalers allow, by what they scale.
#[derive(Debug, Default)]
pub(super) struct Scalers(BTreeMap<Scaled, i64>);

impl Scalers {
    /// Takes in an autoscaler; whether the object is one.
    pub(super) fn take(&mut self, kind: &str, at: &At<'_, '_>, problems: &mut Problems<'_>) -> bool {
        // KEDA's default is no replica at all; where one is placed, there is one at least.
        let field = match kind {
            "HorizontalPodAutoscaler" => "minReplicas",
            "ScaledObject" => "minReplicaCount",
            _ => return false,
        };
        let (metadata, spec) = (at.field("metadata"), at.field("spec"));
        let target = spec.field("scaleTargetRef");
        let target_kind = target.field("kind").text(problems).unwrap_or("Deployment");
        if let Some(name) = target.field("name").text(problems) {
            let least = spec.field(field).integer(problems).unwrap_or(1).max(1);
            let namespace = metadata.field("namespace").text(problems).unwrap_or("default");
            self.0.insert((target_kind.to_owned(), name.to_owned(), namespace.to_owned()), least);
        }
        true
    }

    /// The fewest replicas of a controller, where an autoscaler says.
    pub(super) fn least(&self, kind: &str, name: &str, namespace: Option<&str>) -> Option<i64> {
        let namespace = namespace.unwrap_or("default");
        self.0.get(&(kind.to_owned(), name.to_owned(), namespace.to_owned())).copied()
    }
}
