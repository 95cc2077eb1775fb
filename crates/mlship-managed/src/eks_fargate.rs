//! The target `eks-fargate`: the raw objects, fitted to Fargate's sizes, and the profile that selects them.

mod check;
mod efs;
mod fit;
mod ingress;
mod logs;
mod profile;
pub mod size;

use std::collections::BTreeMap;

use mlship_kubernetes::{notes, objects};
use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::answers;
use crate::cost::{self, Cost, Part, Priced};
use crate::findings::Findings;
use crate::limits;
use crate::pods;
use crate::prices::PriceBook;
use crate::profiles;

/// EKS on Fargate.
#[derive(Clone, Copy, Debug)]
pub struct EksFargateTarget;

impl Target for EksFargateTarget {
    fn name(&self) -> &'static str {
        "eks-fargate"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::EKS_FARGATE
    }

    fn answers(&self) -> Answers {
        &[mlship_kubernetes::ANSWERS, answers::EKS_FARGATE]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let fitted = fit::fit(workload, &mut findings);
        findings.include_but(notes(&fitted.workload), ingress::silenced(&fitted.workload));
        let mut objects = objects(&fitted.workload);
        fit::finish(&mut objects);
        ingress::finish(&fitted.workload, &mut objects, &mut findings);
        let mut documents: Vec<Document> = efs::finish(&fitted.workload, &mut objects);
        documents.extend(objects.into_documents().into_iter().filter(|it| it.kind() != "NetworkPolicy"));
        let name = &workload.name;
        let mut files = BTreeMap::from([(format!("{name}.yaml"), File::Manifests(documents))]);
        files.extend(pods::adapter_settings(&fitted.workload));
        files.extend(profile::file(&fitted.workload, &mut findings));
        files.extend(logs::file(&fitted.workload, &mut findings));
        findings.conclude(Bundle { files })
    }
}

impl Priced for EksFargateTarget {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let fitted = fit::fit(workload, &mut findings);
        let region = workload.targets.managed.eks_fargate.region.as_ref();
        let price = |item: &str| {
            book.price("eks-fargate", item, region.map(mlship_spec::values::cloud::CloudRegion::as_str))
        };
        let mut parts = vec![
            Part {
                what: "vCPU".to_owned(),
                amount: cost::amount(fitted.pair.millis, 1000),
                price: price("vcpu"),
            },
            Part {
                what: "GB of memory".to_owned(),
                amount: cost::amount(fitted.pair.mib, 1024),
                price: price("gib"),
            },
        ];
        let more = fitted.disk_mib.saturating_sub(limits::FARGATE_FREE_DISK.value);
        if more > 0 {
            let amount = cost::amount(more, 1024);
            parts.push(Part {
                what: "GB of disk above 20".to_owned(),
                amount,
                price: price("ephemeral-gib"),
            });
        }
        let left_out = vec![
            "the cluster's control plane, and the CPU nodes that controllers may run on",
            "load balancers, NAT gateways, traffic, logs and file systems",
            "Savings Plans",
        ];
        Cost::of_parts(workload, parts, left_out)
    }
}

/// What the raw target warns of, and this one has seen to.
pub(crate) const HANDLED: &codes::Code = &codes::INGRESS_DEFAULTS;
