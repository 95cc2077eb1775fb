//! Shell scripts from templates: every value is quoted, a missing one is an error.

use handlebars::Handlebars;
use mlship_spec::shell;
use mlship_spec::target::Text;
use serde::Serialize;

/// The script of a template and its values.
pub(crate) fn render(template: &'static str, values: impl Serialize + Send + 'static) -> Text {
    Text::written_by(move || {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(shell::word);
        // The templates are part of the program, and their values structs made for them: a test renders each.
        engine.render_template(template, &values).expect("the template fits its values")
    })
}
