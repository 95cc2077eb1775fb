//! The target `helm`, in three forms: values, the whole chart, or what a GitOps tool reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mlship_kubernetes::autoscale::adapter;
use mlship_kubernetes::yaml::print_document;
use mlship_kubernetes::{Notes, notes};
use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::fidelity::Answers;
use mlship_spec::profile::Profile;
use mlship_spec::target::{Bundle, Document, Emitted, File, Target};
use mlship_spec::values::names::AnnotationKey;
use mlship_spec::workload::{Exposure, Places, Workload};
use serde_json::{Map, Value};

use crate::chart;
use crate::gitops::{self, ChartRepository, GitOps};
use crate::minimal;
use crate::readme;
use crate::values::{self, Values};

/// The longest name of a release (<https://github.com/helm/helm/blob/v4.0.0/pkg/chart/v2/util/validate_name.go>,
/// `maxReleaseNameLen`).
const LONGEST_RELEASE_NAME: usize = 53;

/// The annotation by which Helm knows a hook.
const HOOK: &str = "helm.sh/hook";

/// The annotation by which the chart's pods change with their files.
const SUM: &str = "checksum/config";

/// Where namespaces are not written, everything goes there.
const DEFAULT_NAMESPACE: &str = "default";

/// Helm, through the chart `model-server`.
#[derive(Clone, Debug)]
pub struct HelmTarget {
    form: Form,
}

/// What is written.
#[derive(Clone, Debug)]
enum Form {
    /// The values, and the line that installs them.
    Values(Option<ChartRepository>),
    /// The chart with the values in it.
    Chart,
    /// What a GitOps tool reads.
    GitOps(GitOps, ChartRepository),
}

impl HelmTarget {
    /// Writes values that hold only what differs from the chart's defaults, and the line that installs them from
    /// a place that the shell's `$CHARTS` names.
    pub const fn values() -> Self {
        Self { form: Form::Values(None) }
    }

    /// Writes the same with a line that installs them from where the chart is published.
    pub const fn values_from(repository: ChartRepository) -> Self {
        Self { form: Form::Values(Some(repository)) }
    }

    /// Writes a folder that is the chart itself, with the values as its defaults.
    pub const fn chart() -> Self {
        Self { form: Form::Chart }
    }

    /// Writes what a GitOps tool reads to install the chart from where it is published.
    pub const fn gitops(tool: GitOps, repository: ChartRepository) -> Self {
        Self { form: Form::GitOps(tool, repository) }
    }
}

impl Target for HelmTarget {
    fn name(&self) -> &'static str {
        "helm"
    }

    fn profile(&self) -> &'static Profile {
        &crate::profile::HELM
    }

    fn answers(&self) -> Answers {
        &[mlship_kubernetes::ANSWERS]
    }

    fn emit(&self, workload: &Workload) -> Result<Emitted, Vec<Diagnostic>> {
        let Notes { mut refusals, warnings, adapted, decisions } = notes(workload);
        refusals.extend(refuse_long_name(workload));
        refusals.extend(refuse_annotations(workload));
        refusals.extend(refuse_several_places(workload));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let mut files = match &self.form {
            Form::Values(repository) => values_files(workload, repository.as_ref()),
            Form::Chart => chart_files(workload),
            Form::GitOps(tool, repository) => {
                let documents = gitops::documents(*tool, repository, &release(workload));
                [(format!("{}.{}.yaml", workload.name, tool.name()), File::Manifests(documents))].into()
            }
        };
        if let Some(values) = adapter::values(workload) {
            // As text: what is not for this release must not get between its values, where those are piped on.
            let text = print_document(&Document::of(&values));
            files.insert(adapter::file_name(workload), File::Text(text.into()));
        }
        Ok(Emitted { bundle: Bundle { files }, warnings, adapted, decisions })
    }
}

/// A release as Helm and GitOps tools know it.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// What differs from the chart's defaults.
    pub(crate) values: Value,
}

fn release(workload: &Workload) -> Release {
    Release {
        name: workload.name.to_string(),
        namespace: namespace(workload),
        values: minimal_values(workload),
    }
}

fn namespace(workload: &Workload) -> String {
    workload.namespace.as_ref().map_or_else(|| DEFAULT_NAMESPACE.to_owned(), ToString::to_string)
}

/// What of a workload's values differs from the chart's defaults.
fn minimal_values(workload: &Workload) -> Value {
    let defaults = Document::of(&Values::default());
    let wanted = Document::of(&values::of(workload));
    minimal(defaults.value(), wanted.value()).unwrap_or_else(|| Value::Object(Map::new()))
}

