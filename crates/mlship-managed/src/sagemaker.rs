//! The target `sagemaker`: a CloudFormation template of model, endpoint, autoscaling, alarms and role.

mod check;
mod contract;
mod deployment;
mod properties;
mod role;
mod scaling;
mod template;
mod variant;

use std::collections::BTreeMap;

use mlship_spec::choices::SagemakerMode;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::values::cloud::CloudRegion;
use mlship_spec::workload::Workload;

use crate::answers;
use crate::cost::{Cost, Part, Priced};
use crate::findings::Findings;
use crate::prices::{ChosenBy, PriceBook};
use crate::profiles;

/// SageMaker endpoints.
#[derive(Clone, Copy, Debug, Default)]
pub struct SagemakerTarget<'a> {
    prices: ChosenBy<'a>,
}

impl SagemakerTarget<'static> {
    /// By the price book that comes with mlship.
    pub const fn new() -> Self {
        Self { prices: ChosenBy::EMBEDDED }
    }
}

impl<'a> SagemakerTarget<'a> {
    /// By a price book of one's own.
    pub const fn priced_by(book: &'a PriceBook) -> Self {
        Self { prices: ChosenBy::given(book) }
    }
}

impl Target for SagemakerTarget<'_> {
    fn name(&self) -> &'static str {
        "sagemaker"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::SAGEMAKER
    }

    fn answers(&self) -> Answers {
        &[answers::ENDPOINTS, answers::SAGEMAKER]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let container = contract::container(workload, &mut findings);
        let capacity = variant::capacity(workload, self.prices.book(), &mut findings);
        let template = template::template(workload, container, &capacity, &mut findings);
        let path = format!("{}.cloudformation.yaml", workload.name);
        let files = BTreeMap::from([(path, File::Settings(Document::of(&template)))]);
        findings.conclude(Bundle { files })
    }
}

impl Priced for SagemakerTarget<'_> {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let region = workload.targets.managed.sagemaker.region.as_ref().map(CloudRegion::as_str);
        let part = match variant::capacity(workload, book, &mut findings) {
            variant::Capacity::Instances { machine, .. } => {
                let name = machine.strip_prefix("ml.").unwrap_or(&machine);
                Part { what: machine.clone(), amount: 1.0, price: book.price("sagemaker", name, region) }
            }
            // Paid for by the millisecond of each request, of which nothing is known.
            variant::Capacity::Serverless { memory_mb, .. } => {
                Part { what: format!("requests with {memory_mb} MB"), amount: 1.0, price: None }
            }
        };
        let left_out = vec![
            "traffic, logs, alarms and what lies in S3",
            "the second fleet that a blue/green deployment runs for a while",
            "Savings Plans",
        ];
        Cost::of_parts(workload, vec![part], left_out)
    }
}

/// Whether requests go through a queue.
pub(crate) fn is_async(workload: &Workload) -> bool {
    workload.targets.managed.sagemaker.mode == SagemakerMode::Async
}
