//! Whether the autoscaler of a service keeps up with its traffic.

use mlship_simulate::autoscaling::advice::simulate;
use mlship_simulate::autoscaling::codes as simulator;
use mlship_simulate::autoscaling::load::{self, Load};
use mlship_simulate::autoscaling::report::{Finding, Report, Suggestion, Summary};
use mlship_simulate::autoscaling::workload::{Assumptions, scenario};
use mlship_spec::choices::Burstiness;
use mlship_spec::codes::{self, Code};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::workload::Workload;
use mlship_spec::workload::requirements::Traffic;
use serde::Serialize;

use super::service::{Planned, Scaler};

/// How an autoscaler fares under a load.
#[derive(Debug, Serialize)]
pub struct Scaled {
    /// The load, in words that `--load` takes, or the name of its file.
    pub load: String,
    /// What was assumed, since nothing says otherwise.
    pub assumed: Vec<String>,
    /// The whole in numbers.
    pub summary: Summary,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What would help, cheapest first.
    pub suggestions: Vec<Suggestion>,
}

/// The load that the command line names, with its words.
pub struct Given {
    /// Its words.
    pub words: String,
    /// The load.
    pub load: Load,
}

/// Simulates the autoscaler of a service, under the load given or else that of its requirements, and adds what is wrong
/// to its findings. `None` where nothing scales, or no load is known.
pub fn scale(one: &mut Planned, given: Option<&Given>, request_seconds: Option<f64>) -> Option<Scaled> {
    if one.making.is_none() || one.scaler() != Scaler::Kubernetes {
        return None;
    }
    let traffic = &one.workload.requirements.traffic;
    let (words, load) = match given {
        Some(given) => (given.words.clone(), given.load.clone()),
        None => stated(traffic)?,
    };
    let assumptions = assumptions(&one.workload, request_seconds);
    let scenario = scenario(&one.workload, load, &assumptions)?;
    let assumed = assumed(&one.workload, &assumptions, request_seconds);
    let Report { summary, findings, suggestions, .. } = simulate(&scenario);
    tell(one, &findings, &suggestions);
    Some(Scaled { load: words, assumed, summary, findings, suggestions })
}

/// The load that requirements state, where they also say what one replica answers: without that, most of the verdict
/// would be an assumption.
fn stated(traffic: &Traffic) -> Option<(String, Load)> {
    traffic.per_replica.said()?;
    let (average, peak) = (traffic.average.said().copied(), traffic.peak.said().copied());
    let words = match (average, peak, traffic.burstiness.said()) {
        (Some(rate), None, _) | (None, Some(rate), _) | (Some(_), Some(rate), Some(Burstiness::Steady)) => {
            format!("constant:{rate}/15m")
        }
        (Some(average), Some(peak), Some(Burstiness::Bursty)) => format!("spike:{average}..{peak}@2m+5m"),
        (Some(average), Some(peak), Some(Burstiness::Daily)) => format!("ramp:{average}..{peak}@1m+30m"),
        (Some(average), Some(peak), None) => format!("ramp:{average}..{peak}@1m+5m"),
        (None, None, _) => return None,
    };
    let load = load::parse(0, &words, &mut Vec::new())?;
    Some((words, load))
}

fn assumptions(workload: &Workload, request_seconds: Option<f64>) -> Assumptions {
    let usual = Assumptions::default();
    let at_once = workload.server.concurrency.map_or(usual.concurrency, f64::from);
    // So many at once for so long each are so many a second.
    let of_traffic = workload.requirements.traffic.per_replica.said().map(|rate| at_once / rate);
    let of_traffic = of_traffic.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    Assumptions { request_seconds: request_seconds.or(of_traffic).unwrap_or(usual.request_seconds), ..usual }
}

fn assumed(workload: &Workload, assumptions: &Assumptions, request_seconds: Option<f64>) -> Vec<String> {
    let mut assumed = Vec::new();
    if request_seconds.is_none() && workload.requirements.traffic.per_replica.said().is_none() {
        assumed.push(format!("a request takes {} s (`--request-seconds`)", assumptions.request_seconds));
    }
    if workload.server.concurrency.is_none() {
        assumed
            .push(format!("a replica works on {} at once (`server.concurrency`)", assumptions.concurrency));
    }
    assumed.push(format!("the image is pulled in {} s and nodes have room", assumptions.pull_seconds));
    assumed
}

fn tell(one: &mut Planned, findings: &[Finding], suggestions: &[Suggestion]) {
    // What can be typed is of more use than what is cheaper.
    let best = suggestions.iter().find(|one| one.set.is_some()).or(suggestions.first());
    let best = best.map(|best| format!("{}, which was tried out", in_words(best)));
    for finding in findings {
        let Some(code) = code(finding.code) else { continue };
        // A rule said it already, with the place.
        if one.findings.iter().any(|known| known.code == code) {
            continue;
        }
        let place = one.workload.span("autoscale").or_else(|| one.workload.span("replicas"));
        let found = match finding.severity {
            "error" => Diagnostic::error(code, place, finding.message.clone()),
            _ => Diagnostic::warning(code, place, finding.message.clone()),
        };
        one.findings.push(match best.as_ref().filter(|_| finding.code == simulator::REQUESTS_SUFFER.id) {
            Some(best) => found.help(best.clone()),
            None => found,
        });
    }
}

/// A suggestion with the flags that make it so.
pub fn in_words(suggestion: &Suggestion) -> String {
    let Some(set) = &suggestion.set else { return suggestion.change.clone() };
    let flags = set.split(',').map(|set| format!("--set {set}")).collect::<Vec<_>>().join(" ");
    format!("{} (`{flags}`)", suggestion.change)
}

fn code(id: &str) -> Option<&'static Code> {
    codes::lookup(id).or_else(|| simulator::ALL.iter().copied().find(|code| code.id == id))
}
