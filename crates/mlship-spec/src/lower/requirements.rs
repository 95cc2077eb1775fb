//! `requirements`: judged against each other, and laid flat for `mlship decide`.

use crate::catalogue::accelerators::Accelerator;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::{Spanned, Word};
use crate::spec::forms::ShortOr;
use crate::spec::requirements::{
    self as spec, ClusterFacts as WrittenCluster, GpuNeeds as WrittenGpu, Known, RequestNeeds, Skills,
    Traffic as WrittenTraffic,
};
use crate::values::quantity::{Format, Quantity};
use crate::values::quoted;
use crate::workload::requirements::{Answer, ClusterFacts, GpuNeeds, Requirements, Traffic};

use super::Pass;
use super::resources::accelerator_of;

impl Pass<'_> {
    pub(super) fn requirements(&mut self) -> Requirements {
        let Some(written) = self.spec.requirements.as_ref().map(|written| &written.value) else {
            return Requirements::default();
        };
        let request = group(written.request.as_ref());
        let skills = group(written.skills.as_ref());
        Requirements {
            models: number(written.models.as_ref()),
            platform_team: same(written.platform_team.as_ref()),
            platform_for_others: same(written.platform_for_others.as_ref()),
            clouds: answer(written.clouds.as_ref(), |list| items(list, |word| word.0)),
            regions: answer(written.regions.as_ref(), |list| items(list, Clone::clone)),
            on_premises: same(written.on_premises.as_ref()),
            cluster: self.cluster_facts(written),
            gpu: self.gpu_needs(written),
            isolation: word(written.isolation.as_ref()),
            service_mesh: same(written.service_mesh.as_ref()),
            custom_cni: same(written.custom_cni.as_ref()),
            protocol: word(written.protocol.as_ref()),
            traffic: self.traffic(written),
            latency_milliseconds: number(written.latency_milliseconds.as_ref()),
            request_size: within(&request, |it: &RequestNeeds| {
                self.amount(it.size.as_ref(), "requirements.request.size")
            }),
            request_seconds: within(&request, |it| same(it.seconds.as_ref())),
            scale_to_zero: answer(written.scale_to_zero.as_ref(), |need| need.0),
            cold_start_seconds: number(written.cold_start_seconds.as_ref()),
            canary: same(written.canary.as_ref()),
            shadow: same(written.shadow.as_ref()),
            multi_model: same(written.multi_model.as_ref()),
            gpu_sharing: same(written.gpu_sharing.as_ref()),
            state: same(written.state.as_ref()),
            compliance: answer(written.compliance.as_ref(), |list| items(list, |word| word.0)),
            budget: number(written.budget.as_ref()),
            kubernetes_skill: within(&skills, |it: &Skills| word(it.kubernetes.as_ref())),
            cloud_skill: within(&skills, |it| word(it.cloud.as_ref())),
            lock_in: word(written.lock_in.as_ref()),
            environments: number(written.environments.as_ref()),
            gitops: same(written.gitops.as_ref()),
        }
    }

    /// A cluster of which something is known is there, unless it is said that it is not.
    fn cluster_facts(&mut self, written: &spec::Requirements) -> ClusterFacts {
        let cluster = group(written.cluster.as_ref());
        let mut facts = ClusterFacts {
            exists: within(&cluster, |it: &WrittenCluster| same(it.exists.as_ref())),
            gpus: within(&cluster, |it| number(it.gpus.as_ref())),
            installed: within(&cluster, |it| {
                answer(it.installed.as_ref(), |list| items(list, |word| word.0))
            }),
        };
        let is_described = facts.gpus.said().is_some() || facts.installed.said().is_some();
        match &facts.exists {
            Answer::Said(false) if is_described => {
                let place = self.span("requirements.cluster.exists");
                self.refuse(
                    Diagnostic::error(
                        &codes::CONFLICT,
                        place,
                        "a cluster that is not there has nothing in it",
                    )
                    .help("remove `exists`, or the other fields of `cluster`"),
                );
            }
            Answer::NotSaid if is_described => facts.exists = Answer::Said(true),
            Answer::NotSaid | Answer::Unknown | Answer::Said(_) => {}
        }
        facts
    }

    fn gpu_needs(&mut self, written: &spec::Requirements) -> GpuNeeds {
        let fields: &WrittenGpu = match written.gpu.as_ref().map(|gpu| &gpu.value) {
            None => return GpuNeeds::default(),
            Some(Known::Unknown) => {
                return GpuNeeds { count: Answer::Unknown, ..GpuNeeds::default() };
            }
            Some(Known::Value(ShortOr::Short(count))) => {
                return GpuNeeds { count: Answer::Said(count.0), ..GpuNeeds::default() };
            }
            Some(Known::Value(ShortOr::Long(fields))) => fields,
        };
        let mut needs = GpuNeeds {
            count: number(fields.count.as_ref()),
            accelerator: self.needed_accelerator(fields),
            topology: word(fields.topology.as_ref()),
        };
        if needs.count == Answer::NotSaid && needs.accelerator.said().is_some() {
            needs.count = Answer::Said(1);
        }
        needs
    }

    fn needed_accelerator(&mut self, fields: &WrittenGpu) -> Answer<&'static Accelerator> {
        let Some(kind) = fields.kind.as_ref() else { return Answer::NotSaid };
        let Known::Value(name) = &kind.value else { return Answer::Unknown };
        match accelerator_of(name, kind.span) {
            Ok(accelerator) => Answer::Said(accelerator),
            Err(refusal) => {
                self.refuse(refusal);
                Answer::NotSaid
            }
        }
    }

    fn traffic(&mut self, written: &spec::Requirements) -> Traffic {
        let traffic = group(written.traffic.as_ref());
        let rates = within(&traffic, |it: &WrittenTraffic| {
            Answer::Said([
                self.rate(it.average.as_ref()),
                self.rate(it.peak.as_ref()),
                self.rate(it.per_replica.as_ref()),
            ])
        });
        let [average, peak, per_replica] = match rates {
            Answer::Said(rates) => rates,
            Answer::Unknown => [Answer::Unknown, Answer::Unknown, Answer::Unknown],
            Answer::NotSaid => [Answer::NotSaid, Answer::NotSaid, Answer::NotSaid],
        };
        if let (Some(mean), Some(most)) = (average.said(), peak.said())
            && mean > most
        {
            let place = self.span("requirements.traffic.peak");
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, place, "the peak is below the average")
                    .help("raise `peak`, or lower `average`"),
            );
        }
        if per_replica.is(&0.0) {
            let place = self.span("requirements.traffic.perReplica");
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, place, "a replica that answers nothing is none")
                    .help("write how many requests a second one replica answers, such as `0.5`"),
            );
        }
        Traffic {
            average,
            peak,
            per_replica,
            hours_per_day: within(&traffic, |it| number(it.hours_per_day.as_ref())),
            burstiness: within(&traffic, |it| word(it.burstiness.as_ref())),
        }
    }

    fn rate(&mut self, field: Option<&Spanned<Known<Quantity>>>) -> Answer<f64> {
        let Some(field) = field else { return Answer::NotSaid };
        let Known::Value(quantity) = &field.value else { return Answer::Unknown };
        let millis = quantity.millis();
        let fits = quantity.format() != Format::BinarySi && !quantity.is_negative() && millis <= MOST * 1000;
        if !fits {
            let message = format!("{} is not a rate", quoted(quantity.as_str()));
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, field.span, message)
                    .help("write requests a second, such as `20` or `0.5`"),
            );
            return Answer::NotSaid;
        }
        let whole = u32::try_from(millis / 1000).unwrap_or(u32::MAX);
        let rest = u32::try_from(millis % 1000).unwrap_or_default();
        Answer::Said(f64::from(whole) + f64::from(rest) / 1000.0)
    }

    fn amount(&mut self, field: Option<&Spanned<Known<Quantity>>>, path: &str) -> Answer<Quantity> {
        let amount = same(field);
        if amount.said().is_some_and(|it: &Quantity| it.is_negative() || it.looks_like_milli_bytes()) {
            let place = self.span(path);
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, place, "this is not a size in bytes")
                    .help("write it with its unit, such as `4Mi`"),
            );
        }
        amount
    }
}

