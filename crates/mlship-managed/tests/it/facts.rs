//! Limits and prices are dated, have a page, and are never guessed.

use std::collections::BTreeSet;

use mlship_managed::limits::{self, mebibytes};
use mlship_managed::machines;
use mlship_managed::prices::{PriceBook, Sureness};
use mlship_spec::catalogue::accelerators;

#[test]
fn every_limit_has_a_page_and_a_date() {
    let ids: BTreeSet<_> = limits::all().iter().map(|limit| limit.id).collect();
    assert_eq!(ids.len(), limits::all().len());
    for limit in limits::all() {
        assert!(limit.source.link.starts_with("https://"), "{}", limit.id);
        assert!(is_month(limit.source.dated) && is_month(limit.review), "{}", limit.id);
        assert!(limit.source.dated < limit.review, "{}", limit.id);
        assert!(!limit.rule.ends_with('.') && limit.value > 0, "{}", limit.id);
    }
}

#[test]
fn a_limit_is_believed_until_its_review() {
    assert!(limits::past_review("2027-04").is_empty());
    assert_eq!(limits::past_review("2027-05").len(), limits::all().len());
}

#[test]
fn stale_limits_are_told_by_target() {
    for target in mlship_managed::targets() {
        assert_eq!(mlship_managed::stale_limits(target.name(), "2026-12"), None);
        let told = mlship_managed::stale_limits(target.name(), "2027-06").expect("each target has limits");
        assert!(
            told.message.contains(target.name()) && told.help.is_some_and(|help| help.contains("https://"))
        );
    }
}

#[test]
fn what_is_refused_has_no_price() {
    let gpu = crate::support::workload("resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}");
    let cost = |target| mlship_managed::cost_on(target, &gpu, PriceBook::embedded());
    assert_eq!(cost("eks-fargate"), None);
    assert_eq!(cost("nomad"), None);
    assert!(["kubernetes", "helm", "kserve"].into_iter().all(|target| cost(target).is_some()));
    let unseen = mlship_managed::cost_of_emitted("gke-autopilot", &gpu, PriceBook::embedded());
    assert_eq!(unseen, cost("gke-autopilot"));
    assert!(cost("gke-autopilot").is_some_and(|cost| cost.of_replica().is_some()));
}

fn is_month(text: &str) -> bool {
    let digits = |part: &str, len| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(year, month)| digits(year, 4) && digits(month, 2))
}

#[test]
fn memory_is_told_exactly() {
    for (mib, text) in [
        (52, "52 MiB"),
        (512, "512 MiB"),
        (1024, "1 GiB"),
        (122_624, "119.75 GiB"),
        (112_640, "110 GiB"),
        (1100, "1100 MiB"),
        (2304, "2.25 GiB"),
    ] {
        assert_eq!(mebibytes(mib), text);
    }
}

#[test]
fn the_embedded_book_is_one_and_says_where_each_price_is_from() {
    let book = PriceBook::embedded();
    for group in &book.groups {
        assert!(group.link.starts_with("https://") && is_month(&group.dated), "{}", group.service);
    }
    for factor in &book.factors {
        assert!(factor.link.starts_with("https://") && is_month(&factor.dated), "{}", factor.service);
    }
}

#[test]
fn unknown_is_unknown_and_never_nothing() {
    let book = PriceBook::embedded();
    assert_eq!(book.price("ec2", "x1.32xlarge", None), None);
    assert_eq!(book.price("ec2", "g5.xlarge", Some("eu-west-1")), None);
    assert_eq!(book.price("gke-autopilot-balanced", "vcpu", None), None);
    assert!(book.groups.iter().flat_map(|group| group.hour.values()).all(|price| *price > 0.0));
}

#[test]
fn an_endpoint_costs_its_machine_times_its_factor() {
    let book = PriceBook::embedded();
    let price = |service, item| book.price(service, item, None).unwrap();
    assert!((price("sagemaker", "g5.xlarge").hourly - 1.006 * 1.25).abs() < 1e-9);
    assert!((price("sagemaker", "p4d.24xlarge").hourly - 21.957_642 * 1.15).abs() < 1e-9);
    assert!((price("azureml", "Standard_NC4as_T4_v3").hourly - 0.526).abs() < 1e-9);
    // Of two sources the less sure one counts.
    assert_eq!(price("sagemaker", "g5.xlarge").sure, Sureness::Inferred);
    assert_eq!(price("vertex", "g2-standard-12").sure, Sureness::Remembered);
    assert_eq!(price("azureml", "Standard_D2as_v4").sure, Sureness::Read);
}

#[test]
fn every_machine_has_a_price_and_known_gpus() {
    let book = PriceBook::embedded();
    let without: Vec<_> = [
        ("sagemaker", machines::sagemaker()),
        ("azureml", machines::azureml()),
        ("vertex", machines::vertex()),
    ]
    .into_iter()
    .flat_map(|(service, machines)| machines.iter().map(move |machine| (service, machine.name)))
    .filter(|(service, name)| book.price(service, name, None).is_none())
    .collect();
    assert_eq!(without, [("vertex", "a3-ultragpu-8g"), ("vertex", "a4-highgpu-8g")]);
    let all = machines::sagemaker().iter().chain(machines::azureml()).chain(machines::vertex());
    for machine in all {
        if let Some(gpus) = machine.gpu {
            assert!(
                accelerators::all().iter().any(|known| known.name == gpus.accelerator),
                "{}",
                machine.name
            );
        }
    }
}
