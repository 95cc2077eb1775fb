//! `mlship decide`: which way to ship, and why.

mod ask;
mod flags;
mod table;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use mlship_decide::decision::Question;
use mlship_decide::weights::Weights;
use mlship_decide::{Decision, decide};
use mlship_spec::diagnostic::{Severity, has_errors};
use mlship_spec::draft::{Draft, Image};
use mlship_spec::read::{ReadOptions, read_drafts};
use mlship_spec::source::Sources;

use self::flags::Flags;
use super::{Stream, conclude, print};
use crate::diagnostics::{Format, Report, harmless_json};
use crate::failure::{Failure, Stop};
use crate::inputs::{self, DEFAULT_FILE};
use crate::prices::{Market, Prices};
use crate::ship::Findings;
use crate::targets;
use crate::terminal::Look;

const ABOUT: &str = "Say which way to ship: every target judged by what you need, with reasons, costs and what would change it";

const EXAMPLES: &str = "\
Examples:
  mlship decide --models 1 --platform-team false   no spec needed: requirements are enough
  mlship decide -f mlship.yaml                     a spec with its `requirements`
  mlship decide --ask                              asks what can still change the answer
  mlship decide -o json | jq '.verdicts[0].target'";

/// What stands in for a file where none is named: flags are laid over it.
const NOTHING_SAID: &str = "apiVersion: mlship.dev/v1\nrequirements: {}\n";

/// The command.
#[derive(Debug)]
pub struct Command {
    general: General,
    requirements: Flags,
}

#[derive(Debug, Args)]
struct General {
    /// A spec, or requirements alone; `-` for standard input
    ///
    /// Without it: mlship.yaml in this folder where there is one, else what the flags say.
    #[arg(short = 'f', long = "file", value_name = "FILE|-", value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Lay `environments.NAME` of the spec over it
    #[arg(long = "env", value_name = "NAME")]
    environment: Option<String>,
    /// Set one field of the spec, over all else: `--set requirements.models=3`
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Ask for what nobody said, as long as it can change the answer; needs a terminal
    #[arg(long)]
    ask: bool,
    /// Points for each reason, in place of mlship's own
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    weights: Option<PathBuf>,
    #[command(flatten)]
    prices: Prices,
    /// Say everything of every target: all reasons, all that rules it out, sources, and what it takes
    #[arg(long)]
    details: bool,
    /// How the decision is written
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,
}

/// How a decision is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// For programs: one JSON object
    Json,
}

