//! A real control plane on loopback, started in seconds, for tests and for trying things out.

pub mod background;
mod launch;
mod objects;
mod options;
mod ports;
mod processes;

use crate::tools::{self, Tool};
use crate::{Error, Look, Outcome, Result, run, run_with_input, wait_until};
use launch::Layout;
use processes::Processes;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

pub use objects::{FakeNode, PodSecurity, Taint};
pub use options::{ClusterOptions, Component, READY_AFTER};

/// How long a control plane may take to start: some 3 s, or 20 s on a machine that does other things too.
const START_DEADLINE: Duration = Duration::from_secs(90);

/// A running control plane. It ends, and its files go, when this value is dropped or this process ends,
/// whichever way that happens.
///
/// All methods take `&self`: tests may share one in a `static`.
pub struct Cluster {
    // Dropped in this order: the components end before their files and ports go.
    processes: Mutex<Processes>,
    layout: Layout,
    directory: TempDir,
    kubectl: PathBuf,
    options: ClusterOptions,
}

impl Cluster {
    /// Starts a control plane and waits until it answers; with a controller manager, also until pods can be
    /// created in the namespace `default`. Tools that are missing are obtained first, which may take minutes.
    pub fn start(options: ClusterOptions) -> Result<Cluster> {
        let directory = tempfile::Builder::new()
            .prefix("mlship-cluster-")
            .tempdir()
            .map_err(Error::io("creating a temporary folder"))?;
        let kubectl = tools::path(Tool::Kubectl)?;
        let layout = Layout::prepare(directory.path(), &options)?;
        let processes = Mutex::new(Processes::new(directory.path())?);
        let cluster = Cluster { processes, layout, directory, kubectl, options };
        cluster.launch(Component::Etcd)?;
        cluster.launch(Component::KubeApiserver)?;
        // Their tools are looked for while the API server starts.
        let rest: Vec<Component> = cluster
            .options
            .components
            .iter()
            .copied()
            .filter(|component| !cluster.is_running(*component))
            .collect();
        for component in &rest {
            tools::path(component.tool())?;
        }
        cluster.wait_for_api()?;
        for component in rest {
            cluster.launch(component)?;
        }
        cluster.wait_for_service_account("default")?;
        Ok(cluster)
    }

    /// The kubeconfig of an administrator of this control plane.
    pub fn kubeconfig(&self) -> PathBuf {
        self.layout.kubeconfig()
    }

    /// The address of the API server, as `https://127.0.0.1:20123`.
    pub fn server(&self) -> String {
        self.layout.server()
    }

    /// What was asked for when this control plane was started.
    pub fn options(&self) -> &ClusterOptions {
        &self.options
    }

    /// Each running component with its process id.
    pub fn process_ids(&self) -> Vec<(Component, u32)> {
        self.processes().ids()
    }

    /// The log file of `component`, which goes when this control plane does.
    pub fn log(&self, component: Component) -> PathBuf {
        self.processes().log(component)
    }

    /// An error with the end of its log if a component has ended by itself.
    pub fn check(&self) -> Result<()> {
        self.processes().check()
    }

    /// A command that runs `tool` against this control plane, for helm and others that read `KUBECONFIG`.
    pub fn command(&self, tool: Tool) -> Result<Command> {
        let mut command = Command::new(tools::path(tool)?);
        self.point_here(&mut command);
        Ok(command)
    }

    /// Runs `kubectl` with `arguments` and, if given, `input` as its standard input. Its failure is no error
    /// here: see [`Outcome::into_stdout`].
    pub fn kubectl(&self, arguments: &[&str], input: Option<&str>) -> Result<Outcome> {
        let mut command = Command::new(&self.kubectl);
        command.args(arguments);
        self.point_here(&mut command);
        match input {
            Some(input) => run_with_input(&mut command, input),
            None => run(&mut command),
        }
    }

    /// Looks again and again, as [`wait_until`] does, and fails at once if a component dies.
    pub fn wait<T>(
        &self,
        what: &str,
        deadline: Duration,
        mut look: impl FnMut() -> Result<Look<T>>,
    ) -> Result<T> {
        wait_until(what, deadline, || {
            self.check()?;
            look()
        })
    }

    fn point_here(&self, command: &mut Command) {
        command.env("KUBECONFIG", self.kubeconfig());
        // By default kubectl keeps what it learns of a server in the home folder, under the server's address;
        // the next control plane may have the same one.
        command.env("KUBECACHEDIR", self.directory.path().join("kubectl"));
    }

    fn launch(&self, component: Component) -> Result<()> {
        let command = self.layout.command(component, &self.options)?;
        self.processes().spawn(component, command)
    }

    fn is_running(&self, component: Component) -> bool {
        self.processes().ids().iter().any(|(running, _)| *running == component)
    }

    fn wait_for_api(&self) -> Result<()> {
        self.wait("the API server to be ready", START_DEADLINE, || {
            let answer = self.kubectl(&["get", "--raw=/readyz"], None)?;
            if answer.succeeded() {
                return Ok(Look::Done(()));
            }
            Ok(Look::NotYet(format!("{}{}", answer.stderr, self.processes().log_tails())))
        })
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        // A test that panicked while it held the lock leaves a list of processes that is as good as before.
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
