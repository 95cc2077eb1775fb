//! The running components of one control plane, and their certain end.

use super::Component;
use crate::process::tail;
use crate::{Error, Result};
use std::fs::File;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How much of a log an error shows.
const TAIL_LINES: usize = 25;

const WATCHDOG: &str = include_str!("../../cluster/watchdog.sh");

/// Components that were started, each with its log file. They end when this value is dropped; if this process
/// ends without that, a watchdog ends them.
pub(super) struct Processes {
    running: Vec<Running>,
    watchdog: Child,
    directory: PathBuf,
}

struct Running {
    component: Component,
    child: Child,
}

impl Processes {
    /// Nothing running yet; logs go to `directory`, which the watchdog removes if it has to act.
    ///
    /// The watchdog is a shell that waits for the end of a pipe only this process holds. The system's own
    /// signal to the children of a dying parent would come too early: it is sent when the *thread* that
    /// started them ends, and a test's thread ends while a control plane that tests share must live on.
    pub(super) fn new(directory: &Path) -> Result<Processes> {
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "mlship-watchdog"])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that Ctrl-C in a terminal does not reach it.
            .process_group(0)
            .spawn()
            .map_err(|source| Error::NotStarted { program: "sh".to_owned(), source })?;
        Ok(Processes { running: Vec::new(), watchdog, directory: directory.to_owned() })
    }

    /// Starts `component` with `command`.
    pub(super) fn spawn(&mut self, component: Component, mut command: Command) -> Result<()> {
        let path = self.log(component);
        let log = File::create(&path).map_err(Error::io(format!("creating {}", path.display())))?;
        let copy = log.try_clone().map_err(Error::io(format!("sharing {}", path.display())))?;
        let program = command.get_program().display().to_string();
        let child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(copy)
            .process_group(0)
            .spawn()
            .map_err(|source| Error::NotStarted { program, source })?;
        let id = child.id();
        self.running.push(Running { component, child });
        let pipe =
            self.watchdog.stdin.as_mut().ok_or_else(|| Error::unexpected("the watchdog has no pipe"))?;
        writeln!(pipe, "{id}").map_err(Error::io("telling the watchdog of a component"))
    }

    /// An error with the end of its log if a component has ended.
    pub(super) fn check(&mut self) -> Result<()> {
        for Running { component, child } in &mut self.running {
            let status = child.try_wait().map_err(Error::io(format!("looking at {}", component.name())))?;
            if let Some(status) = status {
                let log = log_tail(&self.directory, *component);
                return Err(Error::ComponentDied {
                    component: component.name(),
                    status: status.to_string(),
                    log,
                });
            }
        }
        Ok(())
    }

    /// The log file of `component`.
    pub(super) fn log(&self, component: Component) -> PathBuf {
        log_path(&self.directory, component)
    }

    /// The ends of all logs, with headings.
    pub(super) fn log_tails(&self) -> String {
        let tails = self.running.iter().map(|Running { component, .. }| {
            format!("--- {}\n{}", component.name(), log_tail(&self.directory, *component))
        });
        tails.collect()
    }

    /// Each component with its process id.
    pub(super) fn ids(&self) -> Vec<(Component, u32)> {
        self.running.iter().map(|running| (running.component, running.child.id())).collect()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // Killed, not asked: nothing of a control plane's state is kept. In the end `wait` can only fail if the
        // child is gone already, so there is nobody to tell about a failure.
        for Running { child, .. } in self.running.iter_mut().rev() {
            let _ = child.kill();
        }
        for Running { child, .. } in &mut self.running {
            let _ = child.wait();
        }
        // Only now, and before the process ids it knows can belong to others.
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
    }
}

fn log_path(directory: &Path, component: Component) -> PathBuf {
    directory.join(format!("{}.log", component.name()))
}

fn log_tail(directory: &Path, component: Component) -> String {
    match std::fs::read(log_path(directory, component)) {
        Ok(bytes) => tail(&String::from_utf8_lossy(&bytes), TAIL_LINES),
        Err(error) => format!("(can't be read: {error})\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Look, wait_until};
    use std::time::Duration;

    fn sleeper() -> Command {
        let mut command = Command::new("sleep");
        command.arg("600");
        command
    }

    fn runs(id: u32) -> bool {
        Command::new("kill").args(["-0", &id.to_string()]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn dropping_ends_components() {
        let directory = tempfile::tempdir().unwrap();
        let mut processes = Processes::new(directory.path()).unwrap();
        processes.spawn(Component::Etcd, sleeper()).unwrap();
        let [(_, id)] = processes.ids()[..] else { panic!("one component runs") };
        processes.check().unwrap();
        drop(processes);
        assert!(!runs(id));
        assert!(directory.path().exists(), "the folder is its owner's to remove");
    }

    #[test]
    fn the_watchdog_ends_components_when_its_pipe_closes() {
        let directory = tempfile::tempdir().unwrap();
        let mut processes = Processes::new(directory.path()).unwrap();
        processes.spawn(Component::Etcd, sleeper()).unwrap();
        // As the system does when this process is killed.
        drop(processes.watchdog.stdin.take());
        wait_until("the watchdog to act", Duration::from_secs(20), || {
            let gone = processes.check().is_err() && !directory.path().exists();
            Ok(if gone { Look::Done(()) } else { Look::NotYet("the component runs on".to_owned()) })
        })
        .unwrap();
    }

    #[test]
    fn a_component_that_ends_is_reported_with_its_log() {
        let directory = tempfile::tempdir().unwrap();
        let mut processes = Processes::new(directory.path()).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such port >&2; exit 7"]);
        processes.spawn(Component::Kwok, command).unwrap();
        let error = wait_until("its end", Duration::from_secs(20), || {
            Ok(processes.check().err().map_or(Look::NotYet(String::new()), Look::Done))
        });
        let message = error.unwrap().to_string();
        assert_eq!(message, "kwok ended by itself (exit status: 7); the end of its log:\nno such port\n");
    }
}
