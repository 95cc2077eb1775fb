//! Who runs the server: a runtime that knows the model's format, or the container as the spec describes it.

use mlship_spec::choices::{Choice as _, KserveMode, ModelFormat, Protocol};
use mlship_spec::workload::Workload;

use crate::runtimes::{self, Runtime};

/// The folder in which runtimes look for a model, and where KServe puts it.
pub(crate) const MODEL_FOLDER: &str = "/mnt/models";

/// Who runs the server.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// The container as the spec describes it.
    Container,
    /// A runtime, with what the spec says laid over it.
    Runtime(RuntimeForm),
}

/// A runtime and what the spec says of it.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeForm {
    /// Its name.
    pub(crate) name: String,
    /// What is known of it, when KServe brings it along.
    pub(crate) known: Option<&'static Runtime>,
    /// The model's format.
    pub(crate) format: ModelFormat,
    /// The arguments that are added to the runtime's own.
    pub(crate) args: Vec<String>,
}

impl Form {
    /// Whether KServe writes a label or variable for the runtime, over any other value.
    pub(crate) fn writes_over(&self, name: &str) -> bool {
        let Self::Runtime(RuntimeForm { known: Some(known), .. }) = self else { return false };
        known.written_over.contains(&name)
    }
}

/// Who runs the server of a workload.
///
/// A runtime that nobody asked for is taken only where it does what the spec says to the letter: it runs the
/// spec's image, and its arguments are the first of the spec's own.
pub(crate) fn form(workload: &Workload) -> Form {
    let Some(format) = workload.model.format.filter(|_| workload.model.source.is_some()) else {
        return Form::Container;
    };
    if let Some(name) = &workload.targets.kserve.runtime {
        let known = runtimes::find(name.as_str());
        let args = workload.server.args.clone();
        let args = known.and_then(|runtime| added_args(workload, runtime, format)).unwrap_or(args);
        return Form::Runtime(RuntimeForm { name: name.to_string(), known, format, args });
    }
    match runtimes::RUNTIMES.iter().find(|runtime| says_the_same(workload, runtime, format)) {
        Some(runtime) => Form::Runtime(RuntimeForm {
            name: runtime.name.to_owned(),
            known: Some(runtime),
            format,
            args: added_args(workload, runtime, format).unwrap_or_default(),
        }),
        None => Form::Container,
    }
}

/// The arguments behind those of the runtime, when the spec's begin with them.
fn added_args(workload: &Workload, runtime: &Runtime, format: ModelFormat) -> Option<Vec<String>> {
    let own = runtime.args_for(workload.name.as_str(), runtimes::format_name(format));
    workload.server.args.strip_prefix(own.as_slice()).map(<[String]>::to_vec)
}

fn says_the_same(workload: &Workload, runtime: &Runtime, format: ModelFormat) -> bool {
    let server = &workload.server;
    // Servers of KServe's own have neither variables nor commands beside their arguments.
    let is_plain = runtime.image.starts_with("kserve/") && runtime.tag == runtimes::TagRule::Keep;
    // With several models each has a folder of its own there, in which these servers don't look.
    let in_folder = workload
        .model
        .source
        .as_ref()
        .is_some_and(|it| it.mount_path.as_str() == MODEL_FOLDER && it.places.one().is_some());
    is_plain
        && in_folder
        && workload.targets.kserve.mode == KserveMode::Standard
        && runtime.since <= workload.targets.kserve.version
        && runtime.formats.contains(&format)
        && runtime.protocols.contains(&protocol_version(server.protocol).unwrap_or_default())
        && server.image.repository().ends_with(runtime.image)
        && server.command.is_empty()
        && server.port.get() == runtime.port
        && added_args(workload, runtime, format).is_some()
}

/// The word of a runtime for what is spoken; `None` where it has none.
pub(crate) fn protocol_version(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::Http => Some("v1"),
        Protocol::OpenInference => Some("v2"),
        Protocol::Grpc => Some("grpc-v2"),
        Protocol::OpenAi => None,
    }
}

/// The protocol that is written: of those that the runtime lists, since another one is refused.
pub(crate) fn written_protocol(workload: &Workload, form: &RuntimeForm) -> Option<&'static str> {
    let wanted = protocol_version(workload.server.protocol);
    match (form.known, wanted) {
        // An unset one is taken for v1, so a runtime without it needs a word.
        (Some(runtime), None) => runtime.protocols.contains(&"v2").then_some("v2"),
        (Some(runtime), Some("grpc-v2")) if runtime.protocols.contains(&"grpc-v1") => Some("grpc-v1"),
        (Some(_) | None, wanted) => wanted,
    }
}

/// The format as the spec writes it.
pub(crate) fn format_word(form: &RuntimeForm) -> &'static str {
    form.format.as_str()
}
