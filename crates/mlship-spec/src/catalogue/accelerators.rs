//! GPUs: what they can hold and do, and what clusters call them.

use std::fmt;

use serde::Serialize;

use crate::values::names::ResourceName;

pub mod sharing;
mod table;

/// One model of GPU.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Accelerator {
    /// The name that we print and that people should write.
    pub name: &'static str,
    /// Other names that people write, in lower case.
    pub aliases: &'static [&'static str],
    /// Who makes it.
    pub vendor: Vendor,
    /// Its memory.
    pub memory: Memory,
    /// How fast the memory is, in 10⁹ bytes per second; of the fastest variant.
    pub bandwidth_gb_per_s: u32,
    /// What the compiler has to aim at.
    pub architecture: Architecture,
    /// The number formats that its matrix units work on, beside fp16.
    pub formats: Formats,
    /// What nodes with it are labelled with.
    pub labels: Labels,
    /// The instance types of EC2 that have it: all that a node of an EKS node group is labelled with, unless NVIDIA's
    /// feature discovery or Karpenter says more. Those of 2026-07, from
    /// <https://karpenter.sh/docs/reference/instance-types/>.
    pub ec2_types: &'static [MachineType],
    /// The VM sizes of Azure that have it: AKS labels nodes with the size, not with the model of the GPU.
    pub azure_sizes: &'static [MachineType],
    /// The slices it can be cut into; none if it can't.
    pub mig: &'static [MigProfile],
    /// Where the numbers come from.
    pub sources: Sources,
}

/// Who makes an accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
}

/// The memory of an accelerator, as three parties count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The number in its name, in "GB" of no fixed size: 24 for an L4.
    pub sold_gb: u32,
    /// What the cloud says, in MiB (EC2's `GpuInfo`, or the vendor's page).
    pub stated_mib: u32,
    /// What the driver reports on a node, in MiB (label `nvidia.com/gpu.memory`), where it was seen.
    pub reported_mib: Option<u32>,
}

/// The instruction set of an accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// NVIDIA's compute capability.
    Cuda {
        /// The generation: 9 for Hopper.
        major: u8,
        /// The version in it.
        minor: u8,
    },
    /// AMD's LLVM target, such as `gfx942`.
    Gfx(&'static str),
}

/// The number formats that matrix units work on, beside fp16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Formats {
    /// bfloat16.
    pub bf16: bool,
    /// 8-bit floats.
    pub fp8: bool,
}

/// What nodes with an accelerator are labelled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Labels {
    /// Values of [`Vendor::product_label`], one for each variant.
    pub products: &'static [&'static str],
    /// Values of `cloud.google.com/gke-accelerator`, the usual one first; none where Google has no such GPU.
    pub gke: &'static [&'static str],
    /// The value of `karpenter.k8s.aws/instance-gpu-name` (and `eks.amazonaws.com/instance-gpu-name`).
    pub karpenter: Option<&'static str>,
}

/// A type of machine that a cloud has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MachineType {
    /// The value of `node.kubernetes.io/instance-type`.
    pub name: &'static str,
    /// How many of the accelerator it has.
    pub count: u8,
}

/// A way to cut an accelerator into isolated slices of one size (NVIDIA MIG).
///
/// Profiles with media engines (`+me`) and graphics (`+gfx`) are left out: inference needs neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MigProfile {
    /// NVIDIA's name: `1g.10gb`.
    pub name: &'static str,
    /// The memory of a slice, in the "GB" of its name.
    pub memory_gb: u16,
    /// How many slices of this size fit on one accelerator.
    pub fits: u8,
    /// What the scheduler counts under the `mixed` strategy: `nvidia.com/mig-1g.10gb`.
    pub resource: &'static str,
}

/// Where the numbers of an accelerator come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// Of [`Accelerator::memory`].
    pub memory: Source,
    /// Of [`Accelerator::bandwidth_gb_per_s`].
    pub bandwidth: Source,
    /// Of [`Accelerator::architecture`], from which [`Accelerator::formats`] follow.
    pub architecture: Source,
    /// Of [`Accelerator::mig`].
    pub mig: Option<Source>,
}

/// A place where a number can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The page.
    pub link: &'static str,
    /// The month of the copy that was read.
    pub dated: &'static str,
    /// How sure the number is.
    pub sure: Sure,
}

/// How sure a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// Read on the page linked.
    Read,
    /// Read where others repeat the page linked, which itself could not be read.
    Repeated,
    /// From memory: check it before relying on it.
    Remembered,
}

