//! What one target makes of the service: its refusals, what its objects ask of a cluster, and what it costs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

impl Fit {
    /// Seconds until a new replica answers.
    pub fn starts_in(&self) -> u64 {
        self.cold_start.value + u64::from(self.load_seconds)
    }
}

/// Asks targets, and remembers what they said. Threads can share one.
pub struct Fitting<'a> {
    draft: &'a Draft,
    targets: &'a [&'static dyn Target],
    book: &'a PriceBook,
    probes: Mutex<Vec<Probe>>,
    places: Mutex<Vec<Place>>,
    attempts: Mutex<BTreeMap<(usize, usize), Arc<Attempt>>>,
    known: Mutex<BTreeMap<(usize, Asked), Arc<Fit>>>,
}

/// What a fit depends on beside the target, by number: the fields that are laid over the spec, and where nodes of
/// one's own may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    probe: usize,
    place: usize,
}

/// Where nodes of one's own may be.
#[derive(Clone, PartialEq)]
struct Place {
    clouds: Answer<Vec<Cloud>>,
    on_premises: bool,
}

impl<'a> Fitting<'a> {
    /// Asks these targets about this spec, by these prices.
    pub fn new(draft: &'a Draft, targets: &'a [&'static dyn Target], book: &'a PriceBook) -> Self {
        Self {
            draft,
            targets,
            book,
            probes: Mutex::default(),
            places: Mutex::default(),
            attempts: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// The spec.
    pub fn draft(&self) -> &'a Draft {
        self.draft
    }

    /// The targets.
    pub fn targets(&self) -> &'a [&'static dyn Target] {
        self.targets
    }

    /// The numbers under which this probe, and where nodes may be, are remembered.
    pub fn asked(&self, facts: &Facts<'_>, probe: Probe) -> Asked {
        let needs = facts.needs;
        let place = Place { clouds: needs.clouds.clone(), on_premises: needs.on_premises.is(&true) };
        Asked {
            probe: number(&mut locked(&self.probes), probe),
            place: number(&mut locked(&self.places), place),
        }
    }

    /// What the target of a number makes of the service.
    pub fn of(&self, target: usize, facts: &Facts<'_>, asked: Asked) -> Arc<Fit> {
        // Only what nodes of one's own cost depends on where they may be.
        let is_own = self.targets[target].profile().kind == Kind::OwnCluster;
        let key = (target, if is_own { asked } else { Asked { place: 0, ..asked } });
        let known = locked(&self.known).get(&key).map(Arc::clone);
        if let Some(fit) = known {
            return fit;
        }
        let fit = Arc::new(self.fit(target, facts, asked));
        locked(&self.known).insert(key, Arc::clone(&fit));
        fit
    }

    /// The same, where it is known already.
    pub fn known(&self, target: usize, asked: Asked) -> Option<Arc<Fit>> {
        let is_own = self.targets[target].profile().kind == Kind::OwnCluster;
        let key = (target, if is_own { asked } else { Asked { place: 0, ..asked } });
        locked(&self.known).get(&key).map(Arc::clone)
    }

    fn fit(&self, number: usize, facts: &Facts<'_>, asked: Asked) -> Fit {
        let target = self.targets[number];
        let attempt = self.attempt(number, asked.probe);
        let on_own_machines = target.profile().kind == Kind::OwnCluster && facts.needs.on_premises.is(&true);
        let cost = attempt.workload.as_ref().filter(|_| !on_own_machines).and_then(|workload| {
            if workload.requirements.clouds == facts.needs.clouds {
                return mlship_managed::cost_of_emitted(target.name(), workload, self.book);
            }
            let mut workload = workload.clone();
            workload.requirements.clouds = facts.needs.clouds.clone();
            mlship_managed::cost_of_emitted(target.name(), &workload, self.book)
        });
        Fit {
            refusals: attempt.refusals.clone(),
            parts: attempt.parts.clone(),
            cost,
            sets: attempt.sets.clone(),
            cold_start: attempt.cold_start,
            load_seconds: self.draft.workload.model.load_seconds,
        }
    }

    fn attempt(&self, number: usize, probe: usize) -> Arc<Attempt> {
        let known = locked(&self.attempts).get(&(number, probe)).map(Arc::clone);
        if let Some(attempt) = known {
            return attempt;
        }
        let fields = locked(&self.probes)[probe].clone();
        let attempt = Arc::new(self.ask(number, &fields));
        locked(&self.attempts).insert((number, probe), Arc::clone(&attempt));
        attempt
    }

    fn ask(&self, number: usize, probe: &Probe) -> Attempt {
        let target = self.targets[number];
        if self.draft.image == Image::Assumed {
            return self.first_that_works(target, probe);
        }
        if probe.is_empty() {
            return Attempt::of(target, Ok(self.draft.workload.clone()), target.profile().cold_start, &[]);
        }
        // A spec has to run as it stands; what is only required has to be possible beside.
        let empty = self::number(&mut locked(&self.probes), Probe::empty());
        let plain = self.attempt(number, empty);
        if plain.refusals.is_empty() { self.first_that_works(target, probe) } else { (*plain).clone() }
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
                // What stands in for a whole spec may not go with what is required: then the target says more without.
                let revised = self.draft.revised(below, &above).or_else(|_| self.draft.revised(&[], &above));
                let attempt = Attempt::of(target, revised, cold_start, &sets);
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

/// What is remembered; a thread that panicked left nothing half done.
fn locked<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a value in a list of those known, which it joins where it is new.
fn number<T: PartialEq>(known: &mut Vec<T>, value: T) -> usize {
    known.iter().position(|other| *other == value).unwrap_or_else(|| {
        known.push(value);
        known.len() - 1
    })
}

/// What a target made of one way to write the service.
#[derive(Clone, Debug)]
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
