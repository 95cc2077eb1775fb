//! The whole way from text to workloads: parse, layer, decode, lower.

use std::collections::BTreeSet;

use crate::codes;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::draft::Draft;
use crate::field::wording::nearest;
use crate::field::{Decode, Decoder, Nulls, StructInfo};
use crate::lower;
use crate::node::{Entry, Node, Value, in_layer, overlay};
use crate::provenance::{Origin, Provenance};
use crate::secrets;
use crate::set;
use crate::source::{Layer, Sources, Span};
use crate::spec::server::Server;
use crate::spec::{API_VERSION, Spec};
use crate::values::quoted;
use crate::workload::Workload;
use crate::yaml::{self, Document, State};

/// What is laid over a spec.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The environment, as `--env` names it.
    pub environment: Option<String>,
    /// Flags `path=value`, the later ones on top.
    pub set: Vec<String>,
}

/// What came of reading one text.
#[derive(Debug, Default)]
pub struct Reading {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The workloads, one a document, in order; those with errors are left out.
    pub workloads: Vec<Workload>,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the specs of one text. `name` is what messages call it.
pub fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Reading {
    let mut workloads = Vec::new();
    let reading = read_each(name, bytes, options, |merged, reading| {
        workloads.extend(workload_of(&merged, reading));
    });
    // A flag is laid over every document: where one is refused, nothing is what was meant.
    Reading { workloads: if reading.1 { Vec::new() } else { workloads }, ..reading.0 }
}

/// Reads the specs of one text so that they can be read again with changes. One that has `requirements`
/// and no image is completed with an assumed name and image. The reading's own list of workloads stays
/// empty: each is part of its draft.
pub fn read_drafts(name: &str, bytes: &[u8], options: &ReadOptions) -> (Reading, Vec<Draft>) {
    let mut drafts = Vec::new();
    let reading = read_each(name, bytes, options, |merged, reading| {
        drafts.extend(Draft::of(&merged, reading));
    });
    (reading.0, if reading.1 { Vec::new() } else { drafts })
}

/// Hands every document over with its layers laid over each other. Tells beside the reading whether a
/// flag was refused.
fn read_each(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    mut take: impl FnMut(Merged, &mut Reading),
) -> (Reading, bool) {
    let mut reading = Reading::default();
    let documents = parse(name, bytes, &mut reading);
    let known = reading.diagnostics.len();
    let flags = flags(options, &mut reading);
    let are_flags_refused = has_errors(&reading.diagnostics[known..]);
    // Without a flag, everything would be said of another spec than the one meant.
    if let Some(flags) = flags {
        for document in documents {
            if let Some(merged) = merge(document, &flags, options, &mut reading) {
                take(merged, &mut reading);
            }
        }
    }
    withhold(&mut reading);
    mask(&mut reading);
    sort(&mut reading.diagnostics);
    (reading, are_flags_refused)
}

fn parse(name: &str, bytes: &[u8], reading: &mut Reading) -> Vec<Document> {
    // Neither kept nor searched: what is too large could be of any size.
    if bytes.len() > yaml::MAX_BYTES {
        let source = reading.sources.add(name, "");
        reading.diagnostics.push(yaml::too_large(source, bytes.len()));
        return Vec::new();
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let source = reading.sources.add(name, String::from_utf8_lossy(&bytes[..error.valid_up_to()]));
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let help = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
                "the file is UTF-16; save it as UTF-8"
            } else {
                "save it as UTF-8, or name the right file"
            };
            let message = format!("byte {at} is not UTF-8 text");
            reading.diagnostics.push(
                Diagnostic::error(&codes::ENCODING, Span { source, start: at, end: at }, message).help(help),
            );
            return Vec::new();
        }
    };
    let source = reading.sources.add(name, text);
    let documents = yaml::documents(source, text, Layer::Spec, &mut reading.diagnostics);
    if documents.is_empty() && reading.diagnostics.is_empty() {
        let span = Span { source, start: 0, end: 0 };
        reading.diagnostics.push(
            Diagnostic::error(&codes::NOTHING, span, "there is no spec in here")
                .help("`mlship init IMAGE` writes a first one"),
        );
    }
    documents
}

