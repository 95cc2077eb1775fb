//! `resources`: what one replica asks of its node.

use crate::catalogue::accelerators::{self, Lookup};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::{Count, Decode, Decoder, Shape};
use crate::node::{Node, Style};
use crate::spec::forms::ShortOr;
use crate::spec_struct;
use crate::values::quantity::Quantity;
use crate::values::quoted;

spec_struct! {
    /// What one replica asks of its node.
    Resources {
        /// Processor time, in cores: a request, or request and limit.
        "cpu" cpu: Amount {
            default: "request 1, no limit: a limit throttles tokenizers and loaders",
            becomes: "resources.requests.cpu and limits.cpu"
        }
        /// Memory: a request, or request and limit.
        "memory" memory: Amount {
            default: "from `model.size`, else 2Gi; the limit is the request, so that no neighbour's use evicts it",
            becomes: "resources.requests.memory and limits.memory"
        }
        /// Space on the node's disk.
        "disk" disk: Amount {
            default: "1Gi and the model, where it is downloaded; the limit is 1Gi more",
            becomes: "resources.requests.ephemeral-storage and limits.ephemeral-storage"
        }
        /// Accelerators: a count, or count and type.
        "gpu" gpu: Gpus {
            default: "none",
            becomes: "the device resource, its toleration and the node affinity of its type"
        }
        /// The size of /dev/shm.
        "sharedMemory" shared_memory: Quantity {
            default: "2Gi for each GPU when there are several, at most half of the memory; else the runtime's 64 MiB",
            becomes: "a memory volume at /dev/shm, which counts as the server's memory"
        }
    }
}

/// A request, or request and limit.
pub type Amount = ShortOr<Quantity, AmountFields>;

spec_struct! {
    /// How much of a resource is reserved, and where use ends.
    AmountFields {
        /// Reserved on the node.
        "request" request: Quantity {
            default: "the limit",
            becomes: "resources.requests"
        }
        /// Never exceeded.
        "limit" limit: Quantity {
            default: "see the field above",
            becomes: "resources.limits"
        }
    }
}

/// A count, or count and type.
pub type Gpus = ShortOr<GpuCount, GpuFields>;

spec_struct! {
    /// Accelerators of one replica.
    GpuFields {
        /// How many.
        "count" count: GpuCount {
            default: "1",
            becomes: "resources.requests and limits of the device"
        }
        /// Which model, such as `nvidia-l4`.
        "type" kind: String {
            default: "any",
            becomes: "a node affinity with the labels of GKE, EKS, AKS and NVIDIA's feature discovery"
        }
        /// A slice of one device that the hardware isolates, such as `1g.10gb`.
        "mig" mig: String {
            default: "whole devices",
            becomes: "the resource nvidia.com/mig-<slice>"
        }
        /// Whether a share of a device that its users take turns on will do.
        "timeSliced" time_sliced: bool {
            default: "false",
            becomes: "the resource nvidia.com/gpu.shared"
        }
    }
}

/// A number of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuCount(pub u32);

type Devices = Count<1, 64>;

impl Decode for GpuCount {
    fn shape() -> Shape {
        Devices::shape()
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let scalar = decoder.scalar(node, &Self::shape())?;
        let fraction = scalar.text.parse::<f64>().ok().filter(|count| count.fract() != 0.0);
        if scalar.style == Style::Plain && fraction.is_some() {
            let message = format!("`{}` is part of a GPU; Kubernetes counts whole devices", scalar.text);
            decoder.report(
                Diagnostic::error(&codes::FRACTIONAL_GPU, node.span, message).help(
                    "write `gpu: {mig: 1g.10gb}` for a slice, or `gpu: {timeSliced: true}` for a share",
                ),
            );
            return None;
        }
        if scalar.text.parse::<f64>().is_err()
            && !matches!(accelerators::lookup(&scalar.text), Lookup::Unknown(_))
        {
            let message = format!("{} is a type, expected a number of devices", quoted(&scalar.text));
            let help = format!("write `gpu: {{count: 1, type: {}}}`", scalar.text.trim());
            decoder.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
            return None;
        }
        Devices::decode(node, decoder).map(|Count(count)| Self(count))
    }
}
