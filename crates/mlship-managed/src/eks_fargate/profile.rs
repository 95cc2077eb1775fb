//! The Fargate profile, as a ClusterConfig of eksctl or as a CloudFormation template.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html> (2024-12),
//! <https://schema.eksctl.io/> (v0.230.0)

use std::collections::BTreeMap;

use mlship_kubernetes::labels;
use mlship_spec::choices::FargateIac;
use mlship_spec::target::{Document, File};
use mlship_spec::values::cloud::{CloudRegion, EksClusterName};
use mlship_spec::workload::Workload;
use serde::Serialize;

use crate::cloudformation::{
    Pair, Parameter, Policy, PolicyDocument, Properties, Resource, Role, Statement, Template, Text, Texts,
    pair, tags,
};
use crate::findings::Findings;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterConfig {
    api_version: &'static str,
    kind: &'static str,
    metadata: ClusterMetadata,
    fargate_profiles: Vec<EksctlProfile>,
}

#[derive(Serialize)]
struct ClusterMetadata {
    name: String,
    region: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EksctlProfile {
    name: String,
    #[serde(rename = "podExecutionRoleARN", skip_serializing_if = "Option::is_none")]
    pod_execution_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subnets: Vec<String>,
    selectors: Vec<EksctlSelector>,
    tags: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct EksctlSelector {
    namespace: String,
    labels: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Resources {
    #[serde(rename = "Profile")]
    profile: Resource<FargateProfile>,
    #[serde(rename = "ExecutionRole", skip_serializing_if = "Option::is_none")]
    execution_role: Option<Resource<Role>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FargateProfile {
    cluster_name: Text,
    #[serde(rename = "FargateProfileName")]
    name: String,
    pod_execution_role_arn: Text,
    subnets: Texts,
    selectors: Vec<Selector>,
    tags: Vec<Pair>,
}

impl Properties for FargateProfile {
    const TYPE: &'static str = "AWS::EKS::FargateProfile";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Selector {
    namespace: String,
    labels: Vec<Pair>,
}

/// The profile's file.
pub(crate) fn file(workload: &Workload, findings: &mut Findings<'_>) -> Option<(String, File)> {
    let target = &workload.targets.managed.eks_fargate;
    let document = match (target.iac, &target.cluster, &target.region) {
        (FargateIac::CloudFormation, ..) => cloudformation(workload, findings),
        (FargateIac::Eksctl, Some(cluster), Some(region)) => eksctl(workload, cluster, region),
        (FargateIac::Eksctl, ..) if findings.is_written("targets.eks-fargate.iac") => {
            let rule = "a ClusterConfig of eksctl names the cluster and its region";
            let nearest = "write `targets.eks-fargate.cluster` and `region`, or `iac: cloudformation`, which asks for them";
            findings.refuse("targets.eks-fargate", rule, nearest);
            return None;
        }
        (FargateIac::Eksctl, ..) => {
            let reason = "the cluster is not named; a template asks for it when it is deployed";
            findings.decide("targets.eks-fargate.iac", "cloudformation", reason);
            cloudformation(workload, findings)
        }
    };
    findings.decide(
        "profile",
        "by namespace and the pods' own labels",
        "no other service's pods are drawn in",
    );
    Some((format!("{}.fargate-profile.yaml", workload.name), File::Settings(document)))
}

fn eksctl(workload: &Workload, cluster: &EksClusterName, region: &CloudRegion) -> Document {
    let target = &workload.targets.managed.eks_fargate;
    let selector = EksctlSelector { namespace: namespace(workload), labels: labels::selector(workload) };
    let profile = EksctlProfile {
        name: profile_name(workload),
        pod_execution_role_arn: target.execution_role.as_ref().map(ToString::to_string),
        subnets: target.subnets.iter().map(ToString::to_string).collect(),
        selectors: vec![selector],
        tags: tags(workload).into_iter().map(|tag| (tag.key, tag.value)).collect(),
    };
    Document::of(&ClusterConfig {
        api_version: "eksctl.io/v1alpha5",
        kind: "ClusterConfig",
        metadata: ClusterMetadata { name: cluster.to_string(), region: region.to_string() },
        fargate_profiles: vec![profile],
    })
}

fn cloudformation(workload: &Workload, findings: &mut Findings<'_>) -> Document {
    let target = &workload.targets.managed.eks_fargate;
    let mut parameters = BTreeMap::new();
    let cluster_name = if let Some(cluster) = &target.cluster {
        Text::literal(cluster.as_str())
    } else {
        parameters.insert(
            "Cluster",
            Parameter { kind: "String", description: "The EKS cluster", allowed_pattern: None },
        );
        Text::reference("Cluster")
    };
    let subnets = if target.subnets.is_empty() {
        let description = "Private subnets of the cluster, one in each zone";
        parameters.insert(
            "Subnets",
            Parameter { kind: "List<AWS::EC2::Subnet::Id>", description, allowed_pattern: None },
        );
        Texts::Ref { name: "Subnets" }
    } else {
        Texts::Literal(target.subnets.iter().map(ToString::to_string).collect())
    };
    if !parameters.is_empty() {
        let names: Vec<_> = parameters.keys().copied().collect();
        findings.decide("Parameters", names.join(", "), "asked for when the stack is deployed");
    }
    let (role_arn, execution_role) = match &target.execution_role {
        Some(role) => (Text::literal(role.as_str()), None),
        None => (Text::attribute("ExecutionRole", "Arn"), Some(Resource::of(role(workload, &cluster_name)))),
    };
    let selector = Selector {
        namespace: namespace(workload),
        labels: labels::selector(workload).into_iter().map(|(key, value)| pair(key, value)).collect(),
    };
    let profile = FargateProfile {
        cluster_name,
        name: profile_name(workload),
        pod_execution_role_arn: role_arn,
        subnets,
        selectors: vec![selector],
        tags: tags(workload),
    };
    Document::of(&Template {
        version: Template::<Resources>::VERSION,
        description: format!("Fargate profile of {}, by mlship", workload.name),
        parameters,
        resources: Resources { profile: Resource::of(profile), execution_role },
        outputs: BTreeMap::new(),
    })
}

/// The role with which Fargate pulls images, for profiles of this cluster alone.
fn role(workload: &Workload, cluster: &Text) -> Role {
    let cluster = match cluster {
        Text::Literal(name) => name.clone(),
        Text::Ref { .. } | Text::Sub { .. } | Text::Join { .. } | Text::Attribute { .. } => {
            "${Cluster}".to_owned()
        }
    };
    let arn = format!(
        "arn:${{AWS::Partition}}:eks:${{AWS::Region}}:${{AWS::AccountId}}:fargateprofile/{cluster}/*"
    );
    let condition = BTreeMap::from([("ArnLike", BTreeMap::from([("aws:SourceArn", Text::sub(arn))]))]);
    let policy = "arn:${AWS::Partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";
    let logs = Policy {
        policy_name: "logs",
        policy_document: PolicyDocument::of(vec![Statement::allow(
            vec![
                "logs:CreateLogStream",
                "logs:CreateLogGroup",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            vec![Text::sub(
                "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/eks/fargate:*",
            )],
        )]),
    };
    Role {
        // EKS takes the role with this path alone.
        path: "/",
        assume_role_policy_document: PolicyDocument::trust("eks-fargate-pods.amazonaws.com", condition),
        managed_policy_arns: vec![Text::sub(policy)],
        policies: if workload.targets.managed.eks_fargate.logs { vec![logs] } else { Vec::new() },
        tags: tags(workload),
    }
}

/// Profiles can't be changed once they are made: another namespace gets another one.
fn profile_name(workload: &Workload) -> String {
    format!("{}-{}", namespace(workload), workload.name)
}

fn namespace(workload: &Workload) -> String {
    workload.namespace.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string)
}
