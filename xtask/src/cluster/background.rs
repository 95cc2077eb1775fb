//! One control plane that runs in the background, for `cargo xtask cluster up`, `status` and `down`.
//!
//! A process of its own holds the [`Cluster`] and answers on a Unix socket in the cache folder of the tools. It is
//! never looked up by process id, so nothing else can be taken for it.

use super::{Cluster, ClusterOptions, FakeNode};
use crate::process::tail;
use crate::{Error, Result, tools};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What `up` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub struct UpArguments {
    /// Fake nodes of 4 CPUs and 16 GiB, named node-1, node-2, …
    #[arg(long, default_value_t = 2)]
    nodes: u16,
    /// Fake nodes as above with 4 GPUs each, named gpu-1, gpu-2, … and tainted nvidia.com/gpu
    #[arg(long, default_value_t = 0)]
    gpu_nodes: u16,
    /// Seconds a pod runs before it is ready
    #[arg(long, default_value_t = 0)]
    pod_ready_seconds: u64,
}

impl UpArguments {
    fn nodes(self) -> Vec<FakeNode> {
        let plain = (1..=self.nodes).map(|number| FakeNode::new(format!("node-{number}")));
        let gpus = (1..=self.gpu_nodes).map(|number| {
            FakeNode::new(format!("gpu-{number}")).allocatable("nvidia.com/gpu", "4").taint(
                "nvidia.com/gpu",
                "present",
                "NoSchedule",
            )
        });
        plain.chain(gpus).collect()
    }

    fn command_line(self) -> [String; 3] {
        [
            format!("--nodes={}", self.nodes),
            format!("--gpu-nodes={}", self.gpu_nodes),
            format!("--pod-ready-seconds={}", self.pod_ready_seconds),
        ]
    }
}

/// Whether a control plane runs in the background, with what it says of itself.
pub enum Status {
    /// It runs; the text is for people, the path is its kubeconfig.
    Running {
        /// The kubeconfig of an administrator.
        kubeconfig: PathBuf,
        /// Its components with their process ids, or what is wrong with them.
        report: String,
    },
    /// It does not.
    Down,
}

/// Starts a control plane in the background, unless one runs, and returns its kubeconfig.
///
/// This program is started again as `cluster serve`; if the present process ends before the control plane is
/// ready, that one ends too.
pub fn up(arguments: UpArguments) -> Result<PathBuf> {
    if let Status::Running { kubeconfig, .. } = status()? {
        eprintln!("a control plane runs already; `cargo xtask cluster down` ends it");
        return Ok(kubeconfig);
    }
    let place = Place::open()?;
    let mut server = spawn_server(&place, arguments)?;
    let no_pipe = || Error::unexpected("the server has no pipe");
    let mut line = String::new();
    let output = server.stdout.take().ok_or_else(no_pipe)?;
    BufReader::new(output).read_line(&mut line).map_err(Error::io("waiting for the control plane"))?;
    if line.is_empty() {
        // It ended without a word; only the status is of interest, and it says less than the log.
        let _ = server.wait();
        let log = fs::read_to_string(place.log()).unwrap_or_default();
        return Err(Error::unexpected(format!("the control plane did not start:\n{}", tail(&log, 60))));
    }
    let mut input = server.stdin.take().ok_or_else(no_pipe)?;
    writeln!(input, "keep").map_err(Error::io("telling the control plane to stay"))?;
    Ok(PathBuf::from(line.trim_end()))
}

fn spawn_server(place: &Place, arguments: UpArguments) -> Result<Child> {
    let program = std::env::current_exe().map_err(Error::io("finding this program's file"))?;
    let log = File::create(place.log()).map_err(Error::io(format!("creating {}", place.log().display())))?;
    Command::new(&program)
        .args(["cluster", "serve"])
        .args(arguments.command_line())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .process_group(0)
        .spawn()
        .map_err(|source| Error::NotStarted { program: program.display().to_string(), source })
}

/// What [`up`] starts: holds a control plane until it is told to stop. Prints the kubeconfig when ready and
/// then ends unless a line on standard input tells it to stay.
pub fn serve(arguments: UpArguments) -> Result<()> {
    let place = Place::open()?;
    let _sole = place.lock()?;
    let delay = Duration::from_secs(arguments.pod_ready_seconds);
    let cluster = Cluster::start(ClusterOptions::full().pod_ready_after(delay))?;
    cluster.create_nodes(&arguments.nodes())?;
    let listener = place.listen()?;

    let talking = || Error::io("talking to the program that asked for a control plane");
    writeln!(io::stdout(), "{}", cluster.kubeconfig().display()).map_err(talking())?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(talking())?;
    if answer.trim_end() == "keep" {
        answer_until_stopped(cluster, &listener)?;
    }
    Ok(())
}

fn answer_until_stopped(cluster: Cluster, listener: &UnixListener) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().map_err(Error::io("waiting for a question"))?;
        let mut question = String::new();
        // A question that breaks off is none; the next one may be whole.
        if BufReader::new(&stream).read_line(&mut question).is_err() {
            continue;
        }
        if question.trim_end() == "stop" {
            drop(cluster);
            // The asker waits for the end of `stream`, so for the end of the control plane.
            return Ok(());
        }
        let _ = write!(&stream, "{}", describe(&cluster));
    }
}

/// The kubeconfig on the first line, then a report.
fn describe(cluster: &Cluster) -> String {
    let ids = cluster.process_ids();
    let lines = ids.iter().map(|(component, id)| format!("{} (process {id})\n", component.name()));
    let trouble = cluster.check().err().map(|error| format!("{error}\n")).unwrap_or_default();
    format!("{}\n{}{trouble}", cluster.kubeconfig().display(), lines.collect::<String>())
}

/// Asks the control plane in the background how it is.
pub fn status() -> Result<Status> {
    let Some(answer) = ask("status")? else { return Ok(Status::Down) };
    let (kubeconfig, report) = answer.split_once('\n').unwrap_or((&answer, ""));
    Ok(Status::Running { kubeconfig: PathBuf::from(kubeconfig), report: report.to_owned() })
}

/// Ends the control plane in the background and waits for its end; false if there was none.
pub fn down() -> Result<bool> {
    Ok(ask("stop")?.is_some())
}

fn ask(question: &str) -> Result<Option<String>> {
    let asking = || Error::io("asking the control plane in the background");
    let mut stream = match UnixStream::connect(Place::open()?.socket()) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(asking()(error)),
    };
    writeln!(stream, "{question}").map_err(asking())?;
    stream.shutdown(Shutdown::Write).map_err(asking())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(asking())?;
    Ok(Some(answer))
}

/// The folder through which the commands find the process in the background.
struct Place {
    directory: PathBuf,
}

impl Place {
    fn open() -> Result<Place> {
        let directory = tools::cache_directory()?.join("cluster");
        fs::create_dir_all(&directory).map_err(Error::io(format!("creating {}", directory.display())))?;
        Ok(Place { directory })
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("socket")
    }

    /// The right to be the one in the background.
    fn lock(&self) -> Result<File> {
        let path = self.directory.join("lock");
        let file = File::create(&path).map_err(Error::io(format!("creating {}", path.display())))?;
        file.try_lock().map_err(|_| Error::unexpected("another control plane is being started"))?;
        Ok(file)
    }

    /// Listens on the socket; the caller holds the lock, so a socket that is there is a dead one's.
    fn listen(&self) -> Result<UnixListener> {
        let socket: &Path = &self.socket();
        let _ = fs::remove_file(socket);
        UnixListener::bind(socket).map_err(Error::io(format!("listening on {}", socket.display())))
    }
}
