//! Probes and shutdown: how the platform knows a replica, and how a replica leaves.

use crate::choices::Protocol;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::spec::forms::value;
use crate::values::numbers::Port;
use crate::values::path::HttpPath;
use crate::workload::{Check, Model, Probe, Probes, Server, Shutdown};

use super::Pass;

/// Seconds in which a replica still answers while routes to it are taken away: endpoints reach
/// kube-proxy and ingress controllers within a few seconds, load balancers of clouds within ten.
const DRAIN_SECONDS: u32 = 10;

/// Seconds for the process to end after its last request.
const EXIT_SECONDS: u32 = 5;

/// The startup probe asks this often: a model that is ready waits at most so long for its first request.
const STARTUP_PERIOD_SECONDS: u32 = 5;

impl Pass<'_> {
    pub(super) fn probes(&mut self, server: &Server, model: &Model) -> Probes {
        let health = self.spec.health.as_ref().map(|health| health.value.clone()).unwrap_or_default();
        let port = value(health.port.as_ref()).unwrap_or(server.port);
        let live = value(health.live.as_ref());
        let ready = value(health.ready.as_ref());
        let (liveness, readiness) = match (live, ready) {
            (None, None) => self.default_checks(server.protocol, port),
            (Some(live), None) => {
                self.decide("health.ready", live.as_str(), "the path given for `live`");
                (http(live.clone(), port), http(live, port))
            }
            (None, Some(ready)) => {
                self.decide(
                    "health.live",
                    format!("port {port} opens"),
                    "a replica that is not ready for a while must not be restarted for it",
                );
                (Check::Tcp { port }, http(ready, port))
            }
            (Some(live), Some(ready)) => (http(live, port), http(ready, port)),
        };
        self.judge_grpc_paths(server.protocol, port == server.port);
        let startup = self.startup(readiness.clone(), model.load_seconds);
        Probes {
            startup,
            // A minute of silence: a server that computes may miss a question or two.
            liveness: Probe { check: liveness, period_seconds: 10, timeout_seconds: 5, failure_threshold: 6 },
            readiness: Probe {
                check: readiness,
                period_seconds: 5,
                timeout_seconds: 3,
                failure_threshold: 3,
            },
        }
    }

    fn default_checks(&mut self, protocol: Protocol, port: Port) -> (Check, Check) {
        let paths = match protocol {
            Protocol::Grpc => {
                self.decide("health", "grpc.health.v1", "the health protocol of gRPC");
                return (Check::Grpc { port }, Check::Grpc { port });
            }
            Protocol::Http => {
                self.findings.push(
                    Diagnostic::warning(
                        &codes::WEAK_HEALTH,
                        self.span("server"),
                        "no health check is given, so a replica counts as ready as soon as its port is open",
                    )
                    .help("name a path that answers 200 only when the model is loaded: `health: {ready: /readyz}`"),
                );
                self.decide("health", format!("port {port} opens"), "no path was given");
                return (Check::Tcp { port }, Check::Tcp { port });
            }
            Protocol::OpenInference => ("/v2/health/live", "/v2/health/ready"),
            // Both answer only when the engine runs; asking for the models is the better proof.
            Protocol::OpenAi => ("/health", "/v1/models"),
        };
        self.decide(
            "health",
            format!("live {}, ready {}", paths.0, paths.1),
            format!("paths of the {protocol} protocol"),
        );
        let path = |path: &str| path.parse().expect("the default paths are paths");
        (http(path(paths.0), port), http(path(paths.1), port))
    }

    /// A path is asked for over plain HTTP; a gRPC port does not answer that.
    fn judge_grpc_paths(&mut self, protocol: Protocol, same_port: bool) {
        let Some(health) = self.spec.health.as_ref().filter(|_| protocol == Protocol::Grpc && same_port)
        else {
            return;
        };
        for path in [&health.value.live, &health.value.ready].into_iter().flatten() {
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, path.span, "a gRPC port does not answer a path").help(
                    "remove it: the health protocol of gRPC is asked; or name an HTTP port in `health.port`",
                ),
            );
        }
    }

    /// Asks what readiness asks: a server may call itself alive before its model is loaded, and then be
    /// silent while it loads.
    fn startup(&mut self, check: Check, load_seconds: u32) -> Probe {
        // Three times the load time: a busy node or a cold disk doubles it easily.
        let budget = (load_seconds.saturating_mul(3)).max(60);
        let failure_threshold = budget.div_ceil(STARTUP_PERIOD_SECONDS);
        self.decide(
            "startup probe",
            format!("{}s", failure_threshold * STARTUP_PERIOD_SECONDS),
            format!(
                "three times the load time of {load_seconds}s, so that liveness can't kill a loading model"
            ),
        );
        Probe { check, period_seconds: STARTUP_PERIOD_SECONDS, timeout_seconds: 3, failure_threshold }
    }

    pub(super) fn shutdown(&mut self, server: &Server) -> Shutdown {
        let grace_seconds = DRAIN_SECONDS + server.request_seconds + EXIT_SECONDS;
        self.decide(
            "termination grace",
            format!("{grace_seconds}s"),
            format!(
                "{DRAIN_SECONDS}s until no route leads to it, {}s for the longest request, {EXIT_SECONDS}s to exit",
                server.request_seconds
            ),
        );
        Shutdown { drain_seconds: DRAIN_SECONDS, grace_seconds }
    }
}

fn http(path: HttpPath, port: Port) -> Check {
    Check::Http { path, port }
}
