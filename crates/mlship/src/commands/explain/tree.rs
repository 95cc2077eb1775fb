//! The fields of the spec as paths.

use mlship_spec::field::{FieldInfo, Shape, StructInfo};
use mlship_spec::spec;

/// A field with its place in the spec.
#[derive(Clone)]
pub struct Found {
    /// Its path, such as `resources.gpu.count`; keys that the user chooses are `<key>`.
    pub path: String,
    /// How deep it lies.
    pub depth: usize,
    /// What can be said of it.
    pub info: &'static FieldInfo,
}

/// Every field, in the order in which they are best read; a struct within itself is not entered again.
pub fn all() -> Vec<Found> {
    let mut found = Vec::new();
    let root = spec::root();
    descend(root, "", &mut vec![root.name], &mut found);
    found
}

fn descend(info: &'static StructInfo, prefix: &str, above: &mut Vec<&'static str>, found: &mut Vec<Found>) {
    for field in info.fields {
        let path = format!("{prefix}{}", field.name);
        found.push(Found { path: path.clone(), depth: above.len() - 1, info: field });
        for (inner, steps) in structs(&(field.shape)()) {
            if !above.contains(&inner.name) {
                above.push(inner.name);
                descend(inner, &format!("{path}{steps}."), above, found);
                above.pop();
            }
        }
    }
}

/// The groups of fields that a value may hold, each with the steps that lead there.
pub fn structs(shape: &Shape) -> Vec<(&'static StructInfo, String)> {
    match shape {
        Shape::Struct(info) => vec![(info, String::new())],
        Shape::List(items) => after("[]", structs(items)),
        Shape::Map { values, .. } => after(".<key>", structs(values)),
        Shape::OneOf(shapes) => shapes.iter().flat_map(structs).collect(),
        Shape::Text { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Choice(_) => Vec::new(),
    }
}

fn after(step: &str, found: Vec<(&'static StructInfo, String)>) -> Vec<(&'static StructInfo, String)> {
    found.into_iter().map(|(info, steps)| (info, format!("{step}{steps}"))).collect()
}

/// The field that a path names; keys that the user chooses may be any word, places in a list any number.
pub fn find(path: &str) -> Option<Found> {
    let path = path.trim_matches('.');
    let parts: Vec<&str> = path.split(['.', '[']).map(|part| part.trim_end_matches(']')).collect();
    let mut options = vec![spec::root()];
    let mut keys: Vec<&'static StructInfo> = Vec::new();
    let mut steps = String::new();
    let mut last = None;
    for (depth, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
        let fields = |options: &[&'static StructInfo]| {
            options.iter().flat_map(|info| info.fields).find(|field| field.name == *part)
        };
        if let Some(field) = fields(&options) {
            let shape = (field.shape)();
            // A name after a map is first taken for a key of the user's, then for a field behind it.
            options = structs(&shape).into_iter().map(|(info, _)| info).collect();
            keys = if takes_keys(&shape) { options.clone() } else { Vec::new() };
            let dot = if steps.is_empty() { "" } else { "." };
            let place = format!("{steps}{dot}{part}");
            last = Some(Found { path: place.clone(), depth, info: field });
            steps = if is_list(&shape) { place + "[]" } else { place };
        } else if !keys.is_empty() {
            options = std::mem::take(&mut keys);
            if !steps.ends_with("[]") {
                steps = format!("{steps}.{part}");
            }
        } else {
            return None;
        }
    }
    last
}

/// Whether words or numbers of the user's stand between a field and those within it.
fn takes_keys(shape: &Shape) -> bool {
    match shape {
        Shape::Map { .. } | Shape::List(_) => true,
        Shape::OneOf(shapes) => shapes.iter().any(takes_keys),
        Shape::Struct(_) | Shape::Text { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Choice(_) => {
            false
        }
    }
}

/// Whether a field holds groups of fields in order.
fn is_list(shape: &Shape) -> bool {
    match shape {
        Shape::List(_) => true,
        Shape::OneOf(shapes) => shapes.iter().any(is_list),
        Shape::Map { .. }
        | Shape::Struct(_)
        | Shape::Text { .. }
        | Shape::Integer { .. }
        | Shape::Boolean
        | Shape::Choice(_) => false,
    }
}

/// A path that was likely meant: the same last word elsewhere, or nearly the same path.
pub fn nearest(path: &str) -> Option<String> {
    let all = all();
    let last = path.rsplit('.').next().unwrap_or(path);
    let same_word = all.iter().find(|found| found.path.rsplit('.').next() == Some(last));
    let likeness = |found: &&Found| {
        let whole = strsim::jaro_winkler(&found.path, path);
        // Thousandths are fine enough, and can be compared.
        (whole * 1000.0).round()
    };
    let alike = all.iter().filter(|found| likeness(found) > 800.0);
    let alike = alike.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    // A path that is right but for a letter says more than its last word does.
    let misspelled = alike.filter(|found| likeness(found) > 960.0);
    misspelled.or(same_word).or(alike).map(|found| found.path.clone())
}
