//! Reads labels and selectors.

use crate::placement::manifest::place::{At, Problems};
use crate::placement::selector::{Labels, NodeTerm, Operator, Requirement, Selector, go_integer};
use crate::placement::symbols::{Symbol, Symbols};

pub(super) fn labels(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Labels {
    Labels::new(pairs(at, symbols, problems))
}

pub(super) fn pairs(
    at: &At<'_, '_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Vec<(Symbol, Symbol)> {
    let entries = at.entries(problems);
    let mut pairs = Vec::new();
    for (key, value) in entries {
        if let Some(value) = value.text(problems) {
            pairs.push((symbols.intern(key), symbols.intern(value)));
        }
    }
    pairs
}

/// A label selector; a missing one selects nothing.
pub(super) fn selector(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Selector {
    if at.is_missing() {
        return Selector::Nothing;
    }
    let mut all: Vec<Requirement> = pairs(&at.field("matchLabels"), symbols, problems)
        .into_iter()
        .map(|(key, value)| Requirement { key, operator: Operator::In(vec![value]) })
        .collect();
    let expressions = at.field("matchExpressions");
    let items = expressions.items(problems);
    all.extend(items.iter().filter_map(|item| requirement(item, symbols, problems)));
    Selector::All(all)
}

pub(super) fn node_term(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> NodeTerm {
    let mut read = |key: &str| -> Vec<Requirement> {
        let list = at.field(key);
        let items = list.items(problems);
        items.iter().filter_map(|item| requirement(item, symbols, problems)).collect()
    };
    NodeTerm { expressions: read("matchExpressions"), fields: read("matchFields") }
}

/// The terms of a node selector (`nodeSelectorTerms`); none if there is no selector.
pub(super) fn node_terms(
    at: &At<'_, '_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Option<Vec<NodeTerm>> {
    if at.is_missing() {
        return None;
    }
    let terms = at.field("nodeSelectorTerms");
    let items = terms.items(problems);
    Some(items.iter().map(|term| node_term(term, symbols, problems)).collect())
}

fn requirement(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Option<Requirement> {
    let key = symbols.intern(at.field("key").text(problems)?);
    let list = at.field("values");
    let items = list.items(problems);
    let texts: Vec<&str> = items.iter().filter_map(|item| item.text(problems)).collect();
    let operator_at = at.field("operator");
    let values = |symbols: &mut Symbols| texts.iter().map(|text| symbols.intern(text)).collect::<Vec<_>>();
    // The scheduler wants the bound to be a valid label, too, which a sign is not; else the term admits no node.
    let bound =
        || texts.first().filter(|text| !text.starts_with(['-', '+'])).and_then(|text| go_integer(text));
    let operator = match operator_at.text(problems)? {
        "In" => Operator::In(values(symbols)),
        "NotIn" => Operator::NotIn(values(symbols)),
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        "Gt" => Operator::GreaterThan(bound().unwrap_or(i64::MAX)),
        "Lt" => Operator::LessThan(bound().unwrap_or(i64::MIN)),
        other => {
            let message = format!("`{other}` is no operator");
            problems.push(operator_at.path(), message, "write In, NotIn, Exists, DoesNotExist, Gt or Lt");
            return None;
        }
    };
    Some(Requirement { key, operator })
}
