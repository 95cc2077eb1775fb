//! What a pod requests, as far as the autoscaler asks for it.

use std::collections::BTreeMap;

/// The resources of a pod's template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Requests of the pod as a whole (`spec.resources`), in thousandths; empty where it has none.
    pub pod: BTreeMap<String, i64>,
    /// The containers that run as long as the pod does: the main ones, and init containers that restart.
    pub containers: Vec<Container>,
}

/// One container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What it requests, by resource, in thousandths.
    pub requests: BTreeMap<String, i64>,
}

impl Template {
    /// What a utilisation is a percentage of, in thousandths: the container's request where one is named, else the
    /// pod's own, else the sum over containers, of which none may be silent.
    ///
    /// `calculateRequests` in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/podautoscaler/replica_calculator.go>.
    pub fn request(&self, resource: &str, container: Option<&str>) -> Result<i64, String> {
        let missing = |name: &str| format!("missing request for {resource} in container {name}");
        if let Some(name) = container {
            let found = self.containers.iter().find(|container| container.name == name);
            let found = found.ok_or_else(|| format!("container {name} not found"))?;
            return found.requests.get(resource).copied().ok_or_else(|| missing(name));
        }
        if !self.pod.is_empty() {
            let request = self.pod.get(resource).copied();
            return request.ok_or_else(|| format!("missing pod-level request for {resource}"));
        }
        let mut total = 0_i64;
        for container in &self.containers {
            let request = container.requests.get(resource).ok_or_else(|| missing(&container.name))?;
            total = total.saturating_add(*request);
        }
        Ok(total)
    }
}
