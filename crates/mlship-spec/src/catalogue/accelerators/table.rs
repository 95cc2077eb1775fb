//! The table of accelerators.

use super::{
    Accelerator, Architecture, Formats, Labels, MachineType, Memory, MigProfile, Source, Sources, Sure,
    Vendor,
};

/// A MIG profile: name, memory in the name's GB, how many fit.
macro_rules! mig {
    ($name:literal, $memory_gb:literal, $fits:literal) => {
        MigProfile {
            name: $name,
            memory_gb: $memory_gb,
            fits: $fits,
            resource: concat!("nvidia.com/mig-", $name),
        }
    };
}

pub(super) static ACCELERATORS: [Accelerator; 15] = [
    Accelerator {
        name: "nvidia-v100-16gb",
        aliases: &["v100", "v100-16gb"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 16, stated_mib: 16_384, reported_mib: Some(16_160) },
        bandwidth_gb_per_s: 900,
        architecture: cuda(7, 0),
        formats: FP16_ONLY,
        labels: Labels {
            products: &["Tesla-V100-SXM2-16GB", "Tesla-V100-PCIE-16GB"],
            gke: &["nvidia-tesla-v100"],
            karpenter: None,
        },
        ec2_types: &[],
        azure_sizes: &[],
        mig: &[],
        sources: Sources {
            memory: V100_PAGE,
            bandwidth: V100_PAGE,
            architecture: Source {
                link: "https://developer.nvidia.com/cuda-legacy-gpus",
                dated: "2026-08",
                sure: Sure::Read,
            },
            mig: None,
        },
    },
    Accelerator {
        name: "nvidia-v100-32gb",
        aliases: &["v100", "v100-32gb"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 32, stated_mib: 32_768, reported_mib: None },
        bandwidth_gb_per_s: 900,
        architecture: cuda(7, 0),
        formats: FP16_ONLY,
        labels: Labels {
            products: &["Tesla-V100-SXM2-32GB", "Tesla-V100-PCIE-32GB"],
            gke: &[],
            karpenter: Some("v100"),
        },
        ec2_types: &[machine("p3dn.24xlarge", 8)],
        azure_sizes: &[],
        mig: &[],
        sources: Sources {
            memory: EC2,
            bandwidth: V100_PAGE,
            architecture: Source {
                link: "https://developer.nvidia.com/cuda-legacy-gpus",
                dated: "2026-08",
                sure: Sure::Read,
            },
            mig: None,
        },
    },
    Accelerator {
        name: "nvidia-t4",
        aliases: &["t4"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 16, stated_mib: 16_384, reported_mib: Some(15_360) },
        bandwidth_gb_per_s: 320,
        architecture: cuda(7, 5),
        formats: FP16_ONLY,
        labels: Labels { products: &["Tesla-T4"], gke: &["nvidia-tesla-t4"], karpenter: Some("t4") },
        ec2_types: &[
            machine("g4dn.xlarge", 1),
            machine("g4dn.2xlarge", 1),
            machine("g4dn.4xlarge", 1),
            machine("g4dn.8xlarge", 1),
            machine("g4dn.12xlarge", 4),
            machine("g4dn.16xlarge", 1),
            machine("g4dn.metal", 8),
        ],
        azure_sizes: &[
            machine("Standard_NC4as_T4_v3", 1),
            machine("Standard_NC8as_T4_v3", 1),
            machine("Standard_NC16as_T4_v3", 1),
            machine("Standard_NC64as_T4_v3", 4),
        ],
        mig: &[],
        sources: Sources {
            memory: EC2,
            bandwidth: repeated("https://www.nvidia.com/en-us/data-center/tesla-t4/"),
            architecture: CUDA_GPUS,
            mig: None,
        },
    },
    Accelerator {
        name: "nvidia-a10",
        aliases: &["a10"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 24, stated_mib: 22_888, reported_mib: None },
        bandwidth_gb_per_s: 600,
        architecture: cuda(8, 6),
        formats: BF16,
        labels: Labels { products: &["NVIDIA-A10"], gke: &[], karpenter: None },
        // The smaller sizes of the family hold a part of one.
        ec2_types: &[],
        azure_sizes: &[machine("Standard_NV36ads_A10_v5", 1), machine("Standard_NV72ads_A10_v5", 2)],
        mig: &[],
        sources: Sources { memory: A10_PAGE, bandwidth: A10_PAGE, architecture: CUDA_GPUS, mig: None },
    },
    Accelerator {
        name: "nvidia-a10g",
        aliases: &["a10g"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 24, stated_mib: 22_888, reported_mib: Some(23_028) },
        bandwidth_gb_per_s: 600,
        architecture: cuda(8, 6),
        formats: BF16,
        labels: Labels { products: &["NVIDIA-A10G"], gke: &[], karpenter: Some("a10g") },
        ec2_types: &[
            machine("g5.xlarge", 1),
            machine("g5.2xlarge", 1),
            machine("g5.4xlarge", 1),
            machine("g5.8xlarge", 1),
            machine("g5.12xlarge", 4),
            machine("g5.16xlarge", 1),
            machine("g5.24xlarge", 4),
            machine("g5.48xlarge", 8),
        ],
        azure_sizes: &[],
        mig: &[],
        sources: Sources { memory: EC2, bandwidth: A10_PAGE, architecture: CUDA_GPUS, mig: None },
    },
    Accelerator {
        name: "nvidia-a100-40gb",
        aliases: &["a100", "a100-40gb", "a100-40g"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 40, stated_mib: 40_960, reported_mib: Some(40_536) },
        bandwidth_gb_per_s: 1555,
        architecture: cuda(8, 0),
        formats: BF16,
        labels: Labels {
            products: &["NVIDIA-A100-SXM4-40GB", "NVIDIA-A100-PCIE-40GB", "A100-SXM4-40GB", "A100-PCIE-40GB"],
            gke: &["nvidia-tesla-a100"],
            karpenter: Some("a100"),
        },
        ec2_types: &[machine("p4d.24xlarge", 8)],
        azure_sizes: &[machine("Standard_ND96asr_v4", 8)],
        mig: &[
            mig!("1g.5gb", 5, 7),
            mig!("1g.10gb", 10, 4),
            mig!("2g.10gb", 10, 3),
            mig!("3g.20gb", 20, 2),
            mig!("4g.20gb", 20, 1),
            mig!("7g.40gb", 40, 1),
        ],
        sources: Sources {
            memory: EC2,
            bandwidth: repeated("https://www.nvidia.com/en-us/data-center/a100/"),
            architecture: CUDA_GPUS,
            mig: MIG,
        },
    },
    Accelerator {
        name: "nvidia-a100-80gb",
        aliases: &["a100", "a100-80gb", "a100-80g"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 80, stated_mib: 81_920, reported_mib: None },
        // The SXM module; the PCIe card has 1935.
        bandwidth_gb_per_s: 2039,
        architecture: cuda(8, 0),
        formats: BF16,
        labels: Labels {
            products: &["NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe", "A100-SXM4-80GB"],
            gke: &["nvidia-a100-80gb"],
            karpenter: Some("a100"),
        },
        ec2_types: &[machine("p4de.24xlarge", 8)],
        azure_sizes: &[
            machine("Standard_NC24ads_A100_v4", 1),
            machine("Standard_NC48ads_A100_v4", 2),
            machine("Standard_NC96ads_A100_v4", 4),
            machine("Standard_ND96amsr_A100_v4", 8),
        ],
        mig: &MIG_80GB,
        sources: Sources {
            memory: EC2,
            bandwidth: remembered("https://www.nvidia.com/en-us/data-center/a100/"),
            architecture: CUDA_GPUS,
            mig: MIG,
        },
    },
    Accelerator {
        name: "nvidia-l4",
        aliases: &["l4"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 24, stated_mib: 22_888, reported_mib: Some(23_034) },
        bandwidth_gb_per_s: 300,
        architecture: cuda(8, 9),
        formats: BF16_AND_FP8,
        labels: Labels { products: &["NVIDIA-L4"], gke: &["nvidia-l4"], karpenter: Some("l4") },
        ec2_types: &[
            machine("g6.xlarge", 1),
            machine("g6.2xlarge", 1),
            machine("g6.4xlarge", 1),
            machine("g6.8xlarge", 1),
            machine("g6.12xlarge", 4),
            machine("g6.16xlarge", 1),
            machine("g6.24xlarge", 4),
            machine("g6.48xlarge", 8),
            machine("gr6.4xlarge", 1),
            machine("gr6.8xlarge", 1),
        ],
        azure_sizes: &[],
        mig: &[],
        sources: Sources {
            memory: EC2,
            bandwidth: repeated("https://www.nvidia.com/en-us/data-center/l4/"),
            architecture: CUDA_GPUS,
            mig: None,
        },
    },
    Accelerator {
        name: "nvidia-l40s",
        aliases: &["l40s"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 48, stated_mib: 45_776, reported_mib: Some(46_068) },
        bandwidth_gb_per_s: 864,
        architecture: cuda(8, 9),
        formats: BF16_AND_FP8,
        labels: Labels { products: &["NVIDIA-L40S"], gke: &[], karpenter: Some("l40s") },
        ec2_types: &[
            machine("g6e.xlarge", 1),
            machine("g6e.2xlarge", 1),
            machine("g6e.4xlarge", 1),
            machine("g6e.8xlarge", 1),
            machine("g6e.12xlarge", 4),
            machine("g6e.16xlarge", 1),
            machine("g6e.24xlarge", 4),
            machine("g6e.48xlarge", 8),
        ],
        azure_sizes: &[],
        mig: &[],
        sources: Sources {
            memory: EC2,
            bandwidth: repeated("https://www.nvidia.com/en-us/data-center/l40s/"),
            architecture: CUDA_GPUS,
            mig: None,
        },
    },
    Accelerator {
        name: "nvidia-h100-80gb",
        aliases: &["h100", "h100-80gb", "h100-80g", "h100-sxm", "h100-pcie"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 80, stated_mib: 81_920, reported_mib: Some(81_559) },
        // The SXM module; the PCIe card has 2000.
        bandwidth_gb_per_s: 3350,
        architecture: cuda(9, 0),
        formats: BF16_AND_FP8,
        labels: Labels {
            products: &["NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe"],
            gke: &["nvidia-h100-80gb", "nvidia-h100-mega-80gb"],
            karpenter: Some("h100"),
        },
        ec2_types: &[machine("p5.4xlarge", 1), machine("p5.48xlarge", 8)],
        azure_sizes: &[machine("Standard_ND96is_H100_v5", 8), machine("Standard_ND96isr_H100_v5", 8)],
        mig: &MIG_80GB,
        sources: Sources { memory: EC2, bandwidth: H100_PAGE, architecture: CUDA_GPUS, mig: MIG },
    },
    Accelerator {
        name: "nvidia-h100-94gb",
        aliases: &["h100-nvl", "h100-94gb"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 94, stated_mib: 95_830, reported_mib: None },
        bandwidth_gb_per_s: 3900,
        architecture: cuda(9, 0),
        formats: BF16_AND_FP8,
        labels: Labels { products: &["NVIDIA-H100-NVL"], gke: &[], karpenter: None },
        ec2_types: &[],
        azure_sizes: &[machine("Standard_NC40ads_H100_v5", 1), machine("Standard_NC80adis_H100_v5", 2)],
        mig: &[
            mig!("1g.12gb", 12, 7),
            mig!("1g.24gb", 24, 4),
            mig!("2g.24gb", 24, 3),
            mig!("3g.47gb", 47, 2),
            mig!("4g.47gb", 47, 1),
            mig!("7g.94gb", 94, 1),
        ],
        sources: Sources { memory: H100_PAGE, bandwidth: H100_PAGE, architecture: CUDA_GPUS, mig: MIG },
    },
    Accelerator {
        name: "nvidia-h200-141gb",
        aliases: &["h200", "h200-141gb", "h200-sxm", "h200-nvl"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 141, stated_mib: 144_384, reported_mib: None },
        bandwidth_gb_per_s: 4800,
        architecture: cuda(9, 0),
        formats: BF16_AND_FP8,
        labels: Labels {
            products: &["NVIDIA-H200", "NVIDIA-H200-NVL"],
            gke: &["nvidia-h200-141gb"],
            karpenter: Some("h200"),
        },
        ec2_types: &[machine("p5e.48xlarge", 8), machine("p5en.48xlarge", 8)],
        azure_sizes: &[machine("Standard_ND96isr_H200_v5", 8)],
        mig: &[
            mig!("1g.18gb", 18, 7),
            mig!("1g.35gb", 35, 4),
            mig!("2g.35gb", 35, 3),
            mig!("3g.71gb", 71, 2),
            mig!("4g.71gb", 71, 1),
            mig!("7g.141gb", 141, 1),
        ],
        sources: Sources {
            memory: EC2,
            bandwidth: repeated("https://www.nvidia.com/en-us/data-center/h200/"),
            architecture: CUDA_GPUS,
            mig: MIG,
        },
    },
    Accelerator {
        name: "nvidia-b200",
        aliases: &["b200", "b200-180gb"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 180, stated_mib: 183_359, reported_mib: None },
        // As sold. From clock and bus width 7672 was computed: <https://github.com/pytorch/ao/pull/4002>.
        bandwidth_gb_per_s: 8000,
        architecture: cuda(10, 0),
        formats: BF16_AND_FP8,
        labels: Labels { products: &["NVIDIA-B200"], gke: &["nvidia-b200"], karpenter: Some("b200") },
        ec2_types: &[machine("p6-b200.48xlarge", 8)],
        azure_sizes: &[],
        mig: &[
            mig!("1g.23gb", 23, 7),
            mig!("1g.45gb", 45, 4),
            mig!("2g.45gb", 45, 3),
            mig!("3g.90gb", 90, 2),
            mig!("4g.90gb", 90, 1),
            mig!("7g.180gb", 180, 1),
        ],
        sources: Sources {
            memory: EC2,
            bandwidth: Source {
                link: "https://modal.com/gpu-glossary/perf/memory-bandwidth",
                dated: "2026-08",
                sure: Sure::Read,
            },
            architecture: CUDA_GPUS,
            mig: MIG,
        },
    },
    Accelerator {
        name: "nvidia-rtx-pro-6000",
        aliases: &["rtx-pro-6000", "rtx-6000-pro", "rtxpro6000", "rtx-pro-6000-blackwell"],
        vendor: Vendor::Nvidia,
        memory: Memory { sold_gb: 96, stated_mib: 98_304, reported_mib: None },
        // The server edition; the workstation's has 1792.
        bandwidth_gb_per_s: 1597,
        architecture: cuda(12, 0),
        formats: BF16_AND_FP8,
        labels: Labels {
            products: &["NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition"],
            gke: &["nvidia-rtx-pro-6000"],
            karpenter: Some("rtx-pro-server-6000"),
        },
        ec2_types: &[
            machine("g7e.2xlarge", 1),
            machine("g7e.4xlarge", 1),
            machine("g7e.8xlarge", 1),
            machine("g7e.12xlarge", 2),
            machine("g7e.24xlarge", 4),
            machine("g7e.48xlarge", 8),
        ],
        azure_sizes: &[],
        mig: &[mig!("1g.24gb", 24, 4), mig!("2g.48gb", 48, 2), mig!("4g.96gb", 96, 1)],
        sources: Sources {
            memory: EC2,
            bandwidth: remembered(
                "https://www.nvidia.com/en-us/data-center/rtx-pro-6000-blackwell-server-edition/",
            ),
            architecture: CUDA_GPUS,
            mig: MIG,
        },
    },
    Accelerator {
        name: "amd-mi300x",
        aliases: &["mi300x", "mi300"],
        vendor: Vendor::Amd,
        memory: Memory { sold_gb: 192, stated_mib: 196_608, reported_mib: None },
        bandwidth_gb_per_s: 5300,
        architecture: Architecture::Gfx("gfx942"),
        formats: BF16_AND_FP8,
        labels: Labels { products: &["AMD_Instinct_MI300X_OAM"], gke: &[], karpenter: None },
        ec2_types: &[],
        azure_sizes: &[machine("Standard_ND96isr_MI300X_v5", 8)],
        mig: &[],
        sources: Sources {
            memory: ROCM,
            bandwidth: repeated("https://www.amd.com/en/products/accelerators/instinct/mi300/mi300x.html"),
            architecture: ROCM,
            mig: None,
        },
    },
];

