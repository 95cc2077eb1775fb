//! Reads amounts of resources and adds up what a pod requests.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/component-helpers/resource/helpers.go>

use crate::placement::manifest::place::{At, Problems};
use mlship_spec::values::quantity::Quantity;
use std::collections::BTreeMap;

/// Exact amounts by resource.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// What scoring counts for a container that names no request.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/util/pod_resources.go>
const COUNTED_ANYWAY: [(&str, &str); 2] = [("cpu", "100m"), ("memory", "200Mi")];

/// An amount as the scheduler holds it: thousandths of a CPU, whole units of all else, rounded up.
pub(super) fn amount(resource: &str, at: &At<'_, '_>, problems: &mut Problems<'_>) -> Option<i64> {
    quantity(at, problems).map(|quantity| units(resource, &quantity))
}

pub(super) fn units(resource: &str, quantity: &Quantity) -> i64 {
    let units = if resource == "cpu" { quantity.millis() } else { quantity.bytes() };
    i64::try_from(units).unwrap_or(i64::MAX)
}

fn quantity(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Option<Quantity> {
    let text = at.scalar(problems)?;
    match text.parse::<Quantity>() {
        Ok(quantity) => Some(quantity),
        Err(invalid) => {
            problems.push(at.path(), format!("`{text}` is no amount: {}", invalid.message), invalid.help);
            None
        }
    }
}

pub(super) fn amounts(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Amounts {
    let entries = at.entries(problems);
    let read = |(resource, at): (&str, At<'_, '_>)| Some((resource.to_owned(), quantity(&at, problems)?));
    entries.into_iter().filter_map(read).collect()
}

/// Requests and limits of one container, or of the whole pod.
#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) requests: Amounts,
    pub(super) limits: Amounts,
}

impl Resources {
    pub(super) fn read(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Self {
        let requests = amounts(&at.field("requests"), problems);
        let limits = amounts(&at.field("limits"), problems);
        Self { requests, limits }
    }

    /// The API server takes a missing request of a container from its limit.
    pub(super) fn of_container(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Self {
        let mut resources = Self::read(at, problems);
        for (resource, limit) in &resources.limits {
            resources.requests.entry(resource.clone()).or_insert_with(|| limit.clone());
        }
        resources
    }
}

/// All that a pod's request is worked out from.
#[derive(Debug, Default)]
pub(super) struct PodResources {
    pub(super) containers: Vec<Resources>,
    /// Init containers in order, each with whether it is a sidecar (`restartPolicy: Always`).
    pub(super) init_containers: Vec<(Sidecar, Resources)>,
    pub(super) pod_level: Resources,
    pub(super) overhead: Amounts,
}

/// Whether an init container goes on running beside the pod's containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sidecar {
    Yes,
    No,
}

impl PodResources {
    /// The API server's defaults for pod-level requests.
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/v1/defaults.go>
    pub(super) fn fill_pod_level(&mut self) {
        if self.pod_level.limits.is_empty() && self.pod_level.requests.is_empty() {
            return;
        }
        let huge = self.sum_limits();
        for (resource, limit) in huge {
            if is_huge(&resource) && !self.pod_level.requests.contains_key(&resource) {
                self.pod_level.limits.entry(resource).or_insert(limit);
            }
        }
        if self.pod_level.limits.is_empty() {
            return;
        }
        for (resource, sum) in self.sum(&[]) {
            if is_pod_level(&resource) && !is_huge(&resource) {
                self.pod_level.requests.entry(resource).or_insert(sum);
            }
        }
        for (resource, limit) in &self.pod_level.limits {
            if is_pod_level(resource) {
                self.pod_level.requests.entry(resource.clone()).or_insert_with(|| limit.clone());
            }
        }
    }

    /// What is reserved for the pod.
    pub(super) fn requests(&self) -> Amounts {
        self.total(&[])
    }

    /// CPU and memory as scoring counts them for a pod that is being placed: the default profile's scorer is never
    /// told of pod-level resources, so it takes the containers' (seen on 1.37.2).
    pub(super) fn scored(&self) -> [i64; 2] {
        let mut total = self.sum(&COUNTED_ANYWAY);
        add(&mut total, &self.overhead);
        pair(&total)
    }

    /// CPU and memory as scoring counts them for a pod that has a node.
    pub(super) fn counted(&self) -> [i64; 2] {
        if !self.pod_level.requests.keys().any(|resource| is_pod_level(resource)) {
            return pair(&self.total(&COUNTED_ANYWAY));
        }
        let requests = self.requests();
        let missing: Vec<_> = COUNTED_ANYWAY
            .iter()
            .copied()
            .filter(|(resource, _)| !requests.contains_key(*resource))
            .collect();
        pair(&self.total(&missing))
    }

    fn total(&self, missing: &[(&str, &str)]) -> Amounts {
        let mut total = self.sum(missing);
        for (resource, request) in &self.pod_level.requests {
            if is_pod_level(resource) {
                total.insert(resource.clone(), request.clone());
            }
        }
        add(&mut total, &self.overhead);
        total
    }

    /// The larger of what runs together at last, and of each init container with the sidecars before it.
    fn sum(&self, missing: &[(&str, &str)]) -> Amounts {
        self.combine(|resources| with_missing(&resources.requests, missing))
    }

    fn sum_limits(&self) -> Amounts {
        self.combine(|resources| resources.limits.clone())
    }

    fn combine(&self, of: impl Fn(&Resources) -> Amounts) -> Amounts {
        let mut total = Amounts::new();
        for container in &self.containers {
            add(&mut total, &of(container));
        }
        let mut sidecars = Amounts::new();
        let mut peak = Amounts::new();
        for (sidecar, resources) in &self.init_containers {
            let own = of(resources);
            match sidecar {
                Sidecar::Yes => {
                    add(&mut total, &own);
                    add(&mut sidecars, &own);
                    raise(&mut peak, &sidecars);
                }
                Sidecar::No => {
                    let mut together = own;
                    add(&mut together, &sidecars);
                    raise(&mut peak, &together);
                }
            }
        }
        raise(&mut total, &peak);
        total
    }
}

fn with_missing(requests: &Amounts, missing: &[(&str, &str)]) -> Amounts {
    let mut requests = requests.clone();
    for (resource, amount) in missing {
        requests
            .entry((*resource).to_owned())
            .or_insert_with(|| amount.parse().expect("the constants above are amounts"));
    }
    requests
}

fn pair(amounts: &Amounts) -> [i64; 2] {
    ["cpu", "memory"].map(|resource| amounts.get(resource).map_or(0, |quantity| units(resource, quantity)))
}

fn is_huge(resource: &str) -> bool {
    resource.starts_with("hugepages-")
}

fn is_pod_level(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory") || is_huge(resource)
}

fn add(total: &mut Amounts, more: &Amounts) {
    for (resource, quantity) in more {
        match total.get_mut(resource) {
            // A sum that Kubernetes can't hold is out of every node's reach, as its larger part is.
            Some(sum) => {
                *sum = sum.checked_add(quantity).unwrap_or_else(|| quantity.clone().max(sum.clone()));
            }
            None => {
                total.insert(resource.clone(), quantity.clone());
            }
        }
    }
}

fn raise(total: &mut Amounts, other: &Amounts) {
    for (resource, quantity) in other {
        match total.get_mut(resource) {
            Some(amount) if *amount >= *quantity => {}
            Some(amount) => *amount = quantity.clone(),
            None => {
                total.insert(resource.clone(), quantity.clone());
            }
        }
    }
}
