//! `ML1xx`: memory of devices and nodes, processor time and disk.

use mlship_kubernetes::download::{Delivery, delivery};
use mlship_spec::catalogue::accelerators;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{Gpu, Workload};

use crate::arguments::{Arguments, Flag, is_repository};
use crate::rule::{Finding, rule};
use crate::subject::Subject;

rule! {
    /// /dev/shm is as small as a container runtime's own.
    SMALL_SHARED_MEMORY "ML109" Error "shared memory too small for several GPUs"
    why "Processes of one server exchange tensors through /dev/shm. The 64 MiB that container runtimes give are too \
         little for NCCL: the server ends at its start, or in its first large batch."
    fix "Leave `resources.sharedMemory` away, which gives 2Gi for each GPU, or write at least 1Gi."
    evidence ["https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html#shared-memory",
              "https://docs.vllm.ai/en/stable/deployment/docker/"]
    on KUBERNETES needs Spec
    judge small_shared_memory
}

rule! {
    /// /dev/shm and the weights need more than the limit.
    SHARED_MEMORY_ABOVE_LIMIT "ML110" Warning "/dev/shm and the weights exceed the memory limit"
    why "What lies in /dev/shm counts as memory of the container. Where it and the weights on their way to the GPU need \
         more than the limit, the server is killed while it loads, or later, when /dev/shm fills."
    fix "Raise `resources.memory` to the model's size and `sharedMemory` together, or lower `sharedMemory`."
    evidence ["https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"]
    on KUBERNETES needs Spec
    judge shared_memory_above_limit
}

rule! {
    /// Memory that is used and not reserved.
    MEMORY_NOT_RESERVED "ML111" Warning "GPU server uses memory that it did not reserve"
    why "When a node runs short of memory, pods that use more than they requested are evicted first. A GPU server that \
         is evicted is away for as long as its model loads, and its GPU is paid for meanwhile."
    fix "Let request and limit of `resources.memory` be the same."
    evidence ["https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#pod-selection-for-kubelet-eviction"]
    on NODES needs Spec
    judge memory_not_reserved
}

rule! {
    /// A CPU limit beside a GPU.
    CPU_LIMIT_ON_GPU "ML112" Warning "CPU limit on a GPU server"
    why "A CPU limit stops tokenizers and model loaders for parts of each tenth of a second although cores are idle: the \
         GPU waits for its input, and a start takes longer. The request already guarantees the server its share."
    fix "Take `resources.cpu.limit` away, and let the request be what the server needs under load."
    evidence ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run",
              "https://docs.kernel.org/scheduler/sched-bwc.html"]
    on NODES needs Spec
    judge cpu_limit
}

rule! {
    /// The weights are larger than the devices' memory.
    WEIGHTS_ABOVE_MEMORY "ML113" Error "weights don't fit into the GPUs' memory"
    why "The weights lie in the GPUs' memory, beside a tenth at least for the device's own context, activations and the \
         cache of attention. A model that does not fit ends with `CUDA out of memory` at each start."
    fix "Take a GPU with more memory, or more of them and split the model, or weights of a smaller number format."
    evidence ["https://docs.vllm.ai/en/stable/configuration/conserving_memory/",
              "https://huggingface.co/docs/accelerate/usage_guides/model_size_estimator"]
    on EVERYWHERE needs Spec
    judge weights_above_memory
}

rule! {
    /// The download is larger than the disk reserved.
    DISK_BELOW_MODEL "ML114" Warning "disk below the model's size"
    why "A model that is downloaded lies on the node's disk. With less reserved than it needs, the replica is placed where \
         there is no room, and is evicted in the middle of the download."
    fix "Write `resources.disk` of at least the model's size and 1Gi, or leave it away where `model.uri` is given."
    evidence ["https://kubernetes.io/docs/concepts/storage/ephemeral-storage/#how-pods-with-ephemeral-storage-requests-are-scheduled"]
    on KUBERNETES needs Spec
    judge disk_below_model
}

/// What container runtimes give: `--shm-size` of <https://docs.docker.com/reference/cli/docker/container/run/>.
const RUNTIME_SHARED_MEMORY: u64 = 64 << 20;

