//! `mlship plan`: what would be made, what it costs, and what will go wrong with it.

mod cost;
mod decided;
mod document;
mod flags;
mod made;
mod placement;
mod scaling;
mod service;
mod text;
mod unchecked;

use clap::{ArgMatches, Args, FromArgMatches};
use mlship_lint::ignore::{self, Ignored};
use mlship_lint::registry;
use mlship_lint::rule::Needs;
use mlship_lint::subject::{Cluster, Platform};
use mlship_managed::prices::PriceBook;
use mlship_simulate::placement::manifest::Reader;
use mlship_spec::diagnostic::{Severity, has_errors};

use super::explain::code;
use super::simulate::autoscaling::values;
use super::{Stream, conclude, note_passed_over, print};
use crate::diagnostics::{self, Format, Report};
use crate::failure::{Failure, Failures, Stop};
use crate::inputs::{self, Input, Inputs};
use crate::services::Services;
use crate::ship::{self, Findings, Request, Shipped};
use crate::terminal::Look;
use decided::{Chosen, Why};
use document::Answered;
use flags::{ABOUT, Flags, Output};
use placement::Placed;
use scaling::{Given, Scaled};
use service::Planned;
use unchecked::Unchecked;

/// The command.
#[derive(Debug)]
pub struct Command(Flags);

/// By hand, so that its many flags are put together only when it is called: other commands start faster.
impl Args for Command {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.about(ABOUT).defer(Flags::augment_args)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(Flags::augment_args_for_update)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Flags::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// One service with everything that is known of it.
pub struct Judged {
    /// What its spec tells.
    planned: Planned,
    /// The text that it was read from.
    file: String,
    /// Why this target, where it was decided.
    why: Option<Why>,
    /// Where its pods go.
    placed: Option<Placed>,
    /// How its autoscaler fares.
    scaled: Option<Scaled>,
    /// What is not known.
    unchecked: Vec<Unchecked>,
    /// Whether anything is wrong enough to stop.
    has_errors: bool,
}

impl Judged {
    /// The fewest replicas, as a number of things to count.
    fn fewest(&self) -> usize {
        usize::try_from(self.planned.workload.min_replicas()).unwrap_or(usize::MAX)
    }
}

/// One text with its services.
struct File {
    report: Report,
    judged: Vec<Judged>,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let flags = &self.0;
        if flags.stdins() > 1 {
            let failure =
                Failure::usage("standard input can be read once only, and several flags ask for it");
            return Err(failure.help("give files to all of them but one").into());
        }
        let nodes =
            if flags.cluster.has_nodes() || flags.cluster.has_pods() { Some(self.nodes()?) } else { None };
        let load = self.load()?;
        let cluster = nodes.as_ref().map(|reader| placement::facts(reader, flags.cluster.groups()));
        let inputs = inputs::find(&flags.named.files)?;
        let market = flags.prices.market()?;
        let mut chosen = match &flags.target {
            Some(target) => Chosen::named(market.find(target.0.name()).unwrap_or(target.0)),
            None => Chosen::decided(&inputs, &flags.named.options(), market)?,
        };
        let text = chosen.text.take();
        let (mut files, mut findings) = self.read(inputs, text, &chosen, cluster.as_ref(), market.book())?;
        if let Some(reader) = nodes {
            self.place(&mut files, reader)?;
        }
        for one in files.iter_mut().flat_map(|file| &mut file.judged) {
            one.scaled = scaling::scale(&mut one.planned, load.as_ref(), flags.request_seconds);
        }
        let ignored: Vec<Vec<Ignored>> = files.iter_mut().map(|file| self.settle(file)).collect();
        // The worst first; files in their order otherwise.
        let mut order: Vec<(File, Vec<Ignored>)> = files.into_iter().zip(ignored).collect();
        order.sort_by_key(|(file, _)| !has_errors(&file.report.diagnostics));
        self.tell(order, &mut findings)
    }

    fn nodes(&self) -> Result<Reader, Stop> {
        if self.0.cluster.has_nodes() {
            return Ok(self.0.cluster.reader()?);
        }
        let failure = Failure::usage("`--pods` says what runs on nodes, and no nodes are given");
        Err(failure.help("give `--nodes FILE` with what `kubectl get nodes -o yaml` prints").into())
    }

    fn load(&self) -> Result<Option<Given>, Stop> {
        let Some(words) = &self.0.load else { return Ok(None) };
        let mut findings = Findings::default();
        let load = values::load(words, None, &mut findings);
        conclude(findings, Format::Human, Stream::Stderr)?;
        Ok(load.map(|load| Given { words: words.clone(), load }))
    }

