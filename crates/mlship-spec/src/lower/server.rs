//! The container that answers requests.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::choices::{Choice, ModelFormat, Protocol, PullPolicy, Scrape};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::spec::forms::value;
use crate::spec::server::{SecretRef as WrittenSecretRef, Server as Written};
use crate::values::image::Pin;
use crate::values::names::{EnvName, PortName};
use crate::values::numbers::Port;
use crate::workload::{EnvValue, EnvVar, Metrics, Model, SecretRef, Server};

use super::{EXAMPLE_IMAGE, Pass, list};

/// A replica that goes waits for its longest request, and so does every rollout and every drain.
const LONGEST_REQUEST_SECONDS: u32 = 86_400;

impl Pass<'_> {
    pub(super) fn server(&mut self, model: &Model) -> Server {
        let written = self.spec.server.as_ref().map(|server| server.value.clone()).unwrap_or_default();
        let image = self.required(written.image.as_ref(), "server.image", EXAMPLE_IMAGE);
        let protocol = self.protocol(&written, model);
        let port = self.port(&written, protocol);
        let metrics = self.metrics(&written, protocol, port);
        let extra_ports = self.extra_ports(&written, port);
        let env = self.env(&written);
        let request_seconds = self.request_seconds(&written, protocol);
        // A missing image is refused above; the example lets the rest be judged.
        let image = image.unwrap_or_else(|| EXAMPLE_IMAGE.parse().expect("the example is an image"));
        let pull_policy = value(written.pull_policy.as_ref()).map_or_else(
            || {
                let (policy, reason) = match image.pin() {
                    Pin::Digest(_) => (PullPolicy::IfNotPresent, "a digest is always the same image"),
                    Pin::Tag(_) => {
                        (PullPolicy::Always, "a tag can be moved; layers that are there are not loaded again")
                    }
                };
                self.decide("server.pullPolicy", policy.as_str(), reason);
                policy
            },
            |word| word.0,
        );
        Server {
            pull_secrets: list(written.pull_secrets.as_ref()),
            command: list(written.command.as_ref()),
            args: list(written.args.as_ref()),
            concurrency: written.concurrency.as_ref().map(|count| count.value.0),
            image,
            pull_policy,
            env,
            port,
            protocol,
            extra_ports,
            metrics,
            request_seconds,
        }
    }

    fn protocol(&mut self, written: &Written, model: &Model) -> Protocol {
        if let Some(word) = &written.protocol {
            return word.value.0;
        }
        let (protocol, reason) = match model.format {
            Some(ModelFormat::Vllm) => (Protocol::OpenAi, "what vLLM speaks"),
            _ => (Protocol::Http, "the most common"),
        };
        self.decide("server.protocol", protocol.as_str(), reason);
        protocol
    }

    fn port(&mut self, written: &Written, protocol: Protocol) -> Port {
        let Some(port) = &written.port else {
            let (number, reason) = match protocol {
                Protocol::OpenAi => (8000, "where vLLM listens"),
                Protocol::Grpc => (9000, "common for gRPC inference"),
                Protocol::Http | Protocol::OpenInference => (8080, "common for HTTP servers"),
            };
            self.decide("server.port", number.to_string(), reason);
            return Port::new(number).expect("the defaults above are not 0");
        };
        port.value
    }

    fn extra_ports(&mut self, written: &Written, port: Port) -> BTreeMap<PortName, Port> {
        let mut ports: BTreeMap<PortName, Port> = BTreeMap::new();
        let mut taken = BTreeMap::from([(port, "server.port".to_owned())]);
        for (name, extra) in written.ports.iter().flat_map(|ports| &ports.value.0) {
            match taken.entry(extra.value) {
                Entry::Occupied(other) => {
                    let message = format!("port {} is taken by `{}`", extra.value, other.get());
                    let refusal = Diagnostic::error(&codes::CONFLICT, extra.span, message);
                    let place = self.provenance.written.get(other.get()).map(|origin| origin.span);
                    let refusal = match place {
                        Some(place) => refusal.related(place, "the other"),
                        None => refusal,
                    };
                    self.refuse(refusal.help("remove one of the two"));
                }
                Entry::Vacant(free) => {
                    free.insert(format!("server.ports.{}", name.value));
                }
            }
            // The names that mlship gives the server's own ports.
            if matches!(name.value.as_str(), "http" | "grpc" | "metrics")
                && is_own_name(name.value.as_str(), written)
            {
                let message = format!("the port name `{}` is taken by the server's own port", name.value);
                self.refuse(
                    Diagnostic::error(&codes::CONFLICT, name.span, message)
                        .help("choose another name for this port"),
                );
            }
            ports.insert(name.value.clone(), extra.value);
        }
        ports
    }

    fn env(&mut self, written: &Written) -> Vec<EnvVar> {
        let mut env: Vec<EnvVar> = Vec::new();
        let literals: BTreeSet<&EnvName> =
            written.env.iter().flat_map(|pairs| &pairs.value.0).map(|(name, _)| &name.value).collect();
        for (name, text) in written.env.iter().flat_map(|pairs| &pairs.value.0) {
            env.push(EnvVar { name: name.value.clone(), value: EnvValue::Literal(text.value.clone()) });
        }
        for (name, reference) in written.secret_env.iter().flat_map(|pairs| &pairs.value.0) {
            if literals.contains(&name.value) {
                let message = format!("`{}` is given in `env` and in `secretEnv`", name.value);
                let other = self.span(&format!("server.env.{}", name.value));
                self.refuse(
                    Diagnostic::error(&codes::CONFLICT, name.span, message)
                        .related(other, "and here")
                        .help("keep one of the two"),
                );
            }
            if let Some(reference) = self.secret_ref(&name.value, &reference.value) {
                env.push(EnvVar { name: name.value.clone(), value: EnvValue::Secret(reference) });
            }
        }
        env
    }

    fn secret_ref(&mut self, name: &EnvName, written: &WrittenSecretRef) -> Option<SecretRef> {
        let path = format!("server.secretEnv.{name}");
        let secret = self.required(written.secret.as_ref(), &format!("{path}.secret"), "hf");
        let key = self.required(written.key.as_ref(), &format!("{path}.key"), "token");
        Some(SecretRef { secret: secret?, key: key? })
    }

    fn metrics(&mut self, written: &Written, protocol: Protocol, port: Port) -> Option<Metrics> {
        let path = || "/metrics".parse().expect("the default path is a path");
        let Some(metrics) = &written.metrics else {
            if protocol != Protocol::OpenAi {
                return None;
            }
            self.decide(
                "server.metrics",
                "/metrics",
                "where servers of the OpenAI protocol publish their numbers",
            );
            return Some(Metrics { path: path(), port, scrape: Scrape::Annotations });
        };
        let metrics = &metrics.value;
        Some(Metrics {
            path: value(metrics.path.as_ref()).unwrap_or_else(path),
            port: value(metrics.port.as_ref()).unwrap_or(port),
            scrape: value(metrics.scrape.as_ref()).map_or(Scrape::Annotations, |word| word.0),
        })
    }

    fn request_seconds(&mut self, written: &Written, protocol: Protocol) -> u32 {
        if let Some(timeout) = &written.request_timeout {
            let seconds = timeout.value.get();
            let refusal = match seconds {
                0 => Some(("a request that may take no time can't be answered", "write at least `1s`")),
                1..=LONGEST_REQUEST_SECONDS => None,
                _ => Some(("a replica would wait for more than a day before it goes", "write at most `24h`")),
            };
            if let Some((message, help)) = refusal {
                self.refuse(Diagnostic::error(&codes::INVALID_VALUE, timeout.span, message).help(help));
            }
            return seconds.clamp(1, LONGEST_REQUEST_SECONDS);
        }
        let (seconds, reason) = match protocol {
            Protocol::OpenAi => (300, "long answers are streamed"),
            Protocol::Http | Protocol::Grpc | Protocol::OpenInference => (30, "most predictions take less"),
        };
        self.decide("server.requestTimeout", format!("{seconds}s"), reason);
        seconds
    }
}

fn is_own_name(name: &str, written: &Written) -> bool {
    let is_grpc = written.protocol.as_ref().is_some_and(|word| word.value.0 == Protocol::Grpc);
    match name {
        "metrics" => written.metrics.as_ref().is_some_and(|metrics| metrics.value.port.is_some()),
        "grpc" => is_grpc,
        _ => !is_grpc,
    }
}
