//! In which form a target is written, where it has several.

use clap::{Args, ValueEnum};
use mlship_helm::HelmTarget;
use mlship_helm::gitops::{ChartRepository, GitOps};
use mlship_kserve::KserveTarget;
use mlship_spec::target::Target;

use crate::failure::Failure;

/// The flags that only one target knows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Of one target")]
pub struct Forms {
    /// helm: write the chart itself, with the service's values as its defaults
    #[arg(long, conflicts_with_all = ["gitops", "chart_repository"])]
    chart: bool,
    /// helm: write what a GitOps tool reads to install the published chart
    #[arg(long, value_name = "TOOL", requires = "chart_repository")]
    gitops: Option<Tool>,
    /// helm: where the chart is published, such as oci://registry.example.com/charts
    #[arg(long, value_name = "OCI")]
    chart_repository: Option<ChartRepository>,
    /// kserve: write the ServingRuntime too, where it is one of mlship's own
    #[arg(long)]
    with_runtimes: bool,
    /// eks-fargate: how the Fargate profile is written; the same as `--set targets.eks-fargate.iac=…`
    #[arg(long, value_name = "TOOL", value_parser = ["eksctl", "cloudformation"])]
    iac: Option<String>,
}

/// A GitOps tool.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tool {
    /// Argo CD: an Application
    Argocd,
    /// Flux: an OCIRepository and a HelmRelease
    Flux,
}

impl Forms {
    /// The target in the form that the flags ask for; a flag of another target is refused.
    pub fn target(&self, named: &'static dyn Target) -> Result<&'static dyn Target, Failure> {
        for (flag, of) in self.given() {
            if named.name() != of {
                let message =
                    format!("`{flag}` is of the target `{of}`, and `{}` is to be written", named.name());
                return Err(
                    Failure::usage(message).help(format!("write `--target {of}`, or take `{flag}` away"))
                );
            }
        }
        let helm = match (self.chart, self.gitops, &self.chart_repository) {
            (true, ..) => Some(HelmTarget::chart()),
            (false, Some(tool), Some(repository)) => {
                Some(HelmTarget::gitops(tool.into(), repository.clone()))
            }
            (false, None, Some(repository)) => Some(HelmTarget::values_from(repository.clone())),
            (false, _, None) => None,
        };
        // A run makes one target, which lives as long as the run.
        Ok(match helm {
            Some(helm) => Box::leak(Box::new(helm)),
            None if self.with_runtimes => Box::leak(Box::new(KserveTarget::with_runtimes())),
            None => named,
        })
    }

    /// The fields that flags set, as `--set` would.
    pub fn set(&self) -> Option<String> {
        self.iac.as_ref().map(|iac| format!("targets.eks-fargate.iac={iac}"))
    }

    /// Whether a folder is written, and nothing else would do.
    pub fn is_folder(&self) -> bool {
        self.chart
    }

    /// The flags that were given, each with its target.
    fn given(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let flags = [
            (self.chart, "--chart", "helm"),
            (self.gitops.is_some(), "--gitops", "helm"),
            (self.chart_repository.is_some(), "--chart-repository", "helm"),
            (self.with_runtimes, "--with-runtimes", "kserve"),
            (self.iac.is_some(), "--iac", "eks-fargate"),
        ];
        flags.into_iter().filter(|(is_given, ..)| *is_given).map(|(_, flag, of)| (flag, of))
    }
}

impl From<Tool> for GitOps {
    fn from(tool: Tool) -> Self {
        match tool {
            Tool::Argocd => Self::Argocd,
            Tool::Flux => Self::Flux,
        }
    }
}
