//! The registry of targets: one line each, in the order of the alphabet.

use mlship_helm::HelmTarget;
use mlship_kserve::KserveTarget;
use mlship_kubernetes::KubernetesTarget;
use mlship_managed::aks_virtual_nodes::AksVirtualNodesTarget;
use mlship_managed::azureml::AzuremlTarget;
use mlship_managed::eks_fargate::EksFargateTarget;
use mlship_managed::gke_autopilot::GkeAutopilotTarget;
use mlship_managed::prices::PriceBook;
use mlship_managed::sagemaker::SagemakerTarget;
use mlship_managed::vertex::VertexTarget;
use mlship_spec::target::Target;

/// Values of the chart; `commands::render::forms` has its other forms.
static HELM: HelmTarget = HelmTarget::values();

/// The InferenceService alone; `commands::render::forms` adds runtimes.
static KSERVE: KserveTarget = KserveTarget::new();

static ALL: [&dyn Target; 9] = [
    &AksVirtualNodesTarget,
    &AzuremlTarget::new(),
    &EksFargateTarget,
    &GkeAutopilotTarget::new(),
    &HELM,
    &KSERVE,
    &KubernetesTarget,
    &SagemakerTarget::new(),
    &VertexTarget::new(),
];

/// Every target that is built in.
pub fn all() -> &'static [&'static dyn Target] {
    &ALL
}

/// The words after `--target`, for the help and the check of the command line.
pub fn names() -> Vec<&'static str> {
    all().iter().map(|target| target.name()).collect()
}

/// The target of a name.
pub fn find(name: &str) -> Option<&'static dyn Target> {
    all().iter().copied().find(|target| target.name() == name)
}

/// The target of a name, choosing machines by a price book where it chooses by price.
pub fn priced_by(name: &str, book: &'static PriceBook) -> Option<&'static dyn Target> {
    // A run names one target, which lives as long as the run.
    let target: &'static dyn Target = match name {
        "azureml" => Box::leak(Box::new(AzuremlTarget::priced_by(book))),
        "gke-autopilot" => Box::leak(Box::new(GkeAutopilotTarget::priced_by(book))),
        "sagemaker" => Box::leak(Box::new(SagemakerTarget::priced_by(book))),
        "vertex" => Box::leak(Box::new(VertexTarget::priced_by(book))),
        _ => return find(name),
    };
    Some(target)
}
