//! `mlship init`: a first spec that works at once.

mod questions;
mod servers;
mod template;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use clap::builder::PossibleValuesParser;
use mlship_spec::choices::{Choice, Protocol};
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::values::Invalid;
use mlship_spec::values::image::ImageReference;
use mlship_spec::values::names::{Hostname, ServiceName};
use mlship_spec::values::numbers::Port;
use mlship_spec::values::quantity::Quantity;

use super::{Stream, conclude, note, print};
use crate::diagnostics::{Format, Report};
use crate::failure::{Failure, Failures, Stop};
use crate::output::write_file;
use crate::ship::Findings;
use servers::{KnownServer, Size};
use template::Facts;

const EXAMPLES: &str = "\
Examples:
  mlship init ghcr.io/example/churn-service:0.3.1
  mlship init vllm/vllm-openai:v0.11.0 --name chat --gpu --host chat.example.com
  mlship init ghcr.io/example/churn-service:0.3.1 -o - | mlship render -f -";

/// Names derived from a service's own must fit Kubernetes' 63 characters as well.
const LONGEST_NAME: usize = 40;

/// Write a first mlship.yaml for an image: about ten commented lines that work at once
///
/// The port, the protocol and the health check of well-known servers are filled in. On a terminal it asks
/// for what the flags leave open; elsewhere it never asks.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The image, with a tag other than `latest` or a digest
    image: String,
    /// The service's name [default: from the image]
    #[arg(long)]
    name: Option<String>,
    /// The port that the server listens at [default: that of a well-known server, else 8080]
    #[arg(long)]
    port: Option<String>,
    /// What it speaks there [default: that of a well-known server, else http]
    #[arg(long, value_parser = PossibleValuesParser::new(Protocol::WORDS.iter().map(|(word, _)| *word)))]
    protocol: Option<String>,
    /// GPUs of one replica [default: 1 for servers of language models, else none]
    #[arg(long, value_name = "COUNT", num_args = 0..=1, require_equals = true, default_missing_value = "1",
          value_parser = gpus)]
    gpu: Option<u32>,
    /// Memory of one replica [default: 2Gi, or 16Gi with a GPU]
    #[arg(long)]
    memory: Option<String>,
    /// Cores of one replica [default: 1, or 4 with a GPU]
    #[arg(long)]
    cpu: Option<String>,
    /// The public host name [default: none, internal only]
    #[arg(long)]
    host: Option<String>,
    /// Ask nothing, even on a terminal
    #[arg(short, long)]
    yes: bool,
    /// The file to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE|-", default_value = "mlship.yaml", value_hint = clap::ValueHint::FilePath)]
    output: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

/// The flags, checked; `None` was not given.
struct Given {
    image: ImageReference,
    name: Option<ServiceName>,
    port: Option<Port>,
    memory: Option<Quantity>,
    cpu: Option<Quantity>,
    host: Option<Hostname>,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let given = self.check()?;
        let known = servers::known(&given.image.repository());
        let facts = self.facts(given, known);
        let text = template::render(&facts)
            .map_err(|error| Failure::refused(format!("filling in the template: {error}")))?;
        self.prove(&text)?;
        if let Some(server) = known {
            note(&format!("filled in what {} says of itself: {}", server.title, server.source));
        }
        if self.output.as_os_str() == "-" {
            return Ok(print(text.as_bytes())?);
        }
        write_file(&self.output, text.as_bytes())?;
        let path = self.output.display();
        let flag =
            if self.output == Path::new("mlship.yaml") { String::new() } else { format!(" -f {path}") };
        note(&format!(
            "wrote {path}; next: `mlship check{flag}`, then `mlship render{flag} | kubectl apply -f -`"
        ));
        Ok(())
    }

    /// Every flag that can't be used, at once.
    fn check(&self) -> Result<Given, Failures> {
        let mut failures = Vec::new();
        let image = value::<ImageReference>(Some(&self.image), "IMAGE", &mut failures);
        let name = value(self.name.as_ref(), "--name", &mut failures);
        let port = value(self.port.as_ref(), "--port", &mut failures);
        let memory = value(self.memory.as_ref(), "--memory", &mut failures);
        let cpu = value(self.cpu.as_ref(), "--cpu", &mut failures);
        let host = value(self.host.as_ref(), "--host", &mut failures);
        failures.extend(self.place().err());
        match (Failures::of(failures), image) {
            (None, Some(image)) => Ok(Given { image, name, port, memory, cpu, host }),
            (Some(failures), _) => Err(failures),
            (None, None) => Err(Failure::refused("no image was given").into()),
        }
    }

    /// Refuses a place that is taken, before anything is asked.
    fn place(&self) -> Result<(), Failure> {
        let path = self.output.display();
        if self.output.as_os_str() == "-" {
            return Ok(());
        }
        match fs::symlink_metadata(&self.output) {
            Ok(found) if found.is_dir() => Err(Failure::refused(format!("{path} is a folder"))
                .help(format!("`-o {path}/mlship.yaml` names a file in it"))),
            Ok(found) if found.is_symlink() => {
                Err(Failure::refused(format!("{path} is a symbolic link, and links are not followed"))
                    .help("name the file that it leads to"))
            }
            Ok(_) if !self.force => Err(Failure::refused(format!("{path} is there already"))
                .help("`--force` replaces it; `-o FILE` names another, `-o -` prints it")),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::world("looking at", &self.output, &error))
            }
            _ => Ok(()),
        }
    }

    fn facts(&self, given: Given, known: Option<&'static KnownServer>) -> Facts {
        let server = known.unwrap_or(servers::unknown());
        let ask = !self.yes && questions::can_ask();
        let name = given.name.map_or_else(|| name_of(&given.image), |name| name.to_string());
        let name = if ask && self.name.is_none() { ask_checked::<ServiceName>("Name", name) } else { name };
        let port = given.port.map_or(server.port, Port::get);
        let port = if ask && given.port.is_none() { ask_port(port) } else { port };
        let gpus = self.gpu.unwrap_or(match server.size {
            Size::Gpu => 1,
            Size::Small => 0,
        });
        let gpus = if ask && self.gpu.is_none() { ask_gpus(gpus) } else { gpus };
        let host = given.host.map(|host| host.to_string());
        let host = if ask && host.is_none() { ask_host() } else { host };
        let port_source = match known {
            Some(server) if port == server.port => format!("that of {}", server.title),
            _ => "where the server listens".to_owned(),
        };
        let amount = |given: Option<Quantity>, small: &str, large: &str| {
            given.map_or_else(|| if gpus > 0 { large } else { small }.to_owned(), |amount| amount.to_string())
        };
        let (replicas, replicas_comment) = replicas(gpus, server);
        Facts {
            name,
            image: given.image.to_string(),
            port,
            port_source,
            protocol: self.protocol.clone().unwrap_or_else(|| server.protocol.to_owned()),
            args: server.args.map(|(args, _)| args),
            args_comment: server.args.map_or("", |(_, comment)| comment),
            cpu: amount(given.cpu, "1", "4"),
            memory: amount(given.memory, "2Gi", "16Gi"),
            gpu: (gpus > 0).then_some(gpus),
            health: server.health,
            state: server.state,
            writable: server.writable,
            replicas,
            replicas_comment,
            host,
        }
    }

    /// Reads what is about to be written: a file that `mlship check` would refuse is not handed out.
    fn prove(&self, text: &str) -> Result<(), Stop> {
        let name = self.output.display().to_string();
        let reading = read(&name, text.as_bytes(), &ReadOptions { environment: None, set: Vec::new() });
        if !has_errors(&reading.diagnostics) {
            return Ok(());
        }
        let report = Report { name, sources: reading.sources, diagnostics: reading.diagnostics };
        conclude(Findings::of(report), Format::Human, Stream::Stderr)
    }
}

