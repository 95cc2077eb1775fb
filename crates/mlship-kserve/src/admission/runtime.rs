//! Runtimes: what the controller would fail on, such as `specified runtime does not support specified
//! framework/version`.

use mlship_spec::choices::KserveVersion;
use mlship_spec::codes::{CONFLICT, MISSING_FIELD, NOT_ON_TARGET};
use mlship_spec::workload::{Check, Places};

use crate::form::{self, Form, RuntimeForm};
use crate::remarks::Remarks;
use crate::runtimes::{Models, OWN_RUNTIMES, RUNTIMES, Runtime, RuntimeProbes, TagRule};
use crate::version;

const FIELD: &str = "targets.kserve.runtime";

/// Refuses a runtime that would not run the model.
pub(super) fn judge(remarks: &mut Remarks<'_>, form: &Form) {
    match form {
        Form::Container => without_model(remarks),
        Form::Runtime(runtime) => {
            placeholders(remarks);
            if let Some(known) = runtime.known {
                known_runtime(remarks, runtime, known);
            }
        }
    }
}

fn without_model(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    if workload.targets.kserve.runtime.is_none() {
        return;
    }
    if workload.model.format.is_none() {
        let message = "a runtime is chosen for the model's format, and `model.format` is missing";
        remarks.refuse(&MISSING_FIELD, FIELD, message, "for example `format: sklearn`");
    }
    if workload.model.source.is_none() {
        // Without weights KServe takes it for a host of several models and puts its agent before the server.
        let message = "a runtime serves weights that it is brought, and `model.uri` is missing";
        let help = "name where they lie, or take `runtime` away: the image then runs as it is";
        remarks.refuse(&MISSING_FIELD, FIELD, message, help);
    }
}

fn known_runtime(remarks: &mut Remarks<'_>, form: &RuntimeForm, runtime: &Runtime) {
    since(remarks, runtime);
    if !runtime.formats.contains(&form.format) {
        let fitting: Vec<_> =
            RUNTIMES.iter().filter(|it| it.formats.contains(&form.format)).map(|it| it.name).collect();
        let message = format!("`{}` does not serve the format `{}`", runtime.name, form::format_word(form));
        let help = match fitting.as_slice() {
            [] => "take `runtime` away: the image then runs as it is".to_owned(),
            names => format!("write {}", quoted(names)),
        };
        remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
    }
    let protocol = form::written_protocol(remarks.workload, form);
    if let Some(protocol) = protocol
        && !runtime.protocols.is_empty()
        && !runtime.protocols.contains(&protocol)
    {
        let spoken = remarks.workload.server.protocol;
        let message = format!("`{}` does not speak `{spoken}`", runtime.name);
        let help = format!(
            "its protocols are {}: write `server.protocol: http` for v1, `open-inference` for v2",
            quoted(runtime.protocols)
        );
        remarks.refuse(&NOT_ON_TARGET, "server.protocol", message, help);
    }
    probes(remarks, runtime);
    tag(remarks, runtime);
    models(remarks, form, runtime);
}

/// Several models are folders, in which a runtime for one model does not look unless an argument names one.
fn models(remarks: &mut Remarks<'_>, form: &RuntimeForm, runtime: &Runtime) {
    let Some(source) = &remarks.workload.model.source else { return };
    let places = match source.places {
        Places::One(_) => return,
        Places::Several(_) => source.places.all(),
    };
    let field = source.places.field();
    match runtime.models {
        Models::OfFolders => {}
        Models::OfOneUri => {
            let message = format!(
                "KServe tells `{}` to load no model at its start where there is no one `storageUri`",
                runtime.name
            );
            let help = several_by(form).map_or_else(
                || "take `runtime` away: the image then runs as it is".to_owned(),
                |name| format!("write `{name}`, which KServe tells nothing, or take `runtime` away"),
            );
            remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
        }
        Models::OfSettings => {
            let reason =
                "by which MLServer finds models: it holds a `name`, and the file in `parameters.uri`";
            remarks.decide(field, "a `model-settings.json` in each place", reason);
        }
        Models::One => {
            let root = source.mount_path.as_str();
            let is_named = |folder: String| form.args.iter().any(|arg| arg.contains(&folder));
            if places.iter().any(|place| is_named(place.folder(root))) {
                return;
            }
            let folder = places.first().map(|place| place.folder(root)).unwrap_or_default();
            let message =
                format!("`{}` serves one model, and would look for it in `{root}` itself", runtime.name);
            let help = match several_by(form) {
                None => format!(
                    "name the folder of one in `server.args`, such as `{folder}`, or write `model.uri`"
                ),
                Some(name) => format!("write `{name}`, which serves several, or `model.uri`"),
            };
            remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
        }
    }
}

