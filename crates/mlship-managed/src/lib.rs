//! The managed targets: serverless Kubernetes of the clouds, and their managed endpoints.
//!
//! Each is one module. Those that are Kubernetes fit a workload to the platform first (`fit`), and then take the typed
//! objects of `mlship-kubernetes`; the others write documents of the cloud's own. What a platform allows stands in
//! [`limits`], machines in [`machines`], prices in [`prices`].

pub mod aks_virtual_nodes;
pub mod azureml;
mod cloudformation;
pub mod cost;
pub mod eks_fargate;
mod endpoints;
mod findings;
pub mod gke_autopilot;
pub mod limits;
pub mod machines;
mod pods;
pub mod prices;
pub mod sagemaker;
mod script;

use mlship_spec::target::Target;

/// Every target of this crate, in the order of the alphabet.
pub fn targets() -> Vec<&'static dyn Target> {
    vec![
        &aks_virtual_nodes::AksVirtualNodesTarget,
        &azureml::AzuremlTarget,
        &eks_fargate::EksFargateTarget,
        &gke_autopilot::GkeAutopilotTarget,
        &sagemaker::SagemakerTarget,
    ]
}
