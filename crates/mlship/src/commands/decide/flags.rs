//! A flag for each requirement: `--traffic-average 20` is `--set requirements.traffic.average=20`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command};
use mlship_decide::items::{ITEMS, Kind, TEXTS};

/// The heading under which `--help` shows them.
const HEADING: &str = "Requirements (each may be `unknown`)";

/// What the flags said, as `--set` takes it.
#[derive(Debug, Default)]
pub struct Flags {
    /// In the order of the items.
    pub sets: Vec<String>,
}

impl Flags {
    /// The command with a flag for each requirement.
    pub fn augment_args(command: Command) -> Command {
        let items =
            ITEMS.iter().map(|item| (item.path, item.flag(), help(item.question, item.kind), item.kind));
        let texts = TEXTS.iter().map(|(path, help)| {
            let flag = mlship_decide::items::flag(path);
            (*path, flag, (*help).to_owned(), Kind::Text)
        });
        items.chain(texts).fold(command, |command, (path, flag, help, kind)| {
            let argument = Arg::new(path)
                .long(flag)
                .value_name(value_name(kind))
                .help(help)
                .help_heading(HEADING)
                .value_parser(NonEmptyStringValueParser::new());
            command.arg(match kind {
                // `--gitops` alone is a yes.
                Kind::Boolean => argument.num_args(0..=1).default_missing_value("true"),
                Kind::Word(_) | Kind::Words(_) | Kind::Number(..) | Kind::Text => argument,
            })
        })
    }

    /// What the flags said.
    pub fn from_arg_matches(matches: &ArgMatches) -> Self {
        let set = |path: &str, kind: Kind| {
            let value = matches.get_one::<String>(path)?;
            let is_list = matches!(kind, Kind::Words(_)) || path == "regions";
            let is_bare = is_list && value != "unknown" && !value.starts_with('[');
            Some(if is_bare {
                format!("requirements.{path}=[{value}]")
            } else {
                format!("requirements.{path}={value}")
            })
        };
        let items = ITEMS.iter().filter_map(|item| set(item.path, item.kind));
        Self { sets: items.chain(TEXTS.iter().filter_map(|(path, _)| set(path, Kind::Text))).collect() }
    }
}

fn help(question: &str, kind: Kind) -> String {
    let words = |words: &[(&str, &str)]| words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    match kind {
        Kind::Word(list) => format!("{question} [{}]", words(list)),
        Kind::Words(list) => format!("{question} [any of: {}]", words(list)),
        Kind::Boolean | Kind::Number(..) | Kind::Text => question.to_owned(),
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true|false",
        Kind::Word(_) => "WORD",
        Kind::Words(_) => "WORD,…",
        Kind::Number(..) => "NUMBER",
        Kind::Text => "TEXT",
    }
}
