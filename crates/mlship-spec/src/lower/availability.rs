//! What keeps a service up when nodes come and go.

use crate::choices::{SpreadChoice, SpreadStrength};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::spec::forms::value;
use crate::spec::running::Availability as Written;
use crate::values::numbers::IntOrPercent;
use crate::workload::{Availability, DisruptionBudget, Scale, Spread, SpreadDomain, SpreadStrictness};

use super::Pass;

impl Pass<'_> {
    pub(super) fn availability(&mut self, scale: &Scale) -> Availability {
        let written = self.spec.availability.as_ref().map(|field| field.value.clone()).unwrap_or_default();
        Availability { spread: self.spread(&written), budget: self.budget(&written, scale) }
    }

    fn spread(&mut self, written: &Written) -> Vec<Spread> {
        let choice = value(written.spread.as_ref()).map_or_else(
            || {
                self.decide("availability.spread", "node", "one node that fails takes one replica with it");
                SpreadChoice::Node
            },
            |word| word.0,
        );
        let strength = match (&written.spread_strength, choice) {
            (Some(strength), SpreadChoice::None) => {
                let diagnostic = Diagnostic::error(
                    &codes::CONFLICT,
                    strength.span,
                    "nothing is spread, so it has no strength",
                );
                self.refuse(diagnostic.help("remove it, or write `spread: node`"));
                SpreadStrictness::Preferred
            }
            (Some(strength), _) if strength.value.0 == SpreadStrength::Required => SpreadStrictness::Required,
            _ => SpreadStrictness::Preferred,
        };
        // What comes second is only ever preferred: it must not keep a replica pending.
        let second = SpreadStrictness::Preferred;
        match choice {
            SpreadChoice::Node => vec![
                Spread { over: SpreadDomain::Node, required: strength },
                Spread { over: SpreadDomain::Zone, required: second },
            ],
            SpreadChoice::Zone => vec![
                Spread { over: SpreadDomain::Zone, required: strength },
                Spread { over: SpreadDomain::Node, required: second },
            ],
            SpreadChoice::None => Vec::new(),
        }
    }

    /// A budget that can always be met by evicting one replica.
    fn budget(&mut self, written: &Written, scale: &Scale) -> DisruptionBudget {
        let one = DisruptionBudget::MaxUnavailable(IntOrPercent::Count(1));
        for share in [&written.min_available, &written.max_unavailable].into_iter().flatten() {
            if matches!(share.value, IntOrPercent::Percent(percent) if percent > 100) {
                let message = format!("{} is more than all replicas", share.value);
                self.refuse(
                    Diagnostic::error(&codes::INVALID_VALUE, share.span, message)
                        .help("write at most `100%`"),
                );
                return one;
            }
        }
        match (&written.min_available, &written.max_unavailable) {
            (Some(min), Some(max)) => {
                self.refuse(
                    Diagnostic::error(&codes::CONFLICT, min.span, "a disruption budget says one of the two")
                        .related(max.span, "the other")
                        .help("keep `maxUnavailable`, which holds at every number of replicas"),
                );
                one
            }
            (Some(min), None) => self.min_available(min, scale, one),
            (None, Some(max)) => self.max_unavailable(max, one),
            (None, None) => {
                self.decide(
                    "availability.maxUnavailable",
                    "1",
                    "a drain takes one replica at a time, and never waits for ever",
                );
                one
            }
        }
    }

    fn max_unavailable(&mut self, max: &Spanned<IntOrPercent>, one: DisruptionBudget) -> DisruptionBudget {
        // A share is rounded up, so 1 % lets one replica go.
        if !max.value.is_zero() {
            return DisruptionBudget::MaxUnavailable(max.value);
        }
        self.findings.push(
            Diagnostic::warning(
                &codes::BLOCKING_BUDGET,
                max.span,
                "a budget of none unavailable would block every drain",
            )
            .help("the budget written allows one at a time; remove the line, or write `maxUnavailable: 1`"),
        );
        one
    }

    fn min_available(
        &mut self,
        min: &Spanned<IntOrPercent>,
        scale: &Scale,
        one: DisruptionBudget,
    ) -> DisruptionBudget {
        let replicas = match scale {
            Scale::Fixed { replicas } => *replicas,
            Scale::Auto(auto) => auto.min,
        };
        // The disruption controller rounds shares up.
        if min.value.of_rounded_up(replicas) < u64::from(replicas) {
            return DisruptionBudget::MinAvailable(min.value);
        }
        let message =
            format!("{} available of at least {replicas} replicas would block every drain", min.value);
        let enough = match min.value {
            IntOrPercent::Count(count) => Some(count.saturating_add(1)),
            // The fewest of which the share, rounded up, is less than all.
            IntOrPercent::Percent(percent @ 0..=99) => Some(100_u32.div_ceil(100 - percent)),
            IntOrPercent::Percent(_) => None,
        };
        let advice = match enough {
            Some(enough) => format!("to keep {} available, run at least {enough} replicas", min.value),
            None => "no drain can leave all of them".to_owned(),
        };
        let mut diagnostic = Diagnostic::warning(&codes::BLOCKING_BUDGET, min.span, message)
            .help(format!("the budget written is `maxUnavailable: 1`; {advice}"));
        if self.provenance.is_written("replicas") {
            let fewest = if self.provenance.is_written("replicas.min") { "replicas.min" } else { "replicas" };
            diagnostic = diagnostic.related(self.span(fewest), "the fewest replicas");
        }
        self.findings.push(diagnostic);
        one
    }
}
