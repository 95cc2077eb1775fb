//! How many replicas there are, and what moves their number.

use crate::choices::{Autoscaler, MetricScope, ModelFormat, Protocol, SignalKind, TargetPer};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::source::{Layer, Span};
use crate::spec::forms::{ShortOr, value};
use crate::spec::running::{Autoscale, ReplicaRange};
use crate::values::quantity::Quantity;
use crate::values::quoted;
use crate::workload::{
    AutoScale, KubernetesTarget, MeteredResource, Model, QueryTarget, Reading, Resources, Scale, Server,
    Signal,
};

use super::Pass;

impl Pass<'_> {
    pub(super) fn scale(&mut self, server: &Server, model: &Model, resources: &Resources) -> Option<Scale> {
        let range = match self.spec.replicas.as_ref() {
            None => {
                self.refuse_autoscale_without_range(None);
                self.decide(
                    "replicas",
                    "2",
                    "a single replica is away with its node, and during each rollout",
                );
                return Some(Scale::Fixed { replicas: 2 });
            }
            Some(Spanned { value: ShortOr::Short(count), span, layer }) => {
                self.refuse_autoscale_without_range(Some((*span, *layer)));
                return Some(Scale::Fixed { replicas: count.0 });
            }
            Some(Spanned { value: ShortOr::Long(range), .. }) => range,
        };
        let (min, max) = self.range(range)?;
        let autoscale = self.spec.autoscale.as_ref().map(|field| field.value.clone()).unwrap_or_default();
        let signal = self.signal(&autoscale, server, model, resources);
        let autoscaler = self.autoscaler(min);
        self.judge_prometheus(&autoscale, autoscaler, signal.as_ref());
        let down_window_seconds = self.down_window(&autoscale, model);
        let up_window_seconds = autoscale.up_window.as_ref().map_or(0, |window| window.value.get());
        self.judge_windows(&autoscale);
        Some(Scale::Auto(AutoScale {
            prometheus: autoscale.prometheus.as_ref().map(|url| url.value.as_str().to_owned()),
            signal: signal?,
            min,
            max,
            down_window_seconds,
            up_window_seconds,
            autoscaler,
        }))
    }

    /// A fixed number of a higher layer (an environment, a flag) switches the autoscaler off; of the
    /// same layer, the two contradict each other.
    fn refuse_autoscale_without_range(&mut self, replicas: Option<(Span, Layer)>) {
        let Some(autoscale) = &self.spec.autoscale else { return };
        if let Some((_, layer)) = replicas
            && layer > autoscale.layer
        {
            self.decide("autoscale", "off", "the number of replicas is fixed by what is laid over the spec");
            return;
        }
        let diagnostic = Diagnostic::error(
            &codes::CONFLICT,
            self.span("autoscale"),
            "`autoscale` has no range to move the number of replicas in",
        )
        .help("write `replicas: {min: 2, max: 10}`, or remove `autoscale`");
        self.refuse(match replicas {
            Some((span, _)) => diagnostic.related(span, "fixed here"),
            None => diagnostic,
        });
    }

    fn range(&mut self, range: &ReplicaRange) -> Option<(u32, u32)> {
        let max = self.required(range.max.as_ref(), "replicas.max", "10")?.0;
        let min = value(range.min.as_ref()).map_or_else(
            || {
                let min = max.min(2);
                let reason =
                    if min < 2 { "`max` allows no more" } else { "a single replica is away with its node" };
                self.decide("replicas.min", min.to_string(), reason);
                min
            },
            |min| min.0,
        );
        if min > max {
            let message = format!("the fewest replicas, {min}, are more than the most, {max}");
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, self.span("replicas.min"), message)
                    .related(self.span("replicas.max"), "the most")
                    .help("raise `max`, or lower `min`"),
            );
        }
        Some((min, max))
    }

    fn autoscaler(&mut self, min: u32) -> Autoscaler {
        let targets = self.spec.targets.as_ref().and_then(|targets| targets.value.kubernetes.as_ref());
        let written = targets.and_then(|target| target.value.autoscaler.as_ref());
        match written {
            Some(word) if word.value.0 == Autoscaler::Hpa && min == 0 => {
                self.refuse(
                    Diagnostic::error(
                        &codes::ZERO_WITHOUT_KEDA,
                        word.span,
                        "a HorizontalPodAutoscaler can't scale to zero",
                    )
                    .related(self.span("replicas.min"), "zero is asked for here")
                    .help("write `autoscaler: keda`, or `min: 1`"),
                );
                Autoscaler::Hpa
            }
            Some(word) => word.value.0,
            None if min == 0 => {
                self.decide("targets.kubernetes.autoscaler", "keda", "only KEDA scales to zero");
                Autoscaler::Keda
            }
            None => Autoscaler::Hpa,
        }
    }

    fn signal(
        &mut self,
        autoscale: &Autoscale,
        server: &Server,
        model: &Model,
        resources: &Resources,
    ) -> Option<Signal> {
        let kind = self.signal_kind(autoscale, resources)?;
        self.judge_signal_fields(autoscale, kind);
        if kind == SignalKind::Cpu
            && let (Some(_), Some(on)) = (&resources.gpu, &autoscale.on)
        {
            self.findings.push(
                Diagnostic::warning(
                    &codes::CPU_SIGNAL_ON_GPU,
                    on.span,
                    "the CPU of a GPU server stays idle under load",
                )
                .related(self.span("resources.gpu"), "it computes on the GPU")
                .help("write `on: concurrency`, `on: queue-depth` or `on: rps`"),
            );
        }
        let target = self.target(autoscale, kind, server);
        match kind {
            SignalKind::Cpu | SignalKind::Memory => {
                let resource =
                    if kind == SignalKind::Cpu { MeteredResource::Cpu } else { MeteredResource::Memory };
                let utilization = self.percent(&target?, autoscale)?;
                Some(Signal::Resource { resource, utilization })
            }
            SignalKind::Query => Some(Signal::Query {
                metric: format!("{}_query", self.metric_prefix()),
                query: self.required(autoscale.query.as_ref(), "autoscale.query", "sum(my_queue_length)")?,
                target: query_target(autoscale, TargetPer::Replica, target?),
            }),
            SignalKind::Latency => {
                let series = self.series(autoscale, kind, server, model);
                let base = series.strip_suffix("_bucket").unwrap_or(&series);
                Some(Signal::Latency {
                    metric: format!("{}_latency_p95_seconds", self.metric_prefix()),
                    buckets: format!("{base}_bucket"),
                    target: query_target(autoscale, TargetPer::Service, target?),
                })
            }
            SignalKind::Gpu | SignalKind::Concurrency | SignalKind::Rps | SignalKind::QueueDepth => {
                let series = self.series(autoscale, kind, server, model);
                let reading = if kind == SignalKind::Rps { Reading::Rate } else { Reading::Gauge };
                let metric = match reading {
                    Reading::Gauge => series.replace(':', "_"),
                    Reading::Rate => {
                        format!("{}_per_second", series.trim_end_matches("_total").replace(':', "_"))
                    }
                };
                Some(Signal::PerReplica { metric, series, reading, target: target? })
            }
        }
    }

    fn signal_kind(&mut self, autoscale: &Autoscale, resources: &Resources) -> Option<SignalKind> {
        if let Some(word) = &autoscale.on {
            return Some(word.value.0);
        }
        if autoscale.query.is_some() {
            return Some(SignalKind::Query);
        }
        if resources.gpu.is_some() {
            let place = if self.spec.autoscale.is_some() { "autoscale" } else { "replicas" };
            self.refuse(
                Diagnostic::error(
                    &codes::NO_SIGNAL,
                    self.span(place),
                    "nothing says what the replicas of this GPU server follow",
                )
                .help("for example `autoscale: {on: concurrency, target: 4}`; the CPU would tell nothing"),
            );
            return None;
        }
        self.decide("autoscale.on", "cpu", "a CPU server's load shows in its CPU");
        Some(SignalKind::Cpu)
    }

    /// Fields that the signal has no use for would be lost without a word.
    fn judge_signal_fields(&mut self, autoscale: &Autoscale, kind: SignalKind) {
        let queries = matches!(kind, SignalKind::Query);
        let measured = matches!(kind, SignalKind::Cpu | SignalKind::Memory);
        let mut idle = Vec::new();
        if let Some(query) = autoscale.query.as_ref().filter(|_| !queries) {
            idle.push(("query", query.span, "write `on: query`, or remove the query"));
        }
        if let Some(metric) = autoscale.metric.as_ref().filter(|_| queries || measured) {
            idle.push(("metric", metric.span, "remove it, or scale on a signal that has a series"));
        }
        if let Some(per) = autoscale.per.as_ref().filter(|_| !queries && kind != SignalKind::Latency) {
            idle.push(("per", per.span, "remove it: this signal is one of each replica"));
        }
        for (field, span, help) in idle {
            let message = format!("`autoscale.{field}` has no effect on the signal `{kind}`");
            self.refuse(Diagnostic::error(&codes::CONFLICT, span, message).help(help));
        }
        if let Some(metric) = autoscale.metric.as_ref().filter(|metric| !is_series(&metric.value)) {
            let message = format!("{} is not the name of a Prometheus series", quoted(&metric.value));
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, metric.span, message)
                    .help("write letters, digits, `_` and `:`, not starting with a digit; a whole query goes into `query`"),
            );
        }
        if let Some(query) = autoscale.query.as_ref().filter(|query| query.value.trim().is_empty()) {
            let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, query.span, "the query is empty");
            self.refuse(diagnostic.help("write PromQL that gives one number"));
        }
    }

    fn target(&mut self, autoscale: &Autoscale, kind: SignalKind, server: &Server) -> Option<Quantity> {
        if let Some(target) = &autoscale.target {
            if target.value.is_zero() || target.value.is_negative() {
                let message = format!("a target of `{}` can't be held", target.value);
                let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, target.span, message);
                self.refuse(diagnostic.help("write a number above 0"));
            }
            return Some(target.value.clone());
        }
        let (target, reason) = match (kind, server.concurrency) {
            (SignalKind::Cpu, _) => (70, "leaves room while the next replica starts"),
            (SignalKind::Memory | SignalKind::Gpu, _) => (80, "leaves room while the next replica starts"),
            // Knative's target percentage: <https://knative.dev/docs/serving/autoscaling/concurrency/> (2026-11).
            (SignalKind::Concurrency, Some(limit)) => {
                ((limit * 7 / 10).max(1), "70 % of `server.concurrency`")
            }
            _ => {
                let place = if self.spec.autoscale.is_some() { "autoscale" } else { "replicas" };
                let place = self.span(place);
                self.refuse(super::missing(place, "autoscale.target", "4"));
                return None;
            }
        };
        self.decide("autoscale.target", target.to_string(), reason);
        Some(Quantity::from_count(target))
    }

    fn percent(&mut self, target: &Quantity, autoscale: &Autoscale) -> Option<u32> {
        let percent =
            target.is_whole().then(|| target.bytes()).filter(|percent| (1..=1000).contains(percent));
        if percent.is_none() {
            let span = autoscale.target.as_ref().map_or(self.document, |target| target.span);
            let message = "the target is no whole percentage of the request";
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, span, message)
                    .help("write a whole number such as `70`"),
            );
        }
        percent.and_then(|percent| u32::try_from(percent).ok())
    }

    /// The Prometheus series of a signal: the one written, or the one that the server is known for.
    fn series(&mut self, autoscale: &Autoscale, kind: SignalKind, server: &Server, model: &Model) -> String {
        let reads_series = kind != SignalKind::Gpu && !self.is_counted_by_knative();
        if reads_series && server.metrics.is_none() {
            let span = autoscale.on.as_ref().map_or(self.document, |on| on.span);
            self.findings.push(
                Diagnostic::warning(
                    &codes::METRIC_NOT_SCRAPED,
                    span,
                    format!("nothing says where Prometheus reads `{kind}`"),
                )
                .help("write `server.metrics: {path: /metrics}`"),
            );
        }
        if let Some(metric) = &autoscale.metric {
            return metric.value.clone();
        }
        let (series, known) = known_series(kind, server.protocol, model.format);
        if !known && reads_series {
            let span = autoscale.on.as_ref().map_or(self.document, |on| on.span);
            self.findings.push(
                Diagnostic::warning(
                    &codes::ASSUMED_METRIC,
                    span,
                    format!("the server is assumed to export `{series}`"),
                )
                .help("write `autoscale.metric` with the series that it does export"),
            );
        }
        self.decide(
            "autoscale.metric",
            series,
            if known { "what this server exports" } else { "a common name" },
        );
        series.to_owned()
    }

    fn metric_prefix(&self) -> String {
        let name = self.spec.name.as_ref().map_or("service", |name| name.value.as_str());
        name.replace('-', "_")
    }

    fn judge_prometheus(&mut self, autoscale: &Autoscale, autoscaler: Autoscaler, signal: Option<&Signal>) {
        let asks = signal.is_some_and(|signal| !matches!(signal, Signal::Resource { .. }));
        match (&autoscale.prometheus, autoscaler) {
            // Knative counts requests itself; plain Kubernetes refuses such a service, which nothing would wake.
            (None, Autoscaler::Keda) if asks && self.is_counted_by_knative() => {}
            (None, Autoscaler::Keda) if asks => {
                let place = if self.spec.autoscale.is_some() { "autoscale" } else { "replicas" };
                let place = self.span(place);
                self.refuse(super::missing(
                    place,
                    "autoscale.prometheus",
                    "http://prometheus.monitoring.svc:9090",
                ));
            }
            (Some(prometheus), Autoscaler::Hpa) => self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    prometheus.span,
                    "a HorizontalPodAutoscaler asks no Prometheus itself; the Prometheus Adapter does",
                )
                .help("remove it, or write `targets.kubernetes.autoscaler: keda`"),
            ),
            (Some(prometheus), Autoscaler::Keda) if !asks => self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    prometheus.span,
                    "this signal does not come from Prometheus",
                )
                .help("remove it"),
            ),
            _ => {}
        }
        let measured = signal.is_some_and(|signal| matches!(signal, Signal::Resource { .. }));
        let range = self.spec.replicas.as_ref().map(|replicas| &replicas.value);
        let to_zero = matches!(range, Some(ShortOr::Long(range)) if range.min.as_ref().is_some_and(|min| min.value.0 == 0));
        if measured && to_zero {
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    self.span("replicas.min"),
                    "with no replica there is no CPU or memory to measure, so none would ever start again",
                )
                .help("scale on a Prometheus signal such as `rps`, or write `min: 1`"),
            );
        }
    }

    fn down_window(&mut self, autoscale: &Autoscale, model: &Model) -> u32 {
        if let Some(window) = &autoscale.down_window {
            return window.value.get();
        }
        // The controller's own default is five minutes; see the Kubernetes documentation on
        // --horizontal-pod-autoscaler-downscale-stabilization. The API allows an hour at most.
        let window = (model.load_seconds.saturating_mul(2)).clamp(300, 3600);
        self.decide("autoscale.downWindow", format!("{window}s"), "five minutes, or twice the load time");
        window
    }

    /// `stabilizationWindowSeconds` is 0 to 3600:
    /// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/>.
    fn judge_windows(&mut self, autoscale: &Autoscale) {
        for window in [&autoscale.up_window, &autoscale.down_window].into_iter().flatten() {
            if window.value.get() > 3600 {
                let message = format!("`{}` is longer than an autoscaler remembers", window.value);
                let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, window.span, message);
                self.refuse(diagnostic.help("write at most `1h`"));
            }
        }
    }

    pub(super) fn kubernetes_target(&self) -> KubernetesTarget {
        let target = self.spec.targets.as_ref().and_then(|targets| targets.value.kubernetes.as_ref());
        let target = target.map(|target| target.value.clone()).unwrap_or_default();
        KubernetesTarget {
            metric_scope: value(target.metric_scope.as_ref()).map_or(MetricScope::Container, |word| word.0),
            cloud: value(target.cloud.as_ref()).map(|word| word.0),
        }
    }
}

