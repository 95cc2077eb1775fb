//! What an endpoint of SageMaker can't do, and what becomes of what it does otherwise.

use mlship_spec::choices::{Protocol, SagemakerMode};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{CloudIdentity, EnvValue, Spot, Workload};

use crate::cloudformation::check_tags;
use crate::endpoints::{self, SharedMemory};
use crate::findings::Findings;
use crate::limits::{self, Limit};

const CONTRACT: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html";

/// Refuses and adapts what concerns the endpoint as a whole.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    let mode = workload.targets.managed.sagemaker.mode;
    if workload.server.protocol == Protocol::Grpc {
        let rule = format!("SageMaker calls `POST /invocations` over HTTP, and no gRPC: {CONTRACT}");
        findings.refuse(
            "server.protocol",
            rule,
            "serve HTTP, or ship it with `--target kubernetes` or `kserve`",
        );
    }
    endpoints::check(workload, "SageMaker", SharedMemory::CanNotBeSet, findings);
    check_tags(workload, "the template", findings);
    seconds(workload, mode, findings);
    identity(workload, findings);
    secrets(workload, findings);
    if mode == SagemakerMode::Serverless {
        serverless(workload, findings);
    }
    if workload.placement.spot == Spot::Preferred {
        let rule = "endpoints can't run on Spot capacity";
        findings.refuse("placement.spot", rule, "take it away; Savings Plans make steady load cheaper");
    }
    if workload.min_replicas() == 0 && mode == SagemakerMode::RealTime {
        let rule = "an endpoint of instances keeps at least one: https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html";
        let nearest =
            "write `targets.sagemaker.mode: async` or `serverless`, which sleep, or `replicas.min: 1`";
        findings.refuse("replicas.min", rule, nearest);
    }
    if findings.is_written("expose") {
        let how = "called at the endpoint's own address with IAM signatures; a host of one's own needs API Gateway before it";
        findings.adapt("expose", how);
    }
    if findings.is_written("network.allowFrom") {
        findings.adapt("network.allowFrom", "left to IAM: only who may `sagemaker:InvokeEndpoint` calls it");
    }
}

fn seconds(workload: &Workload, mode: SagemakerMode, findings: &mut Findings<'_>) {
    let limit: &Limit = match mode {
        SagemakerMode::RealTime | SagemakerMode::Serverless => &limits::SAGEMAKER_SECONDS,
        SagemakerMode::Async => &limits::ASYNC_SECONDS,
    };
    let asked = u64::from(workload.server.request_seconds);
    if asked > limit.value && findings.is_written("server.requestTimeout") {
        let rule = format!("{asked} s for an answer are too long: {}", limit.cited());
        let nearest = if mode == SagemakerMode::Async {
            format!("at most {}", limit.amount())
        } else {
            "write `targets.sagemaker.mode: async`, which waits for an hour, or a shorter `requestTimeout`"
                .to_owned()
        };
        findings.refuse("server.requestTimeout", rule, nearest);
    } else if asked > limit.value {
        findings.adapt("server.requestTimeout", format!("{asked} s → {}: {}", limit.amount(), limit.rule));
    }
    // The budget of the probes is some times the load time; the bound concerns the load itself.
    let start = u64::from(workload.model.load_seconds);
    let limit: &Limit =
        if mode == SagemakerMode::Serverless { &limits::SERVERLESS_START } else { &limits::SAGEMAKER_START };
    if start > limit.value {
        let rule = format!("{start} s for a start are too long: {}", limit.cited());
        findings.refuse("model.loadSeconds", rule, format!("at most {}", limit.amount()));
    }
}

/// How long a container may take to answer `/ping`.
pub(crate) fn startup_seconds(workload: &Workload) -> u64 {
    let startup = &workload.probes.startup;
    let seconds = u64::from(startup.period_seconds) * u64::from(startup.failure_threshold);
    seconds.max(limits::SAGEMAKER_LEAST_START.value)
}

fn identity(workload: &Workload, findings: &mut Findings<'_>) {
    let field = match &workload.identity.cloud {
        None | Some(CloudIdentity::Aws(_)) => return,
        Some(CloudIdentity::Gcp(_)) => "identity.gcpServiceAccount",
        Some(CloudIdentity::Azure(_)) => "identity.azureClientId",
    };
    findings.refuse(
        field,
        "SageMaker knows roles of AWS alone",
        "write `identity.awsRole`, or nothing: a role is made",
    );
}

/// A model's environment can be read by everybody who may describe it.
fn secrets(workload: &Workload, findings: &mut Findings<'_>) {
    for variable in &workload.server.env {
        if let EnvValue::Secret(_) = variable.value {
            let rule = format!(
                "`{}` would be readable in the model's description: SageMaker keeps variables as plain text",
                variable.name
            );
            let nearest = "let the server read it from Secrets Manager with its role";
            findings.refuse(&format!("server.secretEnv.{}", variable.name), rule, nearest);
        }
    }
}

fn serverless(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.resources.gpu.is_some() {
        let rule = format!("serverless endpoints have no GPUs ({})", limits::SERVERLESS_MEMORY.source.link);
        findings.refuse("resources.gpu", rule, "write `targets.sagemaker.mode: async`, which sleeps too");
    }
    let memory = crate::pods::mib(crate::pods::memory_bytes(workload));
    if memory > limits::SERVERLESS_MEMORY.value {
        let rule = format!("{memory} MB of memory are too much: {}", limits::SERVERLESS_MEMORY.cited());
        findings.refuse("resources.memory", rule, "write `targets.sagemaker.mode: real-time` or `async`");
    }
    if !workload.targets.managed.sagemaker.subnets.is_empty() {
        let rule =
            format!("serverless endpoints can't be in a VPC ({})", limits::SERVERLESS_MEMORY.source.link);
        findings.refuse("targets.sagemaker.subnets", rule, "take `subnets` and `securityGroups` away");
    }
    if workload.targets.managed.sagemaker.instance_type.is_some() {
        let rule = "serverless endpoints have no instances";
        findings.refuse("targets.sagemaker.instanceType", rule, "take it away, or write `mode: real-time`");
    }
    let size = workload.model.size.as_ref().map_or(0, Quantity::bytes);
    if size > 5 << 30 {
        let message = "a serverless endpoint has about as much disk as memory, and the weights may not fit";
        findings.warn("model.size", message, limits::SERVERLESS_MEMORY.source.link);
    }
}
