//! The target `kserve`: an InferenceService and what it needs, in one file.

use std::collections::BTreeMap;

use mlship_kubernetes::Notes;
use mlship_kubernetes::autoscale::adapter;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::answers::ANSWERS;
use crate::names::{self, names};
use crate::scaling::Scaling;
use crate::{beside, canary, form, own_runtimes, remarks};

/// KServe, from version 0.15 on.
#[derive(Clone, Copy, Debug)]
pub struct KserveTarget {
    runtimes: Runtimes,
}

/// Whether the runtime that an InferenceService refers to comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runtimes {
    /// It is in the cluster already.
    Known,
    /// One of mlship's own is written before the InferenceService.
    Written,
}

impl KserveTarget {
    /// Writes an InferenceService whose runtime is in the cluster.
    pub const fn new() -> Self {
        Self { runtimes: Runtimes::Known }
    }

    /// Writes the runtime too, where it is one of mlship's own: a ServingRuntime of the service's namespace. What
    /// KServe brings along, and runtimes of others, are the cluster's.
    pub const fn with_runtimes() -> Self {
        Self { runtimes: Runtimes::Written }
    }
}

impl Default for KserveTarget {
    fn default() -> Self {
        Self::new()
    }
}

impl Target for KserveTarget {
    fn name(&self) -> &'static str {
        "kserve"
    }

    fn profile(&self) -> &'static Profile {
        &crate::profile::KSERVE
    }

    fn answers(&self) -> Answers {
        &[ANSWERS]
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
            && let Some(values) = adapter::values(&names::under(workload, &names(workload).deployment))
        {
            files.insert(adapter::file_name(workload), File::Settings(Document::of(&values)));
        }
        let runtime = match self.runtimes {
            Runtimes::Known => None,
            Runtimes::Written => own_runtimes::of(workload),
        };
        let documents = runtime.into_iter().chain(service.into_documents(route)).collect();
        files.insert(format!("{name}.yaml"), File::Manifests(documents));
        Ok(Emitted { bundle: Bundle { files }, warnings, adapted, decisions })
    }
}