fn value<T: FromStr<Err = Invalid>>(
    text: Option<&String>,
    flag: &str,
    failures: &mut Vec<Failure>,
) -> Option<T> {
    let parsed = text?.parse();
    parsed
        .map_err(|invalid: Invalid| {
            failures.push(Failure::refused(format!("{flag}: {}", invalid.message)).help(invalid.help));
        })
        .ok()
}

/// A number of GPUs that one machine can have.
fn gpus(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|count| *count <= 64).ok_or("it is no whole number from 0 to 64")
}

fn why_not(invalid: &Invalid) -> String {
    format!("{}: {}", invalid.message, invalid.help)
}

fn ask_checked<T>(question: &str, proposal: String) -> String
where
    T: FromStr<Err = Invalid> + fmt::Display,
{
    let proposed = proposal.parse::<T>().ok();
    questions::ask(question, proposed, why_not).map_or(proposal, |answer| answer.to_string())
}

fn ask_port(proposal: u16) -> u16 {
    questions::ask("Port", Port::new(proposal), why_not).map_or(proposal, Port::get)
}

/// An answer to how many GPUs there are.
struct Gpus(u32);

impl FromStr for Gpus {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        gpus(text).map(Self)
    }
}

impl fmt::Display for Gpus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn ask_gpus(proposal: u32) -> u32 {
    questions::ask("GPUs for each replica, 0 for none", Some(Gpus(proposal)), |why| (*why).to_owned())
        .map_or(proposal, |Gpus(count)| count)
}

fn ask_host() -> Option<String> {
    questions::ask("Public host name, empty for none", None::<Hostname>, why_not).map(|host| host.to_string())
}

/// How many replicas, and why.
fn replicas(gpus: u32, server: &KnownServer) -> (&'static str, &'static str) {
    if server.state.is_some() {
        ("1", "each has data of its own")
    } else if gpus > 0 {
        ("1", "each takes its GPUs; a second one keeps the service up when a node goes")
    } else {
        ("{min: 2, max: 10}", "more while the CPU is busy")
    }
}

/// A service's name from the last part of an image's repository.
fn name_of(image: &ImageReference) -> String {
    let repository = image.repository();
    let last = repository.rsplit('/').next().unwrap_or_default();
    let letters = last
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    let mut name: String = letters.collect();
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.insert_str(0, "model-");
    }
    name.truncate(LONGEST_NAME);
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_from_the_image() {
        let name = |image: &str| name_of(&image.parse().unwrap());
        assert_eq!(name("ghcr.io/example/churn-service:0.3.1"), "churn-service");
        assert_eq!(name("localhost:5000/a/b_c.d:1"), "b-c-d");
        assert_eq!(name("example.com/3d-model:1"), "model-3d-model");
        assert_eq!(name(&format!("example.com/{}-x:1", "a".repeat(39))), "a".repeat(39));
    }
}
