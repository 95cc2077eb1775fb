//! The real tools that mlship's output is checked with: pinned, built or unpacked once, verified when reused.
//!
//! Every tool comes from a package registry through the registry's own client, with its content pinned: Go
//! modules by a committed `go.sum`, Python packages by their sha256, npm packages by their sha512. To add a tool, add a [`Tool`] and its line in
//! the table `recipes::RECIPES`.

mod build;
mod cache;
mod recipes;

use crate::{Error, Result};
use cache::Cache;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A real tool of a pinned version. Its name on the command line is in kebab case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Tool {
    /// The store behind the API server.
    Etcd,
    /// Kubernetes' API server.
    KubeApiserver,
    /// Kubernetes' controllers: deployments, autoscalers, service accounts, …
    KubeControllerManager,
    /// Kubernetes' scheduler.
    KubeScheduler,
    /// Fake kubelets.
    Kwok,
    /// The command line of Kubernetes.
    Kubectl,
    /// Helm 4.
    Helm,
    /// Helm 3, which many clusters are still fed with.
    Helm3,
    /// Checks manifests against JSON schemas.
    Kubeconform,
    /// Scores manifests against good practice.
    KubeScore,
    /// A registry of images and charts: the reference of the OCI distribution protocol.
    Registry,
    /// Checks licences and sources of what the workspace depends on.
    CargoDeny,
    /// A browser without a window.
    Chromium,
    /// Checks `CloudFormation` templates.
    CfnLint,
    /// Python with the library behind `az ml`, which loads its files.
    AzureAiMl,
    /// Python with the message types of Vertex AI.
    GoogleCloudAiplatform,
    /// Python with AWS's own model of its APIs, and what answers in AWS's place.
    Moto,
    /// KServe's controller and webhooks.
    KserveManager,
    /// Python with KServe's SDK, and the models of Kubernetes that it names.
    KserveSdk,
    /// Checks shell scripts.
    Shellcheck,
}

impl Tool {
    /// Every tool there is.
    pub fn all() -> &'static [Tool] {
        clap::ValueEnum::value_variants()
    }

    /// The name of the tool and of its binary, as `kube-apiserver`.
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self)
            .map_or_else(|| format!("{self:?}"), |value| value.get_name().to_owned())
    }

    /// The pinned version, as the tool itself prints it but for a leading `v`.
    pub fn version(self) -> &'static str {
        recipes::binary(self).1.version
    }
}

/// The verified binary of `tool`, which is obtained first if this machine does not have it yet.
///
/// Obtaining takes from seconds to minutes and needs `go`, `python3` with pip, or `npm`. A tool is verified once in the
/// life of this process.
pub fn path(tool: Tool) -> Result<PathBuf> {
    static VERIFIED: Mutex<BTreeMap<Tool, PathBuf>> = Mutex::new(BTreeMap::new());
    // A panic elsewhere can't leave the map half changed, so a poisoned lock is as good as any.
    let mut verified = VERIFIED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = verified.get(&tool) {
        return Ok(path.clone());
    }
    let path = Cache::open(cache_directory()?)?.obtain(tool)?;
    verified.insert(tool, path.clone());
    Ok(path)
}

/// Where `tool` is or would be; nothing is obtained or verified.
pub fn expected_path(tool: Tool) -> Result<PathBuf> {
    Cache::open(cache_directory()?)?.binary_path(tool)
}

/// The folder that holds the tools: `$MLSHIP_TOOLS_CACHE`, else `mlship/tools` in the user's cache folder.
///
/// It is outside any checkout, so that all checkouts of one user share the tools.
pub fn cache_directory() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let directory = set("MLSHIP_TOOLS_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("mlship/tools")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/mlship/tools")))
        .ok_or_else(|| Error::unexpected("no place for tools: set MLSHIP_TOOLS_CACHE or HOME"))?;
    std::path::absolute(&directory).map_err(Error::io(format!("resolving {}", directory.display())))
}

fn create_directory(directory: &Path) -> Result<()> {
    std::fs::create_dir_all(directory).map_err(Error::io(format!("creating {}", directory.display())))
}
