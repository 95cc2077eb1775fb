//! Requests and limits.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use mlship_spec::workload::{Amount, Workload};

use crate::convert;

/// What the server's container asks for.
pub fn server(workload: &Workload) -> ResourceRequirements {
    let resources = &workload.resources;
    let mut requirements = requirements([
        ("cpu", &resources.cpu),
        ("ephemeral-storage", &resources.ephemeral_storage),
        ("memory", &resources.memory),
    ]);
    if let Some(gpu) = &resources.gpu {
        // The API server refuses a device whose limit is missing or differs from its request.
        let devices = || (gpu.resource.to_string(), Quantity(gpu.count.to_string()));
        requirements.requests.get_or_insert_default().extend([devices()]);
        requirements.limits.get_or_insert_default().extend([devices()]);
    }
    requirements
}

/// Requests and limits of named resources.
pub fn requirements<const N: usize>(amounts: [(&str, &Amount); N]) -> ResourceRequirements {
    let requests = amounts.map(|(name, amount)| (name.to_owned(), convert::quantity(&amount.request)));
    let limits: BTreeMap<_, _> = amounts
        .into_iter()
        .filter_map(|(name, amount)| Some((name.to_owned(), convert::quantity(amount.limit.as_ref()?))))
        .collect();
    ResourceRequirements {
        requests: Some(requests.into()),
        limits: Some(limits).filter(|limits| !limits.is_empty()),
        ..Default::default()
    }
}
