//! What the managed endpoints of the clouds do alike: no pods, no nodes, no files beside the image.

use mlship_spec::workload::{ServiceAccount, Workload};

use crate::findings::Findings;

/// Refuses what no managed endpoint has, and says what becomes of what each does by itself.
pub(crate) fn check(workload: &Workload, platform: &str, findings: &mut Findings<'_>) {
    if workload.state.is_some() {
        let rule = format!("an endpoint of {platform} keeps nothing: replicas have no volumes");
        findings.refuse(
            "state",
            rule,
            "ship it with `--target kubernetes`, or keep the data in a service of the cloud",
        );
    }
    if workload.config.is_some() {
        let rule = format!("{platform} mounts no files into a container");
        findings.refuse("config", rule, "put them into the image, or beside the weights");
    }
    if let ServiceAccount::Existing(name) = &workload.identity.service_account {
        let rule = format!("`{name}` is an account of Kubernetes, and {platform} has none");
        findings.refuse(
            "identity.serviceAccount",
            rule,
            "take it away; `identity` names accounts of the clouds",
        );
    }
    if let Some(gpu) = &workload.resources.gpu
        && gpu.resource.as_str() != "nvidia.com/gpu"
    {
        let rule = format!("{platform} gives whole GPUs of NVIDIA's, and `{}` is asked for", gpu.resource);
        findings.refuse("resources.gpu", rule, "ask for a whole GPU, such as `gpu: {type: nvidia-l4}`");
    }
    if let Some((key, _)) = workload.placement.node_selector.iter().next() {
        let rule = format!("{platform} has no nodes to choose by `{key}`");
        findings.refuse("placement.nodeSelector", rule, "choose the machine in `targets`");
    }
    if workload.resources.shared_memory.is_some() {
        let message =
            format!("the size of /dev/shm can't be set on {platform}, and what it is is not written");
        findings.warn("resources.sharedMemory", message, "let the server do without, or see that it starts");
    }
    left_out(findings);
}

/// Fields that are Kubernetes' own; only those that were written are told.
fn left_out(findings: &mut Findings<'_>) {
    let fields = [
        ("namespace", "left out: names are of the account and region"),
        ("annotations", "left out: they are Kubernetes' own"),
        ("server.pullSecrets", "left out: images are pulled with the endpoint's own identity"),
        ("server.pullPolicy", "left out: an image is pulled at every start"),
        ("server.ports", "left out: one port is called, no other"),
        ("server.metrics", "left out: the platform collects metrics of its own, and reads no others"),
        ("availability", "left to the platform, which spreads two replicas and more over zones"),
        ("placement.tolerations", "left out: there are no nodes"),
        ("placement.zones", "left out: the platform chooses among the zones of the region"),
        ("placement.priorityClass", "left out: each endpoint has machines of its own"),
        ("placement.runtimeClass", "left out: the platform chooses it"),
        ("security", "left to the image and the platform: users and file systems can't be set"),
        ("model.cache", "left out: weights are fetched for each replica"),
    ];
    for (field, how) in fields {
        if findings.is_written(field) {
            findings.adapt(field, how);
        }
    }
}
