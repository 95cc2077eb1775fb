//! Logs to CloudWatch: Fargate's own collector, told by a ConfigMap of the whole cluster.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html> (2024-12)

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_spec::target::{Document, File};
use mlship_spec::workload::Workload;

use crate::findings::Findings;
use crate::limits;

const NAMESPACE: &str = "aws-observability";

/// The namespace and the ConfigMap, where they are asked for: in a file of their own, since all services share them.
pub(crate) fn file(workload: &Workload, findings: &mut Findings<'_>) -> Option<(String, File)> {
    let target = &workload.targets.managed.eks_fargate;
    if !target.logs {
        return None;
    }
    let Some(region) = &target.region else {
        let rule = "the collector has to know the region of CloudWatch, and takes no variable for it";
        findings.refuse("targets.eks-fargate.logs", rule, "write `targets.eks-fargate.region`");
        return None;
    };
    let output = format!(
        "[OUTPUT]\n    Name cloudwatch_logs\n    Match *\n    region {region}\n    log_group_name /eks/fargate\n    log_stream_prefix fargate-\n    auto_create_group true\n"
    );
    let parts = [
        "only pods that start later are collected from",
        "the execution role needs the rights to write logs",
    ];
    findings.decide("aws-logging", "/eks/fargate", parts.join("; "));
    // What is written here is far below the limit; a longer one would be refused by EKS without a word.
    debug_assert!(output.len() < usize::try_from(limits::FARGATE_LOG_CONFIG.value).unwrap_or(usize::MAX));
    let labels = BTreeMap::from([(NAMESPACE.to_owned(), "enabled".to_owned())]);
    let namespace = Namespace {
        metadata: ObjectMeta { name: Some(NAMESPACE.to_owned()), labels: Some(labels), ..Default::default() },
        ..Default::default()
    };
    let metadata = ObjectMeta {
        name: Some("aws-logging".to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        ..Default::default()
    };
    let data = BTreeMap::from([("output.conf".to_owned(), output)]);
    let map = ConfigMap { metadata, data: Some(data), ..Default::default() };
    Some(("aws-logging.yaml".to_owned(), File::Manifests(vec![Document::of(&namespace), Document::of(&map)])))
}