/// More requests a second than any service on earth has, and still exact as a float.
const MOST: u64 = 1_000_000_000;

/// What was said of one item, in another type.
fn answer<T, U>(field: Option<&Spanned<Known<T>>>, convert: impl FnOnce(&T) -> U) -> Answer<U> {
    match field.map(|field| &field.value) {
        None => Answer::NotSaid,
        Some(Known::Unknown) => Answer::Unknown,
        Some(Known::Value(value)) => Answer::Said(convert(value)),
    }
}

/// A group of items; what is said of the group as a whole is said of each.
fn group<T: Clone>(field: Option<&Spanned<Known<T>>>) -> Answer<T> {
    same(field)
}

fn within<T, U>(group: &Answer<T>, item: impl FnOnce(&T) -> Answer<U>) -> Answer<U> {
    match group {
        Answer::NotSaid => Answer::NotSaid,
        Answer::Unknown => Answer::Unknown,
        Answer::Said(group) => item(group),
    }
}

fn same<T: Clone>(field: Option<&Spanned<Known<T>>>) -> Answer<T> {
    answer(field, Clone::clone)
}

fn number<const MIN: u32, const MAX: u32>(
    field: Option<&Spanned<Known<crate::field::Count<MIN, MAX>>>>,
) -> Answer<u32> {
    answer(field, |count| count.0)
}

fn word<T: Copy>(field: Option<&Spanned<Known<Word<T>>>>) -> Answer<T> {
    answer(field, |word| word.0)
}

/// The values of a list, each once, in one order: how they were listed says nothing.
fn items<T, U: Ord>(list: &[Spanned<T>], convert: impl Fn(&T) -> U) -> Vec<U> {
    let mut values: Vec<U> = list.iter().map(|item| convert(&item.value)).collect();
    values.sort_unstable();
    values.dedup();
    values
}
