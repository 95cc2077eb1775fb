//! `ML1xx`: accelerators, and how a server spreads over them.

use mlship_spec::choices::ModelFormat;
use mlship_spec::source::Span;
use mlship_spec::workload::{Gpu, Workload};

use crate::arguments::{Arguments, variable};
use crate::rule::{Finding, rule};
use crate::subject::Subject;

rule! {
    /// Any accelerator of a mixed cluster will do.
    ANY_ACCELERATOR "ML106" Warning "any of several accelerators will do"
    why "Nodes with different GPUs offer the same resource, so a replica without a `type` lands on whichever is free: \
         one replica is on an L4 and the next on a T4, with other speed, other memory, and other number formats."
    fix "Name it: `resources.gpu.type`, or a label in `placement.nodeSelector`."
    evidence ["https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/#clusters-containing-different-types-of-gpus"]
    on NODES needs Cluster
    judge any_accelerator
}

rule! {
    /// The server wants another number of GPUs than a replica has.
    PARALLELISM "ML107" Error "parallelism is not the number of GPUs"
    why "Each rank of tensor, pipeline and data parallelism takes a GPU of its own. With more ranks than GPUs the server \
         ends at its start; with fewer, GPUs are paid for and idle."
    fix "Let the product of the parallel sizes be `resources.gpu.count`."
    evidence ["https://docs.vllm.ai/en/stable/serving/parallelism_scaling/",
              "https://huggingface.co/docs/text-generation-inference/basic_tutorials/launcher#numshard"]
    on EVERYWHERE needs Spec
    judge parallelism
}

rule! {
    /// No machine has so many GPUs.
    NO_SUCH_MACHINE "ML108" Warning "more GPUs than one machine has"
    why "All GPUs of a replica are on one node, and clouds build machines with at most eight of a kind, few with \
         sixteen. A replica that asks for more stays pending for ever."
    fix "Ask for at most as many as one machine has; a larger model needs a larger GPU, or several nodes (LeaderWorkerSet)."
    evidence ["https://karpenter.sh/docs/reference/instance-types/",
              "https://cloud.google.com/compute/docs/gpus", "https://lws.sigs.k8s.io/docs/"]
    on KUBERNETES needs Spec
    judge no_such_machine
}

rule! {
    /// The nodes cut or share their devices in another way.
    OTHER_SHARING "ML116" Warning "nodes share their GPUs in another way"
    why "A whole GPU, a MIG slice and a time-sliced share are resources of different names. A replica that asks for one \
         does not see the others, and stays pending beside idle devices."
    fix "Ask for what the nodes offer: `resources.gpu.mig`, `resources.gpu.timeSliced`, or whole devices."
    evidence ["https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html",
              "https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html"]
    on NODES needs Cluster
    judge other_sharing
}

/// The most GPUs that machines of clouds have, where the accelerator is not known: a2-megagpu-16g and p2.16xlarge.
const MOST_OF_ANY_MACHINE: u32 = 16;

/// The most GPUs of one kind in a usual machine.
const MOST_OF_A_USUAL_MACHINE: u32 = 8;

fn any_accelerator(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let (Some(gpu), Some(cluster)) = (&workload.resources.gpu, subject.cluster) else { return };
    let models = cluster.accelerators.get(gpu.resource.as_str());
    let Some(models) = models.filter(|models| models.len() > 1) else { return };
    if gpu.accelerator.is_some() || !workload.placement.node_selector.is_empty() {
        return;
    }
    let names = models.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let message =
        format!("the nodes have several kinds of `{}`, and any of them will do: {names}", gpu.resource);
    found.push(Finding::new(subject.span("resources.gpu"), message, "name one with `resources.gpu.type`"));
}

fn parallelism(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let arguments = Arguments::of(workload);
    // Ray and torchrun spread a server over several pods, or over processes of their own.
    if ["ray", "torchrun", "mpirun"].iter().any(|launcher| arguments.mention(launcher)) {
        return;
    }
    let Some(ranks) = Ranks::of(workload, &arguments) else { return };
    let gpus = workload.resources.gpu.as_ref().map_or(0, |gpu| gpu.count);
    if ranks.count == gpus || (gpus == 0 && (ranks.count == 1 || runs_on_cpus(workload))) {
        return;
    }
    let wanted = if ranks.count == 1 { "1 GPU".to_owned() } else { format!("{} GPUs", ranks.count) };
    let what =
        if ranks.words.is_empty() { "without a parallel size".to_owned() } else { ranks.words.join(" × ") };
    let (message, help) = if ranks.count > gpus {
        let has = if gpus == 0 { "none".to_owned() } else { gpus.to_string() };
        (
            format!("the server wants {wanted} ({what}), and a replica has {has}: it ends at its start"),
            format!("write `resources.gpu.count: {}`, or lower the parallel size", ranks.count),
        )
    } else {
        (
            format!("the server takes {wanted} of {gpus} ({what}): {} stay idle", gpus - ranks.count),
            format!(
                "give it `--tensor-parallel-size={gpus}`, or write `resources.gpu.count: {}`",
                ranks.count
            ),
        )
    };
    let place = ranks.span.or_else(|| subject.span("resources.gpu"));
    found.push(Finding::new(place, message, help).related(gpu_count(subject), "the GPUs of a replica"));
}

