//! GPUs on Autopilot: which counts exist, and how large a pod may be beside them.
//!
//! Selectors: <https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-gpus>; machines:
//! <https://cloud.google.com/compute/docs/gpus>, as repeated by
//! <https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator> (2026-08). The machine's size is a hard bound; what
//! Autopilot leaves of it to a pod is from memory, so that only a warning comes of it.

/// What a count of one accelerator comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The value of `cloud.google.com/gke-accelerator`.
    pub label: &'static str,
    /// How many GPUs.
    pub count: u32,
    /// The machine's processors.
    pub vcpus: u64,
    /// The machine's memory, in GiB.
    pub gib: u64,
}

const fn shape(label: &'static str, count: u32, vcpus: u64, gib: u64) -> Shape {
    Shape { label, count, vcpus, gib }
}

/// Every count that a machine of Google's has; of several machines with one count, the largest.
pub static SHAPES: &[Shape] = &[
    // The family n1 takes T4s at any size up to 96 vCPU; Autopilot's own maxima for them.
    shape("nvidia-tesla-t4", 1, 46, 287),
    shape("nvidia-tesla-t4", 2, 46, 287),
    shape("nvidia-tesla-t4", 4, 94, 587),
    shape("nvidia-l4", 1, 32, 128),
    shape("nvidia-l4", 2, 24, 96),
    shape("nvidia-l4", 4, 48, 192),
    shape("nvidia-l4", 8, 96, 384),
    shape("nvidia-tesla-a100", 1, 12, 85),
    shape("nvidia-tesla-a100", 2, 24, 170),
    shape("nvidia-tesla-a100", 4, 48, 340),
    shape("nvidia-tesla-a100", 8, 96, 680),
    shape("nvidia-tesla-a100", 16, 96, 1360),
    shape("nvidia-a100-80gb", 1, 12, 170),
    shape("nvidia-a100-80gb", 2, 24, 340),
    shape("nvidia-a100-80gb", 4, 48, 680),
    shape("nvidia-a100-80gb", 8, 96, 1360),
    shape("nvidia-h100-80gb", 1, 26, 234),
    shape("nvidia-h100-80gb", 2, 52, 468),
    shape("nvidia-h100-80gb", 4, 104, 936),
    shape("nvidia-h100-80gb", 8, 208, 1872),
    shape("nvidia-h100-mega-80gb", 8, 208, 1872),
    shape("nvidia-h200-141gb", 8, 224, 2952),
    shape("nvidia-b200", 8, 224, 3968),
    shape("nvidia-rtx-pro-6000", 1, 48, 180),
    shape("nvidia-rtx-pro-6000", 2, 96, 360),
    shape("nvidia-rtx-pro-6000", 4, 192, 720),
    shape("nvidia-rtx-pro-6000", 8, 384, 1440),
];

/// The shape with this many of the accelerator.
pub fn shape_of(label: &str, count: u32) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.label == label && shape.count == count)
}

/// The counts that exist of an accelerator, in words: `1, 2, 4 or 8`.
pub fn counts(label: &str) -> String {
    let counts: Vec<String> =
        SHAPES.iter().filter(|shape| shape.label == label).map(|shape| shape.count.to_string()).collect();
    match counts.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// The smallest count at or above this one, else the largest there is.
pub fn nearest_count(label: &str, count: u32) -> Option<u32> {
    let of_label = || SHAPES.iter().filter(|shape| shape.label == label).map(|shape| shape.count);
    of_label().find(|it| *it >= count).or_else(|| of_label().max())
}
