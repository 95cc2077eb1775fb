//! The target `vertex`: bodies of requests to Vertex AI's API, and a script that sends them and may be run again.

mod bodies;
mod capacity;
mod check;
mod container;
mod scaling;
mod script;

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Emitted, File, Target};
use mlship_spec::values::cloud::CloudRegion;
use mlship_spec::workload::{Spot, Workload};
use serde::Serialize;

use crate::answers;
use crate::cost::{Cost, Part, Priced};
use crate::findings::Findings;
use crate::prices::{ChosenBy, PriceBook};
use crate::profiles;

/// Online endpoints of Vertex AI.
#[derive(Clone, Copy, Debug, Default)]
pub struct VertexTarget<'a> {
    prices: ChosenBy<'a>,
}

impl VertexTarget<'static> {
    /// By the price book that comes with mlship.
    pub const fn new() -> Self {
        Self { prices: ChosenBy::EMBEDDED }
    }
}

impl<'a> VertexTarget<'a> {
    /// By a price book of one's own.
    pub const fn priced_by(book: &'a PriceBook) -> Self {
        Self { prices: ChosenBy::given(book) }
    }
}

impl Target for VertexTarget<'_> {
    fn name(&self) -> &'static str {
        "vertex"
    }

    fn profile(&self) -> &'static Profile {
        &profiles::VERTEX
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let mut findings = Findings::of(workload);
        check::check(workload, &mut findings);
        let container = container::container(workload, &mut findings);
        let capacity = capacity::capacity(workload, self.prices.book(), &mut findings);
        let autoscaling = scaling::metrics(workload, &capacity, &mut findings);
        let labels = bodies::labels(workload, &mut findings);
        let model = bodies::upload(workload, container, labels.clone());
        let deploy = bodies::deploy(workload, &model, &capacity, autoscaling);
        let traffic = bodies::traffic(&deploy);
        let script = script::script(workload, &model, &deploy, &mut findings);
        let name = &workload.name;
        let files = BTreeMap::from([
            (format!("{name}.model.json"), json(&model)),
            (format!("{name}.endpoint.json"), json(&bodies::endpoint(workload, labels))),
            (format!("{name}.deploy.json"), json(&deploy)),
            (format!("{name}.traffic.json"), json(&traffic)),
            (format!("{name}.deploy.sh"), File::Text(script)),
        ]);
        findings.conclude(Bundle { files })
    }

    fn answers(&self) -> Answers {
        &[answers::ENDPOINTS, answers::VERTEX]
    }
}

/// The body of a request, as the API reads it.
fn json(body: &impl Serialize) -> File {
    // The bodies have string keys and whole numbers: nothing can fail.
    let text = serde_json::to_string_pretty(body).expect("a body is always representable");
    File::Text(format!("{text}\n").into())
}

impl Priced for VertexTarget<'_> {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let mut findings = Findings::of(workload);
        let capacity = capacity::capacity(workload, book, &mut findings);
        let region = workload.targets.managed.vertex.region.as_ref().map(CloudRegion::as_str);
        // What Vertex AI adds to the price of a Spot machine is not known.
        let known = workload.placement.spot == Spot::Never;
        let price =
            capacity.machine.filter(|_| known).and_then(|machine| book.price("vertex", machine.name, region));
        let left_out = vec![
            "traffic, logs, and what lies in Cloud Storage and Artifact Registry",
            "versions that stay deployed beside the one that answers",
            "committed use discounts",
        ];
        Cost::of_parts(workload, vec![Part { what: capacity.to_string(), amount: 1.0, price }], left_out)
    }
}
