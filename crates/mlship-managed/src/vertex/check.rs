//! What an endpoint of Vertex AI can't do, and what becomes of what it does otherwise.
//!
//! <https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type> (2026-11)

use mlship_spec::choices::Protocol;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{CloudIdentity, Spot, Workload};

use super::container;
use crate::endpoints::{self, SharedMemory};
use crate::findings::Findings;
use crate::limits::{self, Limit};

/// Refuses and adapts what concerns the endpoint as a whole.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    endpoints::check(workload, "Vertex AI", SharedMemory::CanBeSet, findings);
    place(workload, findings);
    protocol(workload, findings);
    seconds(workload, findings);
    amounts(workload, findings);
    identity(workload, findings);
    weights(workload, findings);
    if workload.placement.spot == Spot::Preferred {
        findings.adapt("placement.spot", "Spot alone: a version has no other machines to fall back to");
    }
    if findings.is_written("resources.disk") {
        findings.adapt("resources.disk", "left out: the disk of the machines can't be chosen");
    }
    if findings.is_written("expose") {
        let how = "called at the endpoint's own address with Google's credentials; a host of one's own needs a load balancer before it";
        findings.adapt("expose", how);
    }
    if findings.is_written("network.allowFrom") {
        findings.adapt("network.allowFrom", "left to IAM: only who may `aiplatform.endpoints.predict` calls");
    }
    for field in ["rollout.surge", "rollout.unavailable", "rollout.deadline"] {
        if findings.is_written(field) {
            let how = "left out: a new version is deployed beside the old one, and takes its traffic over";
            findings.adapt(field, how);
        }
    }
}

/// Google's regions are called `europe-west4`; those of others would be asked for in vain.
fn place(workload: &Workload, findings: &mut Findings<'_>) {
    let Some(region) = &workload.targets.managed.vertex.region else { return };
    let is_google_s = region.as_str().split_once('-').is_some_and(|(continent, rest)| {
        let letters = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
        let direction = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        letters(continent) && letters(direction) && direction.len() < rest.len()
    });
    if !is_google_s {
        let rule = format!(
            "`{region}` is no region of Google Cloud: https://cloud.google.com/vertex-ai/docs/general/locations"
        );
        findings.refuse("targets.vertex.region", rule, "write one such as `europe-west4`");
    }
}

fn protocol(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.server.protocol != Protocol::Grpc {
        return;
    }
    let target = &workload.targets.managed.vertex;
    if !target.dedicated_endpoint {
        let rule = format!("a shared endpoint speaks no gRPC ({})", limits::VERTEX_SECONDS.source.link);
        findings.refuse("server.protocol", rule, "take `targets.vertex.dedicatedEndpoint` away");
    }
    if target.predict_route.is_some() {
        let rule = "a server of gRPC has no route that `predict` could call over HTTP";
        findings.refuse("targets.vertex.predictRoute", rule, "take it away");
    }
    let help = "https://cloud.google.com/vertex-ai/docs/predictions/using-dedicated-endpoints";
    findings.warn("server.protocol", "every call has to carry the header x-vertex-ai-endpoint-id", help);
}

fn seconds(workload: &Workload, findings: &mut Findings<'_>) {
    let is_dedicated = workload.targets.managed.vertex.dedicated_endpoint;
    let limit: &Limit = if is_dedicated { &limits::VERTEX_SECONDS } else { &limits::VERTEX_SHARED_SECONDS };
    let asked = u64::from(workload.server.request_seconds);
    if asked > limit.value && findings.is_written("server.requestTimeout") {
        let rule = format!("{asked} s for an answer are too long: {}", limit.cited());
        let nearest = if is_dedicated {
            "write at most `1h`, or ship it with `--target kubernetes`"
        } else {
            "take `targets.vertex.dedicatedEndpoint` away: a dedicated endpoint waits for an hour"
        };
        findings.refuse("server.requestTimeout", rule, nearest);
    } else if asked > limit.value {
        findings.adapt("server.requestTimeout", format!("{asked} s → {}: {}", limit.amount(), limit.rule));
    }
    let body: &Limit = if is_dedicated { &limits::VERTEX_BODY } else { &limits::VERTEX_SHARED_BODY };
    findings.decide("request size", body.amount(), body.rule);
    let startup = &workload.probes.startup;
    let start = u64::from(startup.period_seconds) * u64::from(startup.failure_threshold);
    if start > limits::VERTEX_DEPLOYMENT.value {
        let rule = format!("{start} s for a start are too long: {}", limits::VERTEX_DEPLOYMENT.cited());
        findings.refuse(
            "model.loadSeconds",
            rule,
            "let the image hold the weights, or load less at the start",
        );
    }
}

fn amounts(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.min_replicas() == 0 {
        let rule = "a version keeps at least one replica; that it sleeps is a preview of another API: \
                    https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero";
        let nearest = "write `replicas.min: 1`, or ship it with `--target kserve`, which can sleep";
        findings.refuse("replicas.min", rule, nearest);
    } else if workload.min_replicas() == 1 {
        let message = "one replica is no service that anybody answers for: its machine may go";
        findings.warn("replicas", message, "write at least two: https://cloud.google.com/vertex-ai/sla");
    }
    let millis = |limit: Option<u64>| limit.unwrap_or(0);
    let cpu = &workload.resources.cpu;
    if millis(cpu.limit.as_ref().map(mlship_spec::values::quantity::Quantity::millis)) > cpu.request.millis()
    {
        findings.adapt("resources.cpu.limit", "left out: a replica has its machine to itself");
    }
}

fn identity(workload: &Workload, findings: &mut Findings<'_>) {
    let field = match &workload.identity.cloud {
        None | Some(CloudIdentity::Gcp(_)) => return,
        Some(CloudIdentity::Aws(_)) => "identity.awsRole",
        Some(CloudIdentity::Azure(_)) => "identity.azureClientId",
    };
    let rule = "Vertex AI knows service accounts of Google Cloud alone";
    findings.refuse(field, rule, "write `identity.gcpServiceAccount`, or nothing: Google's own is taken");
}

fn weights(workload: &Workload, findings: &mut Findings<'_>) {
    let Some(source) = &workload.model.source else { return };
    let Some(uri) = source.places.one() else { return };
    let ModelUri::Gcs { .. } = uri else {
        let rule = format!("weights come from Cloud Storage, not from `{uri}`");
        let nearest = "copy them to a bucket and write `gs://BUCKET/FOLDER`, or let the image hold them";
        findings.refuse("model.uri", rule, nearest);
        return;
    };
    let mut how = format!(
        "left out: nothing is put at `{}`; the server reads the weights from AIP_STORAGE_URI",
        source.mount_path
    );
    if container::names_the_folder(workload) {
        how.push_str(", which commands and variables name in its place");
    }
    findings.adapt("model.path", how);
    let message = "Vertex AI copies no weights into the container: the server has to fetch them from Cloud Storage itself";
    let help = "see that it takes a `gs://` address (AIP_STORAGE_URI), or let the image hold the weights: \
                https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#artifacts";
    findings.warn("model.uri", message, help);
    if source.credentials.is_some() {
        findings.adapt("model.credentials", "left out: the endpoint's service account reads the bucket");
    }
}
