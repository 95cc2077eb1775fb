//! The services of one run: no two may carry the same name.

use std::collections::BTreeMap;

use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Span;
use mlship_spec::workload::Workload;

use crate::diagnostics::Report;

/// Which service it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its namespace; `None` where that is left to whoever applies it.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Where the name was written.
    span: Option<Span>,
}

/// The services that were met so far, each with its place.
#[derive(Clone, Debug, Default)]
pub struct Services(BTreeMap<(Option<String>, String), String>);

impl Service {
    /// The service of a workload.
    pub fn of(workload: &Workload) -> Self {
        Self {
            namespace: workload.namespace.as_ref().map(ToString::to_string),
            name: workload.name.to_string(),
            span: workload.span("name"),
        }
    }
}

impl Services {
    /// Takes a service in; one whose name is taken already is refused in its report.
    pub fn claim(&mut self, service: &Service, report: &mut Report) -> bool {
        let key = (service.namespace.clone(), service.name.clone());
        let place = service.span.map_or_else(
            || report.name.clone(),
            |span| {
                let position = report.sources.position(span);
                format!("{}:{}:{}", report.sources.of(span).name, position.line, position.column)
            },
        );
        let Some(first) = self.0.get(&key) else {
            self.0.insert(key, place);
            return true;
        };
        let message = format!("a service of the name `{}` is made by {first} already", service.name);
        let help = "give one of them another `name` or `namespace`";
        report.diagnostics.push(Diagnostic::error(&codes::SAME_NAME, service.span, message).help(help));
        false
    }
}
