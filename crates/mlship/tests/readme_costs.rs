//! The README's table of what the churn predictor costs on each target is what the price book says.
//!
//! `UPDATE_README=1 cargo test -p mlship --test readme_costs` writes it anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mlship_managed::cost::Cost;
use mlship_managed::prices::PriceBook;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::Target;
use mlship_spec::workload::Workload;

const BEGIN: &str = "<!-- costs: UPDATE_README=1 cargo test -p mlship --test readme_costs -->\n";
const END: &str = "<!-- /costs -->\n";

#[test]
fn the_table_of_costs_is_what_the_price_book_says() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (committed, after) = rest.split_once(END).unwrap();
    let made = table();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, [before, BEGIN, &made, END, after].concat()).unwrap();
        return;
    }
    assert_eq!(committed, made, "UPDATE_README=1 writes it anew");
}

fn table() -> String {
    let text = fs::read(root().join("examples/churn-predictor.yaml")).unwrap();
    let reading = read("churn-predictor.yaml", &text, &ReadOptions::default());
    let workload = reading.workloads.first().unwrap();
    let mut table = "| target | runs on | idle | at most | as it is? |\n|---|---|---|---|---|\n".to_owned();
    for target in mlship::targets::all() {
        let cost = mlship_managed::cost_of_emitted(target.name(), workload, PriceBook::embedded()).unwrap();
        let refusals = refusals(*target, workload);
        // What can't have the GPU at all is not priced without it.
        let costs = if refusals.iter().any(|refusal| refusal.contains("no GPU")) {
            "– | – | –".to_owned()
        } else {
            format!("{} | {} | {}", made_of(&cost), dollars(cost.idle()), dollars(cost.busy()))
        };
        let answer =
            if refusals.is_empty() { "yes".to_owned() } else { format!("no: {}", refusals.join("; ")) };
        writeln!(table, "| `{}` | {costs} | {answer} |", target.name()).unwrap();
    }
    table
}

/// Why a target does not take the workload, without the pages that say so.
fn refusals(target: &dyn Target, workload: &Workload) -> Vec<String> {
    let refusals = target.emit(workload).err().unwrap_or_default();
    let short = |message: String| message.split(": http").next().unwrap_or_default().replace('|', "/");
    refusals.into_iter().map(|refusal| short(refusal.message)).collect()
}

fn made_of(cost: &Cost) -> String {
    let part = |what: &str, amount: f64| {
        if (amount - 1.0).abs() < f64::EPSILON { what.to_owned() } else { format!("{amount} {what}") }
    };
    let parts: Vec<_> = cost.parts.iter().map(|it| part(&it.what, it.amount)).collect();
    parts.join(", ")
}

fn dollars(amount: Option<f64>) -> String {
    amount.map_or_else(|| "unknown".to_owned(), |amount| format!("${amount:.0}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
