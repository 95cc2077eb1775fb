//! `mlship render --target kserve --explain`: what KServe's controller will make of a service.

use std::fmt::Write as _;

use mlship_kserve::explain::{Difference, Explanation, explain};
use mlship_kubernetes::yaml::print_documents;
use serde::Serialize;
use serde_json::Value;

use super::Shown;
use crate::commands::{Specs, Stream, conclude, of_services, print};
use crate::diagnostics::Format;
use crate::failure::{Failure, Failures, Stop};
use crate::services::Service;
use crate::ship::{Request, Shipped};
use crate::terminal::clean;

/// What KServe will make of one service.
struct Prediction {
    service: Service,
    made: Result<Explanation, String>,
}

/// The same as programs read it.
#[derive(Serialize)]
struct Printed<'a> {
    name: &'a str,
    namespace: Option<&'a str>,
    /// The objects, in the order in which the controller makes them.
    made: Vec<&'a Value>,
    /// Where they differ from what `--target kubernetes` writes.
    differences: &'a [Difference],
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    services: Vec<Printed<'a>>,
}

/// Prints the prediction of every service; one that can't be predicted is a refusal of the request.
pub fn exec(specs: &Specs, request: &Request, shown: Shown, diagnostics: Format) -> Result<(), Stop> {
    let predict = |shipped: Shipped| {
        shipped.outcome.ok()?;
        Some(Prediction { service: Service::of(&shipped.workload), made: explain(&shipped.workload) })
    };
    let (found, findings) =
        of_services(&specs.named.files, request, |one: &Prediction| &one.service, predict)?;
    conclude(findings, diagnostics, Stream::Stderr)?;
    let mut predicted = Vec::new();
    let mut failures = Vec::new();
    for Prediction { service, made } in &found {
        match made {
            Ok(made) => predicted.push((service, made)),
            Err(why) => {
                failures.push(Failure::refused(format!("{} can't be predicted: {why}", service.name)));
            }
        }
    }
    if let Some(failures) = Failures::of(failures) {
        return Err(failures.into());
    }
    let text = match shown {
        Shown::Json => json(&predicted),
        Shown::People => {
            predicted.iter().map(|(service, made)| page(service, made)).collect::<Vec<_>>().join("---\n")
        }
    };
    Ok(print(text.as_bytes())?)
}

fn json(predicted: &[(&Service, &Explanation)]) -> String {
    let services = predicted.iter().map(|(service, explanation)| Printed {
        name: &service.name,
        namespace: service.namespace.as_deref(),
        made: explanation.made.iter().map(mlship_spec::target::Document::value).collect(),
        differences: &explanation.differences,
    });
    let document = Document { version: 1, services: services.collect() };
    // Strings, numbers and maps by strings: nothing can fail.
    serde_json::to_string_pretty(&document).expect("a prediction is always representable") + "\n"
}

/// YAML with the differences as comments before it.
fn page(service: &Service, explanation: &Explanation) -> String {
    let mut page =
        format!("# What KServe will make of {}. Not to be applied: KServe does.\n", clean(&service.name));
    if explanation.differences.is_empty() {
        page.push_str("# Its pods are those of `--target kubernetes`, field by field.\n");
    } else {
        page.push_str("# Where that differs from `--target kubernetes`:\n");
    }
    for Difference { field, plain, kserve } in &explanation.differences {
        let shown = |value: &Option<String>| value.as_deref().map_or("nothing".to_owned(), line);
        // A String takes any text.
        let _ = writeln!(page, "#   {}: {} → {}", line(field), shown(plain), shown(kserve));
    }
    page.push_str(&print_documents(&explanation.made));
    page
}

/// Text on one line, since a comment ends with it: YAML 1.1 knows lines that end with other characters too
/// (<https://yaml.org/spec/1.1/#b-line-feed>).
fn line(text: &str) -> String {
    clean(text).replace(['\n', '\u{85}', '\u{2028}', '\u{2029}'], " ")
}
