//! What a package's publisher vouches for: the file `<package>.prov`, which `helm verify` reads.
//!
//! It is a text of two YAML documents, what the chart says of itself and the digest of its package, signed in the
//! clear (<https://helm.sh/docs/topics/provenance/>, 2026-11). The text is made here; `sign` signs it.

use std::collections::BTreeMap;

use mlship_kubernetes::yaml::print_document;
use mlship_spec::target::Document;
use serde::Serialize;

use crate::oci::digest::sha256;
use crate::package::Package;

#[cfg(feature = "sign")]
mod keys;
#[cfg(feature = "sign")]
pub mod sign;

/// A signed statement of what a package holds.
pub trait Provenance {
    /// The content of the file.
    fn file(&self) -> &[u8];

    /// Whether another such file states the same and has a good signature of the same key.
    ///
    /// Two signatures of one text differ at least in their times, so that files can't be compared byte by byte.
    fn states_the_same(&self, other: &[u8]) -> bool;
}

/// The name of the file for a package.
pub fn file_name(package: &Package) -> String {
    format!("{}.prov", package.metadata.file_name())
}

/// The text to sign. Helm splits it at the line `...`
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/provenance/sign.go>, `messageBlock`).
pub fn text(package: &Package) -> String {
    #[derive(Serialize)]
    struct Sums {
        files: BTreeMap<String, String>,
    }
    let files = [(package.metadata.file_name(), sha256(&package.bytes))].into();
    let metadata = print_document(&Document::of(&package.metadata));
    let text = format!("{metadata}\n...\n{}", print_document(&Document::of(&Sums { files })));
    // A signature in the clear does not cover blanks at the ends of lines, nor the last line's end
    // (https://www.rfc-editor.org/rfc/rfc9580#section-7.2).
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
