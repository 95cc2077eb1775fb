//! KServe's controller and webhooks, on loopback.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, Component, FakeNode, PodSecurity};
use xtask::tools::{self, Tool};

const HOST: &str = "127.0.0.1";

/// Definitions beside KServe's own.
const COMPONENTS: [&str; 3] = ["keda/v2.20.2", "gateway-api/v1.5.1", "prometheus-operator/v0.93.0"];

/// Webhooks: what they are of, the group of what they see, its version, its plural, and where they listen.
/// <https://github.com/kserve/kserve/blob/v0.20.0/config/webhook/manifests.yaml> (2026-11)
const CHECKS: [(&str, &str, &str); 4] = [
    ("inferenceservices", "v1beta1", "/validate-serving-kserve-io-v1beta1-inferenceservice"),
    ("inferencegraphs", "v1alpha1", "/validate-serving-kserve-io-v1alpha1-inferencegraph"),
    ("servingruntimes", "v1alpha1", "/validate-serving-kserve-io-v1alpha1-servingruntime"),
    ("clusterservingruntimes", "v1alpha1", "/validate-serving-kserve-io-v1alpha1-clusterservingruntime"),
];

/// A cluster in which KServe runs.
pub struct KServe {
    // Dropped in this order: the controller ends before what it talks to.
    manager: Manager,
    /// Where it runs: without a scheduler, so that every pod can be put onto a node whatever it asks for.
    pub cluster: Cluster,
    /// KServe's own runtimes.
    pub runtimes: Vec<Value>,
    _folder: TempDir,
}

/// The controller; it ends when this is dropped.
struct Manager(Child);

impl Drop for Manager {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl KServe {
    /// Starts it with definitions of `crds` and the settings in `truth`, as they were recorded.
    pub fn start(crds: &Path, truth: &Path) -> Self {
        let components = [Component::KubeControllerManager, Component::Kwok].into();
        let cluster = Cluster::start(ClusterOptions { components, ..Default::default() }).unwrap();
        for definitions in COMPONENTS {
            cluster.install_crds(&crds.join(definitions)).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let own = crds.join("kserve/v0.20.0");
        install_own(&cluster, &own, folder.path());
        cluster.create_nodes(&[FakeNode::new("node")]).unwrap();
        cluster.create_namespace("kserve", PodSecurity::Unenforced).unwrap();
        // The predictions are those of the released images.
        let settings = fs::read_to_string(truth.join("config.yaml")).unwrap().replace(":latest", ":v0.20.0");
        cluster.apply(&settings).unwrap();
        let runtimes = fs::read_to_string(own.join("runtimes.resources.yaml")).unwrap();
        cluster.apply(&runtimes).unwrap();
        let authority = certificates(&folder.path().join("k8s-webhook-server/serving-certs"));
        let [hooks, probes] = free_ports();
        let manager = manager(&cluster, folder.path(), hooks, probes);
        let kserve = Self { manager, cluster, runtimes: documents(&runtimes), _folder: folder };
        kserve.wait_until_ready(probes);
        kserve.cluster.apply(&webhooks(hooks, &authority).to_string()).unwrap();
        kserve
    }

    fn wait_until_ready(&self, port: u16) {
        let address = format!("http://{HOST}:{port}/readyz");
        let look = || {
            let answer = ureq::get(&address).call();
            Ok(if answer.is_ok() { Look::Done(()) } else { Look::NotYet(format!("{answer:?}")) })
        };
        self.cluster.wait("KServe's controller to be ready", Duration::from_mins(2), look).unwrap();
    }

    /// Whether the controller runs still.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.manager.0.try_wait(), Ok(None))
    }
}

/// The documents of a text.
pub fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text).map(|it| Value::deserialize(it).unwrap());
    documents.filter(|document| !document.is_null()).collect()
}

/// The folder holds objects of these kinds as well, which are no definitions.
fn install_own(cluster: &Cluster, own: &Path, folder: &Path) {
    let definitions = folder.join("definitions");
    fs::create_dir(&definitions).unwrap();
    for path in fs::read_dir(own).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("serving.kserve.io_") {
            fs::copy(&path, definitions.join(name)).unwrap();
        }
    }
    cluster.install_crds(&definitions).unwrap();
}

/// Writes a certificate with its key where the controller looks for them, and returns the authority's.
fn certificates(folder: &Path) -> String {
    let mut parameters = CertificateParams::new(["tests".to_owned()]).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new([HOST.to_owned()]).unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("tls.crt"), parameters.signed_by(&key, &authority).unwrap().pem()).unwrap();
    fs::write(folder.join("tls.key"), key.serialize_pem()).unwrap();
    authority.pem()
}

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind((HOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn manager(cluster: &Cluster, folder: &Path, hooks: u16, probes: u16) -> Manager {
    let log = File::create(folder.join("manager.log")).unwrap();
    let mut command = Command::new(tools::path(Tool::KserveManager).unwrap());
    command
        .args([format!("--webhook-port={hooks}"), format!("--health-probe-addr={HOST}:{probes}")])
        .arg("--metrics-addr=0")
        .env("KUBECONFIG", cluster.kubeconfig())
        .env("POD_NAMESPACE", "kserve")
        // The certificates lie in the folder of temporary files.
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::from(log.try_clone().unwrap()))
        .stderr(Stdio::from(log));
    Manager(command.spawn().unwrap())
}

fn webhooks(port: u16, authority: &str) -> Value {
    use base64::Engine as _;
    let authority = base64::engine::general_purpose::STANDARD.encode(authority);
    let hook = |name: &str, rule: Value, path: &str| {
        json!({
            "name": format!("{name}.kserve.test"),
            "clientConfig": {"url": format!("https://{HOST}:{port}{path}"), "caBundle": authority},
            "failurePolicy": "Fail",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "rules": [rule],
        })
    };
    let own = |plural: &str, version: &str| {
        let (group, operations) = ("serving.kserve.io", ["CREATE", "UPDATE"]);
        json!({"apiGroups": [group], "apiVersions": [version], "operations": operations, "resources": [plural]})
    };
    let pods =
        json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]});
    let mut of_pods = hook("pods", pods, "/mutate-pods");
    let label = "serving.kserve.io/inferenceservice";
    of_pods["objectSelector"] = json!({"matchExpressions": [{"key": label, "operator": "Exists"}]});
    of_pods["reinvocationPolicy"] = json!("IfNeeded");
    let defaults = "/mutate-serving-kserve-io-v1beta1-inferenceservice";
    let changes = [hook("defaults", own("inferenceservices", "v1beta1"), defaults), of_pods];
    let checks = CHECKS.map(|(plural, version, path)| hook(plural, own(plural, version), path));
    let configuration = |kind: &str, hooks: &[Value]| {
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": kind,
            "metadata": {"name": "kserve"},
            "webhooks": hooks,
        })
    };
    json!({
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            configuration("MutatingWebhookConfiguration", &changes),
            configuration("ValidatingWebhookConfiguration", &checks),
        ],
    })
}
