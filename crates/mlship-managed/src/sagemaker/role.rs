//! The role of the endpoint: what it reads, what it writes, nothing else.

use std::collections::BTreeMap;

use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::Workload;

use super::{contract, is_async};
use crate::cloudformation::{Policy, PolicyDocument, Role, Statement, Text, tags};

/// The role that is made where none is named.
pub(crate) fn role(workload: &Workload) -> Role {
    let account = BTreeMap::from([("aws:SourceAccount", Text::reference("AWS::AccountId"))]);
    let condition = BTreeMap::from([("StringEquals", account)]);
    Role {
        path: "/",
        assume_role_policy_document: PolicyDocument::trust("sagemaker.amazonaws.com", condition),
        managed_policy_arns: Vec::new(),
        policies: vec![Policy {
            policy_name: "endpoint",
            policy_document: PolicyDocument::of(statements(workload)),
        }],
        tags: tags(workload),
    }
}

fn statements(workload: &Workload) -> Vec<Statement> {
    let mut statements = vec![
        // A token is of the registry as a whole; it has no resource.
        Statement::allow(vec!["ecr:GetAuthorizationToken"], vec![Text::literal("*")]),
        Statement::allow(
            vec!["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            vec![repository(workload)],
        ),
        Statement::allow(
            vec![
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            vec![Text::sub(format!(
                "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/aws/sagemaker/Endpoints/{}*",
                workload.name
            ))],
        ),
    ];
    let mut metrics = Statement::allow(vec!["cloudwatch:PutMetricData"], vec![Text::literal("*")]);
    let namespace = Text::literal("/aws/sagemaker/Endpoints");
    metrics.condition =
        BTreeMap::from([("StringEquals", BTreeMap::from([("cloudwatch:namespace", namespace)]))]);
    statements.push(metrics);
    for place in workload.model.source.iter().flat_map(|source| source.places.all()) {
        statements.extend(bucket(place.uri, &["s3:GetObject"]));
    }
    if let Some(output) = workload.targets.managed.sagemaker.output.as_ref().filter(|_| is_async(workload)) {
        statements.extend(bucket(output, &["s3:GetObject", "s3:PutObject"]));
    }
    if !workload.targets.managed.sagemaker.subnets.is_empty() {
        statements.push(network());
    }
    statements
}

/// The image's repository; of an image that is asked for at deployment, every one of the account.
fn repository(workload: &Workload) -> Text {
    let image = workload.server.image.to_string();
    let (registry, rest) = image.split_once('/').unwrap_or((image.as_str(), ""));
    let name = rest.split(['@', ':']).next().unwrap_or_default();
    let mut parts = registry.split('.');
    match (contract::is_in_ecr(workload), parts.next(), parts.nth(2)) {
        (true, Some(account), Some(region)) => {
            Text::sub(format!("arn:${{AWS::Partition}}:ecr:{region}:{account}:repository/{name}"))
        }
        (true | false, ..) => {
            Text::sub("arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/*")
        }
    }
}

/// Objects below a folder of a bucket, and the list of them.
fn bucket(uri: &ModelUri, actions: &[&'static str]) -> Vec<Statement> {
    let ModelUri::S3 { bucket, .. } = uri else { return Vec::new() };
    let text = uri.to_string();
    let path = text.trim_start_matches("s3://").split_once('/').map_or("", |(_, path)| path);
    let below = match path.trim_end_matches('/') {
        "" => "*".to_owned(),
        archive if contract::is_archive(archive) => Text::itself(archive),
        folder => format!("{}/*", Text::itself(folder)),
    };
    let objects = Text::sub(format!("arn:${{AWS::Partition}}:s3:::{bucket}/{below}"));
    vec![
        Statement::allow(actions.to_vec(), vec![objects]),
        Statement::allow(
            vec!["s3:ListBucket"],
            vec![Text::sub(format!("arn:${{AWS::Partition}}:s3:::{bucket}"))],
        ),
    ]
}

/// What an endpoint does in a VPC: <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>.
fn network() -> Statement {
    Statement::allow(
        vec![
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        vec![Text::literal("*")],
    )
}
