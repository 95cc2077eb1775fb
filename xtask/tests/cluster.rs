//! The control plane behaves as a real one, because it is one.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use serde_json::Value;
use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, Component, FakeNode, PodSecurity};

const DEADLINE: Duration = Duration::from_mins(1);

/// Shared by all tests that leave the nodes alone, each in a namespace of its own.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let cluster = Cluster::start(ClusterOptions::full()).unwrap();
    cluster.create_nodes(&[FakeNode::new("a"), FakeNode::new("b").label("pool", "general")]).unwrap();
    cluster
});

#[test]
fn a_restricted_namespace_refuses_a_pod_that_may_run_as_root() {
    CLUSTER.create_namespace("restricted", PodSecurity::Restricted).unwrap();
    let arguments = ["-n", "restricted", "run", "root", "--image=registry.example/model:1"];
    let refused = CLUSTER.kubectl(&arguments, None).unwrap();
    assert!(!refused.succeeded());
    assert!(refused.stderr.contains("violates PodSecurity \"restricted"), "{}", refused.stderr);
}

#[test]
fn a_deployment_becomes_ready_on_fake_nodes() {
    CLUSTER.create_namespace("ready", PodSecurity::Restricted).unwrap();
    CLUSTER.apply(&deployment("ready", "0s")).unwrap();
    CLUSTER.wait_for_deployment("ready", "model", DEADLINE).unwrap();

    let pods = CLUSTER.get(&["-n", "ready", "pods"]).unwrap();
    let pods = pods["items"].as_array().unwrap();
    assert_eq!(pods.len(), 3);
    for pod in pods {
        assert!(pod["spec"]["nodeName"].is_string(), "{pod}");
        assert!(pod["status"]["podIP"].is_string(), "{pod}");
        let [container] = &pod["status"]["containerStatuses"].as_array().unwrap()[..] else {
            panic!("one status for one container: {pod}")
        };
        assert_eq!(container["started"], true);
    }
    CLUSTER.kubectl(&["-n", "ready", "delete", "deployment", "model"], None).unwrap().into_stdout().unwrap();
    CLUSTER
        .wait("the pods to go", DEADLINE, || {
            let pods = CLUSTER.get(&["-n", "ready", "pods"])?;
            Ok(if pods["items"] == serde_json::json!([]) {
                Look::Done(())
            } else {
                Look::NotYet(pods.to_string())
            })
        })
        .unwrap();
}

#[test]
fn a_pod_that_loads_slowly_runs_before_it_is_ready() {
    CLUSTER.create_namespace("slow", PodSecurity::Restricted).unwrap();
    let start = Instant::now();
    CLUSTER.apply(&deployment("slow", "6s")).unwrap();
    let running = |pod: &Value| pod["status"]["phase"] == "Running";
    CLUSTER
        .wait("three running pods", DEADLINE, || {
            let pods = CLUSTER.get(&["-n", "slow", "pods"])?;
            let count = pods["items"].as_array().into_iter().flatten().filter(|pod| running(pod)).count();
            Ok(if count == 3 { Look::Done(()) } else { Look::NotYet(format!("{count}")) })
        })
        .unwrap();
    let status = &CLUSTER.get(&["-n", "slow", "deployment", "model"]).unwrap()["status"];
    assert_eq!(status["readyReplicas"], Value::Null, "{status}");
    let pods = CLUSTER.get(&["-n", "slow", "pods"]).unwrap();
    let container = &pods["items"][0]["status"]["containerStatuses"][0];
    assert_eq!((&container["ready"], &container["started"]), (&Value::Bool(false), &Value::Bool(false)));
    CLUSTER.wait_for_deployment("slow", "model", DEADLINE).unwrap();
    assert!(start.elapsed() > Duration::from_secs(6), "ready after {:?}", start.elapsed());
}

#[test]
fn unknown_fields_are_refused() {
    CLUSTER.create_namespace("strict", PodSecurity::Unenforced).unwrap();
    let manifest = deployment("strict", "0s").replace("replicas: 3", "replica: 3");
    let error = CLUSTER.apply(&manifest).unwrap_err().to_string();
    assert!(error.contains("field not declared in schema") || error.contains("unknown field"), "{error}");
}

#[test]
fn definitions_are_served_once_installed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("widgets.yaml"), WIDGETS).unwrap();
    CLUSTER.install_crds(folder.path()).unwrap();
    let widget = |size: &str| {
        format!(
            "apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: w, namespace: default}}\nsize: {size}\n"
        )
    };
    CLUSTER.apply(&widget("3")).unwrap();
    let error = CLUSTER.apply(&widget("30")).unwrap_err().to_string();
    assert!(error.contains("at most ten"), "{error}");
}

#[test]
fn a_pod_that_asks_for_a_gpu_waits_with_the_schedulers_reason() {
    let cluster = Cluster::start(ClusterOptions::scheduling()).unwrap();
    cluster.create_nodes(&[FakeNode::new("a"), FakeNode::new("b")]).unwrap();
    cluster.apply(GPU_POD).unwrap();
    let message = cluster.wait("the scheduler's word on the pod", DEADLINE, || {
        let pod = cluster.get(&["pod", "needs-gpu"])?;
        let message = &pod["status"]["conditions"][0]["message"];
        Ok(message.as_str().map_or(Look::NotYet(pod.to_string()), |message| Look::Done(message.to_owned())))
    });
    let expected = "0/2 nodes are available: 2 Insufficient nvidia.com/gpu. \
                    preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    assert_eq!(message.unwrap(), expected);
}

#[test]
fn a_component_that_can_not_start_is_named_with_its_log() {
    let options = ClusterOptions::default().flag(Component::KubeApiserver, "--no-such-flag");
    let error = Cluster::start(options).err().unwrap().to_string();
    assert!(error.starts_with("kube-apiserver ended by itself"), "{error}");
    assert!(error.contains("unknown flag: --no-such-flag"), "{error}");
}

fn deployment(namespace: &str, ready_after: &str) -> String {
    DEPLOYMENT.replace("NAMESPACE", namespace).replace("READY_AFTER", ready_after)
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
  namespace: NAMESPACE
spec:
  replicas: 3
  selector:
    matchLabels: {app: model}
  template:
    metadata:
      labels: {app: model}
      annotations: {xtask.mlship.dev/ready-after: READY_AFTER}
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: server
          image: registry.example/model:1
          resources:
            requests: {cpu: 500m}
          startupProbe:
            tcpSocket: {port: 8000}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
";

const GPU_POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: needs-gpu
  namespace: default
spec:
  containers:
    - name: server
      image: registry.example/model:1
      resources:
        limits: {nvidia.com/gpu: 1}
";

const WIDGETS: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            size:
              type: integer
              x-kubernetes-validations:
                - rule: self <= 10
                  message: at most ten
";
