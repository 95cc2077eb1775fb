use super::*;
use crate::values::tests::{accepts, explains, refuses};

fn key(text: &str) -> LabelKey {
    text.parse().unwrap()
}

fn value(text: &str) -> LabelValue {
    text.parse().unwrap()
}

#[test]
fn words() {
    accepts::<NodeOperator>(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]);
    accepts::<TaintEffect>(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    accepts::<TolerationOperator>(&["Equal", "Exists"]);
    refuses::<NodeOperator>(&["", "in", "=", "Equal"]);
    refuses::<TaintEffect>(&["", "noschedule", "NoSchedule "]);
    explains::<TaintEffect>(&[
        ("noschedule", "`noschedule` is not a taint's effect", "write `NoSchedule`"),
        ("Never", "`Never` is not a taint's effect", "write `NoSchedule`, `PreferNoSchedule` or `NoExecute`"),
    ]);
    let gated = "Gt".parse::<TolerationOperator>().unwrap_err();
    assert_eq!(gated.kind, InvalidKind::Unsupported);
    assert_eq!(
        gated.message,
        "`Gt` needs the feature gate `TaintTolerationComparisonOperators`, which is off"
    );
}

#[test]
fn requirements_take_what_their_operator_takes() {
    use NodeOperator::{DoesNotExist, Exists, Gt, In, Lt, NotIn};
    let cases: [(NodeOperator, &[&str], bool); 14] = [
        (In, &["a"], true),
        (In, &["a", "b"], true),
        (In, &[], false),
        (NotIn, &["a"], true),
        (NotIn, &[], false),
        (Exists, &[], true),
        (Exists, &["a"], false),
        (DoesNotExist, &[], true),
        (DoesNotExist, &["a"], false),
        (Gt, &["8"], true),
        (Gt, &["8", "9"], false),
        (Gt, &["a"], false),
        (Lt, &["9223372036854775807"], true),
        (Lt, &["9223372036854775808"], false),
    ];
    for (operator, values, fine) in cases {
        let values: Vec<_> = values.iter().map(|text| value(text)).collect();
        let made = NodeRequirement::new(key("a"), operator, values.clone());
        assert_eq!(made.is_ok(), fine, "{operator} {values:?}");
    }
    let refused = NodeRequirement::new(key("gpu"), Gt, vec![value("many")]).unwrap_err();
    assert_eq!(
        refused.message,
        "the operator `Gt` on `gpu` takes exactly one value, a whole number, not `many`"
    );
    assert_eq!(refused.help, "write one number, such as `8`");
}

#[test]
fn requirements_match_labels() {
    use NodeOperator::{DoesNotExist, Exists, Gt, In, Lt, NotIn};
    let labels = Labels::from([(key("zone"), value("a")), (key("gpus"), value("8"))]);
    let cases: [(&str, NodeOperator, &[&str], bool); 11] = [
        ("zone", In, &["a", "b"], true),
        ("zone", In, &["b"], false),
        ("none", In, &["b"], false),
        ("zone", NotIn, &["b"], true),
        ("none", NotIn, &["b"], true),
        ("zone", Exists, &[], true),
        ("none", DoesNotExist, &[], true),
        ("gpus", Gt, &["7"], true),
        ("gpus", Gt, &["8"], false),
        ("gpus", Lt, &["9"], true),
        ("zone", Gt, &["1"], false),
    ];
    for (label, operator, values, matches) in cases {
        let values = values.iter().map(|text| value(text)).collect();
        let requirement = NodeRequirement::new(key(label), operator, values).unwrap();
        assert_eq!(requirement.matches(&labels), matches, "{requirement:?}");
    }
}

#[test]
fn taint() {
    accepts::<Taint>(&["nvidia.com/gpu=present:NoSchedule", "sku=gpu:NoSchedule", "a:NoExecute"]);
    refuses::<Taint>(&["", "gpu", "=x:NoSchedule", "a=b:c", "a=b c:NoSchedule", "a b:NoSchedule"]);
}

#[test]
fn tolerations_are_what_the_api_server_takes() {
    use TaintEffect::{NoExecute, NoSchedule};
    use TolerationOperator::{Equal, Exists};
    let parts = TolerationParts::default;
    let cases = [
        (TolerationParts { key: Some(key("a")), ..parts() }, None),
        (TolerationParts { operator: Some(Exists), ..parts() }, None),
        (
            TolerationParts {
                key: Some(key("a")),
                operator: Some(Equal),
                value: Some(value("b")),
                ..parts()
            },
            None,
        ),
        (
            TolerationParts {
                key: Some(key("a")),
                operator: Some(Exists),
                value: Some(value("")),
                ..parts()
            },
            None,
        ),
        (
            TolerationParts { key: Some(key("a")), effect: Some(NoExecute), seconds: Some(300), ..parts() },
            None,
        ),
        (parts(), Some("a toleration without a key has the operator `Equal`")),
        (
            TolerationParts {
                key: Some(key("a")),
                operator: Some(Exists),
                value: Some(value("b")),
                ..parts()
            },
            Some("a toleration with the operator `Exists` has the value `b`"),
        ),
        (
            TolerationParts { key: Some(key("a")), effect: Some(NoSchedule), seconds: Some(1), ..parts() },
            Some("a toleration with `tolerationSeconds` has an effect other than `NoExecute`"),
        ),
        (
            TolerationParts { key: Some(key("a")), seconds: Some(1), ..parts() },
            Some("a toleration with `tolerationSeconds` has an effect other than `NoExecute`"),
        ),
    ];
    for (parts, message) in cases {
        let refused = Toleration::new(parts.clone()).err().map(|invalid| invalid.message);
        assert_eq!(refused.as_deref(), message, "{parts:?}");
    }
}

#[test]
fn tolerations_tolerate() {
    let taint: Taint = "nvidia.com/gpu=present:NoSchedule".parse().unwrap();
    let any =
        Toleration::new(TolerationParts { operator: Some(TolerationOperator::Exists), ..Default::default() });
    let bare = Toleration::new(TolerationParts { key: Some(key("nvidia.com/gpu")), ..Default::default() });
    let cases = [
        (any.unwrap(), "*=*:*", true),
        (bare.unwrap(), "nvidia.com/gpu=:*", false),
        (Toleration::of(&taint), "nvidia.com/gpu=present:NoSchedule", true),
        (Toleration::exists(taint.key.clone(), TaintEffect::NoSchedule), "nvidia.com/gpu=*:NoSchedule", true),
        (Toleration::exists(taint.key.clone(), TaintEffect::NoExecute), "nvidia.com/gpu=*:NoExecute", false),
        (Toleration::exists(key("sku"), TaintEffect::NoSchedule), "sku=*:NoSchedule", false),
    ];
    for (toleration, shown, tolerates) in cases {
        assert_eq!(toleration.to_string(), shown);
        assert_eq!(toleration.tolerates(&taint), tolerates, "{toleration}");
    }
}