/// A runtime of mlship's own that serves several models of the format.
fn several_by(form: &RuntimeForm) -> Option<&'static str> {
    let is_for_several = |it: &&Runtime| matches!(it.models, Models::OfFolders | Models::OfSettings);
    let fitting = OWN_RUNTIMES.iter().filter(is_for_several).find(|it| it.formats.contains(&form.format));
    fitting.map(|it| it.name)
}

fn since(remarks: &mut Remarks<'_>, runtime: &Runtime) {
    let version: KserveVersion = remarks.workload.targets.kserve.version;
    if version < runtime.since {
        let message = format!("{} does not bring `{}` along", remarks.kserve(), runtime.name);
        let help = format!("{} does; or name a runtime of your own", version::name(runtime.since));
        remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
    }
}

/// Fields of the runtime's probes and of ours are laid over each other, and two handlers in one probe are
/// refused (`may not specify more than 1 handler type`).
fn probes(remarks: &mut Remarks<'_>, runtime: &Runtime) {
    if runtime.probes == RuntimeProbes::None {
        return;
    }
    let probes = &remarks.workload.probes;
    let clashes =
        [&probes.startup, &probes.readiness].iter().any(|probe| !matches!(probe.check, Check::Http { .. }));
    if clashes {
        let message =
            format!("the probes of `{}` ask over HTTP, and the two kinds can't be mixed", runtime.name);
        remarks.refuse(&CONFLICT, "health", message, "write `health: {ready: /v1/models}`");
    } else {
        let reason = "the runtime waits so long before its first question, and KServe keeps that";
        remarks.decide("startupProbe.initialDelaySeconds", "30", reason);
    }
}

/// KServe changes the tag of images that runtimes run, unless a digest pins them.
fn tag(remarks: &mut Remarks<'_>, runtime: &Runtime) {
    let workload = remarks.workload;
    let image = &workload.server.image;
    let is_nvidia = workload.resources.gpu.as_ref().is_some_and(|gpu| {
        let resource = gpu.resource.as_str();
        resource == "nvidia.com/gpu" || resource.starts_with("nvidia.com/mig-")
    });
    if image.digest().is_some() {
        return;
    }
    match runtime.tag {
        TagRule::GpuSuffix if is_nvidia && !image.to_string().ends_with("-gpu") => {
            remarks
                .adapt("server.image", format!("`{image}-gpu`: KServe runs the GPU build of this runtime"));
        }
        TagRule::CpuRepository if !is_nvidia && !image.repository().ends_with("-cpu") => {
            let repository = image.repository();
            let how = format!("from `{repository}-cpu`: KServe runs the CPU build of this runtime");
            remarks.adapt("server.image", how);
        }
        TagRule::Keep | TagRule::GpuSuffix | TagRule::CpuRepository => {}
    }
}

/// The runtime's container is a Go template once the spec's values are laid over it.
fn placeholders(remarks: &mut Remarks<'_>) {
    for field in super::fields_with_braces(remarks.workload) {
        let message = "KServe reads `{{` as the start of a placeholder of its own, and fails on any other";
        let help = "put it into a file (`config`), or take `targets.kserve.runtime` away";
        remarks.refuse(&NOT_ON_TARGET, &field, message, help);
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