/// How many GPUs a server's processes want.
struct Ranks {
    count: u32,
    words: Vec<String>,
    span: Option<Span>,
}

impl Ranks {
    /// `None` where nothing says so, or a configuration file could.
    fn of(workload: &Workload, arguments: &Arguments<'_>) -> Option<Self> {
        const TENSOR: &[&str] = &["--tensor-parallel-size", "-tp", "--tp", "--tp-size", "--num-shard"];
        const PIPELINE: &[&str] = &["--pipeline-parallel-size", "-pp", "--pp", "--pp-size"];
        const DATA: &[&str] =
            &["--data-parallel-size-local", "-dpl", "--data-parallel-size", "-dp", "--dp", "--dp-size"];
        let mut ranks = Self { count: 1, words: Vec::new(), span: None };
        for names in [TENSOR, PIPELINE, DATA] {
            if let Some(flag) = arguments.flag(names) {
                // What is not a number is set elsewhere, as in `$(TENSOR_PARALLEL)`.
                let size: u32 = flag.value.parse().ok().filter(|size| *size > 0)?;
                // SGLang's data parallelism for attention shares the ranks of tensor parallelism.
                if names == DATA && arguments.has(&["--enable-dp-attention"]) {
                    continue;
                }
                ranks.count = ranks.count.checked_mul(size)?;
                ranks.words.push(format!("{} {size}", names[0].trim_start_matches('-')));
                ranks.span = ranks.span.or(flag.span);
            }
        }
        if ranks.words.is_empty()
            && let Some(size) =
                variable(workload, "NUM_SHARD").and_then(|text| text.parse().ok()).filter(|size| *size > 0)
        {
            let span = workload.span("server.env.NUM_SHARD");
            return Some(Self { count: size, words: vec![format!("NUM_SHARD {size}")], span });
        }
        (!ranks.words.is_empty() || takes_one_gpu(workload, arguments)).then_some(ranks)
    }
}

/// Whether the server is known to take one GPU where no flag says otherwise.
fn takes_one_gpu(workload: &Workload, arguments: &Arguments<'_>) -> bool {
    let image = workload.server.image.repository();
    let is_known = image.contains("vllm") || image.contains("sglang");
    let is_started =
        workload.server.command.is_empty() || arguments.mention("vllm") || arguments.mention("sglang");
    let is_vllm = workload.model.format == Some(ModelFormat::Vllm) || is_known;
    let may_say_more = arguments.has(&["--config", "--headless"]) || arguments.mention("$");
    is_vllm && is_known && is_started && !may_say_more
}

/// Builds for CPUs count NUMA nodes as ranks.
fn runs_on_cpus(workload: &Workload) -> bool {
    let image = workload.server.image.to_string();
    image.contains("cpu") || image.contains("neuron") || image.contains("tpu") || image.contains("gaudi")
}

fn gpu_count(subject: &Subject<'_>) -> Option<Span> {
    subject.workload.resources.gpu.as_ref()?;
    subject.span("resources.gpu.count")
}

fn no_such_machine(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some(gpu) = &subject.workload.resources.gpu else { return };
    // Slices and shares are counted in other units.
    let is_whole = matches!(gpu.resource.as_str(), "nvidia.com/gpu" | "amd.com/gpu");
    let (most, whose) = most_of_a_machine(gpu);
    if !is_whole || gpu.count <= most {
        return;
    }
    let message =
        format!("a replica wants {} GPUs on one node, and no machine has more than {most}{whose}", gpu.count);
    let help = "ask for fewer, or for a GPU with more memory: `mlship explain resources.gpu.type` lists them";
    found.push(Finding::new(gpu_count(subject), message, help));
}

fn most_of_a_machine(gpu: &Gpu) -> (u32, String) {
    let Some(accelerator) = gpu.accelerator else { return (MOST_OF_ANY_MACHINE, String::new()) };
    let machines = accelerator.ec2_types.iter().chain(accelerator.azure_sizes);
    let most = machines.map(|machine| u32::from(machine.count)).max().unwrap_or(0);
    // The only kind of which Google has machines with sixteen.
    let usual =
        if accelerator.name == "nvidia-a100-40gb" { MOST_OF_ANY_MACHINE } else { MOST_OF_A_USUAL_MACHINE };
    (most.max(usual), format!(" of `{accelerator}`"))
}

fn other_sharing(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let (Some(gpu), Some(cluster)) = (&subject.workload.resources.gpu, subject.cluster) else { return };
    let offered = cluster.resources.iter().map(String::as_str);
    let offered: Vec<&str> =
        offered.filter(|name| name.split('/').next() == Some(gpu.resource.vendor())).collect();
    if offered.is_empty() || offered.contains(&gpu.resource.as_str()) {
        return;
    }
    let message = format!("no node offers `{}`; the nodes have {}", gpu.resource, offered.join(", "));
    let help = "ask for what they offer, or have the nodes cut or share their devices in this way";
    found.push(Finding::new(subject.span("resources.gpu"), message, help));
}
