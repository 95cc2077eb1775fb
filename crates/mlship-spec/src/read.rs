//! The whole way from text to workloads: parse, layer, decode, lower.

use crate::codes;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::field::{Decode, Decoder, Nulls, nearest};
use crate::lower;
use crate::node::{Entry, Node, Value, in_layer, overlay};
use crate::provenance::{Origin, Provenance};
use crate::secrets;
use crate::set;
use crate::source::{Layer, Sources, Span};
use crate::spec::{API_VERSION, Spec};
use crate::workload::Workload;
use crate::yaml;

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
    let mut reading = Reading::default();
    let Some((documents, overlays)) = parse(name, bytes, options, &mut reading) else { return reading };
    for document in documents {
        if let Some(workload) = read_document(document, &overlays, options, &mut reading) {
            reading.workloads.push(workload);
        }
    }
    withhold_secrets(&mut reading);
    sort(&mut reading.diagnostics);
    reading
}

/// The documents of the text and the trees of the flags; `None` when a flag can't be read, since
/// everything after would be about another spec.
fn parse(
    name: &str,
    bytes: &[u8],
    options: &ReadOptions,
    reading: &mut Reading,
) -> Option<(Vec<Node>, Vec<Node>)> {
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
            return None;
        }
    };
    let source = reading.sources.add(name, text);
    let documents = yaml::parse(source, text, Layer::Spec, &mut reading.diagnostics);
    if documents.is_empty() && reading.diagnostics.is_empty() {
        let span = Span { source, start: 0, end: 0 };
        reading.diagnostics.push(
            Diagnostic::error(&codes::NOTHING, span, "there is no spec in here")
                .help("`mlship init IMAGE` writes a first one"),
        );
    }
    let flags: Vec<Option<Node>> = options
        .set
        .iter()
        .map(|flag| set::parse(flag, &mut reading.sources, &mut reading.diagnostics))
        .collect();
    Some((documents, flags.into_iter().collect::<Option<Vec<_>>>()?))
}

fn read_document(
    document: Node,
    overlays: &[Node],
    options: &ReadOptions,
    reading: &mut Reading,
) -> Option<Workload> {
    let known = reading.diagnostics.len();
    let span = document.span;
    if !is_spec(&document, &mut reading.diagnostics) {
        return None;
    }
    refuse_secrets(&document, reading);
    for overlay in overlays {
        refuse_secrets(overlay, reading);
    }
    let (base, environments) = without_environments(document);
    check_environments(environments.as_ref(), &mut reading.diagnostics);
    let chosen = environment(environments.as_ref(), span, options, &mut reading.diagnostics);
    let merged = chosen.into_iter().chain(overlays.iter().cloned()).fold(base, overlay);
    let spec = Spec::decode(&merged, &mut Decoder::new(&mut reading.diagnostics, Nulls::Forgotten));
    // What follows judges fields against each other: of a spec with broken fields it would say
    // that they are missing.
    if has_errors(&reading.diagnostics[known..]) {
        require(&merged, &mut reading.diagnostics);
        return None;
    }
    let mut provenance = Provenance::default();
    write_down(&merged, "", &mut provenance);
    lower::lower(&spec?, span, provenance, &mut reading.diagnostics)
}

/// Says what is missing beside what is broken, so that one run shows both.
fn require(merged: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let image = merged.get("server").map(|server| (server.value.get("image").is_some(), server.key_span));
    if merged.get("name").is_none() {
        diagnostics.push(lower::missing(merged.span, "name", "churn-predictor"));
    }
    match image {
        Some((true, _)) => {}
        Some((false, span)) => diagnostics.push(lower::missing(span, "server.image", lower::EXAMPLE_IMAGE)),
        None => diagnostics.push(lower::missing(merged.span, "server.image", lower::EXAMPLE_IMAGE)),
    }
}

fn is_spec(document: &Node, diagnostics: &mut Vec<Diagnostic>) -> bool {
    if !matches!(document.value, Value::Map(_)) {
        let message = format!("this is {}, expected a spec", document.kind());
        diagnostics.push(
            Diagnostic::error(&codes::WRONG_KIND, document.span, message)
                .help(format!("a spec begins with `apiVersion: {API_VERSION}`")),
        );
        return false;
    }
    let Some(version) = document.get("apiVersion") else {
        let span = Span { end: document.span.start, ..document.span };
        diagnostics.push(
            Diagnostic::error(&codes::MISSING_FIELD, span, "`apiVersion` is missing")
                .help(format!("begin the spec with `apiVersion: {API_VERSION}`")),
        );
        // A Kubernetes object is no spec at all; anything else is judged as one.
        return document.get("kind").is_none();
    };
    let written = match &version.value.value {
        Value::Scalar(scalar) => scalar.text.as_str(),
        Value::List(_) | Value::Map(_) => "",
    };
    if written == API_VERSION {
        return true;
    }
    let message = format!("`{written}` is not a version of the spec that this mlship reads");
    diagnostics.push(
        Diagnostic::error(&codes::WRONG_KIND, version.value.span, message)
            .help(format!("write `apiVersion: {API_VERSION}`")),
    );
    document.get("kind").is_none() && document.get("server").is_some()
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
        (None, names) => format!("it has {}", names.join(", ")),
    };
    let message = format!("there is no environment `{wanted}`");
    diagnostics.push(Diagnostic::error(&codes::UNKNOWN_ENVIRONMENT, span, message).help(help));
    None
}

fn refuse_secrets(tree: &Node, reading: &mut Reading) {
    for finding in secrets::find(tree) {
        reading.sources.mask(finding.span);
        reading.diagnostics.push(
            Diagnostic::error(
                &codes::SECRET_LITERAL,
                finding.span,
                format!("this is a secret in plain text: {}", finding.reason),
            )
            .help("keep it in a Secret and refer to it: `secretEnv: {NAME: {secret: SECRET, key: KEY}}`"),
        );
    }
}

/// Takes away what else was found at a secret: its words would hold it.
fn withhold_secrets(reading: &mut Reading) {
    let secret: Vec<Span> = reading
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == &codes::SECRET_LITERAL)
        .filter_map(|diagnostic| diagnostic.span)
        .collect();
    if secret.is_empty() {
        return;
    }
    reading.diagnostics.retain(|diagnostic| {
        diagnostic.code == &codes::SECRET_LITERAL
            || !diagnostic.span.is_some_and(|span| secret.contains(&span))
    });
}

/// In the order of the text, each once: an environment is read alone and again in its place.
fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code.id));
    diagnostics.dedup();
}

/// Writes down where each field stands, by its path.
fn write_down(node: &Node, path: &str, provenance: &mut Provenance) {
    let Value::Map(entries) = &node.value else { return };
    for entry in entries {
        let path = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        write_down(&entry.value, &path, provenance);
        // A group is pointed at by its name: its content may come from several layers.
        let is_group = matches!(entry.value.value, Value::Map(_));
        let span = if is_group { entry.key_span } else { entry.value.span };
        provenance.written.insert(path, Origin { span, layer: entry.value.layer });
    }
}
