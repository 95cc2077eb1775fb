//! A new version beside the old one, with a share of the traffic.
//!
//! KServe's own canary list starts pods and splits nothing. So the new version is an InferenceService of its own,
//! `<name>-canary`, and the route that leads to both splits the traffic. The old one stays as it was applied:
//!
//! | | what is rendered | what then runs |
//! |---|---|---|
//! | try | the spec with `rollout.canary: 10` | both; 10 % of the requests reach the new version |
//! | promote | the spec without it | the new version under the old name, with all traffic |
//! | roll back | the old spec without it | the old version, with all traffic |
//!
//! After either, what is called `<name>-canary` is left to be deleted.

use std::borrow::Cow;

use mlship_kubernetes::custom::Custom;
use mlship_spec::choices::{KserveMode, KserveStorage};
use mlship_spec::target::Document;
use mlship_spec::workload::{AutoScale, Exposure, Scale, ServiceAccount, Workload};

use crate::exposure;
use crate::llm;
use crate::names::names;
use crate::objects::route::{
    SplitGrpcRouteSpec, SplitGrpcRule, SplitHttpRouteSpec, SplitHttpRule, WeightedBackend,
};

/// The workload that is rendered: the new version under its own name, with its share of the replicas; the workload
/// itself where nothing is tried, and in Knative mode, which splits by itself.
pub(crate) fn rendered(workload: &Workload) -> Cow<'_, Workload> {
    let Some(percent) = share(workload) else { return Cow::Borrowed(workload) };
    let mut rendered = workload.clone();
    // A name that is too long is refused elsewhere.
    if let Ok(name) = format!("{}-canary", workload.name).parse() {
        rendered.name = name;
    }
    share_account(workload, &mut rendered);
    rendered.scale = shared(&workload.scale, percent);
    let name = rendered.name.clone();
    let settings = &mut rendered.targets.kserve;
    for (role, part) in [("transformer", &mut settings.transformer), ("explainer", &mut settings.explainer)] {
        if let Some(part) = part {
            // A name that is too long is refused elsewhere.
            if let Ok(name) = format!("{name}-{role}").parse() {
                part.name = name;
            }
            part.scale = shared(&part.scale, percent);
        }
    }
    Cow::Owned(rendered)
}

/// A share of the replicas, in percent, rounded up.
fn shared(scale: &Scale, percent: u32) -> Scale {
    let part = |replicas: u32| (replicas * percent).div_ceil(100).max(1);
    match scale {
        Scale::Fixed { replicas } => Scale::Fixed { replicas: part(*replicas) },
        Scale::Auto(auto) => {
            let (min, max) = (part(auto.min), part(auto.max));
            Scale::Auto(AutoScale { min, max, ..auto.clone() })
        }
    }
}

/// The account of the version that runs, where a cloud trusts it by its name; else one of its own, so that nothing
/// has to run before. Where KServe downloads, the credentials hang on an account of its own.
fn share_account(workload: &Workload, rendered: &mut Workload) {
    let identity = &workload.identity;
    let is_own = identity.service_account == ServiceAccount::Own;
    let is_trusted = identity.cloud.is_some();
    let is_shared = is_own && is_trusted && workload.targets.kserve.storage == KserveStorage::Pod;
    let name = workload.name.as_str().parse().ok();
    if let Some(name) = name.filter(|_| is_shared) {
        rendered.identity.service_account = ServiceAccount::Existing(name);
    }
}

/// The share of a new version that is tried beside the old one, in percent.
pub(crate) fn share(workload: &Workload) -> Option<u32> {
    let is_standard = workload.targets.kserve.mode == KserveMode::Standard;
    workload.rollout.canary.filter(|_| is_standard).map(|percent| u32::from(percent.get()))
}

/// Whether a route can lead to both versions.
pub(crate) fn is_routed(workload: &Workload) -> bool {
    matches!(workload.exposure, Exposure::Gateway { .. })
}

/// The route that leads to both versions, or to what no plain route leads to: the InferencePool of an LLM.
pub(crate) fn route(workload: &Workload) -> Option<Document> {
    let backends = || match share(workload) {
        Some(percent) => {
            vec![backend(workload, 100 - percent), backend(&rendered(workload), percent)]
        }
        None => vec![backend(workload, 1)],
    };
    if share(workload).is_none() && llm::pool(workload).is_none() {
        return None;
    }
    let exposed = exposure::exposed(workload);
    if let Some(Custom { metadata, spec }) = exposed.http_route {
        let rule = |rule: mlship_kubernetes::custom::gateway::HttpRouteRule| SplitHttpRule {
            matches: rule.matches,
            backend_refs: backends(),
            timeouts: rule.timeouts,
        };
        let spec = SplitHttpRouteSpec {
            parent_refs: spec.parent_refs,
            hostnames: spec.hostnames,
            rules: spec.rules.into_iter().map(rule).collect(),
        };
        return Some(Document::of(&Custom { metadata, spec }));
    }
    let Custom { metadata, spec } = exposed.grpc_route?;
    let spec = SplitGrpcRouteSpec {
        parent_refs: spec.parent_refs,
        hostnames: spec.hostnames,
        rules: vec![SplitGrpcRule { backend_refs: backends() }],
    };
    Some(Document::of(&Custom { metadata, spec }))
}

/// What a version's share of the requests goes to.
fn backend(workload: &Workload, weight: u32) -> WeightedBackend {
    let names = names(workload);
    let pool = llm::pool(workload);
    WeightedBackend {
        group: pool.is_some().then_some("inference.networking.k8s.io"),
        kind: pool.is_some().then_some("InferencePool"),
        name: pool.unwrap_or(names.service),
        port: names.port,
        weight,
    }
}
