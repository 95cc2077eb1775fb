//! How much each reason counts: an embedded file of points, which can be replaced.

use std::collections::BTreeMap;

use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::field::wording::nearest;
use mlship_spec::node::{Node, Value};
use mlship_spec::source::{Layer, Span};
use mlship_spec::values::quoted;
use mlship_spec::yaml;

use crate::rules::RULES;

/// The points that come with mlship.
pub const EMBEDDED: &str = include_str!("../weights.yaml");

/// Points are kept in hundredths, so that sums are exact.
pub const HUNDRED: i32 = 100;

/// The most points that a reason can have.
const MOST: i32 = 100 * HUNDRED;

/// Points by rule, and in it by target or group of targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// In the order of [`RULES`]; in each, by target or group, in hundredths.
    pub(crate) rules: Vec<BTreeMap<String, i32>>,
}

impl Weights {
    /// The points that come with mlship.
    pub fn embedded() -> Self {
        let mut diagnostics = Vec::new();
        let weights = Self::read(0, EMBEDDED, &[], &mut diagnostics);
        debug_assert!(diagnostics.is_empty(), "{diagnostics:?}");
        weights.unwrap_or_else(|| Self { rules: vec![BTreeMap::new(); RULES.len()] })
    }

    /// The points of a text; rules that it does not name have none. `targets` are the names that it may use
    /// beside those of the groups; an empty list allows any.
    pub fn read(
        source: u32,
        text: &str,
        targets: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let known = diagnostics.len();
        let document = yaml::parse(source, text, Layer::Spec, diagnostics).into_iter().next();
        let mut weights = Self { rules: vec![BTreeMap::new(); RULES.len()] };
        match &document {
            None if diagnostics.len() == known => {
                let span = Span { source, start: 0, end: 0 };
                let message = "there are no weights in here";
                diagnostics.push(
                    Diagnostic::error(&codes::NOTHING, span, message)
                        .help("for example `gitops: {own: 1, serverless: 1}`"),
                );
            }
            None => {}
            Some(document) => weights.take(document, targets, diagnostics),
        }
        (diagnostics.len() == known).then_some(weights)
    }

    fn take(&mut self, document: &Node, targets: &[&str], diagnostics: &mut Vec<Diagnostic>) {
        let Value::Map(entries) = &document.value else {
            diagnostics.push(
                Diagnostic::error(&codes::WRONG_TYPE, document.span, "this is no group of rules".to_owned())
                    .help("for example `gitops: {own: 1, serverless: 1}`"),
            );
            return;
        };
        let names: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        for entry in entries {
            let Some(position) = names.iter().position(|name| *name == entry.key) else {
                let help = nearest(&entry.key, &names).map_or_else(
                    || format!("the rules are {}", names.join(", ")),
                    |name| format!("did you mean `{name}`?"),
                );
                let message = format!("there is no rule {}", quoted(&entry.key));
                diagnostics
                    .push(Diagnostic::error(&codes::UNKNOWN_FIELD, entry.key_span, message).help(help));
                continue;
            };
            self.rules[position] = points(&entry.value, targets, diagnostics);
        }
    }

    /// The points of a rule for a target, in hundredths, with the scope that they hang on.
    pub(crate) fn of(&self, rule: usize, target: &str, group: &str) -> Option<(&str, i32)> {
        let points = self.rules.get(rule)?;
        let found = points.get_key_value(target).or_else(|| points.get_key_value(group))?;
        Some((found.0.as_str(), *found.1))
    }
}

fn points(node: &Node, targets: &[&str], diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, i32> {
    let mut points = BTreeMap::new();
    let Value::Map(entries) = &node.value else {
        diagnostics.push(
            Diagnostic::error(
                &codes::WRONG_TYPE,
                node.span,
                format!("this is {}, expected points by target", node.kind()),
            )
            .help("for example `{endpoint: 3, kserve: -3}`"),
        );
        return points;
    };
    for entry in entries {
        let groups = crate::rules::GROUPS;
        let scopes: Vec<&str> = groups.iter().copied().chain(targets.iter().copied()).collect();
        if !targets.is_empty() && !scopes.contains(&entry.key.as_str()) {
            let help = nearest(&entry.key, &scopes).map_or_else(
                || format!("write one of {}", scopes.join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            let message = format!("{} is neither a target nor a group of targets", quoted(&entry.key));
            diagnostics.push(Diagnostic::error(&codes::UNKNOWN_FIELD, entry.key_span, message).help(help));
            continue;
        }
        let read = match &entry.value.value {
            Value::Scalar(scalar) => hundredths(&scalar.text),
            Value::List(_) | Value::Map(_) => None,
        };
        match read {
            Some(read) => {
                points.insert(entry.key.clone(), read);
            }
            None => diagnostics.push(
                Diagnostic::error(&codes::INVALID_VALUE, entry.value.span, "this is no number of points")
                    .help("write a number from -100 to 100 with at most two decimals, such as `1.5`"),
            ),
        }
    }
    points
}

/// `-1.25` as -125.
fn hundredths(text: &str) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() > 3 || fraction.len() > 2 {
        return None;
    }
    let fraction: i32 = format!("{fraction:0<2}").parse().ok()?;
    let points = whole.parse::<i32>().ok()? * HUNDRED + fraction;
    (points <= MOST).then_some(if negative { -points } else { points })
}
