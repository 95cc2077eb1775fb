//! Properties of SageMaker's resources, of Application Auto Scaling's and of CloudWatch's: those that are emitted.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_SageMaker.html> (2026-11)

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cloudformation::{Pair, Properties, Text};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Model {
    pub(crate) primary_container: Container,
    pub(crate) execution_role_arn: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vpc_config: Option<VpcConfig>,
    pub(crate) tags: Vec<Pair>,
}

impl Properties for Model {
    const TYPE: &'static str = "AWS::SageMaker::Model";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Container {
    pub(crate) image: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model_data_source: Option<ModelDataSource>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ModelDataSource {
    pub(crate) s3_data_source: S3DataSource,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct S3DataSource {
    pub(crate) s3_uri: String,
    pub(crate) s3_data_type: &'static str,
    pub(crate) compression_type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VpcConfig {
    pub(crate) security_group_ids: Vec<String>,
    pub(crate) subnets: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EndpointConfig {
    pub(crate) production_variants: Vec<ProductionVariant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) async_inference_config: Option<AsyncInferenceConfig>,
    pub(crate) tags: Vec<Pair>,
}

impl Properties for EndpointConfig {
    const TYPE: &'static str = "AWS::SageMaker::EndpointConfig";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProductionVariant {
    pub(crate) variant_name: &'static str,
    pub(crate) model_name: Text,
    pub(crate) initial_variant_weight: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) initial_instance_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance_type: Option<String>,
    #[serde(rename = "VolumeSizeInGB", skip_serializing_if = "Option::is_none")]
    pub(crate) volume_size_in_gb: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model_data_download_timeout_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container_startup_health_check_timeout_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) routing_config: Option<RoutingConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serverless_config: Option<ServerlessConfig>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoutingConfig {
    pub(crate) routing_strategy: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ServerlessConfig {
    #[serde(rename = "MemorySizeInMB")]
    pub(crate) memory_size_in_mb: u64,
    pub(crate) max_concurrency: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AsyncInferenceConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_config: Option<ClientConfig>,
    pub(crate) output_config: OutputConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientConfig {
    pub(crate) max_concurrent_invocations_per_instance: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OutputConfig {
    pub(crate) s3_output_path: String,
    pub(crate) s3_failure_path: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Endpoint {
    #[serde(rename = "EndpointName")]
    pub(crate) name: String,
    #[serde(rename = "EndpointConfigName")]
    pub(crate) config: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_config: Option<DeploymentConfig>,
    pub(crate) tags: Vec<Pair>,
}

impl Properties for Endpoint {
    const TYPE: &'static str = "AWS::SageMaker::Endpoint";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeploymentConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blue_green_update_policy: Option<BlueGreenUpdatePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rolling_update_policy: Option<RollingUpdatePolicy>,
    pub(crate) auto_rollback_configuration: AutoRollbackConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BlueGreenUpdatePolicy {
    pub(crate) traffic_routing_configuration: TrafficRoutingConfig,
    pub(crate) termination_wait_in_seconds: u32,
    pub(crate) maximum_execution_timeout_in_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TrafficRoutingConfig {
    #[serde(rename = "Type")]
    pub(crate) kind: &'static str,
    pub(crate) wait_interval_in_seconds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) canary_size: Option<CapacitySize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) linear_step_size: Option<CapacitySize>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RollingUpdatePolicy {
    pub(crate) maximum_batch_size: CapacitySize,
    pub(crate) wait_interval_in_seconds: u32,
    pub(crate) maximum_execution_timeout_in_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CapacitySize {
    #[serde(rename = "Type")]
    pub(crate) kind: &'static str,
    pub(crate) value: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AutoRollbackConfig {
    pub(crate) alarms: Vec<AlarmName>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AlarmName {
    pub(crate) alarm_name: Text,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ScalableTarget {
    pub(crate) service_namespace: &'static str,
    pub(crate) resource_id: String,
    pub(crate) scalable_dimension: &'static str,
    pub(crate) min_capacity: u32,
    pub(crate) max_capacity: u32,
}

impl Properties for ScalableTarget {
    const TYPE: &'static str = "AWS::ApplicationAutoScaling::ScalableTarget";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ScalingPolicy {
    pub(crate) policy_name: String,
    pub(crate) policy_type: &'static str,
    pub(crate) scaling_target_id: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_tracking_scaling_policy_configuration: Option<TargetTracking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step_scaling_policy_configuration: Option<StepScaling>,
}

impl Properties for ScalingPolicy {
    const TYPE: &'static str = "AWS::ApplicationAutoScaling::ScalingPolicy";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TargetTracking {
    pub(crate) target_value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) predefined_metric_specification: Option<PredefinedMetric>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customized_metric_specification: Option<CustomizedMetric>,
    pub(crate) scale_in_cooldown: u32,
    pub(crate) scale_out_cooldown: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StepScaling {
    pub(crate) adjustment_type: &'static str,
    pub(crate) metric_aggregation_type: &'static str,
    pub(crate) cooldown: u32,
    pub(crate) step_adjustments: Vec<StepAdjustment>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StepAdjustment {
    pub(crate) metric_interval_lower_bound: f64,
    pub(crate) scaling_adjustment: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PredefinedMetric {
    pub(crate) predefined_metric_type: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CustomizedMetric {
    pub(crate) namespace: &'static str,
    pub(crate) metric_name: &'static str,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) statistic: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Dimension {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Alarm {
    #[serde(rename = "AlarmDescription")]
    pub(crate) description: String,
    pub(crate) namespace: &'static str,
    pub(crate) metric_name: &'static str,
    pub(crate) dimensions: Vec<Dimension>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statistic: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extended_statistic: Option<&'static str>,
    pub(crate) period: u32,
    pub(crate) evaluation_periods: u32,
    pub(crate) threshold: f64,
    pub(crate) comparison_operator: &'static str,
    pub(crate) treat_missing_data: &'static str,
    #[serde(rename = "AlarmActions", skip_serializing_if = "Vec::is_empty")]
    pub(crate) actions: Vec<Text>,
    pub(crate) tags: Vec<Pair>,
}

impl Properties for Alarm {
    const TYPE: &'static str = "AWS::CloudWatch::Alarm";
}
