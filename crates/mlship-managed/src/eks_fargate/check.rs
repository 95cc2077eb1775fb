//! What Fargate can't do, with what can.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/fargate.html> (2024-12, the last public copy)

use mlship_kubernetes::download::{self, Delivery};
use mlship_spec::workload::{CloudIdentity, Spot, Workload};

use crate::cloudformation::check_tags;
use crate::findings::Findings;

/// The page of what Fargate lacks.
pub(crate) const PAGE: &str = "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html";
const ON_NODES: &str = "ship it with `--target kubernetes` to EKS with node groups, Karpenter or Auto Mode";

/// Refuses what Fargate lacks.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    if let Some(gpu) = &workload.resources.gpu {
        let rule =
            format!("Fargate has no GPUs, and {} of `{}` are asked for: {PAGE}", gpu.count, gpu.resource);
        let nearest = format!("{ON_NODES}, or to `--target sagemaker`");
        findings.refuse("resources.gpu", rule, nearest);
    }
    if workload.state.is_some() {
        let rule = format!("Fargate mounts no EBS volume, which each replica's state would be: {PAGE}");
        findings.refuse("state", rule, ON_NODES);
    }
    if workload.placement.spot == Spot::Preferred {
        let rule = format!("pods of EKS can't run on Fargate Spot: {PAGE}");
        findings.refuse("placement.spot", rule, format!("take it away, or {ON_NODES}"));
    }
    if let Some(class) = &workload.placement.runtime_class {
        let rule = format!(
            "Fargate runs every pod in a machine of its own, and knows no runtime class such as `{class}`"
        );
        findings.refuse("placement.runtimeClass", rule, "take it away");
    }
    if findings.is_written("targets.eks-fargate.fileSystem")
        && workload.model.source.as_ref().is_none_or(|source| source.cache.is_none())
    {
        let how = "left out: nothing is kept on it without `model.cache`";
        findings.adapt("targets.eks-fargate.fileSystem", how);
    }
    if let Some(region) = workload.targets.managed.eks_fargate.region.as_ref()
        && region.as_str().starts_with("us-gov-")
    {
        let message =
            format!("EKS may have no Fargate in `{region}`: its guide of 2024-12 says so of GovCloud");
        findings.warn("targets.eks-fargate.region", message, format!("{PAGE}; else {ON_NODES}"));
    }
    check_tags(workload, "the profile", findings);
    identity(workload, findings);
    network(workload, findings);
    nodes(workload, findings);
    weights(workload, findings);
}

fn identity(workload: &Workload, findings: &mut Findings<'_>) {
    let field = match &workload.identity.cloud {
        Some(CloudIdentity::Aws(_)) => {
            let reason = "Pod Identity needs an agent on the node, which Fargate has none of";
            findings.decide("identity.awsRole", "IAM roles for service accounts", reason);
            return;
        }
        None => return,
        Some(CloudIdentity::Gcp(_)) => "identity.gcpServiceAccount",
        Some(CloudIdentity::Azure(_)) => "identity.azureClientId",
    };
    findings.refuse(field, "EKS knows roles of AWS alone", "write `identity.awsRole`");
}

fn network(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.network.allow_from.is_some() && findings.is_written("network.allowFrom") {
        let rule = format!("nothing enforces a NetworkPolicy on Fargate, so everybody could call: {PAGE}");
        let nearest = format!(
            "take it away and keep callers out with a SecurityGroupPolicy \
             (https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html), or {ON_NODES}"
        );
        findings.refuse("network.allowFrom", rule, nearest);
    } else {
        let reason = "nothing enforces one on Fargate; security groups do";
        findings.decide("NetworkPolicy", "left out", reason);
    }
}

fn nodes(workload: &Workload, findings: &mut Findings<'_>) {
    for (key, value) in &workload.placement.node_selector {
        let field = format!("placement.nodeSelector.{key}");
        match (key.as_str(), value.as_str()) {
            ("kubernetes.io/os", "linux")
            | ("kubernetes.io/arch", "amd64")
            | ("eks.amazonaws.com/compute-type", "fargate") => {}
            ("kubernetes.io/arch", _) => {
                let rule = "Fargate for EKS has amd64 processors alone (https://github.com/aws/containers-roadmap/issues/1629)";
                findings.refuse(&field, rule, format!("build the image for amd64, or {ON_NODES}"));
            }
            _ => {
                let rule = format!(
                    "a node of Fargate is made for its pod, and never has the label `{key}: {value}`"
                );
                findings.refuse(&field, rule, "take it away: the profile alone decides");
            }
        }
    }
    let has_subnets = !workload.targets.managed.eks_fargate.subnets.is_empty();
    if !workload.placement.zones.is_empty() {
        if has_subnets {
            findings
                .adapt("placement.zones", "left to the profile's subnets, each of which lies in one zone");
        } else {
            let rule = "the zones of Fargate's pods are those of the profile's subnets";
            let nearest = "write private subnets of these zones in `targets.eks-fargate.subnets`";
            findings.refuse("placement.zones", rule, nearest);
        }
    }
}

fn weights(workload: &Workload, findings: &mut Findings<'_>) {
    match download::delivery(workload) {
        Delivery::Claim { claim, .. } => {
            let message =
                format!("the claim `{claim}` has to be of an EFS file system with a volume made by hand");
            let help =
                "https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html: Fargate mounts nothing else";
            findings.warn("model.uri", message, help);
        }
        Delivery::Image(_) => {
            let message = "whether Fargate mounts images as volumes is not written anywhere";
            findings.warn("model.uri", message, "an image that holds the weights itself runs in any case");
        }
        Delivery::Download(source) => {
            let file_system = &workload.targets.managed.eks_fargate.file_system;
            if source.cache.is_some() && file_system.is_none() {
                let rule = format!("Fargate makes no volumes, and `model.cache` would need one: {PAGE}");
                let nearest =
                    "name an EFS file system in `targets.eks-fargate.fileSystem`, or take `model.cache` away";
                findings.refuse("model.cache", rule, nearest);
            }
        }
        Delivery::InImage => {}
    }
}
