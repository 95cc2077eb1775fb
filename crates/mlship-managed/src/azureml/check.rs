//! What an online endpoint can't do, and what becomes of what it does otherwise.
//!
//! <https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online>,
//! <https://learn.microsoft.com/azure/machine-learning/how-to-deploy-custom-container> (2026-01)

use mlship_spec::choices::Protocol;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{Check, EnvValue, Spot, Workload};

use crate::endpoints::{self, SharedMemory};
use crate::findings::Findings;
use crate::limits;

const CONTAINER: &str = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-custom-container";
const NAME: &str = "https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online";

/// Refuses and adapts what concerns the endpoint as a whole.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.server.protocol == Protocol::Grpc {
        let rule = "an online endpoint is called over HTTP, and by no gRPC that is written of";
        findings.refuse(
            "server.protocol",
            rule,
            "serve HTTP, or ship it with `--target kubernetes` or `kserve`",
        );
    }
    endpoints::check(workload, "Azure Machine Learning", SharedMemory::CanNotBeSet, findings);
    name(workload, findings);
    container(workload, findings);
    amounts(workload, findings);
    weights(workload, findings);
    if workload.identity.cloud.is_some() {
        let rule = "an endpoint takes an identity by its resource id, which the ids in `identity` don't tell";
        let nearest = "take it away: the endpoint has an identity of its own, to which roles can be given";
        findings.refuse("identity", rule, nearest);
    }
    if workload.placement.spot == Spot::Preferred {
        let rule = "online endpoints can't run on Spot capacity";
        findings.refuse(
            "placement.spot",
            rule,
            "take it away, or ship it with `--target kubernetes` to a Spot node pool",
        );
    }
    if findings.is_written("expose") {
        findings.adapt(
            "expose",
            "called at the endpoint's own address with a key; a host of one's own needs a gateway before it",
        );
    }
    if findings.is_written("resources.disk") {
        let how = "left to the machine: each instance has the temporary disk of its type, and no other size can be asked for";
        findings.adapt("resources.disk", how);
    }
    if findings.is_written("network.allowFrom") {
        findings.adapt("network.allowFrom", "left to the endpoint's key: only who has it calls");
    }
}

fn name(workload: &Workload, findings: &mut Findings<'_>) {
    let name = workload.name.as_str();
    if !(3..=32).contains(&name.len()) || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        let rule = format!(
            "an endpoint's name has 3 to 32 letters, digits and `-` and starts with a letter, and `{name}` does not fit: {NAME}"
        );
        findings.refuse("name", rule, "choose a shorter `name`, or a longer one");
    }
}

fn container(workload: &Workload, findings: &mut Findings<'_>) {
    let written = [("server.command", &workload.server.command), ("server.args", &workload.server.args)];
    for (field, _) in written.into_iter().filter(|(_, words)| !words.is_empty()) {
        let rule = format!("Azure Machine Learning starts an image by its own entry point: {CONTAINER}");
        findings.refuse(field, rule, "put it into the image's ENTRYPOINT, or use variables in `server.env`");
    }
    let image = workload.server.image.to_string();
    let registry = image.split('/').next().unwrap_or_default().to_owned();
    if !workload.server.pull_secrets.is_empty() && !registry.ends_with(".azurecr.io") {
        let rule = format!(
            "private images are pulled from Azure Container Registry alone, and this one is in `{registry}`"
        );
        findings.refuse(
            "server.image",
            rule,
            "copy it with `az acr import`, and write NAME.azurecr.io before it",
        );
    }
    for (field, probe) in
        [("health.live", &workload.probes.liveness), ("health.ready", &workload.probes.readiness)]
    {
        if !matches!(probe.check, Check::Http { .. }) {
            let rule = format!("an endpoint asks a path for the health of a container: {CONTAINER}");
            findings.refuse(field, rule, format!("write a path in `{field}`"));
        }
    }
    for variable in &workload.server.env {
        if let EnvValue::Secret(_) = variable.value {
            let rule =
                format!("`{}` would be readable in the deployment: variables are plain text", variable.name);
            let nearest = "let the server read it from a Key Vault with the endpoint's identity";
            findings.refuse(&format!("server.secretEnv.{}", variable.name), rule, nearest);
        }
    }
}

fn amounts(workload: &Workload, findings: &mut Findings<'_>) {
    let seconds = u64::from(workload.server.request_seconds);
    if seconds > limits::AZUREML_SECONDS.value {
        if findings.is_written("server.requestTimeout") {
            let rule = format!("{seconds} s for an answer are too long: {}", limits::AZUREML_SECONDS.cited());
            findings.refuse(
                "server.requestTimeout",
                rule,
                "write at most `3m`, or ship it with `--target kubernetes`",
            );
        } else {
            let how = format!(
                "{seconds} s → {}: {}",
                limits::AZUREML_SECONDS.amount(),
                limits::AZUREML_SECONDS.rule
            );
            findings.adapt("server.requestTimeout", how);
        }
    }
    if workload.min_replicas() == 0 {
        let rule = "an online endpoint keeps at least one instance";
        findings.refuse(
            "replicas.min",
            rule,
            "write `replicas.min: 1`, or ship it with `--target kserve`, which can sleep",
        );
    }
    let most = u64::from(workload.max_replicas());
    if most > limits::AZUREML_INSTANCES.value {
        let rule = format!("{most} instances are too many: {}", limits::AZUREML_INSTANCES.cited());
        findings.refuse("replicas.max", rule, format!("at most {}", limits::AZUREML_INSTANCES.amount()));
    } else if (1..3).contains(&workload.min_replicas()) {
        let message = "fewer than three instances are not spread over all zones";
        findings.warn(
            "replicas",
            message,
            "https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online",
        );
    }
}

fn weights(workload: &Workload, findings: &mut Findings<'_>) {
    let Some(source) = &workload.model.source else { return };
    let Some(uri) = source.places.one() else { return };
    if let ModelUri::Azure { .. } = uri {
        let message =
            format!("below which folder of `{}` the weights appear is worth a look", source.mount_path);
        let help = "Azure mounts a model by its name and version; `az ml online-deployment get-logs` shows what the server finds";
        findings.warn("model.uri", message, help);
        if source.credentials.is_some() {
            findings
                .adapt("model.credentials", "left out: the endpoint's identity reads the storage account");
        }
    } else {
        let rule = format!("weights come from Azure's storage, not from `{uri}`");
        let nearest = "copy them to a storage account and write its address, or let the image hold them";
        findings.refuse("model.uri", rule, nearest);
    }
}
