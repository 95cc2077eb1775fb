//! `mlship render --report`: what became of each field that was written.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mlship_spec::fidelity::{Fate, fates};
use serde::Serialize;

use super::Shown;
use crate::commands::{Specs, Stream, conclude, of_services, print};
use crate::diagnostics::Format;
use crate::failure::Stop;
use crate::services::Service;
use crate::ship::{Request, Shipped};
use crate::terminal::{Look, Paint, clean};

/// What became of the fields of one service.
#[derive(Serialize)]
struct Fidelity {
    #[serde(skip)]
    service: Service,
    name: String,
    namespace: Option<String>,
    target: &'static str,
    fields: BTreeMap<String, Fate>,
}

/// The whole report, as programs read it.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    services: &'a [Fidelity],
}

/// Prints the report of every service, the refused ones too.
pub fn exec(specs: &Specs, request: &Request, shown: Shown, diagnostics: Format) -> Result<(), Stop> {
    let target = request.target;
    let judge = |shipped: Shipped| {
        let service = Service::of(&shipped.workload);
        let fields = fates(target.answers(), &shipped.workload, &shipped.outcome);
        let (name, namespace) = (service.name.clone(), service.namespace.clone());
        Some(Fidelity { service, name, namespace, target: target.name(), fields })
    };
    let (found, findings) = of_services(&specs.named.files, request, |one: &Fidelity| &one.service, judge)?;
    let text = match shown {
        Shown::Json => {
            let document = Document { version: 1, services: &found };
            // Strings and maps by strings: nothing can fail.
            serde_json::to_string_pretty(&document).expect("a report is always representable") + "\n"
        }
        Shown::People => found.iter().map(|one| page(one, Look::stdout())).collect::<Vec<_>>().join("\n"),
    };
    print(text.as_bytes())?;
    conclude(findings, diagnostics, Stream::Stderr)
}

/// The page of one service: the worst first.
fn page(fidelity: &Fidelity, look: Look) -> String {
    let heading = format!("{} on {}", fidelity.name, fidelity.target);
    let mut page = format!("{}\n", look.paint(Paint::Bold, &heading));
    let widest = fidelity.fields.keys().map(|field| field.chars().count()).max().unwrap_or(0);
    for (word, paint) in [
        ("refused", Paint::Error),
        ("adapted", Paint::Help),
        ("elsewhere", Paint::Dim),
        ("honoured", Paint::Good),
    ] {
        let of_word = fidelity.fields.iter().filter(|(_, fate)| words(fate).0 == word);
        let fields: Vec<_> = of_word.collect();
        if fields.is_empty() {
            continue;
        }
        // A String takes any text.
        let _ = writeln!(page, "{} {}", look.paint(paint, word), fields.len());
        for (field, fate) in fields {
            let text = clean(words(fate).1).replace('\n', " ");
            let _ = writeln!(page, "  {:widest$}  {text}", clean(field));
        }
    }
    page
}

fn words(fate: &Fate) -> (&'static str, &str) {
    match fate {
        Fate::Honoured(text) => ("honoured", text),
        Fate::Adapted(text) => ("adapted", text),
        Fate::Refused(text) => ("refused", text),
        Fate::Elsewhere(text) => ("elsewhere", text),
    }
}