/// By hand, so that its many flags are put together only when it is called: other commands start faster.
impl Args for Command {
    fn augment_args(command: clap::Command) -> clap::Command {
        let command = command.about(ABOUT).after_help(EXAMPLES);
        command.defer(|command| Flags::augment_args(General::augment_args(command)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let general = General::from_arg_matches(matches)?;
        Ok(Self { general, requirements: Flags::from_arg_matches(matches) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let General { ask, details, output, .. } = self.general;
        if ask && !io::stdin().is_terminal() {
            let failure = Failure::usage("`--ask` asks on a terminal, and standard input is none");
            return Err(failure.help("say it with flags, or in a file: `mlship decide --help`").into());
        }
        let weights = self.weights()?;
        let market = self.general.prices.market()?;
        let subject = self.subject()?;
        let mut draft = subject.read(&[])?;
        let mut answers = Vec::new();
        if ask {
            let asking = ask::Asking { subject: &subject, weights: &weights, market };
            (draft, answers) = asking.ask(draft, &mut io::stdin().lock(), &mut io::stderr().lock())?;
        }
        let decision = decided(&draft, &subject.file, &weights, market);
        let text = match output {
            Output::Json => {
                let text = serde_json::to_string_pretty(&decision).map_err(|error| {
                    Failure::refused(format!("the decision can't be written as JSON: {error}"))
                })?;
                format!("{}\n", harmless_json(&text))
            }
            Output::Table => {
                table::text(&decision, &draft, &answers, table::Detail::of(details), Look::stdout())
            }
        };
        Ok(print(text.as_bytes())?)
    }

    fn weights(&self) -> Result<Weights, Stop> {
        let Some(path) = &self.general.weights else { return Ok(Weights::embedded()) };
        let text = fs::read_to_string(path).map_err(|error| Failure::world("reading", path, &error))?;
        let mut sources = Sources::default();
        let source = sources.add(path.display().to_string(), text.clone());
        let mut diagnostics = Vec::new();
        let weights = Weights::read(source, &text, &targets::names(), &mut diagnostics);
        let report = Report { name: path.display().to_string(), sources, diagnostics };
        conclude(Findings::of(report), Format::Human, Stream::Stderr)?;
        weights.ok_or(Stop::Refused)
    }

    /// What is decided on.
    fn subject(&self) -> Result<Subject, Stop> {
        let General { file, environment, set, .. } = &self.general;
        let set: Vec<String> = set.iter().chain(&self.requirements.sets).cloned().collect();
        let options = ReadOptions { environment: environment.clone(), set };
        let is_said = !options.set.is_empty() || self.general.ask;
        let bytes = match file {
            None if !Path::new(DEFAULT_FILE).exists() && is_said && environment.is_none() => None,
            Some(file) => Some(file.clone()),
            None if !Path::new(DEFAULT_FILE).exists() => {
                let failure = Failure::refused("nothing is said of the service or of what you need");
                let help = "name a spec with `-f`, say what you need with flags such as `--models 1`, or let yourself be asked with `--ask`";
                return Err(failure.help(help).into());
            }
            None => Some(PathBuf::from(DEFAULT_FILE)),
        };
        let Some(path) = bytes else {
            let name = "<requirements>".to_owned();
            return Ok(Subject {
                name,
                bytes: NOTHING_SAID.as_bytes().to_vec(),
                file: String::new(),
                options,
            });
        };
        let mut inputs = inputs::find(std::slice::from_ref(&path))?.texts;
        let [_] = inputs.as_slice() else {
            let failure = Failure::refused(format!("{} is a folder", path.display()));
            return Err(failure.help("name one spec: a decision is about one service").into());
        };
        let input = inputs.remove(0);
        let bytes = inputs::read_any(&input)?;
        let file = if file.is_none() { String::new() } else { path.display().to_string() };
        Ok(Subject { name: input.name, bytes, file, options })
    }
}

/// What is decided on: a text with its layers.
pub(crate) struct Subject {
    name: String,
    bytes: Vec<u8>,
    /// What commands call it; empty where they find it without a name.
    file: String,
    options: ReadOptions,
}

impl Subject {
    /// Reads it with more flags on top. Errors stop everything; warnings are told where the spec is a whole one.
    fn read(&self, more: &[String]) -> Result<Draft, Stop> {
        let (report, drafts) = self.reading(more);
        let is_whole = drafts.iter().all(|draft| draft.image == Image::Named);
        let count = drafts.len();
        let mut findings = Findings::of(report);
        for report in &mut findings.reports {
            report.diagnostics.retain(|found| is_whole || found.severity == Severity::Error);
        }
        conclude(findings, Format::Human, Stream::Stderr)?;
        if let Ok([draft]) = <[Draft; 1]>::try_from(drafts) {
            return Ok(draft);
        }
        let failure = Failure::refused(format!("{} holds {count} services", self.name));
        Err(failure.help("name a file with one of them: a decision is about one service").into())
    }

    fn reading(&self, more: &[String]) -> (Report, Vec<Draft>) {
        let set = self.options.set.iter().chain(more).cloned().collect();
        let options = ReadOptions { environment: self.options.environment.clone(), set };
        let (reading, drafts) = read_drafts(&self.name, &self.bytes, &options);
        let report =
            Report { name: self.name.clone(), sources: reading.sources, diagnostics: reading.diagnostics };
        (report, drafts)
    }

    /// Reads it with more flags on top; what is wrong with them, in a sentence.
    fn try_with(&self, more: &[String]) -> Result<Draft, String> {
        let (report, mut drafts) = self.reading(more);
        let is_error = |found: &&mlship_spec::diagnostic::Diagnostic| found.severity == Severity::Error;
        match drafts.pop() {
            Some(draft) if !has_errors(&report.diagnostics) => Ok(draft),
            _ => Err(report.diagnostics.iter().find(is_error).map_or_else(String::new, |found| {
                let help = found.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
                format!("{}{help}", found.message)
            })),
        }
    }
}

fn decided(draft: &Draft, file: &str, weights: &Weights, market: Market) -> Decision {
    decide(&Question { draft, file, targets: market.targets, book: market.book(), weights })
}
