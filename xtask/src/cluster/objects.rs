//! What tests put into a control plane.

use super::{Cluster, Component, START_DEADLINE};
use crate::{Error, Look, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A node without a machine.
#[derive(Clone, Debug)]
pub struct FakeNode {
    /// The node's name.
    pub name: String,
    /// Its labels, besides `kubernetes.io/hostname`, which every node gets.
    pub labels: BTreeMap<String, String>,
    /// Its taints.
    pub taints: Vec<Taint>,
    /// What it has to give, as `nvidia.com/gpu: 2`; its capacity is the same.
    pub allocatable: BTreeMap<String, String>,
}

/// A taint of a node.
#[derive(Clone, Debug)]
pub struct Taint {
    /// The key, as `nvidia.com/gpu`.
    pub key: String,
    /// The value; may be empty.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

impl FakeNode {
    /// A node of 4 CPUs, 16 GiB of memory, 100 GiB of disk and room for 110 pods, without labels or taints.
    pub fn new(name: impl Into<String>) -> FakeNode {
        let allocatable = [("cpu", "4"), ("memory", "16Gi"), ("ephemeral-storage", "100Gi"), ("pods", "110")];
        FakeNode {
            name: name.into(),
            labels: BTreeMap::new(),
            taints: Vec::new(),
            allocatable: allocatable.map(|(name, amount)| (name.to_owned(), amount.to_owned())).into(),
        }
    }

    /// The same with a label.
    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> FakeNode {
        self.labels.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The same with a taint.
    #[must_use]
    pub fn taint(mut self, key: &str, value: &str, effect: &str) -> FakeNode {
        self.taints.push(Taint { key: key.to_owned(), value: value.to_owned(), effect: effect.to_owned() });
        self
    }

    /// The same with `amount` of `resource`, in place of what it had of it.
    #[must_use]
    pub fn allocatable(mut self, resource: &str, amount: &str) -> FakeNode {
        self.allocatable.insert(resource.to_owned(), amount.to_owned());
        self
    }

    fn object(&self, conditions: &Value) -> Value {
        let mut labels = self.labels.clone();
        labels.entry("kubernetes.io/hostname".to_owned()).or_insert_with(|| self.name.clone());
        let taints: Vec<Value> = self
            .taints
            .iter()
            .map(|taint| json!({"key": taint.key, "value": taint.value, "effect": taint.effect}))
            .collect();
        json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels},
            "spec": {"taints": taints},
            "status": {
                "capacity": self.allocatable,
                "allocatable": self.allocatable,
                "conditions": conditions,
            },
        })
    }
}

/// What a namespace lets its pods do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodSecurity {
    /// Anything.
    Unenforced,
    /// What the Pod Security Standard "restricted" allows.
    Restricted,
}

impl Cluster {
    /// Creates a namespace; with a controller manager, waits until pods can be created in it.
    pub fn create_namespace(&self, name: &str, security: PodSecurity) -> Result<()> {
        let labels = match security {
            PodSecurity::Unenforced => json!({}),
            PodSecurity::Restricted => json!({"pod-security.kubernetes.io/enforce": "restricted"}),
        };
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        self.apply(&namespace.to_string())?;
        self.wait_for_service_account(name)
    }

    /// Creates nodes, ready to take pods. Without kwok, nobody renews their readiness, and a controller manager
    /// gives them up after 50 s.
    pub fn create_nodes(&self, nodes: &[FakeNode]) -> Result<()> {
        // kwok makes a node ready that is not; so do we where it does not run.
        let conditions = if self.options().runs(Component::Kwok) {
            json!([])
        } else {
            json!([{"type": "Ready", "status": "True", "reason": "KubeletReady"}])
        };
        let items: Vec<Value> = nodes.iter().map(|node| node.object(&conditions)).collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        self.kubectl(&["create", "-f", "-"], Some(&list.to_string()))?.into_stdout()?;
        self.wait("the nodes to be ready", START_DEADLINE, || {
            let seen = self.get(&["nodes"])?;
            let waiting =
                seen["items"].as_array().into_iter().flatten().filter(|node| !takes_pods(node)).count();
            Ok(if waiting == 0 { Look::Done(()) } else { Look::NotYet(format!("{waiting} are not")) })
        })
    }

