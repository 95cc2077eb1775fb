//! CloudFormation templates: of each resource the properties that are emitted, no more.

use std::collections::BTreeMap;

use mlship_spec::workload::Workload;
use serde::Serialize;

use crate::findings::Findings;
use crate::limits;

/// A template whose resources are `R`, a struct with one field for each.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Template<R> {
    #[serde(rename = "AWSTemplateFormatVersion")]
    pub(crate) version: &'static str,
    pub(crate) description: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) parameters: BTreeMap<&'static str, Parameter>,
    pub(crate) resources: R,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) outputs: BTreeMap<&'static str, Output>,
}

impl<R> Template<R> {
    pub(crate) const VERSION: &'static str = "2010-09-09";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Parameter {
    #[serde(rename = "Type")]
    pub(crate) kind: &'static str,
    pub(crate) description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_pattern: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    pub(crate) description: &'static str,
    pub(crate) value: Text,
}

/// One resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Resource<P> {
    #[serde(rename = "Type")]
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) depends_on: Vec<&'static str>,
    pub(crate) properties: P,
}

impl<P: Properties> Resource<P> {
    pub(crate) fn of(properties: P) -> Self {
        Self { kind: P::TYPE, depends_on: Vec::new(), properties }
    }

    pub(crate) fn after(self, others: &[&'static str]) -> Self {
        Self { depends_on: others.to_vec(), ..self }
    }
}

/// The properties of a resource, which know what its type is called.
pub(crate) trait Properties: Serialize {
    const TYPE: &'static str;
}

/// Text, or what CloudFormation makes text of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Text {
    Literal(String),
    Ref {
        #[serde(rename = "Ref")]
        name: &'static str,
    },
    Sub {
        #[serde(rename = "Fn::Sub")]
        pattern: String,
    },
    Join {
        #[serde(rename = "Fn::Join")]
        join: (&'static str, Vec<String>),
    },
    Attribute {
        #[serde(rename = "Fn::GetAtt")]
        path: [&'static str; 2],
    },
}

impl Text {
    pub(crate) fn literal(text: impl Into<String>) -> Self {
        Self::Literal(text.into())
    }

    /// Text that stays as it is, also where it holds what CloudFormation would replace: `${`.
    pub(crate) fn verbatim(text: &str) -> Self {
        if !text.contains("${") {
            return Self::literal(text);
        }
        Self::Join { join: ("${", text.split("${").map(str::to_owned).collect()) }
    }

    pub(crate) fn reference(name: &'static str) -> Self {
        Self::Ref { name }
    }

    pub(crate) fn sub(pattern: impl Into<String>) -> Self {
        Self::Sub { pattern: pattern.into() }
    }

    /// Part of an ARN in a pattern of [`Text::sub`] that means itself: no wildcard or variable of IAM's, which `${*}`,
    /// `${?}` and `${$}` stand for, and none of CloudFormation's, which leaves `${!x}` as `${x}`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars>,
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
    pub(crate) fn itself(text: &str) -> String {
        let escaped = |c: char| if "*?$".contains(c) { format!("${{!{c}}}") } else { c.to_string() };
        text.chars().map(escaped).collect()
    }

    pub(crate) fn attribute(resource: &'static str, attribute: &'static str) -> Self {
        Self::Attribute { path: [resource, attribute] }
    }
}

/// A list of texts, or the parameter that is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Texts {
    Literal(Vec<String>),
    Ref {
        #[serde(rename = "Ref")]
        name: &'static str,
    },
}

/// A tag of a resource, also a label of a selector.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) value: String,
}

pub(crate) fn pair(key: impl Into<String>, value: impl Into<String>) -> Pair {
    Pair { key: key.into(), value: value.into() }
}

/// The tags of every resource: ours, and those of the user's labels that AWS takes as they are.
///
/// What of them can't be tags is told by [`check_tags`].
pub(crate) fn tags(workload: &Workload) -> Vec<Pair> {
    let own = [
        pair("app.kubernetes.io/name", workload.name.as_str()),
        pair("app.kubernetes.io/managed-by", "mlship"),
    ];
    let written = workload.labels.iter().map(|(key, value)| pair(key.as_str(), value.as_str()));
    let written = written.filter(|tag| own.iter().all(|own| own.key != tag.key) && !tag.value.is_empty());
    own.iter().cloned().chain(written).collect()
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Role {
    pub(crate) path: &'static str,
    pub(crate) assume_role_policy_document: PolicyDocument,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) managed_policy_arns: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) policies: Vec<Policy>,
    pub(crate) tags: Vec<Pair>,
}

impl Properties for Role {
    const TYPE: &'static str = "AWS::IAM::Role";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    pub(crate) policy_name: &'static str,
    pub(crate) policy_document: PolicyDocument,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyDocument {
    pub(crate) version: &'static str,
    pub(crate) statement: Vec<Statement>,
}

impl PolicyDocument {
    pub(crate) fn of(statement: Vec<Statement>) -> Self {
        Self { version: "2012-10-17", statement }
    }

    /// Lets one service of AWS act as a role, for things of one's own account alone: another's must not be able to make
    /// the service act in its stead (<https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>).
    pub(crate) fn trust(
        service: &'static str,
        condition: BTreeMap<&'static str, BTreeMap<&'static str, Text>>,
    ) -> Self {
        Self::of(vec![Statement {
            effect: "Allow",
            principal: Some(Principal { service }),
            action: vec!["sts:AssumeRole"],
            resource: Vec::new(),
            condition,
        }])
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    pub(crate) effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) principal: Option<Principal>,
    pub(crate) action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) resource: Vec<Text>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) condition: BTreeMap<&'static str, BTreeMap<&'static str, Text>>,
}

impl Statement {
    pub(crate) fn allow(action: Vec<&'static str>, resource: Vec<Text>) -> Self {
        Self { effect: "Allow", principal: None, action, resource, condition: BTreeMap::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Principal {
    pub(crate) service: &'static str,
}

/// Says which labels are no tags, and refuses more than a resource has.
pub(crate) fn check_tags(workload: &Workload, whose: &str, findings: &mut Findings<'_>) {
    for (key, value) in &workload.labels {
        if value.as_str().is_empty() {
            let how = format!("left out of the tags of {whose}, which have a value each");
            findings.adapt(&format!("labels.{key}"), how);
        }
    }
    let tags = u64::try_from(tags(workload).len()).unwrap_or(u64::MAX);
    if tags > limits::AWS_TAGS.value {
        let rule = format!("{tags} tags are too many: {}", limits::AWS_TAGS.cited());
        findings.refuse("labels", rule, "take labels away, or leave their values empty");
    }
}
