//! `mlship simulate placement`: will it schedule, and where?

mod table;

use std::path::PathBuf;

use clap::Args;
use mlship_simulate::placement::capacity::how_many;
use mlship_simulate::placement::manifest::{Problem, Reader};
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Wording, report};
use mlship_simulate::placement::shapes::{self, Shape};
use mlship_spec::workload::Scale;

use super::subject::{Subject, Subjects};
use super::texts::Flag;
use super::{Output, counted, json};
use crate::commands::{note, print};
use crate::failure::{Failure, Failures, Stop};
use crate::terminal::Look;

const EXAMPLES: &str = "\
Examples:
  kubectl get nodes -o json > nodes.json
  kubectl get pods -A -o json > pods.json
  mlship simulate placement --nodes nodes.json --pods pods.json       mlship.yaml in this folder
  mlship simulate placement -f deployment.yaml --nodes nodes.json     any manifests
  mlship simulate placement --node-group g6.xlarge=2 --how-many       a cluster to come";

/// More than ten thousand nodes or a hundred thousand pods take as `kubectl get` prints them.
const MOST_BYTES: u64 = 2 << 30;

/// So many problems are told; more would not help.
const MOST_PROBLEMS: usize = 20;

/// Say where pods go, what the scheduler says of those that wait, and what would help
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    #[command(flatten)]
    subject: Subject,
    /// The cluster's nodes, as `kubectl get nodes -o json|yaml` prints them: a file, a folder, or `-`
    #[arg(long, value_name = "FILE|DIR|-", value_hint = clap::ValueHint::AnyPath)]
    nodes: Vec<PathBuf>,
    /// What is in the cluster already, as `kubectl get pods -A -o json|yaml` prints it: a file, a folder, or `-`
    ///
    /// Beside pods it may hold namespaces, priority classes, disruption budgets, services, claims, volumes and
    /// storage classes.
    #[arg(long, value_name = "FILE|DIR|-", value_hint = clap::ValueHint::AnyPath)]
    pods: Vec<PathBuf>,
    /// Nodes to add, by the cloud's name of the machine: `g6.xlarge=2`; can be given several times
    #[arg(long, value_name = "SHAPE=COUNT", value_parser = node_group)]
    node_group: Vec<NodeGroup>,
    /// Say too how many more replicas of each workload fit, and what runs out first
    #[arg(long)]
    how_many: bool,
    /// The cluster's version, such as 1.36: messages are worded as it does
    #[arg(long, value_name = "VERSION", value_parser = wording)]
    kubernetes_version: Option<Wording>,
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,
}

/// Nodes of one shape.
#[derive(Clone, Copy, Debug)]
struct NodeGroup {
    shape: &'static Shape,
    count: usize,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        self.check()?;
        let subjects = self.subject.read()?;
        let world = self.world(&subjects)?;
        let mut report = report(&world, self.kubernetes_version.unwrap_or_default());
        if self.how_many {
            report.how_many = Some(how_many(&world));
        }
        let text = match self.output {
            Output::Json => json(&report)?,
            Output::Table => {
                tell_minimums(&subjects);
                table::text(&report, Look::stdout())
            }
        };
        Ok(print(text.as_bytes())?)
    }

    fn check(&self) -> Result<(), Failure> {
        if self.nodes.is_empty() && self.node_group.is_empty() {
            let failure = Failure::usage("there are no nodes to place pods on");
            return Err(failure.help(
                "give `--nodes FILE` with what `kubectl get nodes -o json` prints, or `--node-group g6.xlarge=2`",
            ));
        }
        let stdins = self.nodes.iter().chain(&self.pods).filter(|path| path.as_os_str() == "-").count();
        if stdins + usize::from(self.subject.reads_stdin()) > 1 {
            let failure =
                Failure::usage("standard input can be read once only, and several flags ask for it");
            return Err(failure.help("give files to all of them but one"));
        }
        Ok(())
    }

    fn world(&self, subjects: &Subjects) -> Result<World, Failures> {
        let takes = "a file, a folder or `-`";
        let mut unread = Vec::new();
        let nodes =
            Flag { name: "--nodes", takes, most_bytes: MOST_BYTES }.read_all(&self.nodes, &mut unread);
        let pods = Flag { name: "--pods", takes, most_bytes: MOST_BYTES }.read_all(&self.pods, &mut unread);
        if let Some(failures) = Failures::of(unread) {
            return Err(failures);
        }
        let mut reader = Reader::default();
        for file in nodes {
            reader.nodes(&file.name, &file.text);
        }
        for file in pods {
            reader.pods(&file.name, &file.text);
        }
        for service in &subjects.services {
            reader.manifests(&service.file, &service.manifests);
        }
        for file in &subjects.manifests {
            reader.manifests(&file.name, &file.text);
        }
        let mut world = reader.finish().map_err(|problems| failures(&problems))?;
        for group in &self.node_group {
            shapes::add_nodes(&mut world, group.shape, group.count);
        }
        if world.workloads.is_empty() {
            let failure = Failure::refused("there are no pods to place in what was named");
            let help = "`-f` takes a spec, or manifests with a Deployment, a StatefulSet, a Job or a Pod";
            return Err(failure.help(help).into());
        }
        Ok(world)
    }
}

/// The problems as failures, the first ones only where there are many.
fn failures(problems: &[Problem]) -> Failures {
    let failure = |problem: &Problem| {
        // The top of a document has no path of its own.
        let place = problem.place.trim_end_matches(": ").replace(": .", ": ");
        let parts = [problem.file.as_str(), &place, &problem.message];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Failure::refused(parts.join(": ")).help(&*problem.help)
    };
    let mut failures: Vec<Failure> = problems.iter().take(MOST_PROBLEMS).map(failure).collect();
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - MOST_PROBLEMS;
        failures.push(Failure::refused(format!("there is more of this kind: {}", counted(more, "problem"))));
    }
    Failures::of(failures).unwrap_or_else(|| Failure::refused("the input can't be used").into())
}

/// Says with how many replicas services were placed of which the load decides.
fn tell_minimums(subjects: &Subjects) {
    for service in &subjects.services {
        if let Scale::Auto(auto) = &service.workload.scale {
            let name = &service.workload.name;
            let (least, most) = (auto.min.max(1), auto.max);
            note(&format!(
                "{name} is placed with the {least} it has at least; `--set replicas.min={most}` places as many as it may have"
            ));
        }
    }
}

fn wording(text: &str) -> Result<Wording, &'static str> {
    Wording::of_version(text).ok_or("it is no version of Kubernetes such as 1.37")
}

fn node_group(text: &str) -> Result<NodeGroup, String> {
    const MOST: usize = 100_000;
    let (name, count) = text.split_once('=').ok_or("write it as `SHAPE=COUNT`, such as `g6.xlarge=2`")?;
    let shape = shapes::find(name).ok_or_else(|| unknown_shape(name))?;
    let count = count.parse().ok().filter(|count| (1..=MOST).contains(count));
    count
        .map(|count| NodeGroup { shape, count })
        .ok_or_else(|| format!("the count is no number from 1 to {MOST}"))
}

fn unknown_shape(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let distance = |shape: &&Shape| strsim::damerau_levenshtein(&shape.name.to_ascii_lowercase(), &lower);
    match shapes::all().iter().min_by_key(distance).filter(|shape| distance(shape) <= 3) {
        Some(near) => format!("no shape `{name}` is in the catalogue; did you mean `{}`?", near.name),
        None => {
            format!("no shape `{name}` is in the catalogue, which has common machines of AWS, GCP and Azure")
        }
    }
}
