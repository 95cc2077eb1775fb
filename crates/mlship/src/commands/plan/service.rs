//! The plan of one service, as far as its spec alone tells.

use std::collections::BTreeMap;

use mlship_kubernetes::{KubernetesTarget, objects};
use mlship_lint::judge;
use mlship_lint::subject::{Cluster, Platform, Subject};
use mlship_managed::cost_of_emitted;
use mlship_managed::prices::PriceBook;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::{Fate, fates};
use mlship_spec::target::{Bundle, File, Target};
use mlship_spec::workload::Workload;

use super::cost::{self, Costs};
use super::made::{self, Made};
use crate::services::Service;
use crate::ship::Shipped;

/// The target whose files are values of a chart.
const HELM: &str = "helm";

/// The plan of one service.
pub struct Planned {
    /// Which service.
    pub service: Service,
    /// What was asked for.
    pub workload: Workload,
    /// The target.
    pub target: &'static dyn Target,
    /// What would be made; `None` where the target refuses it.
    pub making: Option<Making>,
    /// What became of the fields that are not simply honoured.
    pub fields: BTreeMap<String, Fate>,
    /// What the rules found.
    pub findings: Vec<Diagnostic>,
}

/// What a target would make of a service.
#[derive(Debug)]
pub struct Making {
    /// The objects.
    pub made: Vec<Made>,
    /// Files for people or for tools.
    pub files: Vec<String>,
    /// What it costs; `None` where nobody knows.
    pub costs: Option<Costs>,
}

impl Planned {
    /// The plan of a service on a target. `environment` and `cluster` are what rules may ask for.
    pub fn of(
        shipped: Shipped,
        target: &'static dyn Target,
        environment: Option<&str>,
        cluster: Option<&Cluster>,
    ) -> Self {
        let Shipped { workload, outcome } = shipped;
        let objects = objects(&workload);
        let subject =
            Subject { workload: &workload, objects: &objects, target: target.name(), environment, cluster };
        let findings = judge(&subject);
        let mut fields = fates(target.answers(), &workload, &outcome);
        fields.retain(|_, fate| !matches!(fate, Fate::Honoured(_)));
        let making = outcome.ok().map(|emitted| {
            let (mut made, files) = made::of(&emitted.bundle);
            // The chart makes the objects that its values ask for.
            if target.name() == HELM {
                made.extend(objects.into_documents().iter().map(made::object));
            }
            let costs = cost_of_emitted(target.name(), &workload, PriceBook::embedded());
            Making { made, files, costs: costs.map(|costs| cost::of(&costs)) }
        });
        Self { service: Service::of(&workload), workload, target, making, fields, findings }
    }

    /// What kind of platform the target is.
    pub fn platform(&self) -> Platform {
        Platform::of(self.target.name())
    }
}

/// The manifests that are placed for a service, as Kubernetes would have them.
pub fn manifests(workload: &Workload) -> String {
    let emitted = KubernetesTarget.emit(workload);
    let bundle = emitted.map_or_else(|_| Bundle::default(), |emitted| emitted.bundle);
    let texts = bundle.files.into_values().filter_map(|file| match file {
        File::Manifests(documents) => Some(mlship_kubernetes::yaml::print_documents(&documents)),
        File::Settings(_) | File::Text(_) => None,
    });
    texts.collect::<Vec<_>>().join("---\n")
}
