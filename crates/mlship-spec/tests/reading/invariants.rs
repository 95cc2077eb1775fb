//! What holds of every reading, whatever was read.

use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, Reading, read};
use mlship_spec::source::{Sources, Span};

/// Reads, and checks what holds of every reading; a second reading gives the same.
pub fn checked(bytes: &[u8], options: &ReadOptions) -> Reading {
    let reading = read("mlship.yaml", bytes, options);
    for found in &reading.diagnostics {
        assert!(!found.message.is_empty());
        assert!(!found.message.chars().any(char::is_control), "{:?}", found.message);
        let span = found.span.expect("every finding of the reader has a place");
        check_place(&reading.sources, span);
        found.related.iter().for_each(|(span, _)| check_place(&reading.sources, *span));
    }
    for workload in &reading.workloads {
        for origin in workload.provenance.written.values() {
            check_place(&reading.sources, origin.span);
        }
    }
    for source in reading.sources.iter() {
        assert_eq!(source.shown().len(), source.text.len(), "masking moves nothing");
    }
    assert!(
        !reading.workloads.is_empty() || has_errors(&reading.diagnostics),
        "nothing says why nothing is read"
    );
    assert_eq!(format!("{reading:?}"), format!("{:?}", read("mlship.yaml", bytes, options)));
    reading
}

fn check_place(sources: &Sources, span: Span) {
    let text = &sources.of(span).text;
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= text.len(), "{start}..{end} is not in a text of {} bytes", text.len());
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end} cuts a character");
    let position = sources.position(span);
    assert!(position.line > 0 && position.column > 0);
}
