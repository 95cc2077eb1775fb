//! The target `azureml`: endpoint and deployment as `az ml` reads them, and a script that may be run again.

mod check;
mod deployment;
mod script;

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::workload::Workload;

use crate::answers;
use crate::cost::{Cost, Part, Priced};
use crate::findings::Findings;
use crate::prices::{ChosenBy, PriceBook};
use crate::profiles;

/// Managed online endpoints of Azure Machine Learning.
#[derive(Clone, Copy, Debug, Default)]
pub struct AzuremlTarget<'a> {
    prices: ChosenBy<'a>,
}

impl AzuremlTarget<'static> {
    /// By the price book that comes with mlship.
    pub const fn new() -> Self {
        Self { prices: ChosenBy::EMBEDDED }
    }
}

impl<'a> AzuremlTarget<'a> {
    /// By a price book of one's own.
    pub const fn priced_by(book: &'a PriceBook) -> Self {
        Self { prices: ChosenBy::given(book) }
    }
}

impl Target for AzuremlTarget<'_> {
    fn name(&self) -> &'static str {
        "azureml"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::AZUREML
    }

    fn answers(&self) -> Answers {
        &[answers::ENDPOINTS, answers::AZUREML]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let machine = deployment::machine(workload, self.prices.book(), &mut findings);
        let tags = deployment::tags(workload, &mut findings);
        let endpoint = deployment::endpoint(workload, tags.clone());
        let deployment = deployment::deployment(workload, machine, tags, &mut findings);
        let script = script::script(workload, &deployment.name, &mut findings);
        let name = &workload.name;
        let mut files = BTreeMap::from([
            (format!("{name}.endpoint.yaml"), File::Settings(Document::of(&endpoint))),
            (format!("{name}.deployment.yaml"), File::Settings(Document::of(&deployment))),
        ]);
        files.extend(script.map(|script| (format!("{name}.deploy.sh"), File::Text(script))));
        findings.conclude(Bundle { files })
    }
}

impl Priced for AzuremlTarget<'_> {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let machine = deployment::machine(workload, book, &mut findings);
        let price = book.price("azureml", &machine, None);
        let left_out = vec![
            "traffic, logs, the registry and what the workspace needs beside",
            "the fifth of the quota that is kept free for upgrades: it is not paid for",
            "reservations and Savings Plans",
        ];
        Cost::of_parts(workload, vec![Part { what: machine, amount: 1.0, price }], left_out)
    }
}
