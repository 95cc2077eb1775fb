//! What one target makes of the service: its refusals, what its objects ask of a cluster, and what it costs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use mlship_managed::cost::Cost;
use mlship_managed::prices::PriceBook;
use mlship_spec::choices::{Cloud, ClusterPart, KserveMode};
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::draft::{Draft, Image};
use mlship_spec::profile::{Kind, Measure};
use mlship_spec::target::{Emitted, File, Target};
use mlship_spec::workload::Workload;
use mlship_spec::workload::requirements::Answer;

use crate::facts::Facts;
use crate::probe::{Fields, Probe};

/// What one target makes of the service.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Why it can't run there, in the target's own words; empty where it can.
    pub refusals: Vec<Diagnostic>,
    /// What its objects ask of a cluster.
    pub parts: Vec<ClusterPart>,
    /// What it costs; `None` where nobody knows the target's prices.
    pub cost: Option<Cost>,
    /// Fields to set so that the target does what is required, as `--set` takes them.
    pub sets: Vec<String>,
    /// How long a new replica takes beside the model's own time.
    pub cold_start: Measure,
    /// Seconds in which the model loads.
    pub load_seconds: u32,
}

/// Asks targets, and remembers what they said.
pub struct Fitting<'a> {
    draft: &'a Draft,
    targets: &'a [&'static dyn Target],
    book: &'a PriceBook,
    asked: RefCell<Vec<Asked>>,
    known: RefCell<BTreeMap<(usize, usize), Rc<Fit>>>,
}

/// What a fit depends on beside the target: the fields that are laid over the spec, and where nodes may be.
#[derive(PartialEq)]
struct Asked {
    probe: Probe,
    clouds: Answer<Vec<Cloud>>,
    on_premises: bool,
}

impl<'a> Fitting<'a> {
    /// Asks these targets about this spec, by these prices.
    pub fn new(draft: &'a Draft, targets: &'a [&'static dyn Target], book: &'a PriceBook) -> Self {
        Self { draft, targets, book, asked: RefCell::default(), known: RefCell::default() }
    }

    /// The spec.
    pub fn draft(&self) -> &'a Draft {
        self.draft
    }

    /// The targets.
    pub fn targets(&self) -> &'a [&'static dyn Target] {
        self.targets
    }

    /// The number under which this probe is remembered.
    pub fn number(&self, facts: &Facts<'_>, probe: Probe) -> usize {
        let needs = facts.needs;
        let asked = Asked { probe, clouds: needs.clouds.clone(), on_premises: needs.on_premises.is(&true) };
        let mut all = self.asked.borrow_mut();
        all.iter().position(|known| *known == asked).unwrap_or_else(|| {
            all.push(asked);
            all.len() - 1
        })
    }

    /// What the target of a number makes of the service, with the probe of a number.
    pub fn of(&self, target: usize, facts: &Facts<'_>, probe: usize) -> Rc<Fit> {
        let key = (target, probe);
        if let Some(fit) = self.known.borrow().get(&key) {
            return Rc::clone(fit);
        }
        let asked = self.asked.borrow();
        let fit = Rc::new(self.ask(self.targets[target], facts, &asked[probe].probe));
        self.known.borrow_mut().insert(key, Rc::clone(&fit));
        fit
    }

    fn ask(&self, target: &'static dyn Target, facts: &Facts<'_>, probe: &Probe) -> Fit {
        let profile = target.profile();
        // A spec has to run as it stands; what is only required has to be possible beside.
        let plain = match self.draft.image {
            Image::Named => {
                Some(Attempt::of(target, Ok(self.draft.workload.clone()), profile.cold_start, &[]))
            }
            Image::Assumed => None,
        };
        let mut best = match plain {
            Some(plain) if probe.is_empty() || !plain.refusals.is_empty() => plain,
            Some(_) | None => self.first_that_works(target, probe),
        };
        let cost = best.workload.take().and_then(|mut workload| {
            workload.requirements = facts.needs.clone();
            mlship_managed::cost_of_emitted(target.name(), &workload, self.book)
        });
        let on_own_machines = profile.kind == Kind::OwnCluster && facts.needs.on_premises.is(&true);
        Fit {
            refusals: best.refusals,
            parts: best.parts,
            cost: cost.filter(|_| !on_own_machines),
            sets: best.sets,
            cold_start: best.cold_start,
            load_seconds: self.draft.workload.model.load_seconds,
        }
    }

    /// The first way and mode that the target takes; where it takes none, what it says of the first.
    fn first_that_works(&self, target: &'static dyn Target, probe: &Probe) -> Attempt {
        let profile = target.profile();
        let mut first = None;
        let modes = std::iter::once(None).chain(profile.modes.iter().map(Some));
        for mode in modes {
            for way in &probe.ways {
                let fields: Vec<&Fields> = probe.common.iter().chain(way).collect();
                let mut above: Vec<&str> =
                    fields.iter().flat_map(|fields| fields.yaml.iter().map(String::as_str)).collect();
                let mut sets: Vec<String> = fields.iter().flat_map(|fields| fields.sets.clone()).collect();
                if let Some(mode) = mode {
                    above.push(mode.fields);
                    sets.insert(0, mode.set.to_owned());
                }
                let below: &[&str] = match self.draft.image {
                    Image::Assumed => &[profile.assumes],
                    Image::Named => &[],
                };
                let cold_start = mode.and_then(|mode| mode.cold_start).unwrap_or(profile.cold_start);
                let attempt = Attempt::of(target, self.draft.revised(below, &above), cold_start, &sets);
                if attempt.refusals.is_empty() {
                    return attempt;
                }
                first.get_or_insert(attempt);
            }
        }
        // There is always the first mode with the first way.
        first.unwrap_or_else(|| Attempt::of(target, Err(Vec::new()), profile.cold_start, &[]))
    }
}

