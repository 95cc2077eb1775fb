//! What a target is: one module that turns a [`Workload`] into files, or says why it can't.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::fidelity::Answers;
use crate::profile::Profile;
use crate::provenance::Decision;
use crate::workload::Workload;

/// A way to ship a model server.
pub trait Target: Sync {
    /// The word after `--target`.
    fn name(&self) -> &'static str;

    /// What can be said of it before it sees a workload, each claim with its page.
    fn profile(&self) -> &'static Profile;

    /// The files that ship `workload` here, with notes on what was adapted; or every reason why it
    /// can't run here.
    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>>;

    /// Where each field of the spec goes here, when a workload does not make it be refused or adapted.
    fn answers(&self) -> Answers;
}

/// What a target made of a workload.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The files.
    pub bundle: Bundle,
    /// Findings that did not stop it.
    pub warnings: Vec<Diagnostic>,
    /// Fields that were honoured in another way than written.
    pub adapted: Vec<Adaptation>,
    /// What the target decided without being asked, beside what `lower` did.
    pub decisions: Vec<Decision>,
}

/// A field that a target honours in another way than it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adaptation {
    /// The field's path in the spec.
    pub field: String,
    /// What became of it, in a sentence.
    pub how: String,
}

/// Files by relative path, with `/` between folders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// Ordered by path, so that output is byte-stable.
    pub files: BTreeMap<String, File>,
}

/// One file of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub enum File {
    /// Objects that are applied, in the order in which they are installed.
    Manifests(Vec<Document>),
    /// Settings for a component of the cluster: read by people or merged by a platform team, not applied.
    Settings(Document),
    /// Text for people or a shell, from a template.
    Text(Text),
}

/// Text of a file, written when it is first read: who compares targets asks for much that nobody reads.
#[derive(Clone)]
pub struct Text(Arc<LazyLock<String, Box<dyn FnOnce() -> String + Send>>>);

impl Text {
    /// The text that a function writes, which is called once at most.
    pub fn written_by(write: impl FnOnce() -> String + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(write))))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::written_by(|| text)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// One structured document, made from a typed object only.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(serde_json::Value);

impl Document {
    /// The document of a typed object, its fields in the object's own order.
    pub fn of(object: &impl Serialize) -> Self {
        // The objects that targets build have string keys and finite numbers: nothing can fail.
        Self(serde_json::to_value(object).expect("a typed object is always representable"))
    }

    /// The document's content.
    pub fn value(&self) -> &serde_json::Value {
        &self.0
    }

    /// The object's kind, such as `Deployment`; empty for settings.
    pub fn kind(&self) -> &str {
        self.0["kind"].as_str().unwrap_or_default()
    }

    /// The object's name; empty for settings.
    pub fn name(&self) -> &str {
        self.0["metadata"]["name"].as_str().unwrap_or_default()
    }
}
