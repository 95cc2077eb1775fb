//! Which nodes a pod may run on: labels, expressions over them, taints and tolerations.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::Serialize;

use crate::values::{
    Invalid, InvalidKind, TextValue, expected,
    names::{LabelKey, LabelValue},
    quoted,
};

/// Labels, or the labels that a selector asks for.
pub type Labels = BTreeMap<LabelKey, LabelValue>;

/// How a [`NodeRequirement`] compares a label: `NodeSelectorOperator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeOperator {
    /// The label is there and its value is listed.
    In,
    /// The label is not there, or its value is not listed.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
    /// The label's value is a whole number above the one listed.
    Gt,
    /// The label's value is a whole number below the one listed.
    Lt,
}

/// The effect of a [`Taint`] on pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaintEffect {
    /// They are not placed on the node.
    NoSchedule,
    /// They are placed there only if there is nowhere else.
    PreferNoSchedule,
    /// They are not placed there, and those that run there are evicted.
    NoExecute,
}

/// How a [`Toleration`] compares a taint's value.
///
/// `Gt` and `Lt` exist behind the feature gate `TaintTolerationComparisonOperators`, which is alpha and off in 1.37
/// (<https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/features/kube_features.go>), so they are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TolerationOperator {
    /// The value is the same.
    Equal,
    /// Any value.
    Exists,
}

