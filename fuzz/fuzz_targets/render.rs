//! Any bytes: read, and what is read is rendered. Nothing may panic, places lie in their texts, and
//! what is printed is read again as the same.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use mlship_helm::HelmTarget;
use mlship_kserve::KserveTarget;
use mlship_kubernetes::KubernetesTarget;
use mlship_kubernetes::yaml::print_document;
use mlship_spec::diagnostic::{Diagnostic, has_errors};
use mlship_spec::read::{ReadOptions, Reading, read};
use mlship_spec::source::{Sources, Span};
use mlship_spec::target::{Document, Emitted, File, Target};
use serde::Deserialize as _;

/// A new target gets a line here.
static TARGETS: LazyLock<Vec<&'static dyn Target>> = LazyLock::new(|| {
    static KSERVE: KserveTarget = KserveTarget::new();
    static VALUES: HelmTarget = HelmTarget::values();
    static CHART: HelmTarget = HelmTarget::chart();
    let others: [&'static dyn Target; 4] = [&VALUES, &CHART, &KSERVE, &KubernetesTarget];
    others.into_iter().chain(mlship_managed::targets()).collect()
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let reading = read("mlship.yaml", bytes, &options(bytes));
    judge(&reading);
    for workload in &reading.workloads {
        for target in TARGETS.iter() {
            match target.emit(workload) {
                Ok(emitted) => judge_emitted(&reading.sources, &emitted),
                Err(refusals) => {
                    assert!(has_errors(&refusals), "{} refuses without an error", target.name());
                    judge_places(&reading.sources, &refusals);
                }
            }
        }
    }
    // Bytes that are no text teach nothing after the first few.
    if reading.diagnostics.iter().any(|found| found.code.id == "ML015") {
        Corpus::Reject
    } else {
        Corpus::Keep
    }
});

/// Flags in the first line, as the cases of the tests have them: `# flags: --env staging --set a.b=1`.
fn options(bytes: &[u8]) -> ReadOptions {
    let mut options = ReadOptions::default();
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let flags =
        std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("# flags: ")).unwrap_or_default();
    let mut words = flags.split(' ');
    while let (Some(flag), Some(value)) = (words.next(), words.next()) {
        match flag {
            "--env" => options.environment = Some(value.to_owned()),
            _ => options.set.push(value.trim_matches('\'').to_owned()),
        }
    }
    options
}

fn judge(reading: &Reading) {
    judge_places(&reading.sources, &reading.diagnostics);
    for source in reading.sources.iter() {
        assert_eq!(source.shown().len(), source.text.len(), "masking moves nothing");
    }
    for workload in &reading.workloads {
        for origin in workload.provenance.written.values() {
            judge_place(&reading.sources, origin.span);
        }
    }
    let is_read = !reading.workloads.is_empty();
    assert!(is_read || has_errors(&reading.diagnostics), "nothing is read, and nothing says why");
}

fn judge_places(sources: &Sources, diagnostics: &[Diagnostic]) {
    for found in diagnostics {
        assert!(!found.message.is_empty() && !found.message.contains('\n'), "{:?}", found.message);
        assert!(!found.message.chars().any(char::is_control), "{:?}", found.message);
        let related = found.related.iter().map(|(span, _)| *span);
        found.span.into_iter().chain(related).for_each(|span| judge_place(sources, span));
    }
}

fn judge_place(sources: &Sources, span: Span) {
    let text = &sources.of(span).text;
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{start}..{end} of {}", text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end} cuts a character");
    let position = sources.position(span);
    assert!(position.line > 0 && position.column > 0);
    sources.text(span);
}

fn judge_emitted(sources: &Sources, emitted: &Emitted) {
    judge_places(sources, &emitted.warnings);
    for (path, file) in &emitted.bundle.files {
        assert!(!path.starts_with('/') && !path.split('/').any(|part| part == ".."), "{path}");
        match file {
            File::Manifests(documents) => documents.iter().for_each(judge_document),
            File::Settings(document) => judge_document(document),
            File::Text(_) => {}
        }
    }
}

/// A reader that is not the printer's sees the same.
fn judge_document(document: &Document) {
    let text = print_document(document);
    let again = serde_json::Value::deserialize(serde_yaml::Deserializer::from_str(&text));
    let again = again.unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(&again, document.value(), "{text}");
}