/// The trees of the flags; `None` when one can't be read.
fn flags(options: &ReadOptions, reading: &mut Reading) -> Option<Vec<Node>> {
    let read = |flag: &String| set::parse(flag, &mut reading.sources, &mut reading.diagnostics);
    let trees: Vec<Option<Node>> = options.set.iter().map(read).collect();
    for tree in trees.iter().flatten() {
        refuse_secrets(tree, &mut reading.diagnostics);
    }
    trees.into_iter().collect()
}

/// One document with its layers laid over each other.
pub(crate) struct Merged {
    /// The tree.
    pub(crate) root: Node,
    /// The document's place.
    pub(crate) span: Span,
    /// Whether all of it could be parsed.
    state: State,
    /// Whether nothing of it was left out.
    is_whole: bool,
    /// How many findings were there before it.
    known: usize,
}

fn merge(document: Document, flags: &[Node], options: &ReadOptions, reading: &mut Reading) -> Option<Merged> {
    let diagnostics = &mut reading.diagnostics;
    let known = diagnostics.len();
    let Document { root, state, left_out } = document;
    let span = root.span;
    refuse_secrets(&root, diagnostics);
    let is_whole = left_out.is_empty();
    refuse_secrets(&Node { value: Value::Map(left_out), ..root }, diagnostics);
    if !is_spec(&root, diagnostics) {
        return None;
    }
    let (base, environments) = without_environments(root);
    check_environments(environments.as_ref(), diagnostics);
    let chosen = environment(environments.as_ref(), span, options, diagnostics);
    let root = chosen.into_iter().chain(flags.iter().cloned()).fold(base, overlay);
    Some(Merged { root, span, state, is_whole, known })
}

fn workload_of(merged: &Merged, reading: &mut Reading) -> Option<Workload> {
    let mut provenance = Provenance::default();
    write_down(&merged.root, "", &mut provenance);
    lowered(merged, &merged.root, provenance, &mut reading.diagnostics)
}

