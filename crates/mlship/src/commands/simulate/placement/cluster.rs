//! The cluster that a command line describes: nodes, what runs on them, nodes to come.

use std::path::PathBuf;

use clap::Args;
use mlship_simulate::placement::manifest::{Problem, Reader};
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::shapes::{self, Shape};

use crate::commands::simulate::counted;
use crate::commands::simulate::texts::Flag;
use crate::failure::{Failure, Failures};

/// More than ten thousand nodes or a hundred thousand pods take as `kubectl get` prints them.
const MOST_BYTES: u64 = 2 << 30;

/// So many problems are told; more would not help.
const MOST_PROBLEMS: usize = 20;

/// The cluster.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Cluster {
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
}

/// Nodes of one shape.
#[derive(Clone, Copy, Debug)]
pub struct NodeGroup {
    /// The shape.
    pub shape: &'static Shape,
    /// How many.
    pub count: usize,
}

impl Cluster {
    /// Whether there are nodes.
    pub fn has_nodes(&self) -> bool {
        !self.nodes.is_empty() || !self.node_group.is_empty()
    }

    /// Whether pods were named.
    pub fn has_pods(&self) -> bool {
        !self.pods.is_empty()
    }

    /// The nodes to come.
    pub fn groups(&self) -> &[NodeGroup] {
        &self.node_group
    }

    /// How often standard input is asked for.
    pub fn stdins(&self) -> usize {
        self.nodes.iter().chain(&self.pods).filter(|path| path.as_os_str() == "-").count()
    }

    /// A reader that knows the nodes and what runs on them.
    pub fn reader(&self) -> Result<Reader, Failures> {
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
        Ok(reader)
    }

    /// What was read, with the nodes to come.
    pub fn world(&self, reader: Reader) -> Result<World, Failures> {
        let mut world = reader.finish().map_err(|problems| failures(&problems))?;
        for group in &self.node_group {
            shapes::add_nodes(&mut world, group.shape, group.count);
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
