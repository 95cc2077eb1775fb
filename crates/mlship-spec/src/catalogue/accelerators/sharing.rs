//! One device for several pods.

use std::num::NonZeroU8;

use serde::Serialize;

use super::{Accelerator, MigProfile, Vendor};
use crate::values::{Invalid, names::ResourceName};

/// How much of a device one unit of its resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// All of it.
    Whole,
    /// A slice with memory and compute units of its own.
    Mig(&'static MigProfile),
    /// A turn: pods share memory without a wall between them, and wait for each other.
    TimeSliced {
        /// How many pods share a device.
        clients: NonZeroU8,
        /// What the resource is called.
        naming: SharedNaming,
    },
}

/// What a time-sliced resource is called: the setting `renameByDefault` of NVIDIA's device plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedNaming {
    /// `nvidia.com/gpu`, as if it were whole: the plugin's default, and what GKE does.
    Plain,
    /// `nvidia.com/gpu.shared`.
    Renamed,
}

impl Sharing {
    /// The name of the resource that a pod asks for, or why `accelerator` can't be shared so.
    ///
    /// Names: <https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html> and
    /// <https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html> (strategy `mixed`).
    pub fn resource(self, accelerator: &Accelerator) -> Result<ResourceName, Invalid> {
        match (self, accelerator.vendor) {
            (Self::Whole, vendor) => Ok(vendor.resource()),
            (Self::Mig(profile), _) if accelerator.mig.contains(profile) => {
                Ok(ResourceName::known(profile.resource))
            }
            (Self::Mig(profile), _) => Err(no_such_slice(accelerator, profile)),
            (Self::TimeSliced { naming: SharedNaming::Plain, .. }, Vendor::Nvidia) => {
                Ok(Vendor::Nvidia.resource())
            }
            (Self::TimeSliced { naming: SharedNaming::Renamed, .. }, Vendor::Nvidia) => {
                Ok(ResourceName::known("nvidia.com/gpu.shared"))
            }
            (Self::TimeSliced { .. }, Vendor::Amd) => Err(Invalid::malformed(
                format!("`{accelerator}` can't be time-sliced: only NVIDIA's device plugin does that"),
                "ask for a whole device",
            )),
        }
    }

    /// The memory that one unit can count on, in bytes; of a shared device all of it, which nothing guarantees.
    pub fn memory_bytes(self, accelerator: &Accelerator) -> u64 {
        match self {
            Self::Whole | Self::TimeSliced { .. } => accelerator.memory_bytes(),
            // A slice has a little less than its name says, as the device has: 9728 MiB of `1g.10gb` were seen.
            Self::Mig(profile) => (u64::from(profile.memory_gb) * 950) << 20,
        }
    }

    /// The value that [`Vendor::product_label`] has on a node whose devices are all shared like this.
    ///
    /// A slice shows there only under the MIG strategy `single`.
    pub fn product(self, product: &str) -> String {
        match self {
            Self::Whole | Self::TimeSliced { naming: SharedNaming::Renamed, .. } => product.to_owned(),
            Self::Mig(profile) => format!("{product}-MIG-{}", profile.name),
            Self::TimeSliced { naming: SharedNaming::Plain, .. } => format!("{product}-SHARED"),
        }
    }
}

fn no_such_slice(accelerator: &Accelerator, profile: &MigProfile) -> Invalid {
    let message = format!("`{accelerator}` can't be cut into slices of `{}`", profile.name);
    let names: Vec<_> = accelerator.mig.iter().map(|profile| format!("`{}`", profile.name)).collect();
    if names.is_empty() {
        return Invalid::malformed(message, "ask for a whole device, or for an accelerator that has MIG");
    }
    Invalid::malformed(message, format!("write one of {}", names.join(", ")))
}
