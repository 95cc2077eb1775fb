//! Credentials as Helm and Docker keep them on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_helm::oci::credentials::{Credentials, Found, find, from_helper};

use super::{Failure, world};

/// The credentials for a host, from Helm's file and then from Docker's; `None` where neither knows the host.
pub fn credentials(host: &str) -> Result<Option<Credentials>, Failure> {
    for path in places() {
        let Some(text) = read(&path)? else { continue };
        let found =
            find(&text, host).map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
        match found {
            Found::Here(credentials) => return Ok(Some(credentials)),
            Found::Helper(name) => {
                if let Some(credentials) = ask(&name, host)? {
                    return Ok(Some(credentials));
                }
            }
            Found::Nowhere => {}
        }
    }
    Ok(None)
}

/// Helm's file (`helm env HELM_REGISTRY_CONFIG`), then Docker's.
fn places() -> Vec<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("HOME");
    let helm = set("HELM_REGISTRY_CONFIG")
        .or_else(|| set("HELM_CONFIG_HOME").map(|folder| folder.join("registry/config.json")))
        .or_else(|| set("XDG_CONFIG_HOME").map(|folder| folder.join("helm/registry/config.json")))
        .or_else(|| home.as_ref().map(|home| home.join(".config/helm/registry/config.json")));
    let docker = set("DOCKER_CONFIG").or_else(|| home.map(|home| home.join(".docker")));
    helm.into_iter().chain(docker.map(|folder| folder.join("config.json"))).collect()
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(world("reading", path)(error)),
    }
}

/// Asks `docker-credential-<name>`; `None` where it knows no credentials for the host.
fn ask(name: &str, host: &str) -> Result<Option<Credentials>, Failure> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        return Err(Failure::Refused(
            "the name of a credential helper has letters, digits, `-`, `_` and `.`".to_owned(),
        ));
    }
    let program = format!("docker-credential-{name}");
    let outcome = crate::run_with_input(Command::new(&program).arg("get"), host)?;
    if !outcome.succeeded() {
        // It says in prose that it knows nothing; the registry will say so in its own way.
        return Ok(None);
    }
    from_helper(&outcome.stdout).map(Some).map_err(|error| Failure::World(format!("`{program}`: {error}")))
}
