//! vLLM's arguments: what they say of parallelism, and what is added to them.
//!
//! <https://docs.vllm.ai/en/v0.11.0/cli/serve.html> (2026-11)

use mlship_spec::workload::Workload;
use mlship_spec::workload::kserve::Llm;

/// The arguments that are written, and what they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// All of them.
    pub(crate) args: Vec<String>,
    /// Those among them that nobody wrote.
    pub(crate) added: Vec<String>,
    /// Parts of each layer.
    pub(crate) tensor: Option<u32>,
    /// Groups of layers.
    pub(crate) pipeline: Option<u32>,
    /// Copies of the model.
    pub(crate) data: Option<u32>,
    /// Whether experts are laid over accelerators.
    pub(crate) expert: bool,
    /// By what name requests ask for the model.
    pub(crate) served_name: Option<String>,
    /// Fields of the spec, with the arguments that say otherwise.
    pub(crate) conflicts: Vec<(&'static str, String)>,
}

const EXPERT: &str = "--enable-expert-parallel";

/// The arguments of a workload's server.
pub(crate) fn arguments(workload: &Workload, llm: &Llm) -> Arguments {
    let mut arguments = Arguments { args: workload.server.args.clone(), ..Default::default() };
    let wanted = &llm.parallelism;
    arguments.tensor = arguments.count("tensor", &["--tensor-parallel-size", "-tp"], wanted.tensor);
    arguments.pipeline = arguments.count("pipeline", &["--pipeline-parallel-size", "-pp"], wanted.pipeline);
    arguments.data = arguments.count("data", &["--data-parallel-size", "-dp"], wanted.data);
    let is_there = workload.server.args.iter().any(|arg| same_flag(arg, EXPERT));
    arguments.expert = is_there || wanted.expert == Some(true);
    if is_there && wanted.expert == Some(false) {
        arguments.conflicts.push(("targets.kserve.llm.parallelism.expert", EXPERT.to_owned()));
    }
    if wanted.expert == Some(true) && !is_there {
        arguments.add(EXPERT.to_owned());
    }
    arguments.served_name = find(&workload.server.args, &["--served-model-name"]).map(|(_, name)| name);
    arguments
}

impl Arguments {
    /// The number that an argument says; added when the spec wants one and there is none.
    fn count(&mut self, field: &str, flags: &[&str], wanted: Option<u32>) -> Option<u32> {
        match (find(&self.args, flags), wanted) {
            (None, None) => None,
            (None, Some(wanted)) => {
                self.add(format!("{}={wanted}", flags[0]));
                Some(wanted)
            }
            (Some((flag, text)), wanted) => {
                let written = text.parse::<u32>().ok();
                if wanted.is_some_and(|wanted| written != Some(wanted)) {
                    self.conflicts.push((field_of(field), format!("{flag} {text}")));
                }
                written
            }
        }
    }

    fn add(&mut self, argument: String) {
        self.args.push(argument.clone());
        self.added.push(argument);
    }
}

fn field_of(field: &str) -> &'static str {
    match field {
        "tensor" => "targets.kserve.llm.parallelism.tensor",
        "pipeline" => "targets.kserve.llm.parallelism.pipeline",
        _ => "targets.kserve.llm.parallelism.data",
    }
}

/// The last of the flags that is there, with its value, in one argument or in two.
fn find(args: &[String], flags: &[&str]) -> Option<(String, String)> {
    let mut found = None;
    for (index, arg) in args.iter().enumerate() {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (arg.as_str(), args.get(index + 1).cloned()),
        };
        if let (true, Some(value)) = (flags.iter().any(|flag| same_flag(name, flag)), value) {
            found = Some((name.to_owned(), value));
        }
    }
    found
}

/// vLLM takes underscores for dashes.
fn same_flag(written: &str, flag: &str) -> bool {
    written.starts_with('-') && written.replace('_', "-") == flag
}
