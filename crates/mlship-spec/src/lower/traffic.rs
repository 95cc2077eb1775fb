//! Who reaches the service.

use crate::choices::IssuerKind;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::spec::forms::value;
use crate::spec::traffic::{Expose, Gateway, Tls as WrittenTls};
use crate::values::names::{DnsSubdomain, ServiceName};
use crate::workload::{Exposure, Issuer, Network, Route, Tls};

use super::{Pass, list, pairs};

impl Pass<'_> {
    pub(super) fn exposure(&mut self, name: Option<&ServiceName>) -> Option<Exposure> {
        let Some(expose) = self.spec.expose.as_ref().map(|expose| expose.value.clone()) else {
            self.decide("expose", "internal", "nobody asked for it to be reached from outside");
            return Some(Exposure::Internal);
        };
        let host = self.required(expose.host.as_ref(), "expose.host", "churn.example.com");
        let path = value(expose.path.as_ref()).unwrap_or_else(|| "/".parse().expect("`/` is a path"));
        if let Some(written) = expose.path.as_ref().filter(|path| path.value.has_query()) {
            let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, written.span, "a route has no query");
            self.refuse(diagnostic.help("write the path alone"));
        }
        if let Some(gateway) = &expose.gateway {
            return self.gateway(
                &expose,
                &gateway.value,
                Route { host: host?, path, annotations: pairs(expose.annotations.as_ref()) },
            );
        }
        let tls = expose.tls.as_ref().map(|tls| self.tls(&tls.value, name));
        let tls = match tls {
            Some(tls) => Some(tls?),
            None => None,
        };
        let route = Route { host: host?, path, annotations: pairs(expose.annotations.as_ref()) };
        Some(Exposure::Ingress { route, class: value(expose.class.as_ref()), tls })
    }

    fn gateway(&mut self, expose: &Expose, gateway: &Gateway, route: Route) -> Option<Exposure> {
        let of_ingress = [
            ("class", expose.class.as_ref().map(|class| class.span), "the Gateway has a class of its own"),
            ("tls", expose.tls.as_ref().map(|_| self.span("expose.tls")), "the Gateway's listener ends TLS"),
        ];
        for (field, span, why) in of_ingress {
            let Some(span) = span else { continue };
            let message = format!("`expose.{field}` has no effect with a Gateway: {why}");
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, span, message)
                    .related(self.span("expose.gateway"), "the Gateway")
                    .help("remove it, or remove `gateway` for an Ingress"),
            );
        }
        Some(Exposure::Gateway {
            name: self.required(gateway.name.as_ref(), "expose.gateway.name", "public")?,
            namespace: value(gateway.namespace.as_ref()),
            section: value(gateway.section.as_ref()),
            route,
        })
    }

    fn tls(&mut self, tls: &WrittenTls, name: Option<&ServiceName>) -> Option<Tls> {
        let kind = value(tls.issuer_kind.as_ref()).map(|word| word.0);
        if let Some(word) = tls.issuer_kind.as_ref().filter(|_| tls.issuer.is_none()) {
            let diagnostic =
                Diagnostic::error(&codes::CONFLICT, word.span, "there is no issuer to be of this kind");
            self.refuse(diagnostic.help("write `issuer`, or remove `issuerKind`"));
        }
        let issuer =
            value(tls.issuer.as_ref()).map(|issuer| match kind.unwrap_or(IssuerKind::ClusterIssuer) {
                IssuerKind::ClusterIssuer => Issuer::Cluster(issuer),
                IssuerKind::Issuer => Issuer::Namespaced(issuer),
            });
        let secret = match value(tls.secret.as_ref()) {
            Some(secret) => secret,
            None if issuer.is_none() => {
                let place = self.span("expose.tls");
                self.refuse(Diagnostic::error(&codes::MISSING_FIELD, place, "TLS needs a certificate").help(
                    "write `issuer: letsencrypt-prod` for cert-manager, or `secret` with one that is there",
                ));
                return None;
            }
            None => {
                let secret = format!("{}-tls", name?);
                self.decide("expose.tls.secret", &secret, "cert-manager writes the certificate there");
                secret.parse::<DnsSubdomain>().ok()?
            }
        };
        Some(Tls { secret, issuer })
    }

    pub(super) fn network(&mut self, exposure: &Exposure) -> Network {
        let written = self.spec.network.as_ref().and_then(|network| network.value.allow_from.as_ref());
        let allow_from = match (written, exposure) {
            (Some(_), _) => Some(list(written)),
            (None, Exposure::Internal) => {
                self.decide("network.allowFrom", "own namespace", "nobody else was named");
                Some(Vec::new())
            }
            (None, Exposure::Ingress { .. } | Exposure::Gateway { .. }) => {
                self.decide(
                    "network.allowFrom",
                    "every namespace",
                    "the ingress controller's namespace is not known",
                );
                None
            }
        };
        Network { allow_from }
    }
}