static MIG_80GB: [MigProfile; 6] = [
    mig!("1g.10gb", 10, 7),
    mig!("1g.20gb", 20, 4),
    mig!("2g.20gb", 20, 3),
    mig!("3g.40gb", 40, 2),
    mig!("4g.40gb", 40, 1),
    mig!("7g.80gb", 80, 1),
];

const FP16_ONLY: Formats = Formats { bf16: false, fp8: false };
const BF16: Formats = Formats { bf16: true, fp8: false };
const BF16_AND_FP8: Formats = Formats { bf16: true, fp8: true };

/// What EC2 states of its instances, as Karpenter labels them.
const EC2: Source = Source {
    link: "https://karpenter.sh/docs/reference/instance-types/",
    dated: "2026-08",
    sure: Sure::Read,
};

const CUDA_GPUS: Source =
    Source { link: "https://developer.nvidia.com/cuda-gpus", dated: "2026-08", sure: Sure::Read };

const MIG: Option<Source> = Some(Source {
    link: "https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml",
    dated: "2026-08",
    sure: Sure::Read,
});

const ROCM: Source = Source {
    link: "https://rocm.docs.amd.com/en/latest/reference/gpu-specs.html",
    dated: "2026-08",
    sure: Sure::Read,
};

const V100_PAGE: Source = repeated("https://www.nvidia.com/en-us/data-center/v100/");
const A10_PAGE: Source = repeated("https://www.nvidia.com/en-us/data-center/products/a10-gpu/");
const H100_PAGE: Source = remembered("https://www.nvidia.com/en-us/data-center/h100/");

const fn repeated(link: &'static str) -> Source {
    Source { link, dated: "2026-08", sure: Sure::Repeated }
}

const fn remembered(link: &'static str) -> Source {
    Source { link, dated: "2026-11", sure: Sure::Remembered }
}

const fn cuda(major: u8, minor: u8) -> Architecture {
    Architecture::Cuda { major, minor }
}

const fn machine(name: &'static str, count: u8) -> MachineType {
    MachineType { name, count }
}
