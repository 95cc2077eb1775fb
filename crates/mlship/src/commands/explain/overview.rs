//! Every field and every code, one line each.

use serde_json::json;

use super::Output;
use super::code;
use super::field::{entry, sentence};
use super::layout::columns;
use super::tree;
use crate::terminal::{Look, Paint};

/// The overview.
pub fn text(output: Output) -> String {
    match output {
        Output::Human => human(Look::stdout()),
        Output::Json => {
            let fields: Vec<_> = tree::all().iter().map(entry).collect();
            let codes = code::all();
            format!("{:#}\n", json!({ "version": 1, "fields": fields, "codes": codes }))
        }
    }
}

fn human(look: Look) -> String {
    let fields: Vec<Vec<String>> = tree::all()
        .into_iter()
        .map(|found| {
            vec![format!("  {}{}", "  ".repeat(found.depth), found.info.name), sentence(found.info.doc)]
        })
        .collect();
    let codes: Vec<Vec<String>> =
        code::all().iter().map(|code| vec![format!("  {}", code.id()), code.title().to_owned()]).collect();
    let heading = |text: &str| look.paint(Paint::Bold, text);
    format!(
        "{}\n{}\n{}\n{}\n`mlship explain PATH`, such as `mlship explain resources.gpu`, says more of a field;\n\
         `mlship explain CODE` says more of a code.\n",
        heading("Fields of mlship.yaml"),
        columns(&fields),
        heading("Codes of errors and warnings"),
        columns(&codes),
    )
}
