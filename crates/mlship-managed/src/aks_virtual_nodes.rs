//! The target `aks-virtual-nodes`: the raw objects, fitted to Azure Container Instances behind a virtual node.

mod check;
mod first_generation;
mod fit;
pub mod size;

use std::collections::BTreeMap;

use mlship_kubernetes::{notes, objects};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::answers;
use crate::cost::{self, Cost, Part, Priced};
use crate::findings::Findings;
use crate::pods;
use crate::prices::PriceBook;
use crate::profiles;

/// Virtual nodes of AKS.
#[derive(Clone, Copy, Debug)]
pub struct AksVirtualNodesTarget;

impl Target for AksVirtualNodesTarget {
    fn name(&self) -> &'static str {
        "aks-virtual-nodes"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::AKS_VIRTUAL_NODES
    }

    fn answers(&self) -> Answers {
        &[mlship_kubernetes::ANSWERS, answers::AKS_VIRTUAL_NODES]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let fitted = fit::fit(workload, &mut findings);
        findings.include(notes(&fitted.workload));
        let mut objects = objects(&fitted.workload);
        fit::finish(workload, &mut objects, &mut findings);
        let documents = objects.into_documents();
        let documents = documents.into_iter().filter(|document| document.kind() != "NetworkPolicy").collect();
        let mut files = BTreeMap::from([(format!("{}.yaml", workload.name), File::Manifests(documents))]);
        files.extend(pods::adapter_settings(&fitted.workload));
        findings.conclude(Bundle { files })
    }
}

impl Priced for AksVirtualNodesTarget {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let fitted = fit::fit(workload, &mut findings);
        let price = |item: &str| book.price("aci", item, None);
        let parts = vec![
            Part { what: "vCPU".to_owned(), amount: cost::amount(fitted.millis, 1000), price: price("vcpu") },
            // In MB: a float holds them exactly, and the price is of 10⁹ bytes.
            Part {
                what: "GB of memory".to_owned(),
                amount: cost::amount(fitted.bytes / 1_000_000, 1000),
                price: price("gib"),
            },
        ];
        let left_out = vec![
            "the cluster, and the node that virtual nodes of the second generation run on",
            "load balancers, NAT gateways, traffic and storage",
        ];
        Cost::of_parts(workload, parts, left_out)
    }
}