fn query_target(autoscale: &Autoscale, default: TargetPer, target: Quantity) -> QueryTarget {
    match value(autoscale.per.as_ref()).map_or(default, |word| word.0) {
        TargetPer::Replica => QueryTarget::PerReplica(target),
        TargetPer::Service => QueryTarget::Total(target),
    }
}

/// The series of a signal, and whether this kind of server is known to export it.
///
/// vLLM: <https://docs.vllm.ai/en/stable/design/metrics/>. Triton:
/// <https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html>. DCGM:
/// <https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv>. Others:
/// <https://github.com/trallnag/prometheus-fastapi-instrumentator> (all 2026-11).
fn known_series(kind: SignalKind, protocol: Protocol, format: Option<ModelFormat>) -> (&'static str, bool) {
    let vllm = format == Some(ModelFormat::Vllm) || (format.is_none() && protocol == Protocol::OpenAi);
    let triton = matches!(format, Some(ModelFormat::Triton | ModelFormat::Tensorrt));
    match kind {
        SignalKind::Gpu => ("DCGM_FI_DEV_GPU_UTIL", true),
        SignalKind::Concurrency if vllm => ("vllm:num_requests_running", true),
        SignalKind::QueueDepth if vllm => ("vllm:num_requests_waiting", true),
        SignalKind::Rps if vllm => ("vllm:request_success_total", true),
        SignalKind::Latency if vllm => ("vllm:e2e_request_latency_seconds_bucket", true),
        SignalKind::Concurrency | SignalKind::QueueDepth if triton => {
            ("nv_inference_pending_request_count", true)
        }
        SignalKind::Rps if triton => ("nv_inference_request_success", true),
        SignalKind::QueueDepth => ("http_requests_waiting", false),
        SignalKind::Rps => ("http_requests_total", false),
        SignalKind::Latency => ("http_request_duration_seconds_bucket", false),
        SignalKind::Concurrency => ("http_requests_inprogress", false),
        SignalKind::Cpu | SignalKind::Memory | SignalKind::Query => ("", false),
    }
}

/// <https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels>
fn is_series(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_' || letter == ':';
    name.starts_with(is_letter) && name.chars().all(|letter| is_letter(letter) || letter.is_ascii_digit())
}
