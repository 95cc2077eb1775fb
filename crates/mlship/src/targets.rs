//! The registry of targets: one line each, in the order of the alphabet.

use mlship_kubernetes::KubernetesTarget;
use mlship_spec::target::Target;

/// Every target that is built in.
pub fn all() -> &'static [&'static dyn Target] {
    &[&KubernetesTarget]
}

/// The words after `--target`, for the help and the check of the command line.
pub fn names() -> Vec<&'static str> {
    all().iter().map(|target| target.name()).collect()
}

/// The target of a name.
pub fn find(name: &str) -> Option<&'static dyn Target> {
    all().iter().copied().find(|target| target.name() == name)
}
