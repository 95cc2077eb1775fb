//! What there is to say about the way in.

use mlship_spec::choices::Protocol;
use mlship_spec::codes;
use mlship_spec::values::names::DnsSubdomain;
use mlship_spec::workload::{Exposure, Route, Tls, Workload};

use super::{DEFAULT_TIMEOUT, is_nginx};
use crate::notes::Notes;
use mlship_spec::codes::INGRESS_DEFAULTS;

/// Refuses a path that a route can't match, and warns of what a controller does of its own accord.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    match &workload.exposure {
        Exposure::Internal => {}
        Exposure::Ingress { class, tls, .. } => ingress(workload, class.as_ref(), tls.as_ref(), notes),
        Exposure::Gateway { route, .. } => gateway(workload, route, notes),
    }
}

fn ingress(workload: &Workload, class: Option<&DnsSubdomain>, tls: Option<&Tls>, notes: &mut Notes) {
    let grpc = workload.server.protocol == Protocol::Grpc;
    let seconds = workload.server.request_seconds;
    if is_nginx(class) {
        if grpc && tls.is_none() {
            let message = "nginx speaks HTTP/2, which gRPC needs, to clients with TLS only";
            notes.warn(workload, &INGRESS_DEFAULTS, "expose", message, "add `expose.tls`");
        }
        return;
    }
    let class = class.map_or_else(|| "the default class".to_owned(), |class| format!("class `{class}`"));
    if grpc {
        let message = format!("how {class} is told that the server speaks gRPC is not known here");
        let help =
            "set the controller's annotation in `expose.annotations`, or expose it through `expose.gateway`";
        notes.warn(workload, &INGRESS_DEFAULTS, "expose.class", message, help);
    }
    if seconds > DEFAULT_TIMEOUT {
        let message = format!("how {class} is told to wait {seconds} s for an answer is not known here");
        let help =
            "set the controller's annotation in `expose.annotations`, or expose it through `expose.gateway`";
        notes.warn(workload, &INGRESS_DEFAULTS, "expose.class", message, help);
    }
}

fn gateway(workload: &Workload, route: &Route, notes: &mut Notes) {
    if workload.server.protocol != Protocol::Grpc {
        return;
    }
    if route.path.as_str() != "/" {
        let message = format!("a GRPCRoute matches services and methods, not the path `{}`", route.path);
        let help = "take `expose.path` away; a host name of its own keeps the service apart";
        notes.refuse(workload, &codes::NOT_ON_TARGET, "expose.path", message, help);
    }
    if workload.provenance.is_written("server.requestTimeout") {
        let how =
            "left to the Gateway: a GRPCRoute has no time-out; gRPC clients send a deadline of their own";
        notes.adapt("server.requestTimeout", how);
    }
}
