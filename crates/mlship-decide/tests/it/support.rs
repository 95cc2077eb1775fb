//! What every test asks with.

use mlship_decide::decision::Question;
use mlship_decide::weights::Weights;
use mlship_decide::{Decision, decide};
use mlship_helm::HelmTarget;
use mlship_kserve::KserveTarget;
use mlship_kubernetes::KubernetesTarget;
use mlship_managed::prices::PriceBook;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::draft::Draft;
use mlship_spec::read::{ReadOptions, read_drafts};
use mlship_spec::target::Target;

static HELM: HelmTarget = HelmTarget::values();
static KSERVE: KserveTarget = KserveTarget::new();

/// Every target that is built in, in the order of the alphabet.
pub fn targets() -> Vec<&'static dyn Target> {
    let mut targets = mlship_managed::targets();
    targets.extend([&HELM as &dyn Target, &KSERVE, &KubernetesTarget]);
    targets.sort_by_key(|target| target.name());
    targets
}

/// The draft of a text, with fields set.
pub fn draft(text: &str, set: &[String]) -> Draft {
    let options = ReadOptions { set: set.to_vec(), ..ReadOptions::default() };
    let (reading, mut drafts) = read_drafts("mlship.yaml", text.as_bytes(), &options);
    assert!(!has_errors(&reading.diagnostics), "{text}\n{set:?}\n{:?}", reading.diagnostics);
    assert_eq!(drafts.len(), 1, "{text}");
    drafts.remove(0)
}

/// The decision of a text, with fields set, by the weights that come with mlship.
pub fn decided(text: &str, set: &[String]) -> Decision {
    decided_by(&Weights::embedded(), text, set)
}

/// The same by other weights.
pub fn decided_by(weights: &Weights, text: &str, set: &[String]) -> Decision {
    let (draft, targets) = (draft(text, set), targets());
    let book = PriceBook::embedded();
    decide(&Question { draft: &draft, file: "", targets: &targets, book, weights })
}

/// Requirements alone, as a document.
pub fn alone(requirements: &str) -> String {
    format!("apiVersion: mlship.dev/v1\nrequirements: {requirements}\n")
}