/// The workload of a document whose tree was completed to `root`; what was written is in `provenance`.
pub(crate) fn lowered(
    merged: &Merged,
    root: &Node,
    provenance: Provenance,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Workload> {
    let before = diagnostics.len();
    let spec = Spec::decode(root, &mut Decoder::new(diagnostics, Nulls::Forgotten));
    // What follows judges fields against each other: of a spec with broken fields it would say
    // that they are missing.
    if merged.state == State::Damaged || has_errors(&diagnostics[before..]) {
        if merged.is_whole {
            require(root, diagnostics);
        }
        return None;
    }
    let workload = lower::lower(&spec?, merged.span, provenance, diagnostics);
    workload.filter(|_| !has_errors(&diagnostics[merged.known..]))
}

/// Says what is missing beside what is broken, so that one run shows both. A field whose name is only
/// misspelled is not missing: the help at its place says how to write it.
fn require(merged: &Node, diagnostics: &mut Vec<Diagnostic>) {
    if !has_field(merged, "name", Spec::INFO) {
        diagnostics.push(lower::missing(merged.span, "name", lower::EXAMPLE_NAME));
    }
    match merged.get("server") {
        Some(server) if matches!(server.value.value, Value::Map(_)) => {
            if !has_field(&server.value, "image", Server::INFO) {
                diagnostics.push(lower::missing(server.key_span, "server.image", lower::EXAMPLE_IMAGE));
            }
        }
        Some(_) => {}
        None if has_field(merged, "server", Spec::INFO) => {}
        None => diagnostics.push(lower::missing(merged.span, "server.image", lower::EXAMPLE_IMAGE)),
    }
}

/// Whether a field is there, rightly spelled or so that it is meant.
fn has_field(node: &Node, name: &str, info: &StructInfo) -> bool {
    let Value::Map(entries) = &node.value else { return false };
    let names: Vec<&str> = info.fields.iter().map(|field| field.name).collect();
    let is_meant =
        |entry: &Entry| !names.contains(&entry.key.as_str()) && nearest(&entry.key, &names) == Some(name);
    entries.iter().any(|entry| entry.key == name || is_meant(entry))
}

fn is_spec(document: &Node, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let begin = || format!("a spec begins with `apiVersion: {API_VERSION}`");
    let refusal =
        |span: Span, message: String| Diagnostic::error(&codes::WRONG_KIND, span, message).help(begin());
    if !matches!(document.value, Value::Map(_)) {
        diagnostics.push(refusal(document.span, format!("this is {}, expected a spec", document.kind())));
        return false;
    }
    let is_ours =
        |version: &Entry| matches!(&version.value.value, Value::Scalar(scalar) if scalar.text == API_VERSION);
    if let Some(kind) = document.get("kind").filter(|_| !document.get("apiVersion").is_some_and(is_ours)) {
        let name = match &kind.value.value {
            Value::Scalar(scalar) => quoted(&scalar.text),
            Value::List(_) | Value::Map(_) => "object".to_owned(),
        };
        diagnostics.push(refusal(kind.value.span, format!("this is a Kubernetes {name}, not a spec")));
        return false;
    }
    let Some(version) = document.get("apiVersion") else {
        if !has_field(document, "apiVersion", Spec::INFO) {
            let span = Span { end: document.span.start, ..document.span };
            let message = "`apiVersion` is missing";
            diagnostics.push(Diagnostic::error(&codes::MISSING_FIELD, span, message).help(begin()));
        }
        return true;
    };
    let (span, message) = match &version.value.value {
        Value::Scalar(scalar) if scalar.text == API_VERSION => return true,
        Value::Scalar(scalar) if scalar.is_null() => {
            (version.key_span, "`apiVersion` has no value".to_owned())
        }
        Value::Scalar(scalar) => {
            let written = quoted(&scalar.text);
            (version.value.span, format!("{written} is not a version of the spec that this mlship reads"))
        }
        Value::List(_) | Value::Map(_) => {
            (version.value.span, format!("this is {}, expected `{API_VERSION}`", version.value.kind()))
        }
    };
    let help = format!("write `apiVersion: {API_VERSION}`");
    diagnostics.push(Diagnostic::error(&codes::WRONG_KIND, span, message).help(help));
    document.get("server").is_some()
}

fn without_environments(document: Node) -> (Node, Option<Entry>) {
    let Value::Map(mut entries) = document.value else { return (document, None) };
    let position = entries.iter().position(|entry| entry.key == "environments");
    let environments = position.map(|position| entries.remove(position));
    (Node { value: Value::Map(entries), ..document }, environments)
}

/// Reads every environment by itself, so that one nobody chose today is not found broken tomorrow.
fn check_environments(environments: Option<&Entry>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(Value::Map(entries)) = environments.map(|entry| &entry.value.value) else {
        if let Some(entry) = environments.filter(|entry| !entry.value.is_null()) {
            let message = format!("this is {}, expected environments by name", entry.value.kind());
            diagnostics.push(
                Diagnostic::error(&codes::WRONG_TYPE, entry.value.span, message)
                    .help("for example `environments: {staging: {replicas: 1}}`"),
            );
        }
        return;
    };
    for entry in entries {
        if let Err(invalid) = entry.key.parse::<crate::values::names::DnsLabel>() {
            diagnostics.push(
                Diagnostic::error(&codes::INVALID_VALUE, entry.key_span, invalid.message).help(invalid.help),
            );
        }
        for fixed in ["apiVersion", "environments"] {
            if let Some(field) = entry.value.get(fixed) {
                let message = format!("`{fixed}` can't differ between environments");
                diagnostics.push(
                    Diagnostic::error(&codes::CONFLICT, field.key_span, message).help("remove it here"),
                );
            }
        }
        if !entry.value.is_null() {
            let _ = Spec::decode(&entry.value, &mut Decoder::new(diagnostics, Nulls::Remove));
        }
    }
}

fn environment(
    environments: Option<&Entry>,
    document: Span,
    options: &ReadOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let wanted = options.environment.as_deref()?;
    if let Some(entry) = environments.and_then(|entry| entry.value.get(wanted)) {
        // An environment that changes nothing is empty, not an order to take the spec away.
        return (!entry.value.is_null()).then(|| in_layer(entry.value.clone(), Layer::Environment));
    }
    let names: Vec<&str> = match environments.map(|entry| &entry.value.value) {
        Some(Value::Map(entries)) => entries.iter().map(|entry| entry.key.as_str()).collect(),
        _ => Vec::new(),
    };
    let span = environments.map_or(Span { end: document.start, ..document }, |entry| entry.key_span);
    let help = match (nearest(wanted, &names), names.as_slice()) {
        (Some(name), _) => format!("did you mean `--env {name}`?"),
        (None, []) => "this spec has no `environments`".to_owned(),
        (None, names) => format!("this spec has {}", some_of(names)),
    };
    let message = format!("there is no environment {}", quoted(wanted));
    diagnostics.push(Diagnostic::error(&codes::UNKNOWN_ENVIRONMENT, span, message).help(help));
    None
}

/// Names in backticks, as many as can be read at once.
fn some_of(names: &[&str]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| quoted(name)).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn refuse_secrets(tree: &Node, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(secrets::find(tree).into_iter().map(|finding| {
        let message = format!("this is a secret in plain text: {}", finding.reason);
        Diagnostic::error(&codes::SECRET_LITERAL, finding.span, message)
            .help("keep it in a Secret and refer to it: `secretEnv: {NAME: {secret: SECRET, key: KEY}}`")
    }));
}

/// Takes away what else was found at a place that is refused as a whole: beside a secret it would
/// hold its words, beside a reference or a foreign document it would only distract.
fn withhold(reading: &mut Reading) {
    let is_whole = |diagnostic: &Diagnostic| {
        [&codes::SECRET_LITERAL, &codes::NO_REFERENCES, &codes::WRONG_KIND].contains(&diagnostic.code)
    };
    let refused: BTreeSet<Span> =
        reading.diagnostics.iter().filter(|found| is_whole(found)).filter_map(|found| found.span).collect();
    reading
        .diagnostics
        .retain(|found| is_whole(found) || !found.span.is_some_and(|span| refused.contains(&span)));
    // A field that knows its secrets says it better than the search for all: it comes later, and stays.
    let mut seen = BTreeSet::new();
    reading.diagnostics.reverse();
    reading.diagnostics.retain(|found| found.code != &codes::SECRET_LITERAL || seen.insert(found.span));
    reading.diagnostics.reverse();
}

/// Hides every secret, and whatever looks like one in comments or in what could not be read.
fn mask(reading: &mut Reading) {
    let broken: BTreeSet<u32> = reading
        .diagnostics
        .iter()
        .filter(|found| [&codes::SYNTAX, &codes::ENCODING].contains(&found.code))
        .filter_map(|found| found.span.map(|span| span.source))
        .collect();
    reading.sources.mask_all(|source, text| {
        let named = if broken.contains(&source) { secrets::named_values(text) } else { Vec::new() };
        secrets::forms(text).into_iter().chain(named).collect()
    });
    for diagnostic in &mut reading.diagnostics {
        if let (Some(span), true) = (diagnostic.span, diagnostic.code == &codes::SECRET_LITERAL) {
            reading.sources.mask(span);
        }
        for text in std::iter::once(&mut diagnostic.message).chain(diagnostic.help.as_mut()) {
            if let Some(masked) = secrets::masked(text) {
                *text = masked;
            }
        }
    }
}

/// In the order of the text, each once: an environment is read alone and again in its place.
fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| (diagnostic.span, diagnostic.code.id);
    diagnostics
        .sort_by(|left, right| key(left).cmp(&key(right)).then_with(|| left.message.cmp(&right.message)));
    diagnostics.dedup();
}

/// Writes down where each field stands, by its path.
pub(crate) fn write_down(node: &Node, path: &str, provenance: &mut Provenance) {
    let Value::Map(entries) = &node.value else { return };
    for entry in entries {
        let path = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        write_down(&entry.value, &path, provenance);
        // A group is pointed at by its name: its content may come from several layers.
        let is_group = matches!(entry.value.value, Value::Map(_));
        let span = if is_group { entry.key_span } else { entry.value.span };
        if let Value::List(items) = &entry.value.value {
            provenance.items.insert(path.clone(), items.iter().map(|item| item.span).collect());
        }
        provenance.written.insert(path, Origin { span, layer: entry.value.layer });
    }
}
