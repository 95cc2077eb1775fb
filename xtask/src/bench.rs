//! Whole-process measurements, with a real peer beside ours on the same machine.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::golden::root;
use crate::tools::{self, Tool};
use crate::{Error, Result};

/// Runs of a short command; the median is reported.
const RUNS: usize = 41;

/// What else is measured of the churn predictor.
const COMMANDS: &[(&str, &[&str])] = &[
    ("`mlship render --target kserve`", &["render", "--target", "kserve"]),
    ("`mlship decide`", &["decide"]),
    ("`mlship plan`, for the target that `decide` names", &["plan"]),
    ("`mlship plan --target kubernetes`", &["plan", "--target", "kubernetes"]),
];

/// What one command took.
#[derive(Clone, Copy, Debug)]
struct Measured {
    median: Duration,
    least: Duration,
    most: Duration,
}

/// Measures, and returns the table as Markdown.
pub fn run() -> Result<String> {
    let mlship = build()?;
    let folder = tempfile::tempdir().map_err(Error::io("making a temporary folder"))?;
    let mut table = String::from("| what | median | least | most |\n|---|---|---|---|\n");
    let spec = root().join("examples/churn-predictor.yaml");
    let render = measure(Command::new(&mlship).arg("render").arg("-f").arg(&spec))?;
    row(&mut table, "`mlship render`, the churn predictor, to standard output", render);
    let chart = chart(&mlship, &spec, folder.path())?;
    for helm in [Tool::Helm, Tool::Helm3] {
        let peer = measure(Command::new(tools::path(helm)?).args(["template", "churn"]).arg(&chart))?;
        let ratio = peer.median.as_secs_f64() / render.median.as_secs_f64();
        row(
            &mut table,
            &format!("`helm template` {}, the same objects ({ratio:.0}× longer)", helm.version()),
            peer,
        );
    }
    by_chart(&mut table, &mlship, &spec, folder.path())?;
    for (what, arguments) in COMMANDS {
        row(&mut table, what, measure(Command::new(&mlship).args(*arguments).arg("-f").arg(&spec))?);
    }
    for count in [1_000, 10_000] {
        let (time, memory) = many(&mlship, &spec, folder.path(), count)?;
        let what = format!("`mlship render -o`, {count} specs of a folder ({memory} MiB at the most)");
        row(&mut table, &what, Measured { median: time, least: time, most: time });
    }
    Ok(table)
}

/// The same service through the chart `model-server`: our share, the values, and Helm's, the objects of them.
fn by_chart(table: &mut String, mlship: &Path, spec: &Path, folder: &Path) -> Result<()> {
    let render = ["render", "--target", "helm", "-f"];
    row(
        table,
        "`mlship render --target helm`, its values",
        measure(Command::new(mlship).args(render).arg(spec))?,
    );
    let rendered = crate::run(Command::new(mlship).args(render).arg(spec))?.into_stdout()?;
    let values = folder.join("values.yaml");
    fs::write(&values, rendered).map_err(Error::io("writing values"))?;
    let chart = root().join("charts/model-server");
    for helm in [Tool::Helm, Tool::Helm3] {
        let mut template = Command::new(tools::path(helm)?);
        template
            .args(["template", "churn-predictor", "--kube-version=1.37.2", "--values"])
            .arg(&values)
            .arg(&chart);
        let what = format!("`helm template` {}, the chart with these values", helm.version());
        row(table, &what, measure(&mut template)?);
    }
    Ok(())
}

fn row(table: &mut String, what: &str, Measured { median, least, most }: Measured) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    writeln!(
        table,
        "| {what} | {:.1} ms | {:.1} ms | {:.1} ms |",
        milliseconds(median),
        milliseconds(least),
        milliseconds(most)
    )
    .expect("a String takes any text");
}

fn build() -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--package", "mlship"]).current_dir(root());
    crate::run(&mut command)?.into_stdout()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release/mlship"))
}

fn measure(command: &mut Command) -> Result<Measured> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let status = status.map_err(Error::io("starting what is measured"))?;
        times.push(start.elapsed());
        if !status.success() {
            return Err(Error::unexpected(format!("{command:?} ended with {status}")));
        }
    }
    times.sort();
    Ok(Measured { median: times[RUNS / 2], least: times[0], most: times[RUNS - 1] })
}

/// A chart whose templates are the objects that we print, with the values that charts usually take.
fn chart(mlship: &Path, spec: &Path, folder: &Path) -> Result<PathBuf> {
    let chart = folder.join("chart");
    let write = |name: &str, text: &str| {
        fs::write(chart.join(name), text).map_err(Error::io(format!("writing the chart's {name}")))
    };
    fs::create_dir_all(chart.join("templates")).map_err(Error::io("making a chart"))?;
    let rendered = crate::run(Command::new(mlship).arg("render").arg("-f").arg(spec))?.into_stdout()?;
    write("Chart.yaml", "apiVersion: v2\nname: churn-predictor\nversion: 1.0.0\n")?;
    write("values.yaml", "name: churn-predictor\nimage: ghcr.io/yourorg/churn-service:0.3.1\n")?;
    for (index, document) in rendered.split("---\n").enumerate() {
        let template = document
            .replace("name: churn-predictor", "name: {{ .Values.name }}")
            .replace("ghcr.io/yourorg/churn-service:0.3.1", "{{ .Values.image }}");
        write(&format!("templates/{index}.yaml"), &template)?;
    }
    Ok(chart)
}

/// Time and peak memory of rendering a folder of specs that differ in name and size.
fn many(mlship: &Path, spec: &Path, folder: &Path, count: usize) -> Result<(Duration, u64)> {
    let specs = folder.join(format!("specs-{count}"));
    fs::create_dir_all(&specs).map_err(Error::io("making a folder of specs"))?;
    let text = fs::read_to_string(spec).map_err(Error::io("reading the example"))?;
    for index in 0..count {
        let text = text.replace("name: churn-predictor", &format!("name: churn-predictor-{index}"));
        fs::write(specs.join(format!("{index}.yaml")), text).map_err(Error::io("writing a spec"))?;
    }
    let mut command = Command::new(mlship);
    command.arg("render").arg("-f").arg(&specs).arg("-o").arg(folder.join(format!("out-{count}")));
    let start = Instant::now();
    let mut child = command.stderr(Stdio::null()).spawn().map_err(Error::io("starting mlship"))?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak_memory(child.id()));
        match child.try_wait().map_err(Error::io("waiting for mlship"))? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let time = start.elapsed();
    if !status.success() {
        return Err(Error::unexpected(format!("rendering {count} specs ended with {status}")));
    }
    Ok((time, memory))
}

/// The most memory that a process had so far, in MiB; 0 once it has ended.
fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes =
        line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kibibytes.unwrap_or(0) / 1024
}
