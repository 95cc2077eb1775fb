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

/// The same, where those that choose machines by price choose by a book.
pub fn priced_by(book: &'static PriceBook) -> &'static [&'static dyn Target] {
    let mut list = all().to_vec();
    for priced in mlship_managed::targets_priced_by(book) {
        if let Some(place) = list.iter_mut().find(|target| target.name() == priced.name()) {
            // A run has one book, and with it one list of targets; both live as long as it.
            *place = Box::leak(priced);
        }
    }
    list.leak()
}