/// Declares the words of an enum that is written as one of them.
macro_rules! words {
    ($name:ident, $noun:literal, $expects:literal, $pattern:literal, $example:literal, $refused:path, [$($word:ident),+]) => {
        impl $name {
            /// Every one, in the order of the Kubernetes API reference.
            pub const ALL: &[Self] = &[$(Self::$word),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => stringify!($word)),+
                }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let same = |value: &&Self| value.as_str() == text;
                Self::ALL.iter().find(same).copied().ok_or_else(|| {
                    let alike = Self::ALL.iter().find(|value| value.as_str().eq_ignore_ascii_case(text.trim()));
                    let help = alike.map_or_else(|| format!("write {}", $expects), |value| format!("write `{value}`"));
                    $refused(text).unwrap_or_else(|| {
                        Invalid::malformed(format!("{} is not {}", quoted(text), $noun), help)
                    })
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl TextValue for $name {
            const EXPECTS: &'static str = $expects;
            const PATTERN: Option<&'static str> = Some($pattern);
            const EXAMPLE: &'static str = $example;
        }

        serialize_as_text!($name);
    };
}

words!(
    NodeOperator,
    "a node selector operator",
    "`In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`",
    "^(In|NotIn|Exists|DoesNotExist|Gt|Lt)$",
    "In",
    nothing_refused,
    [In, NotIn, Exists, DoesNotExist, Gt, Lt]
);
words!(
    TaintEffect,
    "a taint's effect",
    "`NoSchedule`, `PreferNoSchedule` or `NoExecute`",
    "^(NoSchedule|PreferNoSchedule|NoExecute)$",
    "NoSchedule",
    nothing_refused,
    [NoSchedule, PreferNoSchedule, NoExecute]
);
words!(
    TolerationOperator,
    "a toleration's operator",
    "`Equal` or `Exists`",
    "^(Equal|Exists)$",
    "Exists",
    gated_operator,
    [Equal, Exists]
);

fn nothing_refused(_: &str) -> Option<Invalid> {
    None
}

fn gated_operator(text: &str) -> Option<Invalid> {
    matches!(text, "Gt" | "Lt").then(|| {
        let message = format!(
            "{} needs the feature gate `TaintTolerationComparisonOperators`, which is off",
            quoted(text)
        );
        Invalid::malformed(message, format!("write {}", TolerationOperator::EXPECTS))
            .of_kind(InvalidKind::Unsupported)
    })
}

/// One condition on a node's labels: `ValidateNodeSelectorRequirement` in
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct NodeRequirement {
    key: LabelKey,
    operator: NodeOperator,
    values: Vec<LabelValue>,
}

impl NodeRequirement {
    /// The condition that the label `key` compares to `values` as `operator` says; refused if it takes others.
    pub fn new(key: LabelKey, operator: NodeOperator, values: Vec<LabelValue>) -> Result<Self, Invalid> {
        let integer = || values.first().is_some_and(|value| value.as_str().parse::<i64>().is_ok());
        let (fine, takes) = match operator {
            NodeOperator::In | NodeOperator::NotIn => (!values.is_empty(), "one or more values"),
            NodeOperator::Exists | NodeOperator::DoesNotExist => (values.is_empty(), "no values"),
            NodeOperator::Gt | NodeOperator::Lt => {
                (values.len() == 1 && integer(), "exactly one value, a whole number")
            }
        };
        if fine {
            return Ok(Self { key, operator, values });
        }
        let message = format!("the operator `{operator}` on `{key}` takes {takes}, not {}", listed(&values));
        let help = match operator {
            NodeOperator::In | NodeOperator::NotIn => "list the values, or use `Exists` or `DoesNotExist`",
            NodeOperator::Exists | NodeOperator::DoesNotExist => {
                "leave the values out, or use `In` or `NotIn`"
            }
            NodeOperator::Gt | NodeOperator::Lt => "write one number, such as `8`",
        };
        Err(Invalid::malformed(message, help))
    }

    /// The label's key.
    pub fn key(&self) -> &LabelKey {
        &self.key
    }

    /// How the label is compared.
    pub fn operator(&self) -> NodeOperator {
        self.operator
    }

    /// What it is compared to.
    pub fn values(&self) -> &[LabelValue] {
        &self.values
    }

    /// Whether a node with these `labels` meets the condition.
    ///
    /// As in <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/labels/selector.go>
    /// (`Requirement.Matches`).
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let number = |value: Option<&LabelValue>| value.and_then(|value| value.as_str().parse::<i64>().ok());
        let compared = number(value).zip(number(self.values.first()));
        match self.operator {
            NodeOperator::In => value.is_some_and(|value| self.values.contains(value)),
            NodeOperator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            NodeOperator::Exists => value.is_some(),
            NodeOperator::DoesNotExist => value.is_none(),
            NodeOperator::Gt => compared.is_some_and(|(value, bound)| value > bound),
            NodeOperator::Lt => compared.is_some_and(|(value, bound)| value < bound),
        }
    }
}

fn listed(values: &[LabelValue]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    values.iter().map(|value| quoted(value.as_str())).collect::<Vec<_>>().join(", ")
}

/// What keeps pods off a node, written as `kubectl taint` does: `nvidia.com/gpu=present:NoSchedule`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Taint {
    /// The key.
    pub key: LabelKey,
    /// The value, perhaps empty.
    pub value: LabelValue,
    /// What happens to pods that do not tolerate it.
    pub effect: TaintEffect,
}

impl FromStr for Taint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some((rest, effect)) = text.rsplit_once(':') else {
            return Err(Invalid::malformed(
                format!("{} is not a taint: it has no effect after a `:`", quoted(text)),
                expected::<Self>(),
            ));
        };
        let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
        Ok(Self { key: key.parse()?, value: value.parse()?, effect: effect.parse()? })
    }
}

impl fmt::Display for Taint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equals = if self.value.as_str().is_empty() { "" } else { "=" };
        write!(f, "{}{equals}{}:{}", self.key, self.value, self.effect)
    }
}

impl TextValue for Taint {
    const EXPECTS: &'static str = "a key, perhaps `=` and a value, then `:` and the effect";
    const PATTERN: Option<&'static str> =
        Some("^[A-Za-z0-9][-A-Za-z0-9_./]*(=[-A-Za-z0-9_.]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$");
    const EXAMPLE: &'static str = "nvidia.com/gpu=present:NoSchedule";
}

/// What lets a pod onto a tainted node: `ValidateTolerations` in
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Toleration {
    key: Option<LabelKey>,
    value: Option<LabelValue>,
    effect: Option<TaintEffect>,
    seconds: Option<i64>,
}

