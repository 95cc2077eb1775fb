//! Which machine is chosen: a table of borders, and what holds of all choices.

use mlship_managed::machines::{self, Machine, Wanted, choose, fits};
use mlship_managed::prices::PriceBook;
use proptest::prelude::*;

/// Service, millicores, MiB, GPUs and their model; and the machine chosen by the embedded price book.
type Case = (&'static str, u64, u64, u32, Option<&'static str>, Option<&'static str>);

static CASES: &[Case] = &[
    ("sagemaker", 500, 1024, 0, None, Some("c5.large")),
    ("sagemaker", 2000, 4096, 0, None, Some("c5.large")),
    ("sagemaker", 2001, 4096, 0, None, Some("c5.xlarge")),
    ("sagemaker", 2000, 4097, 0, None, Some("m5.large")),
    ("sagemaker", 2000, 8192, 0, None, Some("m5.large")),
    ("sagemaker", 2000, 8193, 0, None, Some("r5.large")),
    ("sagemaker", 4000, 16384, 0, None, Some("m5.xlarge")),
    ("sagemaker", 4000, 32768, 0, None, Some("r5.xlarge")),
    ("sagemaker", 8000, 200_000, 0, None, Some("r7i.8xlarge")),
    ("sagemaker", 16000, 32768, 0, None, Some("c5.4xlarge")),
    ("sagemaker", 36000, 73728, 0, None, Some("c5.9xlarge")),
    ("sagemaker", 96000, 786_432, 0, None, Some("r5.24xlarge")),
    ("sagemaker", 192_000, 1_572_864, 0, None, Some("r7i.48xlarge")),
    ("sagemaker", 193_000, 1, 0, None, None),
    ("sagemaker", 1000, 1024, 1, None, Some("g4dn.xlarge")),
    ("sagemaker", 4000, 16384, 1, Some("nvidia-t4"), Some("g4dn.xlarge")),
    ("sagemaker", 4000, 16385, 1, Some("nvidia-t4"), Some("g4dn.2xlarge")),
    ("sagemaker", 4000, 16384, 1, Some("nvidia-l4"), Some("g6.xlarge")),
    ("sagemaker", 4000, 24576, 1, Some("nvidia-l4"), Some("g6.2xlarge")),
    ("sagemaker", 4000, 24576, 1, Some("nvidia-a10g"), Some("g5.2xlarge")),
    ("sagemaker", 4000, 16384, 2, Some("nvidia-t4"), Some("g4dn.12xlarge")),
    ("sagemaker", 4000, 16384, 4, Some("nvidia-l4"), Some("g6.12xlarge")),
    ("sagemaker", 4000, 16384, 5, Some("nvidia-l4"), Some("g6.48xlarge")),
    ("sagemaker", 4000, 32768, 1, Some("nvidia-l40s"), Some("g6e.xlarge")),
    ("sagemaker", 8000, 65536, 2, Some("nvidia-rtx-pro-6000"), Some("g7e.12xlarge")),
    ("sagemaker", 16000, 184_320, 4, Some("nvidia-h100-80gb"), Some("p5.48xlarge")),
    ("sagemaker", 16000, 184_320, 8, Some("nvidia-a100-80gb"), Some("p4de.24xlarge")),
    ("sagemaker", 16000, 184_320, 9, Some("nvidia-a100-80gb"), None),
    ("sagemaker", 1000, 1024, 1, Some("nvidia-a10"), None),
    ("sagemaker", 1000, 1024, 1, Some("nvidia-h200-141gb"), Some("p5en.48xlarge")),
    ("azureml", 500, 1024, 0, None, Some("Standard_F2s_v2")),
    ("azureml", 2000, 8192, 0, None, Some("Standard_D2as_v4")),
    ("azureml", 4000, 16384, 0, None, Some("Standard_D4as_v4")),
    ("azureml", 2000, 14336, 0, None, Some("Standard_E2s_v3")),
    ("azureml", 72000, 1024, 0, None, Some("Standard_F72s_v2")),
    ("azureml", 4000, 24576, 1, Some("nvidia-t4"), Some("Standard_NC4as_T4_v3")),
    ("azureml", 4000, 28673, 1, Some("nvidia-t4"), Some("Standard_NC8as_T4_v3")),
    ("azureml", 16000, 180_000, 2, Some("nvidia-a100-80gb"), Some("Standard_NC48ads_A100_v4")),
    ("azureml", 16000, 184_320, 1, Some("nvidia-h100-80gb"), Some("Standard_ND96isr_H100_v5")),
    ("azureml", 4000, 1024, 1, None, Some("Standard_NC4as_T4_v3")),
    ("azureml", 97000, 1, 0, None, None),
    ("vertex", 500, 1024, 0, None, Some("e2-highcpu-2")),
    ("vertex", 2000, 2048, 0, None, Some("e2-highcpu-2")),
    ("vertex", 2000, 2049, 0, None, Some("e2-standard-2")),
    ("vertex", 4000, 16385, 0, None, Some("e2-highmem-4")),
    ("vertex", 64000, 330_000, 0, None, Some("n2-highmem-64")),
    ("vertex", 2000, 7680, 0, None, Some("e2-standard-2")),
    ("vertex", 2000, 8193, 0, None, Some("e2-highmem-2")),
    ("vertex", 2000, 7681, 0, None, Some("e2-standard-2")),
    ("vertex", 4000, 15360, 1, Some("nvidia-t4"), Some("n1-standard-4+nvidia-t4x1")),
    ("vertex", 4000, 16384, 1, Some("nvidia-l4"), Some("g2-standard-4")),
    ("vertex", 4000, 24576, 1, Some("nvidia-l4"), Some("g2-standard-8")),
    ("vertex", 16000, 184_320, 4, Some("nvidia-h100-80gb"), Some("a3-highgpu-4g")),
    ("vertex", 4000, 16384, 3, Some("nvidia-l4"), Some("g2-standard-48")),
    ("vertex", 1000, 1024, 8, Some("nvidia-h200-141gb"), Some("a3-ultragpu-8g")),
    ("vertex", 1000, 1024, 1, Some("nvidia-h200-141gb"), Some("a3-ultragpu-8g")),
    ("vertex", 4000, 24576, 1, Some("nvidia-v100-16gb"), None),
];

fn machines_of(service: &str) -> &'static [Machine] {
    match service {
        "sagemaker" => machines::sagemaker(),
        "vertex" => machines::vertex(),
        "azureml" => machines::azureml(),
        other => panic!("no machines of `{other}`"),
    }
}

