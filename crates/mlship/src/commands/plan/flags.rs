//! What the command line says.

use clap::{Args, ValueEnum};
use mlship_lint::policy::Policy;

use crate::commands::explain::code;
use crate::commands::simulate::autoscaling::values;
use crate::commands::simulate::placement::cluster::Cluster;
use crate::commands::{Named, TargetName, target_parser};
use crate::diagnostics::Format;
use crate::prices::Prices;

const EXAMPLES: &str = "\
Examples:
  mlship plan                                              mlship.yaml, where `mlship decide` puts it
  kubectl get nodes -o yaml > nodes.yaml
  mlship plan --target kubernetes --nodes nodes.yaml       will it schedule?
  mlship plan --target kubernetes --load step:10..80@60s   can its autoscaler keep up?
  mlship plan --target helm -f models -o sarif --deny warnings > mlship.sarif

A finding that is right as it is can say so in the spec, on its line or the one above:
  cpu: {request: 1, limit: 2}   # mlship:ignore ML112 the team's quota demands a limit
`mlship explain CODE` says why a finding matters, what to do, and where that is written.

It ends with 1 where something is wrong: a refusal, or a finding that is an error.";

/// What the command does, in a line.
pub const ABOUT: &str = "Say what would be made, what it costs, and what will go wrong, before anything is";

/// The flags.
#[derive(Debug, Args)]
#[command(about = ABOUT, long_about = None, after_help = EXAMPLES)]
pub struct Flags {
    #[command(flatten)]
    pub named: Named,
    /// Where it is to run [default: what `mlship decide` chooses, for one service]
    #[arg(long, value_name = "TARGET", value_parser = target_parser())]
    pub target: Option<TargetName>,
    /// A code that is an error, or `warnings` for all of them; can be given several times
    #[arg(long, value_name = "CODE|warnings", value_parser = denied, help_heading = "Findings")]
    pub deny: Vec<String>,
    /// A code that is not told; can be given several times
    #[arg(long, value_name = "CODE", value_parser = known_code, help_heading = "Findings")]
    pub allow: Vec<String>,
    #[command(flatten, next_help_heading = "Will it schedule?")]
    pub cluster: Cluster,
    /// The requests a second: a CSV file of `seconds,requests_per_second`, or a shape such as step:10..200@60s
    ///
    /// Without it, the traffic of `requirements` is taken where it says what one replica answers.
    #[arg(long, value_name = "FILE.csv|SHAPE", help_heading = "Can autoscaling keep up?")]
    pub load: Option<String>,
    /// How long a server works on one request [default: 0.25, or what `requirements.traffic` says]
    #[arg(long, value_name = "SECONDS", value_parser = values::some_seconds, help_heading = "Can autoscaling keep up?")]
    pub request_seconds: Option<f64>,
    #[command(flatten, next_help_heading = "What does it cost?")]
    pub prices: Prices,
    /// End with 10 where nothing is wrong and something would be made
    #[arg(long, help_heading = "Output")]
    pub exit_code: bool,
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub output: Output,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people: what is wrong first
    Human,
    /// For programs: the whole plan as one JSON object
    Json,
    /// For code scanners: the findings as SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: the findings, one annotation per line
    Github,
}

impl Output {
    /// The format of findings, where those alone are written.
    pub fn findings_alone(self) -> Option<Format> {
        match self {
            Self::Human | Self::Json => None,
            Self::Sarif => Some(Format::Sarif),
            Self::Github => Some(Format::Github),
        }
    }
}

/// The word for every warning.
const WARNINGS: &str = "warnings";

impl Flags {
    /// Which findings are told, and which stop.
    pub fn policy(&self) -> Policy {
        Policy {
            allow: self.allow.iter().cloned().collect(),
            deny: self.deny.iter().filter(|code| *code != WARNINGS).cloned().collect(),
            deny_warnings: self.deny.iter().any(|code| code == WARNINGS),
        }
    }

    /// How often standard input is asked for.
    pub fn stdins(&self) -> usize {
        let named = self.named.files.iter().filter(|path| path.as_os_str() == "-").count();
        named + self.cluster.stdins() + usize::from(self.load.as_deref() == Some("-"))
    }
}

fn denied(text: &str) -> Result<String, String> {
    if text == WARNINGS { Ok(text.to_owned()) } else { known_code(text) }
}

fn known_code(text: &str) -> Result<String, String> {
    if code::is_known(text) {
        return Ok(text.to_ascii_uppercase());
    }
    Err("there is no such code; `mlship explain` lists them all".to_owned())
}
