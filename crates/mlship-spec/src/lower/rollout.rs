//! How a new version replaces the old one.

use crate::choices::AccessMode;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::spec::forms::value;
use crate::values::numbers::IntOrPercent;
use crate::workload::{Model, Probes, Resources, Rollout, Scale};

use super::Pass;

/// Seconds for a node to appear and an image to arrive, beside the server's own start.
const NODE_AND_IMAGE_SECONDS: u32 = 300;

/// Kubernetes' own default:
/// <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds>.
const DEADLINE_SECONDS: u32 = 600;

impl Pass<'_> {
    pub(super) fn rollout(
        &mut self,
        resources: &Resources,
        model: &Model,
        scale: &Scale,
        probes: &Probes,
    ) -> Rollout {
        let written = self.spec.rollout.as_ref().map(|rollout| rollout.value.clone()).unwrap_or_default();
        let stateful = self.spec.state.is_some();
        let surge = match &written.surge {
            Some(surge) if stateful && !surge.value.is_zero() => {
                self.refuse(
                    Diagnostic::error(
                        &codes::CONFLICT,
                        surge.span,
                        "a replica with a volume of its own can't be doubled during a rollout",
                    )
                    .related(self.span("state"), "the volumes")
                    .help("remove `surge`; `unavailable` says how many are replaced at once"),
                );
                surge.value
            }
            Some(surge) => surge.value,
            None if !stateful && has_single_node_cache(model) => {
                let reason =
                    "the cache can be mounted on one node: a replica more might wait for it elsewhere";
                self.decide("rollout.surge", "0", reason);
                IntOrPercent::Count(0)
            }
            None => self.default_surge(resources, scale, value(written.unavailable.as_ref()), stateful),
        };
        let unavailable = match &written.unavailable {
            Some(unavailable) => unavailable.value,
            None if surge.is_zero() => IntOrPercent::Count(1),
            None => IntOrPercent::Count(0),
        };
        if written.unavailable.is_none() && written.surge.is_some() {
            self.decide(
                "rollout.unavailable",
                unavailable.to_string(),
                "a rollout needs room in one direction",
            );
        }
        self.judge_room(surge, unavailable);
        if let Some(canary) = written.canary.as_ref().filter(|canary| canary.value.get() == 0) {
            let diagnostic = Diagnostic::error(
                &codes::INVALID_VALUE,
                canary.span,
                "a canary without traffic proves nothing",
            );
            self.refuse(diagnostic.help("write at least 1, or remove `canary`"));
        }
        Rollout {
            canary: value(written.canary.as_ref()),
            progress_deadline_seconds: self
                .deadline(written.deadline.as_ref().map(|d| (d.value.get(), d.span)), probes),
            surge,
            unavailable,
        }
    }

    fn default_surge(
        &mut self,
        resources: &Resources,
        scale: &Scale,
        unavailable: Option<IntOrPercent>,
        stateful: bool,
    ) -> IntOrPercent {
        if stateful {
            return IntOrPercent::Count(0);
        }
        if resources.gpu.is_none() {
            self.decide("rollout.surge", "25%", "a CPU server's new replicas find room before old ones go");
            return IntOrPercent::Percent(25);
        }
        let single = matches!(scale, Scale::Fixed { replicas: 1 })
            || matches!(scale, Scale::Auto(auto) if auto.min <= 1);
        let reason = if single && unavailable.is_none() {
            "no spare GPU can be counted on; a single replica is away while its successor loads: ask for `surge: 1` if you have a spare"
        } else {
            "no spare GPU can be counted on: a replica more would wait for one for ever"
        };
        self.decide("rollout.surge", "0", reason);
        IntOrPercent::Count(0)
    }

    /// Kubernetes refuses a rollout that may neither add nor take away
    /// (`ValidateRollingUpdateDeployment`), and a share of unavailable replicas above all of them.
    fn judge_room(&mut self, surge: IntOrPercent, unavailable: IntOrPercent) {
        if surge.is_zero() && unavailable.is_zero() {
            let is_written = self.provenance.is_written("rollout.surge");
            let why_no_surge =
                if is_written { "none may be added" } else { "`surge` is 0 on GPUs and with volumes" };
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    self.span("rollout.unavailable"),
                    "a rollout that may add no replica and take none away can't move",
                )
                .related(self.span("rollout.surge"), why_no_surge)
                .help("write `surge: 1` where there is room for one more, or `unavailable: 1`"),
            );
        }
        if matches!(unavailable, IntOrPercent::Percent(percent) if percent > 100) {
            let diagnostic = Diagnostic::error(
                &codes::INVALID_VALUE,
                self.span("rollout.unavailable"),
                "more than all replicas can't be unavailable",
            );
            self.refuse(diagnostic.help("write at most 100%"));
        }
    }

    fn deadline(&mut self, written: Option<(u32, crate::source::Span)>, probes: &Probes) -> u32 {
        let startup = probes.startup.period_seconds * probes.startup.failure_threshold;
        if let Some((seconds, span)) = written {
            if seconds <= startup {
                let message = format!(
                    "a rollout would count as failed after {seconds}s, while a replica may still start"
                );
                self.refuse(Diagnostic::error(&codes::CONFLICT, span, message).help(format!(
                    "write more than the start-up budget of {startup}s, or lower `model.loadSeconds`"
                )));
            }
            return seconds;
        }
        let deadline = DEADLINE_SECONDS.max(startup + NODE_AND_IMAGE_SECONDS);
        self.decide("rollout.deadline", format!("{deadline}s"), "time for a node, the image and the model");
        deadline
    }
}

/// Whether the downloaded weights are on a volume that one node can mount at a time.
fn has_single_node_cache(model: &Model) -> bool {
    let cache = model.source.as_ref().and_then(|source| source.cache.as_ref());
    cache.is_some_and(|cache| cache.access == AccessMode::ReadWriteOnce)
}