fn price(service: &str, name: &str) -> Option<f64> {
    PriceBook::embedded().price(service, name, None).map(|price| price.hourly)
}

#[test]
fn the_cheapest_machine_that_fits_is_chosen() {
    assert!(CASES.len() >= 40);
    for (service, cpu_millis, memory_mib, gpus, accelerator, expected) in CASES {
        let wanted = Wanted {
            cpu_millis: *cpu_millis,
            memory_mib: *memory_mib,
            gpus: *gpus,
            accelerator: *accelerator,
            gpu_bytes: 0,
        };
        let found = choose(machines_of(service), &wanted, |name| price(service, name));
        assert_eq!(found.ok().map(|choice| choice.machine.name), *expected, "{service} {wanted:?}");
    }
}

#[test]
fn a_machine_without_a_price_is_the_last_resort() {
    let wanted = Wanted { cpu_millis: 1000, memory_mib: 1024, gpus: 0, accelerator: None, gpu_bytes: 0 };
    let only = |known: &'static str| move |name: &str| (name == known).then_some(9.0);
    let chosen = choose(machines::sagemaker(), &wanted, only("m5.24xlarge")).unwrap();
    assert_eq!((chosen.machine.name, chosen.hourly), ("m5.24xlarge", Some(9.0)));
    let chosen = choose(machines::sagemaker(), &wanted, |_| None).unwrap();
    assert_eq!((chosen.machine.name, chosen.hourly), ("c5.large", None));
}

#[test]
fn what_fits_nowhere_names_the_nearest() {
    let wanted = Wanted { cpu_millis: 193_000, memory_mib: 1, gpus: 0, accelerator: None, gpu_bytes: 0 };
    let none = choose(machines::sagemaker(), &wanted, |_| None).unwrap_err();
    assert_eq!(none.because, "193 vCPU and 1 MiB of memory are more than any machine has");
    assert!(none.nearest.is_some_and(|machine| machine.gpu.is_none()));
    let wanted = Wanted { gpus: 1, accelerator: Some("nvidia-a10"), ..Wanted::default() };
    let none = choose(machines::sagemaker(), &wanted, |_| None).unwrap_err();
    assert_eq!((none.because.as_str(), none.nearest), ("no machine has 1 of `nvidia-a10`", None));
}

#[test]
fn without_a_model_the_gpus_memory_decides() {
    let chosen = |gib: u64| {
        let wanted = Wanted { gpus: 1, gpu_bytes: gib << 30, ..Wanted::default() };
        choose(machines::sagemaker(), &wanted, |name| price("sagemaker", name)).map(|it| it.machine.name).ok()
    };
    let found = [4, 15, 16, 23, 40, 100, 300].map(chosen);
    let expected = ["g4dn.xlarge", "g4dn.xlarge", "g6.xlarge", "g6e.xlarge", "g6e.xlarge", "p5en.48xlarge"];
    assert_eq!(found[..6], expected.map(Some));
    assert_eq!(found[6], None);
}

proptest! {
    #[test]
    fn the_choice_fits_and_nothing_that_fits_is_cheaper(
        cpu_millis in 0..200_000_u64,
        memory_mib in 0..2_000_000_u64,
        gpus in prop_oneof![3 => Just(0_u32), 1 => 1..9_u32],
        model in prop::sample::select(vec![None, Some("nvidia-t4"), Some("nvidia-l4"), Some("nvidia-a100-80gb")]),
        service in prop::sample::select(vec!["sagemaker", "vertex", "azureml"]),
    ) {
        let wanted = Wanted { cpu_millis, memory_mib, gpus, accelerator: model, gpu_bytes: 0 };
        let fitting = || machines_of(service).iter().filter(|machine| fits(machine, &wanted));
        let Ok(choice) = choose(machines_of(service), &wanted, |name| price(service, name)) else {
            prop_assert_eq!(fitting().count(), 0);
            return Ok(());
        };
        prop_assert!(fits(&choice.machine, &wanted));
        prop_assert_eq!(choice.others + 1, fitting().count());
        let cheapest = fitting().filter_map(|machine| price(service, machine.name)).fold(f64::INFINITY, f64::min);
        prop_assert!(choice.hourly.is_none_or(|hourly| hourly <= cheapest));
        prop_assert!(choice.hourly.is_some() || cheapest.is_infinite());
    }
}
