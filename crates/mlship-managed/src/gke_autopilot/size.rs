//! What Autopilot makes of a pod's requests, as pure functions.
//!
//! Requests below a class's minimum or outside its ratio of CPU to memory are raised, never lowered; above its maximum
//! the pod is refused: <https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests> (2026-11).
//! The step of CPU is 50m in Google's calculator and 250m in its text and on clusters without bursting; multiples of
//! 250m (below: of 50m) are left alone by both:
//! <https://github.com/GoogleCloudPlatform/autopilot-cost-calculator/blob/4fd775d/calculator/calculator.go> (2025-07).

use crate::limits::{self, Limit};

/// CPU and memory of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Thousandths of a core.
    pub millis: u64,
    /// Mebibytes.
    pub mib: u64,
}

/// A compute class that comes with Autopilot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The default.
    GeneralPurpose,
    /// Larger pods, and more memory for each core.
    Balanced,
    /// Many small pods with one thread a core: four GiB for each vCPU.
    ScaleOut,
    /// A machine of its own for each pod.
    Performance,
    /// Pods with GPUs.
    Accelerator,
}

/// What a class allows.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The least; 1m and 1 MiB where there is none.
    pub least: Size,
    /// The most CPU, unless the machine decides.
    pub most_cpu: Option<&'static Limit>,
    /// The most memory, unless the machine decides.
    pub most_memory: Option<&'static Limit>,
    /// The least and the most memory for each vCPU, in tenths of a GiB.
    pub ratio: Option<(u64, u64)>,
}

/// The limit that a pod is above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// What the pod would have to be after rounding.
    pub rounded: Size,
    /// The limit.
    pub limit: &'static Limit,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 5] =
        [Self::GeneralPurpose, Self::Balanced, Self::ScaleOut, Self::Performance, Self::Accelerator];

    /// The value of `cloud.google.com/compute-class`; `None` is the default, which has no label.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::GeneralPurpose => None,
            Self::Balanced => Some("Balanced"),
            Self::ScaleOut => Some("Scale-Out"),
            Self::Performance => Some("Performance"),
            Self::Accelerator => Some("Accelerator"),
        }
    }

    /// What Google calls it.
    pub fn name(self) -> &'static str {
        self.label().unwrap_or("general-purpose")
    }

    /// What it allows.
    pub fn rules(self) -> Rules {
        let least = |cpu: &Limit, memory: &Limit| Size { millis: cpu.value, mib: memory.value };
        match self {
            Self::GeneralPurpose => Rules {
                least: least(&limits::BURST_CPU, &limits::BURST_MEMORY),
                most_cpu: Some(&limits::GENERAL_PURPOSE_CPU),
                most_memory: Some(&limits::GENERAL_PURPOSE_MEMORY),
                ratio: Some((10, 65)),
            },
            Self::Balanced => Rules {
                least: least(&limits::NO_BURST_CPU, &limits::BALANCED_LEAST_MEMORY),
                most_cpu: Some(&limits::BALANCED_CPU),
                most_memory: Some(&limits::BALANCED_MEMORY),
                ratio: Some((10, 80)),
            },
            Self::ScaleOut => Rules {
                least: least(&limits::NO_BURST_CPU, &limits::SCALE_OUT_LEAST_MEMORY),
                most_cpu: Some(&limits::SCALE_OUT_CPU),
                most_memory: Some(&limits::SCALE_OUT_MEMORY),
                ratio: Some((40, 40)),
            },
            Self::Performance => Rules {
                least: Size { millis: 1, mib: 1 },
                most_cpu: Some(&limits::PERFORMANCE_CPU),
                most_memory: Some(&limits::PERFORMANCE_MEMORY),
                ratio: None,
            },
            Self::Accelerator => {
                Rules { least: Size { millis: 1, mib: 1 }, most_cpu: None, most_memory: None, ratio: None }
            }
        }
    }
}

/// The requests that a class leaves alone and that are the least at or above those asked for.
pub fn fit(class: Class, asked: Size) -> Result<Size, TooLarge> {
    let rules = class.rules();
    let mut size = Size {
        millis: stepped(asked.millis.max(rules.least.millis), class),
        mib: asked.mib.max(rules.least.mib),
    };
    if let Some((least, most)) = rules.ratio {
        // `most` tenths of a GiB for each 1000m: the CPU that this much memory needs.
        size.millis = size.millis.max(stepped((size.mib * 10_000).div_ceil(most * 1024), class));
        size.mib = size.mib.max((size.millis * least * 1024).div_ceil(10_000));
    }
    let above = |limit: Option<&'static Limit>, value: u64| limit.filter(|limit| value > limit.value);
    match above(rules.most_cpu, size.millis).or(above(rules.most_memory, size.mib)) {
        Some(limit) => Err(TooLarge { rounded: size, limit }),
        None => Ok(size),
    }
}

/// The smallest class that takes a pod without GPU: the default, then Balanced, then Performance.
pub fn derive(asked: Size) -> Result<(Class, Size), TooLarge> {
    let mut last = Err(TooLarge { rounded: asked, limit: &limits::PERFORMANCE_CPU });
    for class in [Class::GeneralPurpose, Class::Balanced, Class::Performance] {
        last = fit(class, asked).map(|size| (class, size));
        if last.is_ok() {
            break;
        }
    }
    last
}

/// Millicores rounded up to what every cluster leaves alone. Where the machine is paid for, nothing is rounded.
fn stepped(millis: u64, class: Class) -> u64 {
    match class {
        Class::Performance | Class::Accelerator => millis,
        Class::GeneralPurpose if millis < limits::NO_BURST_CPU.value => millis.next_multiple_of(50),
        Class::GeneralPurpose | Class::Balanced | Class::ScaleOut => millis.next_multiple_of(250),
    }
}