    /// Applies `manifest`, YAML or JSON of any number of objects, server-side and strictly: unknown fields are an
    /// error.
    pub fn apply(&self, manifest: &str) -> Result<()> {
        let arguments = ["apply", "--server-side", "--validate=strict", "-f", "-"];
        self.kubectl(&arguments, Some(manifest))?.into_stdout().map(|_| ())
    }

    /// What `kubectl get` says of `what`, as `["-n", "test", "deployment", "web"]`; several objects are a list
    /// under `items`.
    pub fn get(&self, what: &[&str]) -> Result<Value> {
        let mut arguments = vec!["get", "-o", "json"];
        arguments.extend(what);
        let json = self.kubectl(&arguments, None)?.into_stdout()?;
        serde_json::from_str(&json)
            .map_err(|error| Error::unexpected(format!("kubectl get printed no JSON: {error}")))
    }

    /// Waits until the Deployment `name` has all its replicas ready.
    pub fn wait_for_deployment(&self, namespace: &str, name: &str, deadline: Duration) -> Result<()> {
        self.wait(&format!("the Deployment {name} to be ready"), deadline, || {
            let deployment = self.get(&["-n", namespace, "deployment", name])?;
            let (wanted, status) = (&deployment["spec"]["replicas"], &deployment["status"]);
            let observed = status["observedGeneration"] == deployment["metadata"]["generation"];
            let ready =
                observed && status["updatedReplicas"] == *wanted && status["readyReplicas"] == *wanted;
            Ok(if ready { Look::Done(()) } else { Look::NotYet(format!("its status is {status}")) })
        })
    }

    /// Installs every `CustomResourceDefinition` in the files of `directory` (not its subfolders) and waits until
    /// the API server serves them. Files with anything else are left alone.
    pub fn install_crds(&self, directory: &Path) -> Result<()> {
        let files = definition_files(directory)?;
        if files.is_empty() {
            let nothing = format!("no CustomResourceDefinition in {}", directory.display());
            return Err(Error::unexpected(nothing));
        }
        // Server-side, because the large ones do not fit the annotation that the client side keeps.
        let mut arguments = vec!["apply", "--server-side", "-o", "name"];
        for file in &files {
            arguments.extend(["-f", file]);
        }
        let names = self.kubectl(&arguments, None)?.into_stdout()?;
        let mut arguments = vec!["wait", "--for=condition=Established", "--timeout=60s"];
        arguments.extend(names.lines());
        self.kubectl(&arguments, None)?.into_stdout().map(|_| ())
    }

    pub(super) fn wait_for_service_account(&self, namespace: &str) -> Result<()> {
        if !self.options().runs(Component::KubeControllerManager) {
            return Ok(());
        }
        let what = format!("the service account of the namespace {namespace}");
        self.wait(&what, START_DEADLINE, || {
            let seen = self.kubectl(&["-n", namespace, "get", "serviceaccount", "default"], None)?;
            Ok(if seen.succeeded() { Look::Done(()) } else { Look::NotYet(seen.stderr) })
        })
    }
}

/// Whether `node` is ready and has lost the taint that admission gives every new node.
fn takes_pods(node: &Value) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let ready = list(&node["status"]["conditions"])
        .iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
    let tainted =
        list(&node["spec"]["taints"]).iter().any(|taint| taint["key"] == "node.kubernetes.io/not-ready");
    ready && !tainted
}

fn definition_files(directory: &Path) -> Result<Vec<String>> {
    let reading = |path: &Path| Error::io(format!("reading {}", path.display()));
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).map_err(reading(directory))? {
        paths.push(entry.map_err(reading(directory))?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    paths.sort();

    let mut files = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(reading(&path))?;
        if text.lines().any(|line| line.trim_end() == "kind: CustomResourceDefinition") {
            files.push(path.display().to_string());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_definitions_are_installed() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        write("b.yaml", "kind: CustomResourceDefinition\n");
        write("a.yaml", "apiVersion: x\nkind: CustomResourceDefinition\n");
        write("runtimes.yaml", "kind: ClusterServingRuntime\n");
        write("notes.md", "kind: CustomResourceDefinition\n");
        let found = definition_files(directory.path()).unwrap();
        let names: Vec<_> = found.iter().filter_map(|file| file.rsplit('/').next()).collect();
        assert_eq!(names, ["a.yaml", "b.yaml"]);
    }
}
