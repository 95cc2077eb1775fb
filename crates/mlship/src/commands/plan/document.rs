//! A plan as one JSON object.
//!
//! ```json
//! {"version": 1,
//!  "services": [{"name": "churn", "namespace": null, "file": "mlship.yaml", "target": "kubernetes",
//!    "decided": null, "refused": false,
//!    "creates": [{"kind": "Deployment", "name": "churn", "facts": {"replicas": 2, "cpu": "1", "memory": "2Gi"}}],
//!    "files": [], "fields": {"rollout.unavailable": {"fate": "adapted", "text": "…"}},
//!    "costs": {"least": {"replicas": 2, "hourly": 0.1, "monthly": 73.0}, "expected": {…}, "most": {…}, "parts": […],
//!      "replicasPerPart": 1, "assumed": […], "leftOut": […]},
//!    "placement": {"replicas": 2, "bound": 2, "pending": [{"message": "…", "count": 1}], "room": 4, "rollout": {…},
//!      "suggestions": […]},
//!    "autoscaling": {"load": "step:10..80@60s", "assumed": […], "summary": {…}, "findings": […], "suggestions": […]},
//!    "unchecked": [{"what": "…", "how": "--nodes FILE", "codes": ["ML150"]}]}],
//!  "ignored": [{"code": "ML112", "message": "…", "file": "mlship.yaml", "line": 16, "reason": "…"}],
//!  "diagnostics": […]}
//! ```
//!
//! `decided` is `null` where the target was named, else `{"reason": "…", "sets": ["targets.…=…"]}`.
//! `placement` and `autoscaling` are `null` where they were not asked for or mean nothing; their parts are those of
//! `mlship simulate -o json`. `diagnostics` is what `mlship check -o json` writes. Fields may be added while the version
//! stays; one that changes its meaning raises it.

use std::collections::BTreeMap;

use mlship_lint::ignore::Ignored;
use mlship_spec::fidelity::Fate;
use mlship_spec::source::Sources;
use serde::Serialize;

use super::Judged;
use super::cost::Costs;
use super::decided::Why;
use super::made::Made;
use super::placement::Placed;
use super::scaling::Scaled;
use super::unchecked::Unchecked;
use crate::diagnostics::{self, Report, harmless_json};
use crate::failure::Failure;

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    services: Vec<ServicePlan<'a>>,
    ignored: Vec<Answered<'a>>,
    diagnostics: serde_json::Value,
}

#[derive(Serialize)]
struct ServicePlan<'a> {
    name: &'a str,
    namespace: Option<&'a str>,
    file: &'a str,
    target: &'static str,
    decided: Option<&'a Why>,
    refused: bool,
    creates: &'a [Made],
    files: &'a [String],
    fields: &'a BTreeMap<String, Fate>,
    costs: Option<&'a Costs>,
    placement: Option<&'a Placed>,
    autoscaling: Option<&'a Scaled>,
    unchecked: &'a [Unchecked],
}

/// A finding that the spec itself answers.
#[derive(Debug, Serialize)]
pub struct Answered<'a> {
    /// The code.
    pub code: &'static str,
    /// What was found.
    pub message: &'a str,
    /// Where.
    pub file: &'a str,
    /// On which line, from 1.
    pub line: Option<usize>,
    /// Why it is right.
    pub reason: &'a str,
}

impl<'a> Answered<'a> {
    /// An ignored finding of a file.
    pub fn of(ignored: &'a Ignored, file: &'a str, sources: &Sources) -> Self {
        let line = ignored.span.map(|span| sources.position(span).line);
        Self { code: ignored.code, message: &ignored.message, file, line, reason: &ignored.reason }
    }
}

/// The plan as text.
pub fn text(judged: &[Judged], answered: Vec<Answered<'_>>, reports: &[Report]) -> Result<String, Failure> {
    let services = judged.iter().map(service).collect();
    let document =
        Document { version: 1, services, ignored: answered, diagnostics: diagnostics::values(reports) };
    serde_json::to_string_pretty(&document)
        .map(|text| harmless_json(&text))
        .map_err(|error| Failure::refused(format!("the plan can't be written as JSON: {error}")))
}

fn service(judged: &Judged) -> ServicePlan<'_> {
    let planned = &judged.planned;
    let making = planned.making.as_ref();
    ServicePlan {
        name: &planned.service.name,
        namespace: planned.service.namespace.as_deref(),
        file: &judged.file,
        target: planned.target.name(),
        decided: judged.why.as_ref(),
        refused: making.is_none(),
        creates: making.map(|making| making.made.as_slice()).unwrap_or_default(),
        files: making.map(|making| making.files.as_slice()).unwrap_or_default(),
        fields: &planned.fields,
        costs: making.and_then(|making| making.costs.as_ref()),
        placement: judged.placed.as_ref(),
        autoscaling: judged.scaled.as_ref(),
        unchecked: &judged.unchecked,
    }
}