/// The share of a GPU's memory that weights may take, in percent: what vLLM takes for everything,
/// `--gpu-memory-utilization` of <https://docs.vllm.ai/en/stable/configuration/engine_args/>.
const WEIGHTS_PERCENT: u64 = 90;

fn small_shared_memory(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let resources = &subject.workload.resources;
    let (Some(gpu), Some(size)) = (&resources.gpu, &resources.shared_memory) else { return };
    if gpu.count > 1 && size.bytes() <= RUNTIME_SHARED_MEMORY {
        let message =
            format!("{size} of shared memory are too little for {} GPUs to talk through", gpu.count);
        let help = "remove it, which gives 2Gi for each GPU, or write at least `1Gi`";
        let place = subject.span("resources.sharedMemory");
        found.push(Finding::new(place, message, help).related(subject.span("resources.gpu"), "the GPUs"));
    }
}

fn shared_memory_above_limit(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { resources, model, .. } = subject.workload;
    let (Some(shared), Some(size)) = (&resources.shared_memory, &model.size) else { return };
    let limit = resources.memory.limit.as_ref().unwrap_or(&resources.memory.request);
    let Some(needed) = shared.checked_add(size).filter(|needed| resources.gpu.is_some() && needed > limit)
    else {
        return;
    };
    let message = format!("a model of {size} and {shared} in /dev/shm need more than the memory of {limit}");
    let help = format!("write `memory: {needed}` or more, or lower `sharedMemory`");
    let place = subject.span("resources.memory");
    let finding = Finding::new(place, message, help).related(subject.span("model.size"), "the model");
    let is_written = subject.workload.provenance.is_written("resources.sharedMemory");
    let shared = is_written.then(|| subject.span("resources.sharedMemory")).flatten();
    found.push(finding.related(shared, "/dev/shm"));
}

fn memory_not_reserved(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let memory = &subject.workload.resources.memory;
    let Some(limit) = memory.limit.as_ref().filter(|limit| **limit != memory.request) else { return };
    if subject.workload.resources.gpu.is_none() {
        return;
    }
    let message = format!("a GPU server may use {limit} of memory and reserves {}", memory.request);
    let help = format!("write `memory: {limit}`, which reserves what it may use");
    found.push(Finding::new(subject.span("resources.memory"), message, help));
}

fn cpu_limit(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let cpu = &subject.workload.resources.cpu;
    let (Some(limit), Some(_)) = (&cpu.limit, &subject.workload.resources.gpu) else { return };
    let message = format!("a CPU limit of {limit} makes the GPU wait for its tokenizer and its loader");
    let help = format!("write `cpu: {}`, a request without a limit", cpu.request);
    found.push(Finding::new(subject.span("resources.cpu.limit"), message, help));
}

fn weights_above_memory(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { resources, model, .. } = subject.workload;
    let (Some(gpu), Some(size)) = (&resources.gpu, &model.size) else { return };
    if changes_size(&Arguments::of(subject.workload)) {
        return;
    }
    let copies = copies(subject.workload).max(1);
    let (of_one, name) = memory_of_one(gpu);
    let usable = of_one.saturating_mul(u64::from(gpu.count)) / 100 * WEIGHTS_PERCENT / u64::from(copies);
    if size.bytes() <= usable {
        return;
    }
    let gibibytes =
        |bytes: u64| format!("{:.1}Gi", f64::from(u32::try_from(bytes >> 20).unwrap_or(u32::MAX)) / 1024.0);
    let (devices, each) =
        (if gpu.count == 1 { "GPU" } else { "GPUs" }, if gpu.count == 1 { "" } else { " each" });
    let message = format!(
        "weights of {size} don't fit into {} {devices} of {}{each} ({name}), of which {} are for weights",
        gpu.count,
        gibibytes(of_one),
        gibibytes(usable)
    );
    let help = "take a larger GPU or more of them, or weights of a smaller number format";
    let finding = Finding::new(subject.span("model.size"), message, help);
    found.push(finding.related(subject.span("resources.gpu"), "the GPUs of a replica"));
}

