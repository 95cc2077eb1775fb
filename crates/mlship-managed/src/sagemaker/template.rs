//! The template as a whole.

use std::collections::BTreeMap;

use mlship_spec::workload::{CloudIdentity, Workload};
use serde::Serialize;

use super::contract::Contract;
use super::properties::{
    Alarm, AsyncInferenceConfig, ClientConfig, Endpoint, EndpointConfig, Model, OutputConfig, ScalableTarget,
    ScalingPolicy, VpcConfig,
};
use super::variant::{self, Capacity};
use super::{deployment, is_async, role, scaling};
use crate::cloudformation::{Output, Parameter, Resource, Role, Template, Text, tags};
use crate::findings::Findings;

/// The template's resources, in the order in which they are made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Resources {
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_role: Option<Resource<Role>>,
    model: Resource<Model>,
    endpoint_config: Resource<EndpointConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_alarm: Option<Resource<Alarm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_alarm: Option<Resource<Alarm>>,
    endpoint: Resource<Endpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scalable_target: Option<Resource<ScalableTarget>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scaling_policy: Option<Resource<ScalingPolicy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wake_policy: Option<Resource<ScalingPolicy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wake_alarm: Option<Resource<Alarm>>,
}

/// The template of a workload.
pub(crate) fn template(
    workload: &Workload,
    contract: Contract,
    capacity: &Capacity,
    findings: &mut Findings<'_>,
) -> Template<Resources> {
    let mut parameters = BTreeMap::new();
    if contract.asks_for_image {
        let image = Parameter {
            kind: "String",
            description: "The image in ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG",
            allowed_pattern: Some(r"[0-9]{12}\.dkr\.ecr\.[-a-z0-9]+\.amazonaws\.com(\.cn)?/.+[:@].+"),
        };
        parameters.insert("Image", image);
    }
    let url = Text::sub(format!(
        "https://runtime.sagemaker.${{AWS::Region}}.${{AWS::URLSuffix}}/endpoints/{}/{}",
        workload.name,
        if is_async(workload) { "async-invocations" } else { "invocations" }
    ));
    let output = Output { description: "Where requests are sent, with IAM signatures", value: url };
    Template {
        version: Template::<Resources>::VERSION,
        description: format!("SageMaker endpoint of {}, by mlship", workload.name),
        parameters,
        resources: resources(workload, contract, capacity, findings),
        outputs: BTreeMap::from([("Url", output)]),
    }
}

fn resources(
    workload: &Workload,
    contract: Contract,
    capacity: &Capacity,
    findings: &mut Findings<'_>,
) -> Resources {
    let (role_arn, execution_role) = match &workload.identity.cloud {
        Some(CloudIdentity::Aws(role)) => (Text::literal(role.as_str()), None),
        Some(CloudIdentity::Gcp(_) | CloudIdentity::Azure(_)) | None => {
            findings.decide(
                "identity.awsRole",
                "made",
                "a role that may read the image and the weights and write logs, nothing else",
            );
            (Text::attribute("ExecutionRole", "Arn"), Some(Resource::of(role::role(workload))))
        }
    };
    let target = &workload.targets.managed.sagemaker;
    let vpc_config = (!target.subnets.is_empty()).then(|| VpcConfig {
        security_group_ids: target.security_groups.iter().map(ToString::to_string).collect(),
        subnets: target.subnets.iter().map(ToString::to_string).collect(),
    });
    let model = Model {
        primary_container: contract.container,
        execution_role_arn: role_arn,
        vpc_config,
        tags: tags(workload),
    };
    variant::check_disk(workload, capacity, findings);
    let endpoint_config = EndpointConfig {
        production_variants: vec![variant::variant(workload, capacity)],
        async_inference_config: queue(workload),
        tags: tags(workload),
    };
    let deployment_config = deployment::config(workload, capacity, findings);
    let (errors, latency) = deployment::alarms(workload);
    let has_alarms = deployment_config.is_some();
    if has_alarms {
        findings.decide(
            "alarms",
            "errors and latency",
            "a new version that fails or answers too late is taken back",
        );
    }
    let endpoint = Endpoint {
        name: workload.name.to_string(),
        config: Text::attribute("EndpointConfig", "EndpointConfigName"),
        deployment_config,
        tags: tags(workload),
    };
    let (mut scalable_target, mut scaling_policy, mut wake) = (None, None, None);
    if let Some(scaling) = scaling::scaling(workload, capacity, findings) {
        scalable_target = Some(Resource::of(scaling.target).after(&["Endpoint"]));
        scaling_policy = Some(Resource::of(scaling.policy));
        wake = scaling.wake;
    }
    let (wake_policy, wake_alarm) =
        wake.map(|(policy, alarm)| (Resource::of(policy), Resource::of(alarm))).unzip();
    Resources {
        execution_role,
        model: Resource::of(model),
        endpoint_config: Resource::of(endpoint_config),
        error_alarm: has_alarms.then(|| Resource::of(errors)),
        latency_alarm: has_alarms.then(|| Resource::of(latency)),
        endpoint: Resource::of(endpoint),
        scalable_target,
        scaling_policy,
        wake_policy,
        wake_alarm,
    }
}

fn queue(workload: &Workload) -> Option<AsyncInferenceConfig> {
    let output = workload.targets.managed.sagemaker.output.as_ref().filter(|_| is_async(workload))?;
    let folder = output.to_string();
    let folder = folder.trim_end_matches('/');
    Some(AsyncInferenceConfig {
        client_config: workload.server.concurrency.map(|concurrency| ClientConfig {
            max_concurrent_invocations_per_instance: concurrency.clamp(1, 1000),
        }),
        output_config: OutputConfig {
            s3_output_path: format!("{folder}/answers"),
            s3_failure_path: format!("{folder}/failures"),
        },
    })
}