/// What [`lookup`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// One accelerator.
    Found(&'static Accelerator),
    /// The name stands for several, which differ in memory: the user has to choose.
    Ambiguous(Vec<&'static Accelerator>),
    /// No accelerator; names that look alike, the nearest first.
    Unknown(Vec<&'static str>),
}

/// Every accelerator, by vendor and then by age.
pub fn all() -> &'static [Accelerator] {
    &table::ACCELERATORS
}

/// The accelerator that `text` names: by our name, by a name people use, or by a label of GKE, EKS or a node.
pub fn lookup(text: &str) -> Lookup {
    let wanted = spelling(text);
    let as_written = matching(|name| spelling(name) == wanted);
    let found = if as_written.is_empty() {
        matching(|name| bare(&spelling(name)) == bare(&wanted))
    } else {
        as_written
    };
    match found[..] {
        [] => Lookup::Unknown(alike(&wanted)),
        [accelerator] => Lookup::Found(accelerator),
        _ => Lookup::Ambiguous(found),
    }
}

/// The accelerator of a node whose [`Vendor::product_label`] has the value `product`.
///
/// Sharing is written into that value (`Tesla-T4-SHARED`, `NVIDIA-A100-SXM4-40GB-MIG-1g.5gb`) and does not matter here.
pub fn by_product(product: &str) -> Option<&'static Accelerator> {
    let product = product.strip_suffix("-SHARED").unwrap_or(product);
    let product = product.split_once("-MIG-").map_or(product, |(product, _)| product);
    all().iter().find(|accelerator| accelerator.labels.products.contains(&product))
}

impl Accelerator {
    /// The memory that a server can count on, in bytes: the least that anybody states.
    pub fn memory_bytes(&self) -> u64 {
        let Memory { stated_mib, reported_mib, .. } = self.memory;
        u64::from(reported_mib.map_or(stated_mib, |reported| reported.min(stated_mib))) << 20
    }

    /// What the scheduler counts where the whole device is given to one pod.
    pub fn resource(&self) -> ResourceName {
        self.vendor.resource()
    }

    /// The MIG profile of that name: `1g.10gb`, or the resource `nvidia.com/mig-1g.10gb`.
    pub fn mig_profile(&self, name: &str) -> Option<&'static MigProfile> {
        self.mig.iter().find(|profile| profile.name == name || profile.resource == name)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let labels = self.labels.products.iter().chain(self.labels.gke).copied().chain(self.labels.karpenter);
        [self.name].into_iter().chain(self.aliases.iter().copied()).chain(labels)
    }
}

impl fmt::Display for Accelerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl Vendor {
    /// The name of the resource that the vendor's device plugin offers.
    pub fn resource(self) -> ResourceName {
        match self {
            Self::Nvidia => ResourceName::known("nvidia.com/gpu"),
            Self::Amd => ResourceName::known("amd.com/gpu"),
        }
    }

    /// The key of the label that says which model a node has, set by the vendor's labeller.
    ///
    /// NVIDIA: <https://github.com/NVIDIA/k8s-device-plugin/blob/main/docs/gpu-feature-discovery/README.md>; AMD:
    /// <https://github.com/ROCm/k8s-device-plugin/blob/master/cmd/k8s-node-labeller/README.md>.
    pub const fn product_label(self) -> &'static str {
        match self {
            Self::Nvidia => "nvidia.com/gpu.product",
            Self::Amd => "amd.com/gpu.product-name",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cuda { major, minor } => write!(f, "{major}.{minor}"),
            Self::Gfx(target) => f.write_str(target),
        }
    }
}

fn matching(accept: impl Fn(&str) -> bool) -> Vec<&'static Accelerator> {
    all().iter().filter(|accelerator| accelerator.names().any(&accept)).collect()
}

/// One spelling for `NVIDIA L4`, `nvidia_l4` and `NVIDIA-L4`.
fn spelling(text: &str) -> String {
    text.trim().to_ascii_lowercase().replace([' ', '_'], "-")
}

/// The name without the makers' brands.
fn bare(spelling: &str) -> &str {
    const BRANDS: [&str; 4] = ["nvidia-", "amd-", "tesla-", "instinct-"];
    BRANDS.iter().fold(spelling, |name, brand| name.strip_prefix(brand).unwrap_or(name))
}

fn alike(wanted: &str) -> Vec<&'static str> {
    const NEAR: f64 = 0.8;
    // No name is half as long; comparing a longer text would only cost time.
    const LONGEST: usize = 64;
    if wanted.len() > LONGEST {
        return Vec::new();
    }
    let nearness = |accelerator: &Accelerator| {
        let scores =
            accelerator.names().map(|name| strsim::jaro_winkler(bare(&spelling(name)), bare(wanted)));
        scores.fold(0.0, f64::max)
    };
    let mut near: Vec<_> =
        all().iter().map(|accelerator| (nearness(accelerator), accelerator.name)).collect();
    near.retain(|(score, _)| *score >= NEAR);
    near.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests;
