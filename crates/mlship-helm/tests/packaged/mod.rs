//! A small chart as a package, for tests that do something with one.

use mlship_helm::package::{Files, Package, package};

/// One whose version has build metadata and whose description has what YAML quotes.
pub fn packaged() -> Package {
    let files: Files = [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: it\nversion: 1.2.3+b\ndescription: 'it: an on, \"that\" - '\nkeywords: [a, '- b', 'on']\n",
        ),
        ("README.md", "# it\n"),
        ("templates/a.yaml", "a: b\n"),
        ("values.schema.json", "{\"additionalProperties\": false}\n"),
        ("values.yaml", "{}\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .into();
    package(&files, 0).expect("the chart is taken")
}
