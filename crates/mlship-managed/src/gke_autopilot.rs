//! The target `gke-autopilot`: the raw objects, fitted to Autopilot's classes, sizes and accelerators.
//!
//! ```text
//! Workload --fit--> Workload --mlship_kubernetes::objects--> Objects --finish--> Vec<Document>
//! ```

mod accelerator;
mod check;
mod class;
mod compute_class;
mod fit;
mod fuse;
pub mod gpu;
mod ingress;
pub mod size;

use std::collections::BTreeMap;

use mlship_kubernetes::{notes, objects};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Emitted, File, Target};
use mlship_spec::workload::{Spot, Workload};

use crate::answers;
use crate::cost::{self, Cost, Part, Priced};
use crate::findings::Findings;
use crate::prices::{ChosenBy, PriceBook};
use crate::profiles;

/// GKE Autopilot.
#[derive(Clone, Copy, Debug, Default)]
pub struct GkeAutopilotTarget<'a> {
    prices: ChosenBy<'a>,
}

impl GkeAutopilotTarget<'static> {
    /// By the price book that comes with mlship.
    pub const fn new() -> Self {
        Self { prices: ChosenBy::EMBEDDED }
    }
}

impl<'a> GkeAutopilotTarget<'a> {
    /// By a price book of one's own.
    pub const fn priced_by(book: &'a PriceBook) -> Self {
        Self { prices: ChosenBy::given(book) }
    }
}

impl Target for GkeAutopilotTarget<'_> {
    fn name(&self) -> &'static str {
        "gke-autopilot"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::GKE_AUTOPILOT
    }

    fn answers(&self) -> Answers {
        &[mlship_kubernetes::ANSWERS, answers::GKE_AUTOPILOT]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let fitted = fit::fit(workload, self.prices, &mut findings);
        findings.include_but(notes(&fitted.workload), ingress::silenced(&fitted.workload));
        let mut objects = objects(&fitted.workload);
        let mut first = fit::finish(&fitted, &mut objects, &mut findings);
        first.extend(ingress::finish(&fitted.workload, &mut objects, &mut findings));
        first.extend(objects.into_documents());
        let name = &workload.name;
        let mut files = BTreeMap::from([(format!("{name}.yaml"), File::Manifests(first))]);
        files.extend(crate::pods::adapter_settings(&fitted.workload));
        findings.conclude(Bundle { files })
    }
}

impl Priced for GkeAutopilotTarget<'_> {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let fitted = fit::fit(workload, ChosenBy::given(book), &mut findings);
        let parts = match fitted.class {
            size::Class::Accelerator => machine_parts(&fitted, book),
            size::Class::GeneralPurpose => {
                pod_parts(fitted.size, fitted.disk_mib, workload.placement.spot, book)
            }
            // What Google adds to the machine's price, and the price of pods of these classes, are not known here.
            class @ (size::Class::Balanced | size::Class::ScaleOut | size::Class::Performance) => {
                vec![Part { what: format!("a pod of class {}", class.name()), amount: 1.0, price: None }]
            }
        };
        let mut left_out = vec![
            "the cluster's fee, of which a credit pays one cluster",
            "load balancers, traffic and persistent disks",
            "what Google adds to the machine's price where a pod has GPUs",
        ];
        // Beside a machine of one's own it is free.
        if fitted.fuse.is_some() && fitted.class != size::Class::Accelerator {
            left_out.push("the container that mounts the bucket");
        }
        Cost::of_parts(workload, parts, left_out)
    }
}

/// What a pod of the general-purpose class is paid for by.
pub(crate) fn pod_parts(size: size::Size, disk_mib: u64, spot: Spot, book: &PriceBook) -> Vec<Part> {
    let (cpu, memory) = match spot {
        Spot::Never => ("vcpu", "gib"),
        Spot::Preferred => ("spot-vcpu", "spot-gib"),
    };
    let price = |item: &str| book.price("gke-autopilot", item, None);
    let mut parts = vec![
        Part { what: "vCPU".to_owned(), amount: cost::amount(size.millis, 1000), price: price(cpu) },
        Part { what: "GiB of memory".to_owned(), amount: cost::amount(size.mib, 1024), price: price(memory) },
    ];
    if disk_mib > 0 {
        let amount = cost::amount(disk_mib, 1024);
        parts.push(Part { what: "GiB of disk".to_owned(), amount, price: price("ephemeral-gib") });
    }
    parts
}

/// A pod with GPUs is paid for by the machine that it needs.
fn machine_parts(fitted: &fit::Fitted, book: &PriceBook) -> Vec<Part> {
    let wanted = crate::machines::Wanted {
        cpu_millis: fitted.size.millis,
        memory_mib: fitted.size.mib,
        gpus: fitted.workload.resources.gpu.as_ref().map_or(0, |gpu| gpu.count),
        accelerator: fitted.accelerator,
        gpu_bytes: 0,
    };
    let service = match fitted.spot {
        Spot::Never => "gce",
        Spot::Preferred => "gce-spot",
    };
    let price = |name: &str| book.price(service, name, None);
    let hourly = |name: &str| book.price("gce", name, None).map(|price| price.hourly);
    match crate::machines::choose(crate::machines::vertex(), &wanted, hourly) {
        Ok(choice) => {
            let name = choice.machine.name;
            vec![Part { what: choice.machine.to_string(), amount: 1.0, price: price(name) }]
        }
        Err(_) => vec![Part { what: "a machine with GPUs".to_owned(), amount: 1.0, price: None }],
    }
}
