//! Whichever autoscaler it is.

use crate::autoscaling::hpa::Hpa;
use crate::autoscaling::keda::Keda;
use crate::autoscaling::knative::Knative;

/// An autoscaler's spec.
#[derive(Clone, Debug, PartialEq)]
pub enum Autoscaler {
    /// Kubernetes' own.
    Hpa(Hpa),
    /// KEDA, which makes an HPA and adds zero.
    Keda(Keda),
    /// Knative's own, the KPA.
    Knative(Knative),
}

impl Autoscaler {
    /// The fewest replicas.
    pub fn min(&self) -> i32 {
        match self {
            Self::Hpa(hpa) => hpa.min,
            Self::Keda(keda) => keda.idle.unwrap_or(keda.min).min(keda.min),
            Self::Knative(knative) => knative.min,
        }
    }

    /// The most replicas; Knative may have no bound.
    pub fn max(&self) -> i32 {
        match self {
            Self::Hpa(hpa) => hpa.max,
            Self::Keda(keda) => keda.hpa.max,
            Self::Knative(knative) if knative.max == 0 => i32::MAX,
            Self::Knative(knative) => knative.max,
        }
    }

    /// The HPA in it, where there is one.
    pub fn hpa(&self) -> Option<&Hpa> {
        match self {
            Self::Hpa(hpa) => Some(hpa),
            Self::Keda(keda) => Some(&keda.hpa),
            Self::Knative(_) => None,
        }
    }
}
