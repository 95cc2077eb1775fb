//! `mlship simulate autoscaling`: can replicas keep up with a load?

mod chosen;
mod flags;
mod pictures;
mod png;
mod served;
mod table;
pub mod values;

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use mlship_simulate::autoscaling::advice::simulate;
use mlship_simulate::autoscaling::load::Load;
use mlship_simulate::autoscaling::replay::{Replay, replay};
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::Steps;
use mlship_spec::source::Sources;

use super::subject::Subject;
use super::{Output, json};
use crate::commands::{Stream, conclude, note, print};
use crate::diagnostics::{Format, Report as Diagnosed};
use crate::failure::{Failure, Stop};
use crate::ship::Findings;
use crate::terminal::Look;
use chosen::Chosen;
use flags::{Controller, Replayed, Served};
use pictures::Pictures;

/// More looks at metrics than this would not be read by anybody.
const MOST_LOOKS: f64 = 1e6;

const EXAMPLES: &str = "\
Examples:
  mlship simulate autoscaling --load step:10..200@60s         mlship.yaml in this folder
  mlship simulate autoscaling -f hpa.yaml --load day.csv      rows of `seconds,requests a second`
  mlship simulate autoscaling --load day:5..80 --request-seconds 2 --report out.html
  mlship simulate autoscaling -f hpa.yaml --metric cpu=cpu.csv    the controller's arithmetic alone

A prediction that says no ends with 0 all the same: it was made. `mlship plan --load` ends with 1 then.";

/// Say whether replicas keep up with a load, what is wrong, and what would help
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    #[command(flatten)]
    subject: Subject,
    /// The autoscaler or service, where there are several
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The requests a second: a CSV file of `seconds,requests_per_second`, or a shape
    ///
    /// Shapes: constant:50, step:10..200@60s, ramp:10..200@60s+5m, spike:10..200@60s+30s, sine:10..200@10m,
    /// day:10..200, each with /LENGTH at its end for how long it lasts.
    #[arg(long, value_name = "FILE.csv|SHAPE")]
    load: Option<String>,
    /// The replicas at the start
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(0..=100_000))]
    replicas: Option<i32>,
    /// How long is simulated
    #[arg(long, value_name = "SECONDS", value_parser = values::length)]
    duration: Option<Time>,
    #[command(flatten)]
    served: Served,
    #[command(flatten)]
    replayed: Replayed,
    #[command(flatten)]
    controller: Controller,
    #[command(flatten)]
    pictures: Pictures,
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        self.check()?;
        let subjects = self.subject.read()?;
        let mut findings = Findings::default();
        let chosen = Chosen::of(subjects, self.name.as_deref(), &mut findings);
        let load = self.load.as_deref().map(|load| values::load(load, self.duration, &mut findings));
        let metrics = self.replayed.read(&mut findings);
        conclude(findings, Format::Human, Stream::Stderr)?;
        let chosen = chosen.ok_or(Stop::Refused)?;
        let report = match load {
            Some(load) => self.simulate(&chosen, load.ok_or(Stop::Refused)?)?,
            None => self.replay(&chosen, metrics)?,
        };
        self.pictures.write(&report, &chosen.name)?;
        let text = match self.output {
            Output::Json => json(&report)?,
            Output::Table => table::text(&report, &chosen, Look::stdout()),
        };
        Ok(print(text.as_bytes())?)
    }

    fn check(&self) -> Result<(), Failure> {
        if self.load.is_none() && self.replayed.metrics.is_empty() {
            let failure = Failure::usage("there is nothing for the autoscaler to follow");
            return Err(failure.help(
                "give `--load` with requests a second, or `--metric` with the values of a metric to replay",
            ));
        }
        if self.load.is_none() && self.served.is_given() {
            let failure =
                Failure::usage("`--metric` replays the autoscaler alone, and flags of the server were given");
            return Err(
                failure.help("leave out the flags of the server, or give `--load` in place of `--metric`")
            );
        }
        let files = self.replayed.metrics.iter().map(|(_, path)| path.as_path());
        let files = files.chain(self.load.as_deref().map(Path::new));
        let stdins = files.filter(|path| path.as_os_str() == "-").count();
        if stdins + usize::from(self.subject.reads_stdin()) > 1 {
            let failure =
                Failure::usage("standard input can be read once only, and several flags ask for it");
            return Err(failure.help("give files to all of them but one"));
        }
        Ok(())
    }

    /// A service under a load.
    fn simulate(&self, chosen: &Chosen, load: Load) -> Result<Report, Failure> {
        let mut scenario = self.served.scenario(chosen, load)?;
        scenario.settings = self.controller.settings();
        let written = chosen.written_replicas().map(|replicas| replicas.max(scenario.replicas));
        scenario.replicas = self.replicas.or(written).unwrap_or(scenario.replicas);
        if self.output == Output::Table {
            let assumed = self.served.assumed(chosen, &scenario.service);
            if !assumed.is_empty() {
                note(&format!("assumed, since nothing says otherwise: {}", assumed.join(", ")));
            }
        }
        for name in scenario.unknown() {
            note(&format!(
                "what `{name}` measures can't be told from its name; `--signal {name}=queue` would say it"
            ));
        }
        Ok(simulate(&scenario))
    }

    /// The autoscaler's arithmetic alone.
    fn replay(&self, chosen: &Chosen, metrics: BTreeMap<String, Steps>) -> Result<Report, Stop> {
        let mut replayed = Replay::new(chosen.autoscaler.clone(), chosen.template.clone(), metrics);
        replayed.settings = self.controller.settings();
        replayed.replicas = self.replicas.or(chosen.written_replicas()).unwrap_or(replayed.replicas);
        replayed.duration = self.duration.unwrap_or(replayed.duration);
        replayed.ready_after = self.replayed.ready_after.unwrap_or(replayed.ready_after);
        replayed.metric_window = self.replayed.metric_window.unwrap_or(replayed.metric_window);
        let mut diagnostics = Vec::new();
        replayed.check(&mut diagnostics);
        let mut findings = Findings::default();
        findings.keep(Diagnosed { name: "--metric".to_owned(), sources: Sources::default(), diagnostics });
        let looks = replayed.duration.seconds() / replayed.settings.sync_period.seconds();
        if looks > MOST_LOOKS {
            let message =
                format!("the replay has {looks:.0} looks at the metrics, and at most {MOST_LOOKS} are made");
            let help =
                "times count in seconds from the start, which is 0; `--duration` replays a shorter time";
            findings.failures.push(Failure::refused(message).help(help));
        }
        conclude(findings, Format::Human, Stream::Stderr)?;
        Ok(replay(&replayed))
    }
}
