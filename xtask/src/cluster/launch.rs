//! The files and command lines of a control plane's components.

use super::ports::{self, Port};
use super::{ClusterOptions, Component};
use crate::{Error, Result, tools};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const KUBECONFIG: &str = include_str!("../../cluster/kubeconfig.yaml");
const SCHEDULER: &str = include_str!("../../cluster/scheduler.yaml");
const NODE_STAGES: &str = include_str!("../../cluster/node-stages.yaml");
const POD_STAGES: &str = include_str!("../../cluster/pod-stages.yaml");

/// Where one control plane keeps its files and listens.
pub(super) struct Layout {
    directory: PathBuf,
    store: Port,
    store_peers: Port,
    api: Port,
}

impl Layout {
    /// Reserves ports and writes the files that the components of `options` read into `directory`.
    pub(super) fn prepare(directory: &Path, options: &ClusterOptions) -> Result<Layout> {
        let [store, store_peers, api] = ports::reserve()?;
        let layout = Layout { directory: directory.to_owned(), store, store_peers, api };
        let token = random_token()?;
        let kubeconfig = KUBECONFIG
            .replace("${PORT}", &layout.api.number.to_string())
            .replace("${CERTIFICATES}", &layout.text("certificates"))
            .replace("${TOKEN}", &token);
        layout.write("kubeconfig", &kubeconfig)?;
        layout.write("tokens.csv", &format!("{token},admin,admin,system:masters\n"))?;
        layout.write("scheduler.yaml", &SCHEDULER.replace("${KUBECONFIG}", &layout.text("kubeconfig")))?;
        let delay = options.pod_ready_after.as_millis().to_string();
        let pod_stages = POD_STAGES.replace("${READY_AFTER_MILLISECONDS}", &delay);
        layout.write("stages.yaml", &format!("{NODE_STAGES}---\n{pod_stages}"))?;
        Ok(layout)
    }

    /// The kubeconfig of an administrator.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.directory.join("kubeconfig")
    }

    /// The address of the API server.
    pub(super) fn server(&self) -> String {
        format!("https://127.0.0.1:{}", self.api.number)
    }

    /// The command that starts `component`; its tool is obtained first.
    pub(super) fn command(&self, component: Component, options: &ClusterOptions) -> Result<Command> {
        let mut command = Command::new(tools::path(component.tool())?);
        command.current_dir(&self.directory);
        match component {
            Component::Etcd => self.etcd(&mut command),
            Component::KubeApiserver => self.api_server(&mut command, options),
            Component::KubeControllerManager => self.controller_manager(&mut command),
            Component::KubeScheduler => {
                command.arg(format!("--config={}", self.text("scheduler.yaml"))).arg("--secure-port=0");
            }
            Component::Kwok => self.kwok(&mut command),
        }
        if let Some(flags) = options.flags.get(&component) {
            command.args(flags);
        }
        Ok(command)
    }

    fn etcd(&self, command: &mut Command) {
        let clients = format!("http://127.0.0.1:{}", self.store.number);
        let peers = format!("http://127.0.0.1:{}", self.store_peers.number);
        command
            .arg(format!("--data-dir={}", self.text("etcd")))
            .arg(format!("--listen-client-urls={clients}"))
            .arg(format!("--advertise-client-urls={clients}"))
            .arg(format!("--listen-peer-urls={peers}"))
            .arg(format!("--initial-advertise-peer-urls={peers}"))
            .arg(format!("--initial-cluster=default={peers}"))
            // Nothing here outlives a crash.
            .arg("--unsafe-no-fsync");
    }

    fn api_server(&self, command: &mut Command, options: &ClusterOptions) {
        command
            .arg(format!("--etcd-servers=http://127.0.0.1:{}", self.store.number))
            .arg(format!("--secure-port={}", self.api.number))
            .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"])
            .arg(format!("--cert-dir={}", self.text("certificates")))
            .arg(format!("--token-auth-file={}", self.text("tokens.csv")))
            .arg("--authorization-mode=RBAC")
            .arg("--service-account-issuer=https://kubernetes.default.svc")
            // The key of the serving certificate that the server makes for itself just before it reads this.
            .arg(format!("--service-account-key-file={}", self.text("certificates/apiserver.key")))
            .arg(format!("--service-account-signing-key-file={}", self.text("certificates/apiserver.key")))
            .arg("--service-cluster-ip-range=10.0.0.0/16")
            .args(["--endpoint-reconciler-type=none", "--allow-privileged=true"]);
        if !options.runs(Component::KubeControllerManager) {
            // The first refuses pods until a controller has made service accounts; the second taints new nodes
            // until a controller takes the taint off.
            command.arg("--disable-admission-plugins=ServiceAccount,TaintNodesByCondition");
        }
    }

    fn controller_manager(&self, command: &mut Command) {
        command
            .arg(format!("--kubeconfig={}", self.text("kubeconfig")))
            .arg("--secure-port=0")
            .arg(format!("--service-account-private-key-file={}", self.text("certificates/apiserver.key")))
            .arg(format!("--root-ca-file={}", self.text("certificates/apiserver.crt")))
            .arg("--leader-elect=false")
            .arg("--controllers=*,-node-ipam-controller");
    }

    fn kwok(&self, command: &mut Command) {
        command
            .arg(format!("--kubeconfig={}", self.text("kubeconfig")))
            .arg(format!("--config={}", self.text("stages.yaml")))
            .arg("--manage-all-nodes=true")
            // No leases: the heartbeat stage keeps nodes alive.
            .arg("--node-lease-duration-seconds=0");
    }

    fn text(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.directory.join(name);
        fs::write(&path, text).map_err(Error::io(format!("writing {}", path.display())))
    }
}

/// A token that nobody else on this machine can guess.
fn random_token() -> Result<String> {
    let mut bytes = [0; 16];
    let mut source = fs::File::open("/dev/urandom").map_err(Error::io("opening /dev/urandom"))?;
    source.read_exact(&mut bytes).map_err(Error::io("reading /dev/urandom"))?;
    let mut token = String::new();
    for byte in bytes {
        let _ = write!(token, "{byte:02x}");
    }
    Ok(token)
}
