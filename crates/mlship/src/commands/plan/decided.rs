//! The target that `mlship decide` chooses, where none is named.

use mlship_decide::decision::{Question, verdicts};
use mlship_decide::verdict::Verdict;
use mlship_decide::weights::Weights;
use mlship_spec::read::{ReadOptions, read_drafts};
use mlship_spec::target::Target;
use serde::Serialize;

use crate::failure::{Failure, Failures};
use crate::inputs::{self, Input, Inputs};
use crate::prices::Market;
use crate::targets;

/// The target that a spec is shown for when nothing can be decided, since it has errors.
const PLAIN: &str = "kubernetes";

/// A target, and what made it the one.
pub struct Chosen {
    /// The target.
    pub target: &'static dyn Target,
    /// Fields that it needs to do what is required, as `--set` takes them.
    pub sets: Vec<String>,
    /// Why, where it was decided and not named.
    pub why: Option<Why>,
    /// The text, where it was read to decide.
    pub text: Option<(Input, Vec<u8>)>,
}

/// Why a target was chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// What speaks most for it.
    pub reason: Option<String>,
    /// The fields that were set for it.
    pub sets: Vec<String>,
}

impl Chosen {
    /// The target that was named.
    pub fn named(target: &'static dyn Target) -> Self {
        Self { target, sets: Vec::new(), why: None, text: None }
    }

    /// The target that is decided for the only service of the inputs.
    pub fn decided(inputs: &Inputs, options: &ReadOptions, market: Market) -> Result<Self, Failures> {
        let [input] = inputs.texts.as_slice() else {
            let failure = Failure::usage("no target is named, and several specs are: each may want another");
            return Err(failure
                .help(format!("`--target` takes one of {}", targets::names().join(", ")))
                .into());
        };
        let bytes = inputs::read_any(input)?;
        let (_, drafts) = read_drafts(&input.name, &bytes, options);
        let text = Some((input.clone(), bytes));
        let draft = match drafts.as_slice() {
            [draft] => draft,
            // What is wrong with it is told as for any target.
            [] => return plain(text),
            _ => {
                let failure = Failure::usage("no target is named, and the file holds several services");
                return Err(failure.help("name one with `--target`, or a file of one service").into());
            }
        };
        let weights = Weights::embedded();
        let (targets, book) = (market.targets, market.book());
        let question = Question { draft, file: "", targets, book, weights: &weights };
        let Some(winner) = verdicts(&question).into_iter().next().filter(Verdict::fits) else {
            let failure = Failure::refused("no target does all that the spec asks for");
            let help = "`mlship decide` says what is in the way; `--target` plans for one all the same";
            return Err(failure.help(help).into());
        };
        let speaks = winner.reasons.iter().find(|reason| reason.hundredths > 0);
        let sets = winner.fit.sets.clone();
        let why = Why { reason: speaks.map(|reason| reason.text.clone()), sets: sets.clone() };
        let target = market.find(winner.target).ok_or_else(|| unknown(winner.target))?;
        Ok(Self { target, sets, why: Some(why), text })
    }
}

fn plain(text: Option<(Input, Vec<u8>)>) -> Result<Chosen, Failures> {
    let target = targets::find(PLAIN).ok_or_else(|| unknown(PLAIN))?;
    Ok(Chosen { target, sets: Vec::new(), why: None, text })
}

fn unknown(target: &str) -> Failure {
    Failure::refused(format!("the target `{target}` is not built in"))
}