/// Whether flags make the weights smaller than their files, or leave a part of them in the node's memory.
fn changes_size(arguments: &Arguments<'_>) -> bool {
    // Weights of these formats are as small in their files already.
    const AS_THEY_LIE: &[&str] = &["awq", "gptq", "marlin", "compressed", "modelopt", "gguf"];
    const LEFT_OUTSIDE: &[&str] = &[
        "--cpu-offload-gb",
        "--load-in-8bit",
        "--load-in-4bit",
        "--n-gpu-layers",
        "-ngl",
        "--gpu-layers",
        "--torchao-config",
        "--model-control-mode",
    ];
    let quantization = arguments.flag(&["--quantization", "--quantize"]);
    let is_quantized_at_start =
        quantization.is_some_and(|flag| !AS_THEY_LIE.iter().any(|format| flag.value.contains(format)));
    let is_bits = arguments.flag(&["--load-format"]).is_some_and(|flag| flag.value == "bitsandbytes");
    is_quantized_at_start || is_bits || arguments.has(LEFT_OUTSIDE)
}

/// How often the weights lie in the GPUs of a replica: once for each rank of data parallelism.
fn copies(workload: &Workload) -> u32 {
    let names = ["--data-parallel-size-local", "-dpl", "--data-parallel-size", "-dp", "--dp", "--dp-size"];
    Arguments::of(workload).number(&names).map_or(1, |(size, _)| size)
}

/// The memory of one device or slice in bytes, and what to call it. Of an unknown device, the most that any has.
fn memory_of_one(gpu: &Gpu) -> (u64, String) {
    let slice = |accelerator: &accelerators::Accelerator| accelerator.mig_profile(gpu.resource.as_str());
    let of_known = gpu.accelerator.and_then(slice);
    if let Some(profile) = of_known.or_else(|| accelerators::all().iter().find_map(slice)) {
        return (u64::from(profile.memory_gb) << 30, format!("a slice {}", profile.name));
    }
    if let Some(accelerator) = gpu.accelerator {
        return (accelerator.memory_bytes(), format!("`{accelerator}`"));
    }
    let fits = |accelerator: &&accelerators::Accelerator| {
        accelerator.vendor.resource().vendor() == gpu.resource.vendor()
    };
    let all = accelerators::all().iter().filter(fits);
    let most = all.map(accelerators::Accelerator::memory_bytes).max().unwrap_or(u64::MAX / 100);
    (most, "the largest there is; `resources.gpu.type` is not given".to_owned())
}

fn disk_below_model(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let Some(size) = &workload.model.size else { return };
    let disk = &workload.resources.ephemeral_storage.request;
    let how = match delivery(workload) {
        Delivery::Download(source) if source.cache.is_none() => "is downloaded to the node's disk",
        Delivery::InImage if downloads_itself(workload) => "is downloaded by the server to the node's disk",
        Delivery::Download(_) | Delivery::InImage | Delivery::Claim { .. } | Delivery::Image(_) => return,
    };
    if disk >= size {
        return;
    }
    let message = format!("a model of {size} {how}, of which {disk} are reserved");
    let room = size.checked_add(&Quantity::from_gib(1)).unwrap_or_else(|| size.clone());
    let help = format!("write `disk: {room}` or more: the model, and 1Gi for logs and scratch");
    let is_written = workload.provenance.is_written("resources.disk");
    let place = subject.span(if is_written { "resources.disk" } else { "model.size" });
    found.push(Finding::new(place, message, help).related(subject.span("model.size"), "the model"));
}

/// Whether the server is told to fetch a model of the Hugging Face hub by itself, to the node's disk.
fn downloads_itself(workload: &Workload) -> bool {
    workload.state.is_none() && fetched(&Arguments::of(workload)).is_some()
}

/// The repository that a server fetches by itself.
pub(super) fn fetched<'a>(arguments: &Arguments<'a>) -> Option<Flag<'a>> {
    let flag = arguments
        .flag(&["--model-id", "--model", "--model-path"])
        .or_else(|| arguments.after(["vllm", "serve"]));
    flag.filter(|flag| is_repository(flag.value))
}