    /// Reads every text, and plans each of its services; `text` is one that was read already, and the only one.
    fn read(
        &self,
        inputs: Inputs,
        text: Option<(Input, Vec<u8>)>,
        chosen: &Chosen,
        cluster: Option<&Cluster>,
        book: &PriceBook,
    ) -> Result<(Vec<File>, Findings), Failures> {
        let flags = &self.0;
        let mut options = flags.named.options();
        options.set.extend_from_slice(&chosen.sets);
        let target = chosen.target;
        let request = Request { options, target };
        let environment = flags.named.environment.as_deref();
        let plan = |shipped: Shipped| Some(Planned::of(shipped, target, environment, cluster, book));
        let mut services = Services::default();
        let mut files = Vec::new();
        let mut take = |mut report: Report, planned: Vec<Planned>| {
            let file = report.name.clone();
            let claimed = planned.into_iter().filter(|one| services.claim(&one.service, &mut report));
            let judged = claimed.map(|planned| Judged::of(planned, &file, chosen.why.clone())).collect();
            files.push(File { report, judged });
        };
        let findings = if let Some((input, bytes)) = text {
            let (report, planned) = ship::judge(&input.name, &bytes, &request, &plan);
            take(report, planned);
            Findings::default()
        } else {
            ship::each(inputs, &request, plan, |read| {
                for (report, planned) in read {
                    // What comes after may add to it; the place left behind has nothing to tell.
                    take(std::mem::replace(report, Report::of_nothing()), planned);
                }
                Ok(())
            })?
        };
        Ok((files, findings))
    }

    fn place(&self, files: &mut [File], reader: Reader) -> Result<(), Failures> {
        let mut all: Vec<&mut Judged> = files.iter_mut().flat_map(|file| &mut file.judged).collect();
        let mut planned: Vec<&mut Planned> = all.iter_mut().map(|one| &mut one.planned).collect();
        let placed = placement::place(&mut planned, reader, &self.0.cluster)?;
        for (one, placed) in all.into_iter().zip(placed) {
            one.placed = placed;
        }
        Ok(())
    }

    /// Brings together what was found in one text: what the spec answers is taken out, what is denied raised, and the
    /// worst comes first.
    fn settle(&self, file: &mut File) -> Vec<Ignored> {
        let flags = &self.0;
        let diagnostics = &mut file.report.diagnostics;
        let platform = file.judged.first().map_or(Platform::Nodes, |one| one.planned.platform());
        for one in &mut file.judged {
            diagnostics.append(&mut one.planned.findings);
        }
        registry::weigh(diagnostics, platform);
        let has_layers = flags.named.has_layers();
        let is_whole = |code: &str| {
            is_judged_by_the_spec(code, platform) && !(code == "ML301" && flags.cluster.has_nodes())
        };
        // Where a service was refused not every rule was asked, and with a layer above it another spec.
        let judged = if has_layers || file.judged.is_empty() {
            ignore::Judged::InPart
        } else {
            ignore::Judged::Whole(&is_whole)
        };
        let ignored = ignore::apply(&file.report.sources, diagnostics, &code::is_known, judged);
        flags.policy().apply(diagnostics);
        diagnostics.sort_by_key(|found| (found.severity != Severity::Error, found.span, found.code.id));
        let given = |one: &Judged| unchecked::Given {
            nodes: flags.cluster.has_nodes(),
            pods: flags.cluster.has_pods() || one.placed.is_none(),
            scaled: one.scaled.is_some(),
        };
        let has_errors = has_errors(diagnostics);
        for one in &mut file.judged {
            one.has_errors = has_errors;
            one.unchecked = unchecked::of(&one.planned, given(one));
        }
        ignored
    }

    fn tell(&self, order: Vec<(File, Vec<Ignored>)>, findings: &mut Findings) -> Result<(), Stop> {
        let flags = &self.0;
        let mut reports = Vec::new();
        let mut judged = Vec::new();
        let mut ignored = Vec::new();
        for (file, of_file) in order {
            judged.extend(file.judged);
            ignored.push((of_file, reports.len()));
            reports.push(file.report);
        }
        let answered: Vec<Answered<'_>> = ignored
            .iter()
            .flat_map(|(of_file, report)| of_file.iter().map(|one| (one, &reports[*report])))
            .map(|(one, report)| Answered::of(one, &report.name, &report.sources))
            .collect();
        let look = Look::stdout();
        let text = match (flags.output, flags.output.findings_alone()) {
            (_, Some(format)) => findings_alone(format, &reports, look)?,
            (Output::Json, _) => document::text(&judged, answered, &reports)?,
            (_, None) => text::text(&judged, &answered, &reports, look),
        };
        if flags.output == Output::Human {
            note_passed_over(std::mem::take(&mut findings.passed_over));
        }
        print(text.as_bytes())?;
        if let Some(failures) = Failures::of(std::mem::take(&mut findings.failures)) {
            return Err(Stop::Failed(failures));
        }
        if reports.iter().any(|report| has_errors(&report.diagnostics)) {
            return Err(Stop::Refused);
        }
        let makes_something = judged.iter().any(|one| one.planned.making.is_some());
        if flags.exit_code && makes_something { Err(Stop::Pending) } else { Ok(()) }
    }
}

impl Judged {
    fn of(planned: Planned, file: &str, why: Option<Why>) -> Self {
        let file = file.to_owned();
        Self { planned, file, why, placed: None, scaled: None, unchecked: Vec::new(), has_errors: false }
    }
}

fn findings_alone(format: Format, reports: &[Report], look: Look) -> Result<String, Failure> {
    let mut text = Vec::new();
    diagnostics::write(&mut text, format, reports, look)
        .map_err(|error| Failure::refused(format!("findings can't be written as text: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Whether a rule is judged of every spec, whatever else is known.
fn is_judged_by_the_spec(code: &str, platform: Platform) -> bool {
    registry::find(code).is_some_and(|rule| rule.needs == Needs::Spec && rule.platforms.contains(&platform))
}
