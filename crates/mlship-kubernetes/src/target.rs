//! The target `kubernetes`: plain objects in one file.

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::answers::ANSWERS;
use crate::autoscale::adapter;
use crate::notes::{self, Notes};
use crate::objects::objects;

/// Plain Kubernetes objects, for any cluster.
#[derive(Clone, Copy, Debug)]
pub struct KubernetesTarget;

impl Target for KubernetesTarget {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn profile(&self) -> &'static Profile {
        &crate::profile::KUBERNETES
    }

    fn answers(&self) -> Answers {
        &[ANSWERS]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let Notes { refusals, warnings, adapted, decisions } = notes::notes(workload);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let name = &workload.name;
        let mut files =
            BTreeMap::from([(format!("{name}.yaml"), File::Manifests(objects(workload).into_documents()))]);
        if let Some(values) = adapter::values(workload) {
            files.insert(adapter::file_name(workload), File::Settings(Document::of(&values)));
        }
        Ok(Emitted { bundle: Bundle { files }, warnings, adapted, decisions })
    }
}
