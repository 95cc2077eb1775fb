//! The codes of findings that only Kubernetes knows.

use mlship_spec::codes::Code;

/// A query is bound to no namespace.
pub static UNSCOPED_QUERY: Code = Code {
    id: "ML453",
    title: "query counts every namespace",
    explanation: "The autoscaler's query selects the service's pods by name. Without a namespace it counts pods of \
                  the same name in other namespaces too, such as a staging copy, and scales this service for them. \
                  `namespace` in the spec, or `--set namespace=NAME`, binds it.",
};

/// The network policy may shut out someone who has to get in.
pub static SHUT_OUT: Code = Code {
    id: "ML513",
    title: "network policy may shut callers out",
    explanation: "`network.allowFrom` lets in the pods of the namespaces that it lists, and of the service's own. \
                  The ingress controller, the Gateway's proxies or Prometheus run elsewhere as a rule: requests from \
                  outside then time out, or the metrics stay empty. Add their namespaces to the list.",
};

/// An ingress controller is left to its defaults.
pub static INGRESS_DEFAULTS: Code = Code {
    id: "ML560",
    title: "ingress left to its defaults",
    explanation: "Time-outs and the protocol behind an Ingress are set by annotations of each controller's own. \
                  mlship knows those of nginx; for another class the controller's defaults hold, often 60 seconds \
                  and HTTP/1.1. Set what is needed in `expose.annotations`, or expose it through a Gateway, whose \
                  routes say both in one way.",
};
