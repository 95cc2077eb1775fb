//! From what was written to what is meant: judges fields against each other and decides every
//! default, each with its reason.
//!
//! A field's own rules are in its type, so what is left to check is how fields go together, and
//! that is known exactly where the default of one depends on another. One file a concern.

mod availability;
mod kserve;
mod managed;
mod model;
mod pod;
mod requirements;
mod resources;
mod rollout;
mod running;
mod scale;
mod server;
mod traffic;

use std::collections::BTreeMap;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::{Pairs, Spanned};
use crate::provenance::Provenance;
use crate::source::Span;
use crate::spec::Spec;
use crate::spec::forms::value;
use crate::workload::{Exposure, Scale, Targets, Workload};

/// The name of examples in messages.
pub(crate) const EXAMPLE_NAME: &str = "churn-predictor";

/// The image of examples in messages.
pub(crate) const EXAMPLE_IMAGE: &str = "ghcr.io/yourorg/churn-service:0.3.1";

/// The workload that a spec means; or `None`, with every reason among the diagnostics. `document`
/// is the place of the spec, for what is missing from it.
pub fn lower(
    spec: &Spec,
    document: Span,
    provenance: Provenance,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Workload> {
    let mut pass = Pass { spec, document, provenance, findings: Vec::new() };
    let workload = pass.workload();
    let refused = crate::diagnostic::has_errors(&pass.findings);
    diagnostics.append(&mut pass.findings);
    (!refused).then_some(Workload { provenance: pass.provenance, ..workload })
}

/// The refusal of a field that is missing under `place`.
pub(crate) fn missing(place: Span, field: &str, example: &str) -> Diagnostic {
    let name = field.rsplit('.').next().unwrap_or(field);
    Diagnostic::error(&codes::MISSING_FIELD, place, format!("`{field}` is missing"))
        .help(format!("for example `{name}: {example}`"))
}

/// What every step of the pass reads and adds to.
struct Pass<'a> {
    spec: &'a Spec,
    document: Span,
    provenance: Provenance,
    findings: Vec<Diagnostic>,
}

impl Pass<'_> {
    /// The workload, which means something only where nothing was refused.
    fn workload(&mut self) -> Workload {
        let spec = self.spec;
        let name = self.required(spec.name.as_ref(), "name", EXAMPLE_NAME);
        // Every step runs, whatever the others find: one run shows all problems.
        let model = self.model();
        let resources = self.resources(&model);
        let server = self.server(&model);
        let state = self.state();
        let config = self.config(name.as_ref());
        let exposure = self.exposure(name.as_ref());
        let scale = self.scale(&server, &model, &resources);
        // What could not be read has been refused: something stands in for it, so that the steps
        // that build on it judge the rest as well.
        let scale = scale.unwrap_or(Scale::Fixed { replicas: u32::MAX });
        let exposure = exposure.unwrap_or(Exposure::Internal);
        let name = name.unwrap_or_else(|| EXAMPLE_NAME.parse().expect("the example is a name"));
        let probes = self.probes(&server, &model);
        let shutdown = self.shutdown(&server);
        let rollout = self.rollout(&resources, &model, &scale, &probes);
        let availability = self.availability(&scale);
        self.judge_name(&name);
        let network = self.network(&exposure);
        Workload {
            namespace: value(spec.namespace.as_ref()),
            labels: pairs(spec.labels.as_ref()),
            annotations: pairs(spec.annotations.as_ref()),
            exposure,
            network,
            placement: self.placement(&shutdown),
            security: self.security(),
            identity: self.identity(),
            config,
            state,
            requirements: self.requirements(),
            targets: self.targets(),
            provenance: Provenance::default(),
            name,
            server,
            model,
            resources,
            probes,
            shutdown,
            scale,
            rollout,
            availability,
        }
    }

    fn required<T: Clone>(&mut self, field: Option<&Spanned<T>>, path: &str, example: &str) -> Option<T> {
        if field.is_none() {
            let parent = path.rfind('.').map_or("", |dot| &path[..dot]);
            let place = self.provenance.span(parent).unwrap_or(self.document);
            let finding = missing(place, path, example);
            let is_alone = self.spec.requirements.is_some() && self.spec.server.is_none();
            self.findings.push(if is_alone {
                finding.help("requirements alone are for `mlship decide`; a service has to be described")
            } else {
                finding
            });
        }
        value(field)
    }

    /// Notes a value that nobody wrote.
    fn decide(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        self.provenance.decide(field, value, reason);
    }

    /// The place of a field, or the nearest above it.
    fn span(&self, field: &str) -> Span {
        self.provenance.span(field).unwrap_or(self.document)
    }

    fn refuse(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }

    fn targets(&mut self) -> Targets {
        Targets {
            kubernetes: self.kubernetes_target(),
            kserve: self.kserve_target_with_components(),
            managed: self.managed_targets(),
        }
    }
}

/// The values of a list that may not have been written.
fn list<T: Clone>(field: Option<&Spanned<Vec<Spanned<T>>>>) -> Vec<T> {
    field.map(|list| list.value.iter().map(|item| item.value.clone()).collect()).unwrap_or_default()
}

/// The values of a map that may not have been written, by key.
fn pairs<K: Clone + Ord, V: Clone>(field: Option<&Spanned<Pairs<K, V>>>) -> BTreeMap<K, V> {
    let pairs = field.map(|pairs| pairs.value.0.as_slice()).unwrap_or_default();
    pairs.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect()
}
