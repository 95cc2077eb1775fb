//! The managed targets: serverless Kubernetes of the clouds, and their managed endpoints; and what services cost, there
//! and on nodes of one's own.
//!
//! Each is one module. Those that are Kubernetes fit a workload to the platform first (`fit`), and then take the typed
//! objects of `mlship-kubernetes`; the others write documents of the cloud's own. What a platform allows stands in
//! [`limits`], machines in [`machines`], prices in [`prices`].

pub mod aks_virtual_nodes;
mod answers;
pub mod azureml;
mod cloudformation;
pub mod cost;
pub mod eks_fargate;
mod endpoints;
mod findings;
pub mod gke_autopilot;
pub mod limits;
pub mod machines;
pub mod own_nodes;
mod pods;
pub mod prices;
mod profiles;
pub mod sagemaker;
mod script;
pub mod vertex;

use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::target::Target;
use mlship_spec::workload::Workload;

use crate::cost::{Cost, Priced};
use crate::prices::PriceBook;

static AZUREML: azureml::AzuremlTarget<'_> = azureml::AzuremlTarget::new();
static GKE_AUTOPILOT: gke_autopilot::GkeAutopilotTarget<'_> = gke_autopilot::GkeAutopilotTarget::new();
static SAGEMAKER: sagemaker::SagemakerTarget<'_> = sagemaker::SagemakerTarget::new();
static VERTEX: vertex::VertexTarget<'_> = vertex::VertexTarget::new();

/// Every target of this crate, in the order of the alphabet.
pub fn targets() -> Vec<&'static dyn Target> {
    vec![
        &aks_virtual_nodes::AksVirtualNodesTarget,
        &AZUREML,
        &eks_fargate::EksFargateTarget,
        &GKE_AUTOPILOT,
        &SAGEMAKER,
        &VERTEX,
    ]
}

/// The targets of this crate that choose by price, with a price book of one's own: each takes the place of that of
/// [`targets`] with its name.
pub fn targets_priced_by(book: &PriceBook) -> Vec<Box<dyn Target + '_>> {
    vec![
        Box::new(azureml::AzuremlTarget::priced_by(book)),
        Box::new(gke_autopilot::GkeAutopilotTarget::priced_by(book)),
        Box::new(sagemaker::SagemakerTarget::priced_by(book)),
        Box::new(vertex::VertexTarget::priced_by(book)),
    ]
}

/// What a workload costs on the target of a name, by a price book; `None` where a target of this crate refuses it, or
/// nobody knows the target. Whether `helm` and `kserve` take it has to be asked of them.
pub fn cost_on(target: &str, workload: &Workload, book: &PriceBook) -> Option<Cost> {
    if let Some(own) = targets().into_iter().find(|known| known.name() == target) {
        own.emit(workload).ok()?;
    }
    cost_of_emitted(target, workload, book)
}

/// What a workload costs on the target of a name that was seen to take it: a refused one gets a number that means
/// nothing. `None` where nobody knows the target.
pub fn cost_of_emitted(target: &str, workload: &Workload, book: &PriceBook) -> Option<Cost> {
    let priced: &dyn Priced = match target {
        "aks-virtual-nodes" => &aks_virtual_nodes::AksVirtualNodesTarget,
        "azureml" => &AZUREML,
        "eks-fargate" => &eks_fargate::EksFargateTarget,
        "gke-autopilot" => &GKE_AUTOPILOT,
        "helm" | "kubernetes" => &own_nodes::OwnNodes::PLAIN,
        "kserve" => &own_nodes::OwnNodes::KSERVE,
        "sagemaker" => &SAGEMAKER,
        "vertex" => &VERTEX,
        _ => return None,
    };
    Some(priced.cost(workload, book))
}

/// A warning where limits of a target have to be read again by a month such as `2027-06`; who calls knows the date.
pub fn stale_limits(target: &str, month: &str) -> Option<Diagnostic> {
    let of_target = |limit: &&limits::Limit| limit.id.split('/').next() == Some(target);
    let stale: Vec<_> = limits::past_review(month).into_iter().filter(of_target).collect();
    let first = stale.first()?;
    let message = format!(
        "{} limits of `{target}` were to be read again by {}, such as: {}",
        stale.len(),
        first.review,
        first.rule
    );
    let help = format!("compare them with {}, or take a newer mlship", first.source.link);
    Some(Diagnostic::warning(&codes::STALE_LIMIT, None, message).help(help))
}
