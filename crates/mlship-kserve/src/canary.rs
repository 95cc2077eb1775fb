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

use crate::exposure::{self, SERVICE_PORT};
use crate::objects::route::{
    SplitGrpcRouteSpec, SplitGrpcRule, SplitHttpRouteSpec, SplitHttpRule, WeightedBackend,
};
use crate::service::{predictor_name, under_predictor_name};

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
    let part = |replicas: u32| (replicas * percent).div_ceil(100).max(1);
    rendered.scale = match &workload.scale {
        Scale::Fixed { replicas } => Scale::Fixed { replicas: part(*replicas) },
        Scale::Auto(auto) => {
            let (min, max) = (part(auto.min), part(auto.max));
            Scale::Auto(AutoScale { min, max, ..auto.clone() })
        }
    };
    Cow::Owned(rendered)
}

/// The account of the version that runs: clouds trust it by its name. Where KServe downloads, the credentials hang on
/// an account of its own.
fn share_account(workload: &Workload, rendered: &mut Workload) {
    let is_own = workload.identity.service_account == ServiceAccount::Own;
    let name = workload.name.as_str().parse().ok();
    if let Some(name) = name.filter(|_| is_own && workload.targets.kserve.storage == KserveStorage::Pod) {
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

/// The route that leads to both versions.
pub(crate) fn route(workload: &Workload) -> Option<Document> {
    let percent = share(workload)?;
    let exposed = exposure::exposed(workload, &under_predictor_name(workload));
    let backend = |name, weight| WeightedBackend { name, port: SERVICE_PORT, weight };
    let backends = || {
        let canary = predictor_name(&rendered(workload));
        vec![backend(predictor_name(workload), 100 - percent), backend(canary, percent)]
    };
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
