//! What was decided for a service without being asked.

use mlship_spec::provenance::Decision;
use mlship_spec::target::Adaptation;
use serde::Serialize;

use super::layout::columns;
use super::{Output, json};
use crate::commands::{Specs, Stream, conclude, of_services, print};
use crate::diagnostics::Format;
use crate::failure::Stop;
use crate::services::Service;
use crate::ship::Shipped;
use crate::terminal::{Look, Paint, clean};

/// One service, as programs read it.
#[derive(Serialize)]
struct Decided {
    #[serde(skip)]
    service: Service,
    name: String,
    namespace: Option<String>,
    decisions: Vec<Decision>,
    adapted: Vec<Adaptation>,
}

/// Explains the decisions of all services that are named.
pub fn exec(specs: &Specs, output: Output) -> Result<(), Stop> {
    let request = specs.request();
    let (decided, findings) =
        of_services(&specs.named.files, &request, |one: &Decided| &one.service, decide)?;
    // What was decided for a spec with errors is not what will be.
    conclude(findings, Format::Human, Stream::Stderr)?;
    let text = match output {
        Output::Json => json("services", &decided),
        Output::Human => {
            let target = request.target.name();
            let pages: Vec<String> = decided.iter().map(|one| page(one, target, Look::stdout())).collect();
            pages.join("\n")
        }
    };
    Ok(print(text.as_bytes())?)
}

fn decide(shipped: Shipped) -> Option<Decided> {
    let emitted = shipped.outcome.ok()?;
    let service = Service::of(&shipped.workload);
    let mut decisions = shipped.workload.provenance.decisions;
    decisions.extend(emitted.decisions);
    Some(Decided {
        name: service.name.clone(),
        namespace: service.namespace.clone(),
        service,
        decisions,
        adapted: emitted.adapted,
    })
}

fn page(decided: &Decided, target: &str, look: Look) -> String {
    let decisions = decided.decisions.iter();
    let cell = |text: &str| clean(text).replace('\n', " ");
    let rows =
        decisions.map(|one| vec![format!("  {}", cell(&one.field)), cell(&one.value), cell(&one.reason)]);
    let heading = format!("Decided for {} on {target}, without being asked:", decided.name);
    let text = format!("{}\n{}", look.paint(Paint::Bold, &heading), columns(&rows.collect::<Vec<_>>()));
    if decided.adapted.is_empty() {
        return text;
    }
    let rows = decided.adapted.iter().map(|one| vec![format!("  {}", cell(&one.field)), cell(&one.how)]);
    let heading = look.paint(Paint::Bold, "Done in another way than written:");
    format!("{text}{heading}\n{}", columns(&rows.collect::<Vec<_>>()))
}
