//! What one replica asks of its node.

use crate::catalogue::accelerators::{self, Accelerator, Lookup};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::source::Span;
use crate::spec::forms::{ShortOr, value};
use crate::spec::resources::{Amount as Written, GpuFields, Resources as WrittenResources};
use crate::values::names::ResourceName;
use crate::values::quantity::Quantity;
use crate::values::quoted;
use crate::workload::{Amount, Gpu, Model, Resources};

use super::Pass;
use super::model::{is_mounted, mebibytes};

/// Bytes of /dev/shm for each of several GPUs.
const SHARED_BYTES_PER_GPU: u64 = 2 << 30;

/// What a request and a limit were written as.
type Bounds = (Option<Quantity>, Option<Quantity>);

impl Pass<'_> {
    pub(super) fn resources(&mut self, model: &Model) -> Resources {
        let written = self.spec.resources.as_ref().map(|field| field.value.clone()).unwrap_or_default();
        let gpu = self.gpu(&written);
        let cpu = self.cpu(&written);
        let memory = self.memory(&written, model, gpu.as_ref());
        let shared_memory = self.shared_memory(&written, gpu.as_ref(), &memory);
        Resources { cpu, ephemeral_storage: self.disk(&written, model), gpu, shared_memory, memory }
    }

    fn cpu(&mut self, written: &WrittenResources) -> Amount {
        let (request, limit) = self.bounds(written.cpu.as_ref(), "cpu");
        let request = request.or_else(|| limit.clone()).unwrap_or_else(|| {
            self.decide("resources.cpu", "1", "enough to serve; measure and adjust");
            Quantity::from_count(1)
        });
        if limit.is_none() {
            self.decide("resources.cpu.limit", "none", "a limit throttles tokenizers and model loaders");
        }
        Amount { request, limit }
    }

    fn memory(&mut self, written: &WrittenResources, model: &Model, gpu: Option<&Gpu>) -> Amount {
        let (request, limit) = self.bounds(written.memory.as_ref(), "memory");
        let request = request
            .or_else(|| limit.clone())
            .unwrap_or_else(|| self.default_memory(model, gpu, value(written.shared_memory.as_ref())));
        let limit = limit.unwrap_or_else(|| {
            self.decide(
                "resources.memory.limit",
                request.to_string(),
                "the request: a replica that uses more than it reserved is the first to be evicted",
            );
            request.clone()
        });
        Amount { request, limit: Some(limit) }
    }

    fn default_memory(&mut self, model: &Model, gpu: Option<&Gpu>, shared: Option<Quantity>) -> Quantity {
        // What lies in /dev/shm counts as the server's memory.
        let shared = match (shared, gpu) {
            (Some(shared), _) => shared.bytes(),
            (None, Some(gpu)) if gpu.count > 1 => u64::from(gpu.count) * SHARED_BYTES_PER_GPU,
            (None, _) => 0,
        };
        let (memory, reason) = match &model.size {
            // Loaders hold a file's pages while they copy them to the device.
            Some(size) if gpu.is_some() => {
                (size.bytes() + (2 << 30), "the model on its way to the GPU, and 2Gi")
            }
            Some(size) => (size.bytes() / 2 * 3 + (1 << 30), "half as much again as the model, and 1Gi"),
            None => (2 << 30, "the model's size is not known; measure and adjust"),
        };
        let reason = if shared > 0 { format!("{reason}, and /dev/shm") } else { reason.to_owned() };
        let memory = memory.saturating_add(shared);
        let memory = Quantity::from_mib(mebibytes(memory));
        self.decide("resources.memory", memory.to_string(), reason);
        memory
    }

    fn disk(&mut self, written: &WrittenResources, model: &Model) -> Amount {
        let (request, limit) = self.bounds(written.disk.as_ref(), "disk");
        let gibibyte = Quantity::from_gib(1);
        let request = request.or_else(|| limit.clone()).unwrap_or_else(|| {
            let download = match &model.source {
                Some(source) if source.cache.is_none() && !source.places.one().is_some_and(is_mounted) => {
                    model.size.clone().unwrap_or_else(|| Quantity::from_gib(10))
                }
                _ => Quantity::from_bytes(0),
            };
            let disk = Quantity::from_mib(mebibytes(download.bytes() + (1 << 30)));
            self.decide(
                "resources.disk",
                disk.to_string(),
                "1Gi for logs and scratch, and the model where it is downloaded",
            );
            disk
        });
        let limit = limit.unwrap_or_else(|| {
            let limit = request.checked_add(&gibibyte).unwrap_or_else(|| request.clone());
            self.decide(
                "resources.disk.limit",
                limit.to_string(),
                "1Gi above the request; a runaway log can't fill the node",
            );
            limit
        });
        Amount { request, limit: Some(limit) }
    }

    /// What was written, after it was judged.
    fn bounds(&mut self, written: Option<&Spanned<Written>>, name: &str) -> Bounds {
        let Some(written) = written else { return (None, None) };
        let (request, limit) = match &written.value {
            ShortOr::Short(request) => {
                self.judge_amount(request, written.span, name);
                (Some(request.clone()), None)
            }
            ShortOr::Long(fields) => {
                for amount in [&fields.request, &fields.limit].into_iter().flatten() {
                    self.judge_amount(&amount.value, amount.span, name);
                }
                (value(fields.request.as_ref()), value(fields.limit.as_ref()))
            }
        };
        if let (Some(request), Some(limit)) = (&request, &limit)
            && request > limit
        {
            let path = format!("resources.{name}");
            let message = format!("the request of {request} is above the limit of {limit}");
            self.refuse(
                Diagnostic::error(
                    &codes::REQUEST_ABOVE_LIMIT,
                    self.span(&format!("{path}.request")),
                    message,
                )
                .related(self.span(&format!("{path}.limit")), "the limit")
                .help("raise the limit, or lower the request"),
            );
        }
        (request, limit)
    }

    fn judge_amount(&mut self, amount: &Quantity, span: crate::source::Span, name: &str) {
        let help = if amount.is_negative() || amount.is_zero() {
            "write an amount above 0".to_owned()
        } else if name != "cpu" && amount.looks_like_milli_bytes() {
            match amount.meant_mebibytes() {
                Some(meant) => format!("`m` means thousandths; write `{meant}`"),
                None => "`m` means thousandths; write `Mi`".to_owned(),
            }
        } else if name != "cpu" && amount.bytes() < 1 << 20 {
            format!("that is {} bytes; write `Mi` or `Gi` behind the number", amount.bytes())
        } else if name == "cpu" && amount.millis() > 1_000_000 {
            format!("that is {} cores; write `m` behind thousandths", amount.millis() / 1000)
        } else {
            return;
        };
        // As it was written, where that is a plain number: `2k` would puzzle whoever wrote `2000`.
        let shown = if amount.is_whole() && !amount.is_negative() && amount.bytes() < 1 << 20 {
            amount.bytes().to_string()
        } else {
            amount.to_string()
        };
        let message =
            format!("`{shown}` can't be meant as {}", if name == "cpu" { "cores" } else { "bytes" });
        self.refuse(Diagnostic::error(&codes::INVALID_VALUE, span, message).help(help));
    }

    fn gpu(&mut self, written: &WrittenResources) -> Option<Gpu> {
        let fields = match &written.gpu.as_ref()?.value {
            ShortOr::Short(count) => {
                return Some(Gpu { count: count.0, accelerator: None, resource: nvidia() });
            }
            ShortOr::Long(fields) => fields,
        };
        let count = fields.count.as_ref().map_or(1, |count| count.value.0);
        let accelerator = self.accelerator(fields);
        let resource = self.gpu_resource(fields, accelerator)?;
        Some(Gpu { count, accelerator, resource })
    }

    fn accelerator(&mut self, fields: &GpuFields) -> Option<&'static Accelerator> {
        let kind = fields.kind.as_ref()?;
        match accelerator_of(&kind.value, kind.span) {
            Ok(accelerator) => Some(accelerator),
            Err(refusal) => {
                self.refuse(refusal);
                None
            }
        }
    }

    fn gpu_resource(
        &mut self,
        fields: &GpuFields,
        accelerator: Option<&Accelerator>,
    ) -> Option<ResourceName> {
        let shared = fields.time_sliced.as_ref().filter(|shared| shared.value);
        let Some(mig) = &fields.mig else {
            let Some(shared) = shared else {
                return Some(accelerator.map_or_else(nvidia, Accelerator::resource));
            };
            if accelerator.is_some_and(|accelerator| accelerator.resource() != nvidia()) {
                self.refuse(
                    Diagnostic::error(
                        &codes::CONFLICT,
                        shared.span,
                        "only NVIDIA's device plugin shares devices by time",
                    )
                    .help("ask for a whole device"),
                );
            }
            return "nvidia.com/gpu.shared".parse().ok();
        };
        if let Some(shared) = shared {
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    shared.span,
                    "a device is either cut into slices or shared by time",
                )
                .related(mig.span, "the slice")
                .help("keep one of the two"),
            );
        }
        let among: Vec<&Accelerator> = match accelerator {
            Some(accelerator) => vec![accelerator],
            None => accelerators::all().iter().collect(),
        };
        if let Some(profile) = among.iter().find_map(|accelerator| accelerator.mig_profile(&mig.value)) {
            return profile.resource.parse().ok();
        }
        let mut names: Vec<&str> =
            among.iter().flat_map(|accelerator| accelerator.mig).map(|slice| slice.name).collect();
        names.sort_unstable();
        names.dedup();
        let whose = accelerator
            .map_or_else(|| "any accelerator".to_owned(), |accelerator| format!("`{accelerator}`"));
        let help = match names.as_slice() {
            [] => "ask for a whole device".to_owned(),
            names => format!("write one of {}", names.join(", ")),
        };
        let message = format!("{} is no slice of {whose}", quoted(&mig.value));
        self.refuse(Diagnostic::error(&codes::INVALID_VALUE, mig.span, message).help(help));
        None
    }

    fn shared_memory(
        &mut self,
        written: &WrittenResources,
        gpu: Option<&Gpu>,
        memory: &Amount,
    ) -> Option<Quantity> {
        let limit = memory.limit.as_ref().unwrap_or(&memory.request);
        if let Some(size) = &written.shared_memory {
            self.judge_amount(&size.value, size.span, "sharedMemory");
            if size.value > *limit {
                let message =
                    format!("shared memory of {} does not fit into the memory of {limit}", size.value);
                self.refuse(
                    Diagnostic::error(&codes::CONFLICT, size.span, message)
                        .related(self.span("resources.memory"), "it counts as the server's memory")
                        .help("raise `resources.memory`, or lower `sharedMemory`"),
                );
            }
            return Some(size.value.clone());
        }
        let gpu = gpu.filter(|gpu| gpu.count > 1)?;
        let half = limit.bytes() / 2;
        let size = Quantity::from_mib(mebibytes(half.min(u64::from(gpu.count) * SHARED_BYTES_PER_GPU)));
        self.decide(
            "resources.sharedMemory",
            size.to_string(),
            "several GPUs talk through /dev/shm, and the runtime's 64 MiB are too little for NCCL",
        );
        Some(size)
    }
}

fn nvidia() -> ResourceName {
    accelerators::Vendor::Nvidia.resource()
}

/// The accelerator that a name stands for, or why it stands for none.
pub(super) fn accelerator_of(name: &str, place: Span) -> Result<&'static Accelerator, Diagnostic> {
    let (message, help) = match accelerators::lookup(name) {
        Lookup::Found(accelerator) => return Ok(accelerator),
        Lookup::Ambiguous(several) => {
            let names: Vec<String> = several
                .iter()
                .map(|accelerator| format!("`{}` ({} GB)", accelerator.name, accelerator.memory.sold_gb))
                .collect();
            (
                format!("{} stands for several accelerators", quoted(name)),
                format!("write {}", names.join(" or ")),
            )
        }
        Lookup::Unknown(alike) => {
            let known: Vec<&str> = accelerators::all().iter().map(|accelerator| accelerator.name).collect();
            let help = match alike.first() {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("known are {}", known.join(", ")),
            };
            (format!("{} is no accelerator of the catalogue", quoted(name)), help)
        }
    };
    Err(Diagnostic::error(&codes::UNKNOWN_ACCELERATOR, place, message).help(help))
}
