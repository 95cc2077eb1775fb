//! The target `kserve`: an InferenceService and what it needs, in one file.

use std::collections::BTreeMap;

use mlship_kubernetes::Notes;
use mlship_kubernetes::autoscale::adapter;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::scaling::Scaling;
use crate::service::under_predictor_name;
use crate::{beside, canary, form, remarks};

/// KServe, from version 0.15 on.
#[derive(Clone, Copy, Debug)]
pub struct KserveTarget;

impl Target for KserveTarget {
    fn name(&self) -> &'static str {
        "kserve"
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let route = canary::route(workload);
        let rendered = canary::rendered(workload);
        let workload = rendered.as_ref();
        let form = form::form(workload);
        let service = beside::service(workload, &form);
        let Notes { refusals, warnings, adapted, decisions } = remarks::notes(workload, &form, &service);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let name = &workload.name;
        let mut files = BTreeMap::new();
        if service.scaling == Scaling::External
            && let Some(values) = adapter::values(&under_predictor_name(workload))
        {
            files.insert(adapter::file_name(workload), File::Settings(Document::of(&values)));
        }
        files.insert(format!("{name}.yaml"), File::Manifests(service.into_documents(route)));
        Ok(Emitted { bundle: Bundle { files }, warnings, adapted, decisions })
    }
}
