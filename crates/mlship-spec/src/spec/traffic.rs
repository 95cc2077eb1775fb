//! `expose` and `network`: who reaches it.

use crate::choices::IssuerKind;
use crate::field::{Pairs, Spanned, Word};
use crate::spec_struct;
use crate::values::names::{AnnotationKey, DnsLabel, DnsSubdomain, Hostname};
use crate::values::path::HttpPath;

spec_struct! {
    /// How clients outside the cluster reach it.
    Expose {
        /// The host name.
        "host" host: Hostname {
            default: "required",
            becomes: "the rule's host"
        }
        /// The path in front of which it listens.
        "path" path: HttpPath {
            default: "`/`",
            becomes: "the rule's path, by prefix"
        }
        /// The ingress class.
        "class" class: DnsSubdomain {
            default: "the cluster's default",
            becomes: "ingressClassName"
        }
        /// TLS at the ingress.
        "tls" tls: Tls {
            default: "none",
            becomes: "the Ingress' tls and cert-manager's annotation"
        }
        /// The Gateway whose route it becomes, in place of an Ingress.
        "gateway" gateway: Gateway {
            default: "none: an Ingress",
            becomes: "an HTTPRoute, or a GRPCRoute for `grpc`"
        }
        /// Annotations of the Ingress or route alone.
        "annotations" annotations: Pairs<AnnotationKey, String> {
            default: "none",
            becomes: "metadata.annotations of the Ingress or route"
        }
    }
}

spec_struct! {
    /// TLS at the ingress.
    Tls {
        /// The cert-manager issuer.
        "issuer" issuer: DnsSubdomain {
            default: "none: the Secret is there already",
            becomes: "cert-manager's annotation"
        }
        /// The issuer's kind.
        "issuerKind" issuer_kind: Word<IssuerKind> {
            default: "`ClusterIssuer`",
            becomes: "which of cert-manager's annotations"
        }
        /// The Secret of the certificate.
        "secret" secret: DnsSubdomain {
            default: "`<name>-tls`",
            becomes: "tls.secretName"
        }
    }
}

spec_struct! {
    /// A Gateway of the Gateway API.
    Gateway {
        /// Its name.
        "name" name: DnsSubdomain {
            default: "required",
            becomes: "parentRefs.name"
        }
        /// Its namespace.
        "namespace" namespace: DnsLabel {
            default: "the service's own",
            becomes: "parentRefs.namespace"
        }
        /// Its listener.
        "section" section: DnsSubdomain {
            default: "every listener that fits",
            becomes: "parentRefs.sectionName"
        }
    }
}

spec_struct! {
    /// Who may reach it inside the cluster.
    Network {
        /// Namespaces whose pods may call it, beside its own.
        "allowFrom" allow_from: Vec<Spanned<DnsLabel>> {
            default: "none; every namespace when exposed, since the ingress controller's is not known",
            becomes: "the NetworkPolicy's namespace selectors"
        }
    }
}