fn values_files(workload: &Workload, repository: Option<&ChartRepository>) -> BTreeMap<String, File> {
    let values = format!("{}.values.yaml", workload.name);
    let line = install_line(workload, repository, &values);
    [
        (values, File::Settings(Document::of(&minimal_values(workload)))),
        (format!("{}.helm.sh", workload.name), File::Text(line.into())),
    ]
    .into()
}

/// The line that installs or upgrades the release. Names and versions hold nothing that a shell reads.
fn install_line(workload: &Workload, repository: Option<&ChartRepository>, values: &str) -> String {
    let charts = match repository {
        // Of all that a place has, a shell reads the brackets of an address of IPv6 alone.
        Some(repository) => repository.to_string().replace('[', "\\[").replace(']', "\\]"),
        None => "\"${CHARTS:?say where the chart is, such as oci://registry.example.com/charts}\"".to_owned(),
    };
    let mut line = format!(
        "helm upgrade --install {} {charts}/{} --version {}",
        workload.name,
        chart::NAME,
        chart::VERSION
    );
    if let Some(namespace) = &workload.namespace {
        // A String takes any text.
        let _ = write!(line, " --namespace {namespace} --create-namespace");
    }
    let _ = writeln!(line, " --values {values}");
    line
}

/// The files of the chart, with a workload's values as the defaults.
fn chart_files(workload: &Workload) -> BTreeMap<String, File> {
    let folder = |path: &str| format!("{}-chart/{path}", workload.name);
    let text = |path: &str, text: &str| {
        let text = if path == "README.md" { readme::without_table(text) } else { text.to_owned() };
        (folder(path), File::Text(text.into()))
    };
    let mut files: BTreeMap<_, _> = chart::FILES.iter().map(|(path, content)| text(path, content)).collect();
    files.insert(folder("values.yaml"), File::Settings(Document::of(&values::of(workload))));
    files
}

fn refuse_several_places(workload: &Workload) -> Option<Diagnostic> {
    let source = workload.model.source.as_ref()?;
    match source.places {
        Places::One(_) => None,
        Places::Several(_) => {
            let message = "the chart's values have one place of weights";
            let help = "put the models into folders of one place and write `model.uri`, or ship it with \
                        `--target kubernetes`";
            let span = workload.span(source.places.field());
            Some(Diagnostic::error(&codes::NOT_ON_TARGET, span, message).help(help))
        }
    }
}

fn refuse_long_name(workload: &Workload) -> Option<Diagnostic> {
    let length = workload.name.as_str().len();
    (length > LONGEST_RELEASE_NAME).then(|| {
        let message = format!(
            "`{}` has {length} characters; Helm gives a release at most {LONGEST_RELEASE_NAME}",
            workload.name
        );
        Diagnostic::error(&codes::NAME_TOO_LONG, workload.span("name"), message).help("shorten the name")
    })
}

/// Refuses annotations that are not the user's in a chart: the one that makes hooks of objects, which Helm would not
/// keep in the release, so that no upgrade changes and no uninstallation removes them
/// (<https://helm.sh/docs/topics/charts_hooks/>, 2026-11), and the sum of the files that the chart writes itself.
fn refuse_annotations(workload: &Workload) -> Vec<Diagnostic> {
    let of_all = workload.annotations.keys().map(|key| ("annotations", key));
    let of_the_way_in = match &workload.exposure {
        Exposure::Internal => None,
        Exposure::Ingress { route, .. } | Exposure::Gateway { route, .. } => Some(route.annotations.keys()),
    };
    let of_the_way_in = of_the_way_in.into_iter().flatten().map(|key| ("expose.annotations", key));
    let refuse = |(field, key): (&str, &AnnotationKey)| -> Option<Diagnostic> {
        let message = match key.as_str() {
            HOOK => format!("`{key}` makes hooks of objects, which are no part of a release"),
            SUM if field == "annotations" && workload.config.is_some() => {
                format!("the chart writes `{key}` on pods itself, so that they start again with new files")
            }
            _ => return None,
        };
        let refused =
            Diagnostic::error(&codes::NOT_ON_TARGET, workload.span(&format!("{field}.{key}")), message);
        Some(refused.help("leave the annotation out"))
    };
    of_all.chain(of_the_way_in).filter_map(refuse).collect()
}
