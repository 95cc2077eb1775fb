//! What requirements ask of a spec: fields that are laid over it, so that `emit` judges them too.

use mlship_spec::choices::ZeroNeed;
use mlship_spec::draft::{Draft, Image};

use crate::facts::Facts;

/// Fields that a requirement asks for, as YAML, and the same for `--set`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fields {
    /// As YAML, one text a field.
    pub yaml: Vec<String>,
    /// As `--set` takes them.
    pub sets: Vec<String>,
}

/// Fields that stand for requirements; where there are several ways to write one, the first that a target takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probe {
    /// What is written in any case.
    pub common: Vec<Fields>,
    /// Ways to write the rest, the simplest first; none is nothing more.
    pub ways: Vec<Vec<Fields>>,
}

impl Probe {
    /// Nothing beside what the spec says.
    pub fn empty() -> Self {
        Self { common: Vec::new(), ways: vec![Vec::new()] }
    }

    /// The fields of what was said, and not by the spec itself.
    pub fn of(facts: &Facts<'_>, draft: &Draft) -> Self {
        let needs = facts.needs;
        let spec = facts.workload;
        let mut common = Vec::new();
        if let Some(gpu) = gpu(facts) {
            common.push(gpu);
        }
        if let Some(protocol) = needs.protocol.said().filter(|protocol| **protocol != spec.server.protocol) {
            common.push(fields(&[("server.protocol", &protocol.to_string())]));
        }
        let longer =
            |seconds: &&mlship_spec::values::duration::Seconds| seconds.get() > spec.server.request_seconds;
        if let Some(seconds) = needs.request_seconds.said().filter(longer) {
            common.push(fields(&[("server.requestTimeout", &format!("{}s", seconds.get()))]));
        }
        if needs.state.is(&true) && spec.state.is_none() {
            common.push(fields(&[("state.size", "10Gi"), ("state.path", "/data")]));
        }
        let mut ways = vec![Vec::new()];
        if needs.canary.is(&true) && spec.rollout.canary.is_none() {
            ways = beside(&ways, &canary(draft.image));
        }
        if needs.scale_to_zero.is(&ZeroNeed::Required) && spec.min_replicas() > 0 {
            ways = beside(&ways, &asleep(spec.provenance.is_written("autoscale")));
        }
        Self { common, ways }
    }

    /// The fields that a price depends on: what a replica is made of, and how few may run.
    #[must_use]
    pub fn priced(self) -> Self {
        let is_priced = |fields: &Fields| {
            fields.sets.iter().any(|set| set.starts_with("resources.") || set.starts_with("replicas."))
        };
        let only = |fields: Vec<Fields>| fields.into_iter().filter(is_priced).collect::<Vec<_>>();
        Self { common: only(self.common), ways: self.ways.into_iter().map(only).take(1).collect() }
    }

    /// Whether nothing is asked for that the spec does not say itself.
    pub fn is_empty(&self) -> bool {
        self.common.is_empty() && self.ways.iter().all(Vec::is_empty)
    }
}

/// Every way of the one with every way of the other.
fn beside(ways: &[Vec<Fields>], more: &[Fields]) -> Vec<Vec<Fields>> {
    let with = |fields: &Fields| {
        ways.iter().map(|way| way.iter().chain([fields]).cloned().collect()).collect::<Vec<_>>()
    };
    more.iter().flat_map(with).collect()
}

/// The GPUs that were asked for, where the spec has others.
fn gpu(facts: &Facts<'_>) -> Option<Fields> {
    let needs = &facts.needs.gpu;
    let spec = facts.workload.resources.gpu.as_ref();
    let count = needs.count.said().copied();
    let accelerator = needs.accelerator.said();
    let is_shared =
        facts.needs.gpu_sharing.is(&true) && spec.is_none_or(|gpu| gpu.resource.as_str() == "nvidia.com/gpu");
    let is_count = count.is_some_and(|count| count != spec.map_or(0, |gpu| gpu.count));
    let is_type = accelerator.is_some_and(|wanted| {
        spec.and_then(|gpu| gpu.accelerator).is_none_or(|accelerator| accelerator.name != wanted.name)
    });
    if facts.gpus() == 0 || !(is_count || is_type || is_shared) {
        return None;
    }
    let mut entries = vec![("resources.gpu.count", facts.gpus().to_string())];
    if let Some(accelerator) = accelerator {
        entries.push(("resources.gpu.type", accelerator.name.to_owned()));
    }
    if is_shared {
        entries.push(("resources.gpu.timeSliced", "true".to_owned()));
    }
    let entries: Vec<(&str, &str)> = entries.iter().map(|(path, value)| (*path, value.as_str())).collect();
    Some(fields(&entries))
}

/// A share of the traffic, and the Gateway that divides it where the target does not; a spec keeps its own exposure.
fn canary(image: Image) -> Vec<Fields> {
    let share = ("rollout.canary", "10");
    let mut ways = vec![fields(&[share])];
    if image == Image::Assumed {
        ways.push(fields(&[
            share,
            ("expose.host", "your-model.example.com"),
            ("expose.gateway.name", "your-gateway"),
        ]));
    }
    ways
}

/// No replica at all while nobody calls: by a query of what stands before the pods, or by the requests that the
/// platform counts itself.
fn asleep(is_scaled: bool) -> Vec<Fields> {
    let range = [("replicas.min", "0"), ("replicas.max", "3")];
    // What the spec scales on can't wake a service that sleeps, or is not known to.
    let away: &[(&str, &str)] = if is_scaled { &[("autoscale", "null")] } else { &[] };
    let query = [
        ("autoscale.query", "sum(rate(requests_at_your_gateway_total[1m]))"),
        ("autoscale.target", "5"),
        ("autoscale.prometheus", "http://prometheus.monitoring:9090"),
    ];
    let counted = [("autoscale.on", "concurrency"), ("autoscale.target", "5")];
    vec![fields(&[away, &range[..], &query[..]].concat()), fields(&[away, &range[..], &counted[..]].concat())]
}

fn fields(entries: &[(&str, &str)]) -> Fields {
    Fields {
        yaml: entries.iter().map(|(path, value)| nested(path, value)).collect(),
        sets: entries.iter().map(|(path, value)| format!("{path}={value}")).collect(),
    }
}

/// `a.b.c` and a value as nested groups.
fn nested(path: &str, value: &str) -> String {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let keys = rest.split('.').filter(|key| !key.is_empty()).rev();
    let inner = keys.fold(quoted(value), |inner, key| format!("{{{key}: {inner}}}"));
    format!("{head}: {inner}")
}

fn quoted(value: &str) -> String {
    let is_plain = value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._/".contains(letter));
    if is_plain {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
