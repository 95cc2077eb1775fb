//! Transformer and explainer: each is a workload of its own, with the service's place, rights and rollout.

use std::collections::BTreeMap;

use crate::choices::Protocol;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::{Spanned, Word};
use crate::provenance::Provenance;
use crate::source::Span;
use crate::spec::kserve::{KserveComponent, KserveTarget as WrittenTarget};
use crate::spec::server::Server;
use crate::spec::{Spec, Targets};
use crate::values::names::ServiceName;
use crate::workload::kserve::KserveTarget;
use crate::workload::{ServiceAccount, Workload};

use super::Pass;
use crate::lower::{EXAMPLE_IMAGE, missing};

/// Where KServe tells a component to listen (`InferenceServiceDefaultHttpPort`).
const PORT: u16 = 8080;

/// Groups of the service that hold for its components too.
const SHARED: [&str; 8] =
    ["namespace", "labels", "annotations", "placement", "security", "identity", "network", "expose"];

impl Pass<'_> {
    /// `targets.kserve`, with the workloads of its components.
    pub(in crate::lower) fn kserve_target_with_components(&mut self) -> KserveTarget {
        let target = self.kserve_target();
        let targets = self.spec.targets.as_ref().map(|targets| &targets.value);
        let Some(written) = targets.and_then(|targets| targets.kserve.as_ref()) else { return target };
        let written = &written.value;
        if let Some(logger) = written.logger.as_ref().filter(|logger| logger.value.url.is_none()) {
            let place = self.provenance.span("targets.kserve.logger").unwrap_or(logger.span);
            self.findings.push(missing(place, "targets.kserve.logger.url", "http://log.observability"));
        }
        KserveTarget {
            graph: written.graph.as_ref().and_then(|graph| self.graph(&graph.value)),
            transformer: self.component("transformer", written.transformer.as_ref()),
            explainer: self.component("explainer", written.explainer.as_ref()),
            ..target
        }
    }

    fn component(
        &mut self,
        role: &'static str,
        written: Option<&Spanned<KserveComponent>>,
    ) -> Option<Box<Workload>> {
        let written = written?;
        let path = format!("targets.kserve.{role}");
        if written.value.image.is_none() {
            self.findings.push(missing(self.span(&path), &format!("{path}.image"), EXAMPLE_IMAGE));
        }
        let name = self.component_name(role)?;
        let spec = component_spec(self.spec, &written.value, name, self.span(&path));
        let provenance = Provenance {
            written: component_places(&self.provenance.written, &path),
            items: component_places(&self.provenance.items, &path),
            decisions: Vec::new(),
        };
        let mut pass = Pass { spec: &spec, document: self.span(&path), provenance, findings: Vec::new() };
        let workload = pass.workload();
        let Pass { provenance, findings, .. } = pass;
        for decision in &provenance.decisions {
            if let Some(field) = component_field(&decision.field) {
                self.decide(&format!("{path}.{field}"), decision.value.clone(), decision.reason.clone());
            }
        }
        self.findings.extend(findings);
        let account = match &workload.identity.service_account {
            // The one that is made for the service.
            ServiceAccount::Own => self.spec.name.as_ref().and_then(|name| name.value.as_str().parse().ok()),
            ServiceAccount::Existing(name) => Some(name.clone()),
        };
        let mut workload = Workload { provenance, ..workload };
        if let Some(account) = account {
            workload.identity.service_account = ServiceAccount::Existing(account);
        }
        Some(Box::new(workload))
    }

    /// `<name>-<role>`, which KServe calls the Deployment and the Service.
    fn component_name(&mut self, role: &str) -> Option<ServiceName> {
        let name = &self.spec.name.as_ref()?.value;
        let whole = format!("{name}-{role}");
        let Ok(name) = whole.parse() else {
            let message = format!("`{whole}` has more than 63 characters");
            let place = self.span("name");
            let help = "shorten the name: KServe makes objects of the component by it";
            self.refuse(Diagnostic::error(&codes::NAME_TOO_LONG, place, message).help(help));
            return None;
        };
        Some(name)
    }
}

/// The spec of a component's workload: its own parts, and the groups that it shares with the service.
fn component_spec(spec: &Spec, written: &KserveComponent, name: ServiceName, span: Span) -> Spec {
    let layer = crate::source::Layer::Spec;
    let image = written.image.clone().or_else(|| {
        // A missing one is refused; the example lets the rest be judged.
        Some(Spanned { value: EXAMPLE_IMAGE.parse().ok()?, span, layer })
    });
    let service = spec.server.as_ref().map(|server| &server.value);
    let server = Server {
        image,
        port: written
            .port
            .clone()
            .or_else(|| Some(Spanned { value: crate::values::numbers::Port::new(PORT)?, span, layer })),
        protocol: Some(Spanned { value: Word(Protocol::Http), span, layer }),
        command: written.command.clone(),
        args: written.args.clone(),
        env: written.env.clone(),
        secret_env: written.secret_env.clone(),
        pull_secrets: service.and_then(|server| server.pull_secrets.clone()),
        request_timeout: service.and_then(|server| server.request_timeout.clone()),
        ..Default::default()
    };
    let targets = spec.targets.as_ref().map(|targets| {
        let kserve = targets.value.kserve.as_ref().map(|kserve| Spanned {
            value: WrittenTarget {
                version: kserve.value.version.clone(),
                mode: kserve.value.mode.clone(),
                ..Default::default()
            },
            ..kserve.clone()
        });
        Spanned { value: Targets { kserve, ..Default::default() }, ..targets.clone() }
    });
    Spec {
        name: Some(Spanned { value: name, span, layer }),
        server: Some(Spanned { value: server, span, layer }),
        resources: written.resources.clone(),
        health: written.health.clone(),
        replicas: written.replicas.clone(),
        namespace: spec.namespace.clone(),
        labels: spec.labels.clone(),
        annotations: spec.annotations.clone(),
        placement: spec.placement.clone(),
        security: spec.security.clone(),
        identity: spec.identity.clone(),
        network: spec.network.clone(),
        expose: spec.expose.clone(),
        targets,
        ..Default::default()
    }
}

/// Where the fields of a component's spec stand in the service's.
fn component_places<T: Clone>(written: &BTreeMap<String, T>, path: &str) -> BTreeMap<String, T> {
    let mut places = BTreeMap::new();
    for (field, origin) in written {
        let group = field.split('.').next().unwrap_or_default();
        if SHARED.contains(&group) {
            places.insert(field.clone(), origin.clone());
        }
        if field == path {
            places.insert("server".to_owned(), origin.clone());
            places.insert("name".to_owned(), origin.clone());
        }
        let Some(own) = field.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let is_group = ["resources", "health", "replicas"].iter().any(|group| {
            own.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let own = if is_group { own.to_owned() } else { format!("server.{own}") };
        places.insert(own, origin.clone());
    }
    places
}

/// The field of a component that a decision of its workload is about.
fn component_field(field: &str) -> Option<&str> {
    const SERVER: [&str; 3] = ["pullPolicy", "env", "args"];
    if let Some(own) = field.strip_prefix("server.") {
        return SERVER.iter().any(|known| own.starts_with(known)).then_some(own);
    }
    ["resources", "replicas", "autoscale"].iter().any(|group| field.starts_with(group)).then_some(field)
}
