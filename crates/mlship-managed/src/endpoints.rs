//! What the managed endpoints of the clouds do alike: no pods, no nodes, no files beside the image.

use mlship_spec::workload::{ModelSource, Places, ServiceAccount, Workload};

use crate::findings::Findings;

/// Whether a platform lets the size of /dev/shm be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedMemory {
    CanBeSet,
    CanNotBeSet,
}

/// Refuses what no managed endpoint has, and says what becomes of what each does by itself.
pub(crate) fn check(
    workload: &Workload,
    platform: &str,
    shared_memory: SharedMemory,
    findings: &mut Findings<'_>,
) {
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
    if let Some(ModelSource { places: Places::Several(_), .. }) = &workload.model.source {
        let rule = format!("a model of {platform} has one place of weights");
        let nearest =
            "put them into folders of one place and write `model.uri`, or ship it with `--target kubernetes`";
        findings.refuse("model.uris", rule, nearest);
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
    if workload.resources.shared_memory.is_some() && shared_memory == SharedMemory::CanNotBeSet {
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

/// The name of a version: the tag of the image, so that two versions live beside each other.
pub(crate) fn version(workload: &Workload) -> String {
    let image = &workload.server.image;
    let text = match (image.tag(), image.digest()) {
        (Some(tag), _) => tag.to_owned(),
        (None, Some(digest)) => digest.to_string().replace("sha256:", "").chars().take(12).collect(),
        (None, None) => "main".to_owned(),
    };
    let word: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(28)
        .collect();
    format!("v-{}", word.trim_matches('-'))
}

/// A number that another text has another of: FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
