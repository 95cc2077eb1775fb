use std::{collections::BTreeSet, num::NonZeroU8};

use super::{
    sharing::{SharedNaming, Sharing},
    *,
};
use crate::values::names::LabelValue;

fn names(accelerators: &[&Accelerator]) -> Vec<&'static str> {
    accelerators.iter().map(|accelerator| accelerator.name).collect()
}

fn find(text: &str) -> &'static Accelerator {
    match lookup(text) {
        Lookup::Found(accelerator) => accelerator,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn people_find_what_they_mean() {
    let cases = [
        ("nvidia-l4", "nvidia-l4"),
        ("l4", "nvidia-l4"),
        ("L4", "nvidia-l4"),
        ("NVIDIA-L4", "nvidia-l4"),
        ("NVIDIA L4", "nvidia-l4"),
        ("nvidia_l4", "nvidia-l4"),
        ("Tesla T4", "nvidia-t4"),
        ("nvidia-tesla-t4", "nvidia-t4"),
        ("Tesla-T4", "nvidia-t4"),
        ("nvidia-tesla-a100", "nvidia-a100-40gb"),
        ("a100-80gb", "nvidia-a100-80gb"),
        ("NVIDIA-A100-SXM4-80GB", "nvidia-a100-80gb"),
        ("NVIDIA A100-SXM4-40GB", "nvidia-a100-40gb"),
        ("nvidia-tesla-v100", "nvidia-v100-16gb"),
        ("h100", "nvidia-h100-80gb"),
        ("nvidia-h100-mega-80gb", "nvidia-h100-80gb"),
        ("H100-NVL", "nvidia-h100-94gb"),
        ("h200", "nvidia-h200-141gb"),
        ("rtx-pro-server-6000", "nvidia-rtx-pro-6000"),
        ("RTX PRO 6000", "nvidia-rtx-pro-6000"),
        ("AMD Instinct MI300X", "amd-mi300x"),
        ("a10", "nvidia-a10"),
        ("a10g", "nvidia-a10g"),
    ];
    for (text, name) in cases {
        assert_eq!(find(text).name, name, "{text}");
    }
}

#[test]
fn names_for_several_are_ambiguous() {
    for text in ["a100", "A100", "nvidia-a100", "Tesla A100", "NVIDIA A100"] {
        let Lookup::Ambiguous(found) = lookup(text) else { panic!("{text}") };
        assert_eq!(names(&found), ["nvidia-a100-40gb", "nvidia-a100-80gb"], "{text}");
    }
    let Lookup::Ambiguous(found) = lookup("v100") else { panic!("v100") };
    assert_eq!(names(&found), ["nvidia-v100-16gb", "nvidia-v100-32gb"]);
}

#[test]
fn misspellings_are_helped() {
    let cases: [(&str, &[&str]); 5] = [
        ("nvidia-l40", &["nvidia-l40s", "nvidia-l4"]),
        ("h10", &["nvidia-h100-80gb", "nvidia-h100-94gb"]),
        ("mi300a", &["amd-mi300x"]),
        ("tpu-v5e", &[]),
        ("", &[]),
    ];
    for (text, near) in cases {
        let Lookup::Unknown(found) = lookup(text) else { panic!("{text}") };
        assert_eq!(found, near, "{text}");
    }
}

#[test]
fn nodes_are_recognised_by_their_label() {
    let cases = [
        ("NVIDIA-H100-80GB-HBM3", Some("nvidia-h100-80gb")),
        ("Tesla-T4-SHARED", Some("nvidia-t4")),
        ("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", Some("nvidia-a100-40gb")),
        ("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb-SHARED", Some("nvidia-a100-40gb")),
        ("AMD_Instinct_MI300X_OAM", Some("amd-mi300x")),
        ("NVIDIA-GeForce-RTX-4090", None),
    ];
    for (product, name) in cases {
        assert_eq!(by_product(product).map(|accelerator| accelerator.name), name, "{product}");
    }
}

#[test]
fn the_table_is_sound() {
    let mut seen = BTreeSet::new();
    for accelerator in all() {
        assert!(seen.insert(accelerator.name), "{accelerator} is there twice");
        assert_eq!(find(accelerator.name), accelerator);
        assert!(accelerator.aliases.iter().all(|alias| spelling(alias) == *alias), "{accelerator}");
        for label in accelerator
            .labels
            .products
            .iter()
            .chain(accelerator.labels.gke)
            .chain(&accelerator.labels.karpenter)
        {
            label.parse::<LabelValue>().unwrap_or_else(|invalid| panic!("{accelerator}: {invalid}"));
        }
        for product in accelerator.labels.products {
            assert!(seen.insert(product), "{product} is there twice");
        }
        for size in accelerator.azure_sizes {
            assert!(seen.insert(size.name), "{} is there twice", size.name);
        }
        let Memory { sold_gb, stated_mib, reported_mib } = accelerator.memory;
        let least = (u64::from(sold_gb) * 900) << 20;
        assert!(accelerator.memory_bytes() > least, "{accelerator} has less memory than its name says");
        assert!(stated_mib <= sold_gb * 1024 + 512 && reported_mib.is_none_or(|mib| mib <= sold_gb * 1024));
        assert_eq!(accelerator.mig.is_empty(), accelerator.sources.mig.is_none(), "{accelerator}");
        let Sources { memory, bandwidth, architecture, mig } = accelerator.sources;
        for source in [Some(memory), Some(bandwidth), Some(architecture), mig].into_iter().flatten() {
            assert!(source.link.starts_with("https://"), "{accelerator}: {}", source.link);
        }
    }
}

#[test]
fn slices_fit_on_their_device() {
    for accelerator in all() {
        for profile in accelerator.mig {
            let together = u32::from(profile.memory_gb) * u32::from(profile.fits);
            assert!(together <= accelerator.memory.sold_gb + 3, "{accelerator} {}", profile.name);
            assert!(profile.name.ends_with(&format!("g.{}gb", profile.memory_gb)), "{}", profile.name);
            assert_eq!(accelerator.mig_profile(profile.name), Some(profile));
            assert_eq!(accelerator.mig_profile(profile.resource), Some(profile));
            let resource = Sharing::Mig(profile).resource(accelerator).unwrap();
            assert_eq!(resource, format!("nvidia.com/mig-{}", profile.name).parse().unwrap());
        }
    }
}

#[test]
fn sharing_names_its_resource() {
    let clients = NonZeroU8::new(4).unwrap();
    let renamed = Sharing::TimeSliced { clients, naming: SharedNaming::Renamed };
    let plain = Sharing::TimeSliced { clients, naming: SharedNaming::Plain };
    let a100 = find("a100-40gb");
    let slice = Sharing::Mig(a100.mig_profile("1g.5gb").unwrap());
    let resource = |sharing: Sharing, name: &str| {
        sharing
            .resource(find(name))
            .map(|resource| resource.to_string())
            .map_err(|invalid| (invalid.message, invalid.help))
    };
    assert_eq!(resource(Sharing::Whole, "t4").as_deref(), Ok("nvidia.com/gpu"));
    assert_eq!(resource(Sharing::Whole, "mi300x").as_deref(), Ok("amd.com/gpu"));
    assert_eq!(resource(renamed, "t4").as_deref(), Ok("nvidia.com/gpu.shared"));
    assert_eq!(resource(plain, "t4").as_deref(), Ok("nvidia.com/gpu"));
    assert_eq!(resource(slice, "a100-40gb").as_deref(), Ok("nvidia.com/mig-1g.5gb"));
    assert_eq!(
        resource(slice, "rtx-pro-6000"),
        Err((
            "`nvidia-rtx-pro-6000` can't be cut into slices of `1g.5gb`".to_owned(),
            "write one of `1g.24gb`, `2g.48gb`, `4g.96gb`".to_owned(),
        ))
    );
    assert!(resource(slice, "t4").is_err() && resource(renamed, "mi300x").is_err());

    assert_eq!(Sharing::Whole.product("Tesla-T4"), "Tesla-T4");
    assert_eq!(plain.product("Tesla-T4"), "Tesla-T4-SHARED");
    assert_eq!(slice.product("NVIDIA-A100-SXM4-40GB"), "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb");
    assert_eq!(slice.memory_bytes(a100), 4750 << 20);
    assert_eq!(plain.memory_bytes(find("t4")), 15_360 << 20);
}
