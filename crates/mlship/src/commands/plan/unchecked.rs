//! What could not be checked, said plainly.

use mlship_lint::catalogue::{self, Account};
use mlship_lint::subject::Platform;
use serde::Serialize;

use super::service::{Planned, Scaler};

/// Something that was not checked.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// What is not known.
    pub what: String,
    /// What would let it be checked; `None` where a cluster alone shows it.
    pub how: Option<String>,
    /// The codes of what is missed by it.
    pub codes: Vec<&'static str>,
}

/// What was given to check with.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// Nodes.
    pub nodes: bool,
    /// The pods that run on them.
    pub pods: bool,
    /// A load, or traffic in the requirements.
    pub scaled: bool,
}

/// Everything that was not checked of a service.
pub fn of(one: &Planned, given: Given) -> Vec<Unchecked> {
    let mut unchecked = Vec::new();
    let unknown = |what: &str, how: Option<&str>, codes: Vec<&'static str>| Unchecked {
        what: what.to_owned(),
        how: how.map(str::to_owned),
        codes,
    };
    let workload = &one.workload;
    if one.platform() == Platform::Nodes {
        if !given.nodes {
            let codes = vec!["ML106", "ML116", "ML150", "ML410"];
            let how = "--nodes FILE, or --node-group g6.xlarge=2";
            unchecked.push(unknown("whether the pods find nodes", Some(how), codes));
        } else if one.target.name() == "kserve" {
            let what = "how far KServe's pods differ from plain ones, which were placed";
            unchecked.push(unknown(what, Some("`mlship render --target kserve --explain`"), vec!["ML150"]));
        }
        if given.nodes && !given.pods {
            let what = "what runs on the nodes already: they were taken to be empty";
            unchecked.push(unknown(what, Some("--pods FILE"), vec!["ML150", "ML410"]));
        }
    } else if given.nodes {
        let what = format!("the nodes that were given: {} brings its own", one.target.name());
        unchecked.push(unknown(&what, None, Vec::new()));
    }
    let keeps_up = "whether the autoscaler keeps up";
    let codes = vec!["ML403"];
    match one.scaler() {
        Scaler::Kubernetes if !given.scaled => {
            let how = "--load step:10..200@60s, or `requirements.traffic` with `perReplica`";
            unchecked.push(unknown(keeps_up, Some(how), codes));
        }
        Scaler::Knative => {
            let how = "`mlship render --target kserve` to a file, and `mlship simulate autoscaling -f` of it";
            unchecked.push(unknown(keeps_up, Some(how), codes));
        }
        Scaler::TheCloud => {
            let what = format!("whether the autoscaler of {} keeps up", one.target.name());
            unchecked.push(unknown(&what, None, codes));
        }
        Scaler::Kubernetes | Scaler::Nobody => {}
    }
    if let Some(gpu) = &workload.resources.gpu {
        if workload.model.size.is_none() {
            let what = "whether the model fits into the GPUs' memory";
            unchecked.push(unknown(what, Some("model.size"), vec!["ML113"]));
        } else if gpu.accelerator.is_none() {
            let what = "whether the model fits into the memory of the GPUs it gets";
            unchecked.push(unknown(what, Some("resources.gpu.type"), vec!["ML113"]));
        }
    }
    unchecked.push(in_a_cluster());
    unchecked
}

/// What a cluster alone shows.
fn in_a_cluster() -> Unchecked {
    let entries = catalogue::all().iter().filter_map(|entry| match entry.account {
        Account::InACluster(_) => Some(entry.id),
        _ => None,
    });
    let what = "what a cluster alone shows: what is there already, quotas, how large images are";
    Unchecked { what: what.to_owned(), how: None, codes: entries.collect() }
}
