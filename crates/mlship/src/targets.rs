//! The registry of targets: one line each, in the order of the alphabet.

use mlship_helm::HelmTarget;
use mlship_kserve::KserveTarget;
use mlship_kubernetes::KubernetesTarget;
use mlship_managed::aks_virtual_nodes::AksVirtualNodesTarget;
use mlship_managed::azureml::AzuremlTarget;
use mlship_managed::eks_fargate::EksFargateTarget;
use mlship_managed::gke_autopilot::GkeAutopilotTarget;
use mlship_managed::sagemaker::SagemakerTarget;
use mlship_managed::vertex::VertexTarget;
use mlship_spec::target::Target;

/// Values of the chart; the chart itself and what GitOps tools read have flags of their own to come.
static HELM: HelmTarget = HelmTarget::values();

/// The InferenceService alone; runtimes come with a flag of their own.
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