/// A toleration as written: every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TolerationParts {
    /// The taint's key; any taint if missing.
    pub key: Option<LabelKey>,
    /// How the value is compared; [`TolerationOperator::Equal`] if missing.
    pub operator: Option<TolerationOperator>,
    /// The taint's value; the empty one if missing.
    pub value: Option<LabelValue>,
    /// The taint's effect; any if missing.
    pub effect: Option<TaintEffect>,
    /// How long a pod stays on a node that gets such a taint; for ever if missing.
    pub seconds: Option<i64>,
}

impl Toleration {
    /// The toleration made of `parts`, or why the API server would refuse it.
    pub fn new(parts: TolerationParts) -> Result<Self, Invalid> {
        let TolerationParts { key, operator, value, effect, seconds } = parts;
        let operator = operator.unwrap_or(TolerationOperator::Equal);
        if key.is_none() && operator == TolerationOperator::Equal {
            return Err(Invalid::malformed(
                "a toleration without a key has the operator `Equal`",
                "write the taint's key, or the operator `Exists` to tolerate every taint",
            ));
        }
        if let Some(value) = value
            .as_ref()
            .filter(|value| operator == TolerationOperator::Exists && !value.as_str().is_empty())
        {
            return Err(Invalid::malformed(
                format!("a toleration with the operator `Exists` has the value {}", quoted(value.as_str())),
                "leave the value out, or write the operator `Equal`",
            ));
        }
        if seconds.is_some() && effect != Some(TaintEffect::NoExecute) {
            return Err(Invalid::malformed(
                "a toleration with `tolerationSeconds` has an effect other than `NoExecute`",
                "write the effect `NoExecute`, or leave `tolerationSeconds` out",
            ));
        }
        let value = match operator {
            TolerationOperator::Equal => Some(value.unwrap_or(LabelValue::EMPTY)),
            TolerationOperator::Exists => None,
        };
        Ok(Self { key, value, effect, seconds })
    }

    /// Tolerates every taint of `key` with `effect`, whatever its value.
    pub fn exists(key: LabelKey, effect: TaintEffect) -> Self {
        Self { key: Some(key), value: None, effect: Some(effect), seconds: None }
    }

    /// Tolerates `taint` and nothing else.
    pub fn of(taint: &Taint) -> Self {
        Self {
            key: Some(taint.key.clone()),
            value: Some(taint.value.clone()),
            effect: Some(taint.effect),
            seconds: None,
        }
    }

    /// The key; every taint without one.
    pub fn key(&self) -> Option<&LabelKey> {
        self.key.as_ref()
    }

    /// How the value is compared.
    pub fn operator(&self) -> TolerationOperator {
        if self.value.is_some() { TolerationOperator::Equal } else { TolerationOperator::Exists }
    }

    /// The value, where the operator is [`TolerationOperator::Equal`].
    pub fn value(&self) -> Option<&LabelValue> {
        self.value.as_ref()
    }

    /// The effect; every one without it.
    pub fn effect(&self) -> Option<TaintEffect> {
        self.effect
    }

    /// `tolerationSeconds`.
    pub fn seconds(&self) -> Option<i64> {
        self.seconds
    }

    /// Whether a pod with this toleration can be placed on a node with `taint`.
    ///
    /// As in <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go>.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        self.effect.is_none_or(|effect| effect == taint.effect)
            && self.key.as_ref().is_none_or(|key| *key == taint.key)
            && self.value.as_ref().is_none_or(|value| *value == taint.value)
    }
}

/// Written like the taint it tolerates, with `*` for any: `nvidia.com/gpu=*:NoSchedule`.
impl fmt::Display for Toleration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map_or("*", LabelKey::as_str);
        let value = self.value.as_ref().map_or("*", LabelValue::as_str);
        let effect = self.effect.map_or("*", TaintEffect::as_str);
        write!(f, "{key}={value}:{effect}")
    }
}

serialize_as_text!(Taint);

#[cfg(test)]
mod tests;
