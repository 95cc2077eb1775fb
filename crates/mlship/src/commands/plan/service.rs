//! The plan of one service, as far as its spec alone tells.

use std::collections::BTreeMap;

use mlship_kubernetes::objects;
use mlship_kubernetes::yaml::print_documents;
use mlship_lint::judge;
use mlship_lint::subject::{Cluster, Platform, Subject};
use mlship_managed::cost_of_emitted;
use mlship_managed::prices::PriceBook;
use mlship_spec::choices::KserveMode;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::{Fate, fates};
use mlship_spec::target::Target;
use mlship_spec::workload::{Scale, Workload};

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

/// Who moves the number of replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaler {
    /// It is fixed.
    Nobody,
    /// An HPA, or KEDA.
    Kubernetes,
    /// Knative's own autoscaler.
    Knative,
    /// The autoscaler of an endpoint.
    TheCloud,
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
        book: &PriceBook,
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
            let costs = cost_of_emitted(target.name(), &workload, book);
            Making { made, files, costs: costs.map(|costs| cost::of(&costs)) }
        });
        Self { service: Service::of(&workload), workload, target, making, fields, findings }
    }

    /// What kind of platform the target is.
    pub fn platform(&self) -> Platform {
        Platform::of(self.target.name())
    }

    /// Who moves the number of replicas.
    pub fn scaler(&self) -> Scaler {
        let is_knative = self.workload.targets.kserve.mode == KserveMode::Knative;
        match &self.workload.scale {
            Scale::Fixed { .. } => Scaler::Nobody,
            Scale::Auto(_) if self.platform() == Platform::Endpoint => Scaler::TheCloud,
            Scale::Auto(_) if self.target.name() == "kserve" && is_knative => Scaler::Knative,
            Scale::Auto(_) => Scaler::Kubernetes,
        }
    }
}

/// The manifests that are placed for a service, as plain Kubernetes would have them: one controller, and what goes with
/// it.
pub fn manifests(workload: &Workload) -> String {
    print_documents(&objects(workload).into_documents())
}
