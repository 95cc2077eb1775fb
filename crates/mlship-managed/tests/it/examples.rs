//! Every example for every target: the same twice, and with words for whatever became of it.

use mlship_spec::target::Target;

use crate::support::{examples, told};

fn targets() -> Vec<&'static dyn Target> {
    mlship_managed::targets()
}

#[test]
fn every_example_is_shipped_or_refused_with_help() {
    for (name, workload) in examples() {
        for target in targets() {
            let outcome = target.emit(&workload);
            assert_eq!(told(&outcome), told(&target.emit(&workload)), "{name} on {}", target.name());
            match outcome {
                Ok(emitted) => {
                    assert!(!emitted.bundle.files.is_empty(), "{name} on {}", target.name());
                    let again = target.emit(&workload).map(|again| again.bundle);
                    assert_eq!(Ok(emitted.bundle), again, "{name} on {}", target.name());
                }
                Err(refusals) => {
                    assert!(!refusals.is_empty(), "{name} on {}", target.name());
                    for refusal in refusals {
                        assert!(refusal.help.is_some(), "{name} on {}: {}", target.name(), refusal.message);
                        assert!(!refusal.message.ends_with('.'), "{}", refusal.message);
                    }
                }
            }
        }
    }
}
