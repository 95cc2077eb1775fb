//! VM sizes of Azure ML managed online endpoints.
//!
//! Families offered: <https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list>
//! (2026-01). Sizes: from memory of <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>.

use super::{Machine, gpu, machine};

/// The sizes.
pub(super) static MACHINES: &[Machine] = &[
    machine("Standard_D2as_v4", 2, 8192, None),
    machine("Standard_D4as_v4", 4, 16384, None),
    machine("Standard_D8as_v4", 8, 32768, None),
    machine("Standard_D16as_v4", 16, 65536, None),
    machine("Standard_D32as_v4", 32, 131_072, None),
    machine("Standard_D48as_v4", 48, 196_608, None),
    machine("Standard_D64as_v4", 64, 262_144, None),
    machine("Standard_D96as_v4", 96, 393_216, None),
    machine("Standard_DS2_v2", 2, 7168, None),
    machine("Standard_DS3_v2", 4, 14336, None),
    machine("Standard_DS4_v2", 8, 28672, None),
    machine("Standard_DS5_v2", 16, 57344, None),
    machine("Standard_E2s_v3", 2, 16384, None),
    machine("Standard_E4s_v3", 4, 32768, None),
    machine("Standard_E8s_v3", 8, 65536, None),
    machine("Standard_E16s_v3", 16, 131_072, None),
    machine("Standard_E32s_v3", 32, 262_144, None),
    machine("Standard_E48s_v3", 48, 393_216, None),
    machine("Standard_F2s_v2", 2, 4096, None),
    machine("Standard_F4s_v2", 4, 8192, None),
    machine("Standard_F8s_v2", 8, 16384, None),
    machine("Standard_F16s_v2", 16, 32768, None),
    machine("Standard_F32s_v2", 32, 65536, None),
    machine("Standard_F48s_v2", 48, 98304, None),
    machine("Standard_F64s_v2", 64, 131_072, None),
    machine("Standard_F72s_v2", 72, 147_456, None),
    machine("Standard_NC4as_T4_v3", 4, 28672, Some(gpu("nvidia-t4", 1))),
    machine("Standard_NC8as_T4_v3", 8, 57344, Some(gpu("nvidia-t4", 1))),
    machine("Standard_NC16as_T4_v3", 16, 112_640, Some(gpu("nvidia-t4", 1))),
    machine("Standard_NC64as_T4_v3", 64, 450_560, Some(gpu("nvidia-t4", 4))),
    machine("Standard_NC24ads_A100_v4", 24, 225_280, Some(gpu("nvidia-a100-80gb", 1))),
    machine("Standard_NC48ads_A100_v4", 48, 450_560, Some(gpu("nvidia-a100-80gb", 2))),
    machine("Standard_NC96ads_A100_v4", 96, 901_120, Some(gpu("nvidia-a100-80gb", 4))),
    machine("Standard_NC40ads_H100_v5", 40, 327_680, Some(gpu("nvidia-h100-94gb", 1))),
    machine("Standard_NC80adis_H100_v5", 80, 655_360, Some(gpu("nvidia-h100-94gb", 2))),
    machine("Standard_ND96asr_v4", 96, 921_600, Some(gpu("nvidia-a100-40gb", 8))),
    machine("Standard_ND96amsr_A100_v4", 96, 1_945_600, Some(gpu("nvidia-a100-80gb", 8))),
    machine("Standard_ND96isr_H100_v5", 96, 1_945_600, Some(gpu("nvidia-h100-80gb", 8))),
    machine("Standard_NV36ads_A10_v5", 36, 450_560, Some(gpu("nvidia-a10", 1))),
    machine("Standard_NV72ads_A10_v5", 72, 901_120, Some(gpu("nvidia-a10", 2))),
];
