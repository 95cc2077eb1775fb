//! Packages: the same bytes everywhere, and what is refused.

use mlship_helm::lint::lint;
use mlship_helm::metadata::{Metadata, version};
use mlship_helm::oci::digest::sha256;
use mlship_helm::package::{Files, Package, judge_rise, judge_version, package, unpack};
use mlship_helm::{HelmTarget, chart};
use mlship_kubernetes::yaml::print_document;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target as _};

/// The smallest chart that is taken.
fn small() -> Files {
    [
        ("Chart.yaml", "apiVersion: v2\nname: it\nversion: 1.2.3\ndescription: <It> & more\n"),
        ("README.md", "# it\n"),
        ("templates/a.yaml", "a: {{ .Values.a }}\n"),
        ("values.schema.json", "{\"additionalProperties\": false}\n"),
        ("values.yaml", "a: 1\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .into()
}

#[test]
fn the_bytes_are_the_same_on_every_machine() {
    let made = package(&small(), 1_700_000_000).expect("the chart is taken");
    // Where this changes, every published digest would: only a new compressor is reason enough.
    assert_eq!(
        sha256(&made.bytes),
        "sha256:496af92a990fbf71dd5e53725621d7cf54169c854cb0ad626f2a96cfc6dfbbfe"
    );
    assert_eq!(made.metadata.file_name(), "it-1.2.3.tgz");
    assert_eq!(unpack(&made.bytes).expect("it is an archive"), small());
}

#[test]
fn the_chart_itself_is_taken() {
    let files: Files =
        chart::FILES.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let made = package(&files, 0).expect("the chart is taken");
    let packed = unpack(&made.bytes).expect("it is an archive");
    assert_eq!(packed.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
}

#[test]
fn a_chart_of_ones_own_is_taken() {
    let text = "apiVersion: mlship.dev/v1\nname: churn\nserver: {image: 'ghcr.io/acme/churn:0.3.1'}\n";
    let reading = read("test.yaml", text.as_bytes(), &ReadOptions::default());
    let emitted = HelmTarget::chart().emit(&reading.workloads[0]).expect("the target takes it");
    let content = |file: &File| match file {
        File::Text(text) => text.to_string(),
        File::Settings(document) => print_document(document),
        File::Manifests(_) => String::new(),
    };
    let files =
        emitted.bundle.files.iter().map(|(path, file)| (path.replace("churn-chart/", ""), content(file)));
    let files: Files = files.map(|(path, text)| (path, text.into_bytes())).collect();
    assert_eq!(lint(&files).map(|metadata| metadata.name), Ok("model-server".to_owned()));
}

#[test]
fn what_is_wrong_is_said_all_at_once() {
    let mut files = small();
    files.insert("Chart.yaml".to_owned(), b"apiVersion: v1\nname: It\nversion: v1\n".to_vec());
    files.insert("templates/b c.yaml".to_owned(), b"a\r\nb".to_vec());
    files.insert("binary".to_owned(), vec![0xff, 0xfe]);
    files.remove("README.md");
    let said: Vec<_> = lint(&files).expect_err("it is refused").iter().map(ToString::to_string).collect();
    let said = said.join("\n");
    for expected in [
        "Chart.yaml: `It` is no name of a chart",
        "Chart.yaml: `v1` is not a version of SemVer 2",
        "Chart.yaml: `apiVersion` is `v1`",
        "Chart.yaml: there is no `description`",
        "templates/b c.yaml: the path is not the same on every system",
        "templates/b c.yaml: its lines end with CR LF",
        "binary: it is no UTF-8 text",
        "README.md: it is not there",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
}

#[test]
fn a_chart_brings_along_what_it_depends_on() {
    let mut files = small();
    let metadata = "apiVersion: v2\nname: it\nversion: 1.2.3\ndescription: It\ndependencies:\n- name: that\n  \
                    version: ^1.0.0\n  repository: oci://a.io/b\n  condition: that.enabled\n  import-values: [a]\n";
    files.insert("Chart.yaml".to_owned(), metadata.as_bytes().to_vec());
    let said = lint(&files).expect_err("it is refused");
    assert_eq!(
        said.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["charts/that/Chart.yaml: the chart depends on `that`, which is not there; unpack it there with \
          `helm pull --untar -d charts`"]
    );
    files.insert(
        "charts/that/Chart.yaml".to_owned(),
        b"apiVersion: v2\nname: that\nversion: 1.0.0\n".to_vec(),
    );
    let config = lint(&files).expect("it is taken").config();
    assert_eq!(
        String::from_utf8_lossy(&config),
        r#"{"name":"it","version":"1.2.3","description":"It","apiVersion":"v2","dependencies":[{"name":"that","version":"^1.0.0","repository":"oci://a.io/b","condition":"that.enabled","import-values":["a"]}]}"#
    );
}

#[test]
fn a_chart_yaml_that_can_not_be_read_is_told_in_one_line() {
    let mut files = small();
    for (text, said, place) in [
        ("apiVersion: v2\nnmae: it\n", "Chart.yaml: unknown field `nmae`", "at line 2, column 1; "),
        ("apiVersion: [\n", "Chart.yaml: ", "at line 1, column 13; "),
        ("keywords: a\n", "Chart.yaml: ", "at line 1, column 11; "),
    ] {
        files.insert("Chart.yaml".to_owned(), text.as_bytes().to_vec());
        let problems = lint(&files).expect_err("it is refused");
        assert_eq!(problems.len(), 1, "{problems:?}");
        let line = problems[0].to_string();
        assert!(line.starts_with(said) && line.contains(place) && !line.contains('\n'), "{line}");
    }
}

#[test]
fn paths_that_lead_out_are_refused() {
    for path in ["../values.yaml", "/etc/passwd", "a//b", "a\\b", "./a", "c:x"] {
        let mut files = small();
        files.insert(path.to_owned(), Vec::new());
        assert!(lint(&files).is_err(), "{path}");
    }
}

#[test]
fn versions_are_strict() {
    for good in ["0.1.0", "1.2.3-rc.1", "1.2.3+build.7"] {
        assert!(version(good).is_ok(), "{good}");
    }
    for (bad, said) in
        [("v1.2.3", "write `1.2.3`"), ("1.2", "unexpected end"), ("01.2.3", "leading zero"), ("", "empty")]
    {
        let error = version(bad).expect_err(bad);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_changed_chart_needs_a_new_version_and_another_time_does_not() {
    let before = package(&small(), 0).expect("the chart is taken").bytes;
    let later = package(&small(), 9).expect("the chart is taken");
    assert_ne!(later.bytes, before);
    assert_eq!(judge_version(&later, &before), Ok(()));
    let mut files = small();
    files.insert("values.yaml".to_owned(), b"a: 2\n".to_vec());
    let changed = package(&files, 0).expect("the chart is taken");
    let said = judge_version(&changed, &before).expect_err("the version did not rise").to_string();
    assert_eq!(
        said,
        "`it-1.2.3.tgz` is there already and its `values.yaml` differs: raise `version` in Chart.yaml"
    );
}

fn of_version(version: &str, values: &str) -> Package {
    let mut files = small();
    let metadata = format!("apiVersion: v2\nname: it\nversion: {version}\ndescription: it\n");
    files.insert("Chart.yaml".to_owned(), metadata.into_bytes());
    files.insert("values.yaml".to_owned(), values.as_bytes().to_vec());
    package(&files, 0).expect("the chart is taken")
}

#[test]
fn a_version_is_above_what_was_released_or_the_same() {
    let released = of_version("1.10.0", "a: 1\n");
    for (version, values, said) in [
        ("1.10.0", "a: 1\n", None),
        ("1.10.1", "a: 2\n", None),
        ("1.11.0-rc.1", "a: 2\n", None),
        ("1.10.0", "a: 2\n", Some("`it-1.10.0.tgz` is there already and its `values.yaml` differs")),
        ("1.9.0", "a: 2\n", Some("`it-1.10.0.tgz` is there already, and 1.9.0 is not above it")),
        ("1.10.0-rc.1", "a: 1\n", Some("1.10.0-rc.1 is not above it")),
    ] {
        let judged = judge_rise(&of_version(version, values), &released).map_err(|error| error.to_string());
        match said {
            None => assert_eq!(judged, Ok(()), "{version}"),
            Some(said) => {
                assert!(judged.as_ref().is_err_and(|error| error.contains(said)), "{version}: {judged:?}");
            }
        }
    }
}

#[test]
fn a_readme_with_a_table_of_values_has_the_right_one() {
    let mut files = small();
    let table =
        "# it\n\n<!-- values: `cargo xtask chart docs` writes this table -->\nold\n<!-- end of values -->\n";
    files.insert("README.md".to_owned(), table.as_bytes().to_vec());
    let said = lint(&files).expect_err("it is refused")[0].to_string();
    let expected =
        "README.md: the table of values is not the one of values.yaml; run `cargo xtask chart docs`";
    assert_eq!(said, expected);
    let made = mlship_helm::readme::with_table(table, "a: 1\n").expect("there is a place for it");
    files.insert("README.md".to_owned(), made.into_bytes());
    assert!(lint(&files).is_ok());
}

#[test]
fn the_config_is_what_go_would_write() {
    let metadata =
        Metadata::read("name: it\ndescription: <It> & more\napiVersion: v2\n").expect("it is read");
    let expected = r#"{"name":"it","description":"\u003cIt\u003e \u0026 more","apiVersion":"v2"}"#;
    assert_eq!(String::from_utf8_lossy(&metadata.config()), expected);
}