/// What a target made of one way to write the service.
struct Attempt {
    refusals: Vec<Diagnostic>,
    workload: Option<Workload>,
    parts: Vec<ClusterPart>,
    cold_start: Measure,
    sets: Vec<String>,
}

impl Attempt {
    fn of(
        target: &'static dyn Target,
        workload: Result<Workload, Vec<Diagnostic>>,
        cold_start: Measure,
        sets: &[String],
    ) -> Self {
        let mut attempt =
            Self { refusals: Vec::new(), workload: None, parts: Vec::new(), cold_start, sets: sets.to_vec() };
        match workload {
            Ok(workload) => {
                match target.emit(&workload) {
                    Ok(emitted) => attempt.parts = parts(target, &workload, &emitted),
                    Err(refusals) => attempt.refusals = refusals,
                }
                attempt.workload = Some(workload);
            }
            Err(found) => {
                attempt.refusals =
                    found.into_iter().filter(|found| found.severity == Severity::Error).collect();
            }
        }
        attempt
    }
}

/// What a cluster needs so that the objects do something, by their kinds.
const PARTS: &[(&str, ClusterPart)] = &[
    ("InferenceService", ClusterPart::Kserve),
    ("LLMInferenceService", ClusterPart::Kserve),
    ("ScaledObject", ClusterPart::Keda),
    ("Ingress", ClusterPart::Ingress),
    ("HTTPRoute", ClusterPart::Gateway),
    ("GRPCRoute", ClusterPart::Gateway),
    ("PodMonitor", ClusterPart::Prometheus),
    ("ServiceMonitor", ClusterPart::Prometheus),
    ("DomainMapping", ClusterPart::Knative),
];

fn parts(target: &'static dyn Target, workload: &Workload, emitted: &Emitted) -> Vec<ClusterPart> {
    let profile = target.profile();
    if profile.kind == Kind::Endpoint {
        return Vec::new();
    }
    let mut parts: Vec<ClusterPart> = profile.needs.iter().filter_map(|need| need.part).collect();
    for file in emitted.bundle.files.values() {
        match file {
            File::Manifests(documents) => {
                let of_kinds = documents.iter().filter_map(|document| {
                    PARTS.iter().find(|(kind, _)| *kind == document.kind()).map(|(_, part)| *part)
                });
                parts.extend(of_kinds);
                let has_issuer = documents.iter().any(|document| {
                    let annotations = document.value()["metadata"]["annotations"].as_object();
                    let is_issuer = |key: &String| key.starts_with("cert-manager.io/");
                    annotations.is_some_and(|annotations| annotations.keys().any(is_issuer))
                });
                if has_issuer {
                    parts.push(ClusterPart::CertManager);
                }
            }
            // Rules of the Prometheus Adapter are the only settings that a Kubernetes target writes for a part.
            File::Settings(document) if document.value().get("rules").is_some() => {
                parts.extend([ClusterPart::Prometheus, ClusterPart::PrometheusAdapter]);
            }
            File::Settings(_) | File::Text(_) => {}
        }
    }
    if parts.contains(&ClusterPart::Kserve) && workload.targets.kserve.mode == KserveMode::Knative {
        parts.push(ClusterPart::Knative);
    }
    if parts.contains(&ClusterPart::Keda) {
        parts.push(ClusterPart::Prometheus);
    }
    parts.sort_unstable();
    parts.dedup();
    parts
}
