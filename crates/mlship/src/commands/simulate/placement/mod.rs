//! `mlship simulate placement`: will it schedule, and where?

pub mod cluster;
mod table;

use clap::Args;
use mlship_simulate::placement::capacity::how_many;
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Wording, report};
use mlship_spec::workload::Scale;

use cluster::Cluster;

use super::subject::{Subject, Subjects};
use super::{Output, json};
use crate::commands::{note, print};
use crate::failure::{Failure, Failures, Stop};
use crate::terminal::Look;

const EXAMPLES: &str = "\
Examples:
  kubectl get nodes -o json > nodes.json
  kubectl get pods -A -o json > pods.json
  mlship simulate placement --nodes nodes.json --pods pods.json       mlship.yaml in this folder
  mlship simulate placement -f deployment.yaml --nodes nodes.json     any manifests
  mlship simulate placement --node-group g6.xlarge=2 --how-many       a cluster to come

A prediction that says no ends with 0 all the same: it was made. `mlship plan --nodes` ends with 1 then.";

/// Say where pods go, what the scheduler says of those that wait, and what would help
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    cluster: Cluster,
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
        if !self.cluster.has_nodes() {
            let failure = Failure::usage("there are no nodes to place pods on");
            return Err(failure.help(
                "give `--nodes FILE` with what `kubectl get nodes -o json` prints, or `--node-group g6.xlarge=2`",
            ));
        }
        if self.cluster.stdins() + usize::from(self.subject.reads_stdin()) > 1 {
            let failure =
                Failure::usage("standard input can be read once only, and several flags ask for it");
            return Err(failure.help("give files to all of them but one"));
        }
        Ok(())
    }

    fn world(&self, subjects: &Subjects) -> Result<World, Failures> {
        let mut reader = self.cluster.reader()?;
        for service in &subjects.services {
            reader.manifests(&service.file, &service.manifests);
        }
        for file in &subjects.manifests {
            reader.manifests(&file.name, &file.text);
        }
        let world = self.cluster.world(reader)?;
        if world.workloads.is_empty() {
            let failure = Failure::refused("there are no pods to place in what was named");
            let help = "`-f` takes a spec, or manifests with a Deployment, a StatefulSet, a Job or a Pod";
            return Err(failure.help(help).into());
        }
        Ok(world)
    }
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
