//! A bar on the terminal while many specs are worked on.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer than this are done before anybody could read a bar.
const WORTH_A_BAR: usize = 500;

/// Shows how far the work is; nothing where nobody looks.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// The progress over a number of specs.
    pub fn over(specs: usize) -> Self {
        if specs < WORTH_A_BAR || !io::stderr().is_terminal() {
            return Self { bar: None };
        }
        let bar = ProgressBar::with_draw_target(Some(specs as u64), ProgressDrawTarget::stderr());
        // The template is ours and known to be well-formed; the plain bar would do too.
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} specs") {
            bar.set_style(style);
        }
        Self { bar: Some(bar) }
    }

    /// Some more specs are done.
    pub fn advance(&self, specs: usize) {
        if let Some(bar) = &self.bar {
            bar.inc(specs as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
