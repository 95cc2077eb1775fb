//! `targets.kserve`, with its defaults.

use crate::choices::{KserveMode, KserveStorage, KserveVersion, LogMode, SignalKind};
use crate::spec::forms::value;
use crate::spec::kserve::{KserveBatcher, KserveLlm, KserveLogger, KserveParallelism};
use crate::workload::kserve::{Batcher, KserveTarget, Llm, LlmRoute, LlmScheduler, Logger, Parallelism};

use super::{Pass, list};

mod components;
mod graph;

impl Pass<'_> {
    /// Whether Knative counts what `autoscale.on` names, so that no series and no Prometheus is asked.
    pub(super) fn is_counted_by_knative(&self) -> bool {
        let KserveTarget { mode, signal, .. } = self.kserve_target();
        let targets = self.spec.targets.as_ref().and_then(|targets| targets.value.kubernetes.as_ref());
        let is_keda_asked = targets.is_some_and(|target| target.value.autoscaler.is_some());
        let is_counted = matches!(signal, Some(SignalKind::Concurrency | SignalKind::Rps));
        mode == KserveMode::Knative && is_counted && !is_keda_asked
    }

    pub(super) fn kserve_target(&self) -> KserveTarget {
        let targets = self.spec.targets.as_ref().map(|targets| &targets.value);
        let written = targets.and_then(|targets| targets.kserve.as_ref());
        let written = written.map(|kserve| kserve.value.clone()).unwrap_or_default();
        let mode = value(written.mode.as_ref()).map_or(KserveMode::Standard, |word| word.0);
        let storage = match mode {
            KserveMode::Standard => KserveStorage::Pod,
            KserveMode::Knative => KserveStorage::Kserve,
        };
        let autoscale = self.spec.autoscale.as_ref().map(|autoscale| &autoscale.value);
        KserveTarget {
            version: value(written.version.as_ref()).map_or(KserveVersion::V0_20, |word| word.0),
            mode,
            runtime: value(written.runtime.as_ref()),
            storage: value(written.storage.as_ref()).map_or(storage, |word| word.0),
            storage_key: value(written.storage_key.as_ref()),
            graph: None,
            transformer: None,
            explainer: None,
            logger: written.logger.as_ref().and_then(|logger| self::logger(&logger.value)),
            batcher: written.batcher.as_ref().map(|batcher| self::batcher(&batcher.value)),
            llm: written.llm.as_ref().map(|llm| self::llm(&llm.value)),
            signal: autoscale.and_then(|autoscale| value(autoscale.on.as_ref())).map(|word| word.0),
        }
    }
}

/// A missing address is refused with the components.
fn logger(written: &KserveLogger) -> Option<Logger> {
    Some(Logger {
        url: value(written.url.as_ref())?,
        mode: value(written.mode.as_ref()).map_or(LogMode::All, |word| word.0),
        headers: list(written.headers.as_ref()),
        annotations: list(written.annotations.as_ref()),
    })
}

fn batcher(written: &KserveBatcher) -> Batcher {
    Batcher {
        max_batch_size: written.max_batch_size.as_ref().map(|count| count.value.0),
        max_latency: written.max_latency.as_ref().map(|count| count.value.0),
    }
}

fn llm(written: &KserveLlm) -> Llm {
    let is_asked = |field| value(field).unwrap_or(false);
    Llm {
        parallelism: parallelism(&value(written.parallelism.as_ref()).unwrap_or_default()),
        route: if is_asked(written.route.as_ref()) { LlmRoute::Kserve } else { LlmRoute::Exposed },
        scheduler: if is_asked(written.scheduler.as_ref()) {
            LlmScheduler::EndpointPicker
        } else {
            LlmScheduler::None
        },
    }
}

fn parallelism(written: &KserveParallelism) -> Parallelism {
    let count = |field: Option<&crate::field::Spanned<crate::field::Count<1, 4096>>>| {
        value(field).map(|count| count.0)
    };
    Parallelism {
        tensor: count(written.tensor.as_ref()),
        pipeline: count(written.pipeline.as_ref()),
        data: count(written.data.as_ref()),
        expert: value(written.expert.as_ref()),
    }
}
