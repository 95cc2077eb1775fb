//! `--ask`: the questions whose answers can still change the decision, one after the other.

use std::io::{BufRead, Write};

use mlship_decide::fit::Fitting;
use mlship_decide::flips::can_change;
use mlship_decide::items::{ITEMS, Item, Kind};
use mlship_decide::verdict::Judge;
use mlship_decide::weights::Weights;
use mlship_spec::draft::Draft;
use mlship_spec::workload::requirements::Answer;

use super::Subject;
use crate::failure::{Failure, Stop};
use crate::prices::Market;

/// How often one question is asked again before it is left open.
const TRIES: u32 = 3;

/// Who asks, about what.
pub struct Asking<'a> {
    /// The text that answers are laid over.
    pub subject: &'a Subject,
    /// How much each reason counts: it decides which questions matter.
    pub weights: &'a Weights,
    /// The targets, and what they cost.
    pub market: Market,
}

impl Asking<'_> {
    /// Asks, until nothing open can change the answer or the input ends. Gives the draft with all answers, and the
    /// answers as flags.
    pub fn ask(
        &self,
        mut draft: Draft,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> Result<(Draft, Vec<String>), Stop> {
        let mut sets: Vec<String> = Vec::new();
        let mut flags = Vec::new();
        say(output, "Enter leaves a question open, `unknown` says that nobody knows.\n")?;
        for item in ITEMS {
            if !self.matters(&draft, item) {
                continue;
            }
            match self.answer(item, &sets, input, output)? {
                Answered::Said(said) => {
                    let (value, read) = *said;
                    flags.push(format!("--{} {value}", item.flag()));
                    sets.push(format!("requirements.{}={value}", item.path));
                    draft = read;
                }
                Answered::Open => {}
                Answered::End => break,
            }
        }
        Ok((draft, flags))
    }

    /// Whether nothing was said of an item, and saying something can change the winner.
    fn matters(&self, draft: &Draft, item: &'static Item) -> bool {
        let needs = &draft.workload.requirements;
        if item.get(needs) != Answer::NotSaid {
            return false;
        }
        let judge = Judge::new(Fitting::new(draft, self.market.targets, self.market.book()), self.weights);
        can_change(&judge, needs, &draft.workload, item)
    }

    fn answer(
        &self,
        item: &Item,
        sets: &[String],
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> Result<Answered, Stop> {
        say(output, &format!("\n{}{}\n", item.question, choices(item.kind)))?;
        for _ in 0..TRIES {
            say(output, "> ")?;
            let mut line = String::new();
            let read = input.read_line(&mut line).map_err(|error| {
                Failure::world("reading the answer from", std::path::Path::new("<stdin>"), &error)
            })?;
            if read == 0 {
                return Ok(Answered::End);
            }
            let line = line.trim();
            if line.is_empty() {
                return Ok(Answered::Open);
            }
            let value = value(item.kind, line);
            let mut more = sets.to_vec();
            more.push(format!("requirements.{}={value}", item.path));
            match self.subject.try_with(&more) {
                Ok(draft) => return Ok(Answered::Said(Box::new((value, draft)))),
                Err(problem) => say(output, &format!("{}\n", crate::terminal::clean(&problem)))?,
            }
        }
        Ok(Answered::Open)
    }
}

/// What came of one question.
enum Answered {
    /// A value as YAML, and the draft with it.
    Said(Box<(String, Draft)>),
    /// Nothing.
    Open,
    /// The input is at its end.
    End,
}

fn say(output: &mut impl Write, text: &str) -> Result<(), Failure> {
    super::super::done(output.write_all(text.as_bytes()).and_then(|()| output.flush()))
}

/// What may be answered, behind a question.
fn choices(kind: Kind) -> String {
    let numbered = |words: &[(&str, &str)]| {
        let line = |(number, (word, meaning)): (usize, &(&str, &str))| {
            format!("\n  {}  {word}: {}", number + 1, meaning.trim())
        };
        words.iter().enumerate().map(line).collect::<String>()
    };
    match kind {
        Kind::Boolean => " (yes, no)".to_owned(),
        Kind::Word(words) => numbered(words),
        Kind::Words(words) => format!(" Several with commas, `none` for none.{}", numbered(words)),
        Kind::Number(..) | Kind::Text => String::new(),
    }
}

/// An answer as YAML: a yes is true, a number of a list its word.
fn value(kind: Kind, answer: &str) -> String {
    let word = |words: &'static [(&'static str, &'static str)], answer: &str| {
        let by_number = answer.parse::<usize>().ok().and_then(|number| words.get(number.checked_sub(1)?));
        let by_start = || {
            let mut begun = words.iter().filter(|(word, _)| word.starts_with(&answer.to_lowercase()));
            begun.next().filter(|_| begun.next().is_none())
        };
        let exact = words.iter().find(|(word, _)| *word == answer.to_lowercase());
        by_number
            .or(exact)
            .or_else(by_start)
            .map_or_else(|| answer.to_owned(), |(word, _)| (*word).to_owned())
    };
    if answer == "unknown" {
        return answer.to_owned();
    }
    match kind {
        Kind::Boolean => match answer.to_lowercase().as_str() {
            "y" | "yes" => "true".to_owned(),
            "n" | "no" => "false".to_owned(),
            _ => answer.to_owned(),
        },
        Kind::Word(words) => word(words, answer),
        Kind::Words(_) if answer.eq_ignore_ascii_case("none") => "[]".to_owned(),
        Kind::Words(words) => {
            let items: Vec<String> = answer
                .trim_matches(['[', ']'])
                .split([',', ' '])
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| word(words, item))
                .collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Number(..) | Kind::Text => answer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use mlship_spec::read::ReadOptions;

    use super::*;

    fn asked(text: &str, answers: &str) -> (Draft, Vec<String>, String) {
        let subject = Subject {
            name: "requirements.yaml".to_owned(),
            bytes: text.as_bytes().to_vec(),
            file: String::new(),
            options: ReadOptions::default(),
        };
        let weights = Weights::embedded();
        let draft = subject.try_with(&[]).expect("the text can be read");
        let mut output = Vec::new();
        let asking = Asking { subject: &subject, weights: &weights, market: Market::embedded() };
        let (draft, flags) =
            asking.ask(draft, &mut Cursor::new(answers), &mut output).expect("answers can be read");
        (draft, flags, String::from_utf8(output).expect("questions are text"))
    }

    const NOTHING: &str = super::super::NOTHING_SAID;

    #[test]
    fn answers_become_requirements_and_flags() {
        let (draft, flags, _) = asked(NOTHING, "no\n1\n");
        assert!(draft.workload.requirements.platform_team.is(&false));
        assert!(draft.workload.requirements.models.is(&1));
        assert_eq!(flags, ["--platform-team false", "--models 1"]);
    }

    #[test]
    fn a_wrong_answer_is_explained_and_asked_again() {
        let (draft, _, said) = asked(NOTHING, "perhaps\nyes\n");
        assert!(said.contains("is neither `true` nor `false`"), "{said}");
        assert!(draft.workload.requirements.platform_team.is(&true));
    }

    #[test]
    fn what_was_said_is_not_asked() {
        let text = "apiVersion: mlship.dev/v1\nrequirements: {platformTeam: true, models: unknown}\n";
        let (_, _, said) = asked(text, "");
        assert!(!said.contains("platform team"), "{said}");
        assert!(!said.contains("How many models"), "{said}");
    }

    /// On machines of one's own three targets are left; nothing about clouds can change that.
    #[test]
    fn what_can_change_nothing_is_not_asked() {
        let text = "apiVersion: mlship.dev/v1\nrequirements: {onPremises: true}\n";
        let (_, _, said) = asked(text, &"\n".repeat(60));
        assert!(said.contains("How many models"), "{said}");
        assert!(!said.contains("Which clouds"), "{said}");
        assert!(!said.contains("bound to one vendor"), "{said}");
    }

    #[test]
    fn short_answers_are_understood() {
        let words: &[(&str, &str)] = &[("aws", ""), ("gcp", ""), ("azure", "")];
        assert_eq!(value(Kind::Words(words), "1, azure"), "[aws, azure]");
        assert_eq!(value(Kind::Words(words), "none"), "[]");
        assert_eq!(value(Kind::Word(words), "g"), "gcp");
        assert_eq!(value(Kind::Word(words), "a"), "a");
        assert_eq!(value(Kind::Boolean, "Y"), "true");
    }
}
