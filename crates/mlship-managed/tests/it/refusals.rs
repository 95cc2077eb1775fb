//! What each target refuses and adapts, with its words: a table of specs for each, and a snapshot of what is said.

use std::fmt::Write as _;

use mlship_managed::aks_virtual_nodes::AksVirtualNodesTarget;
use mlship_managed::azureml::AzuremlTarget;
use mlship_managed::eks_fargate::EksFargateTarget;
use mlship_managed::gke_autopilot::GkeAutopilotTarget;
use mlship_managed::sagemaker::SagemakerTarget;
use mlship_managed::vertex::VertexTarget;
use mlship_spec::target::Target;

use crate::support::{told, workload};

const AUTOPILOT: &[&str] = &[
    "resources: {cpu: 100m, memory: 64Mi}",
    "resources: {cpu: 260m, memory: 512Mi}",
    "resources: {cpu: 1, memory: 10Gi}",
    "resources: {cpu: 4, memory: 1Gi}",
    "resources: {cpu: {request: 500m, limit: 2}, memory: {request: 1Gi, limit: 3Gi}}",
    "resources: {cpu: {request: 500m, limit: 2}, memory: {request: 1Gi, limit: 3Gi}}\ntargets: {gke-autopilot: {burst: true}}",
    "resources: {cpu: 31, memory: 64Gi}",
    "resources: {cpu: 31, memory: 64Gi}\ntargets: {gke-autopilot: {computeClass: general-purpose}}",
    "resources: {cpu: 250, memory: 900Gi}",
    "resources: {cpu: 400, memory: 900Gi}",
    "resources: {cpu: 2, memory: 4Gi}\ntargets: {gke-autopilot: {computeClass: scale-out}}",
    "resources: {cpu: 2, memory: 4Gi}\ntargets: {gke-autopilot: {computeClass: performance}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}\ntargets: {gke-autopilot: {computeClass: balanced}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4, count: 3}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-h200-141gb, count: 1}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l40s}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: mi300x}}",
    "resources: {cpu: 31, memory: 120Gi, gpu: {type: nvidia-l4}}",
    "resources: {cpu: 33, memory: 64Gi, gpu: {type: nvidia-l4}}",
    "resources: {cpu: 4, memory: 200Gi, gpu: {type: nvidia-l4}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-a100-40gb, mig: 1g.5gb}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4, timeSliced: true}}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4, timeSliced: true, count: 2}}",
    "resources: {cpu: 2, memory: 4Gi, disk: 20Gi}",
    "resources: {cpu: 2, memory: 4Gi, disk: 200Gi, gpu: {type: nvidia-l4}}",
    "model: {uri: 's3://models/large', size: 30Gi}\nresources: {cpu: 4, memory: 40Gi}",
    "model: {uri: 'gs://models/large', size: 30Gi}\nresources: {cpu: 4, memory: 40Gi}",
    "model: {uri: 'gs://models/large,rw', size: 30Gi}\nresources: {cpu: 4, memory: 40Gi}",
    "resources: {cpu: 31, memory: 64Gi}\nplacement: {spot: true}",
    "placement: {spot: true}\ntargets: {gke-autopilot: {extendedDuration: true}}",
    "placement: {spot: true}\ntargets: {gke-autopilot: {ownComputeClass: true}}",
    "placement: {nodeSelector: {kubernetes.io/hostname: node-1}}",
    "placement: {nodeSelector: {cloud.google.com/machine-family: c3}}",
    "placement: {nodeSelector: {pool: serving}}",
    "placement: {tolerations: [{key: nvidia.com/gpu, operator: Exists}]}",
    "placement: {runtimeClass: nvidia}",
    "namespace: kube-system",
    "namespace: gke-system",
    "identity: {awsRole: 'arn:aws:iam::123456789012:role/churn'}",
    "expose: {host: churn.example.com}",
    "expose: {host: churn.example.com}\nserver: {image: 'ghcr.io/acme/churn:0.3.1', requestTimeout: 2m}",
    "expose: {host: churn.example.com, class: traefik}\nserver: {image: 'ghcr.io/acme/churn:0.3.1', requestTimeout: 2m}",
    "expose: {host: churn.example.com, class: gce-internal}\nhealth: {}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: grpc}\nhealth: {}\nexpose: {host: churn.example.com, class: gce}",
    "rollout: {canary: 10}",
];

const FARGATE: &[&str] = &[
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}",
    "state: {size: 10Gi, path: /data}",
    "placement: {spot: true}",
    "placement: {runtimeClass: gvisor}",
    "placement: {nodeSelector: {kubernetes.io/arch: arm64}}",
    "placement: {nodeSelector: {pool: serving}}",
    "placement: {zones: [eu-west-1a]}",
    "placement: {zones: [eu-west-1a]}\ntargets: {eks-fargate: {subnets: [subnet-0123456789abcdef0]}}",
    "network: {allowFrom: [search]}",
    "identity: {gcpServiceAccount: churn-reader@example-project.iam.gserviceaccount.com}",
    "identity: {azureClientId: 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0}",
    "resources: {cpu: 17, memory: 32Gi}",
    "resources: {cpu: 4, memory: 120Gi}",
    "resources: {cpu: 1, memory: 8Gi}",
    "resources: {cpu: {request: 300m, limit: 4}, memory: {request: 1Gi, limit: 2Gi}}",
    "resources: {cpu: 2, memory: 4Gi, disk: 180Gi}",
    "model: {uri: 's3://models/churn', size: 2Gi, cache: {size: 5Gi, access: ReadWriteMany}}",
    "model: {uri: 'pvc://models/churn', size: 2Gi}",
    "model: {uri: 'oci://ghcr.io/acme/model:1', size: 2Gi}",
    "availability: {spread: zone}",
    "expose: {host: churn.example.com, tls: {issuer: letsencrypt}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: grpc}\nhealth: {}\nexpose: {host: churn.example.com}",
    "targets: {eks-fargate: {iac: eksctl}}",
    "targets: {eks-fargate: {iac: eksctl, cluster: models, region: us-gov-west-1}}",
    "targets: {eks-fargate: {logs: true}}",
];

const VIRTUAL_NODES: &[&str] = &[
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-t4}}",
    "placement: {spot: true}",
    "placement: {runtimeClass: gvisor}",
    "placement: {nodeSelector: {agentpool: serving}}",
    "placement: {zones: [westeurope-1, westeurope-2]}",
    "placement: {zones: [westeurope-1]}",
    "network: {allowFrom: [search]}",
    "identity: {awsRole: 'arn:aws:iam::123456789012:role/churn'}",
    "resources: {cpu: 32, memory: 64Gi}",
    "resources: {cpu: 4, memory: 241Gi}",
    "resources: {cpu: 6, memory: 20Gi}",
    "resources: {cpu: 755m, memory: 1500Mi}",
    "resources: {cpu: 2, memory: 4Gi, disk: 60Gi}",
    "resources: {cpu: 8, memory: 16Gi}\nreplicas: {min: 2, max: 20}",
    "resources: {cpu: 100m, memory: 500M}\nreplicas: {min: 2, max: 250}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', ports: {a1: 81, b1: 82, c1: 83, d1: 84, e1: 85}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {EMPTY: ''}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', args: [--fast]}\ntargets: {aks-virtual-nodes: {generation: v1}}",
    "model: {uri: 's3://models/churn', size: 2Gi}\ntargets: {aks-virtual-nodes: {generation: v1}}",
    "state: {size: 10Gi, path: /data}\ntargets: {aks-virtual-nodes: {generation: v1}}",
    "identity: {azureClientId: 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0}\ntargets: {aks-virtual-nodes: {generation: v1}}",
    "health: {}\ntargets: {aks-virtual-nodes: {generation: v1}}",
    "server: {image: 'acme.azurecr.io/churn:1', pullSecrets: [acr]}\ntargets: {aks-virtual-nodes: {generation: v1}}",
];

/// Lines of an image and port that SageMaker takes.
const FINE: &str = "server: {image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/churn:0.3.1', port: 8080}\nhealth: {live: /ping, ready: /ping}\n";

const SAGEMAKER: &[&str] = &[
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8000}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, args: [--model=x]}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, command: [serve.sh]}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, protocol: grpc}\nhealth: {}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, requestTimeout: 2m}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, secretEnv: {HF_TOKEN: {secret: hf, key: token}}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, env: {DB: '{{resolve:ssm:/db}}'}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, pullSecrets: [ghcr], metrics: {path: /metrics}, ports: {admin: 9000}}",
    "FINE model: {uri: 'gs://models/churn', size: 2Gi}",
    "FINE model: {uri: 's3://models/churn', path: /models, size: 2Gi, credentials: s3}",
    "FINE model: {size: 2Gi, loadSeconds: 3601}",
    "FINE resources: {cpu: 200, memory: 4Gi}",
    "FINE resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-a10}}",
    "FINE resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4, count: 16}}",
    "FINE resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-a100-40gb, mig: 1g.5gb}}",
    "FINE resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}\ntargets: {sagemaker: {instanceType: ml.m5.large}}",
    "FINE targets: {sagemaker: {instanceType: g5.xlarge}}",
    "FINE targets: {sagemaker: {instanceType: ml.inf2.xlarge}}",
    "FINE resources: {cpu: 4, memory: 15500Mi, gpu: {type: nvidia-l4}}",
    "FINE state: {size: 10Gi, path: /data}",
    "FINE config: {path: /etc/churn, files: {a.yaml: 'x: 1'}}",
    "FINE identity: {serviceAccount: churn-reader}",
    "FINE identity: {gcpServiceAccount: churn-reader@example-project.iam.gserviceaccount.com}",
    "FINE placement: {spot: true}",
    "FINE placement: {nodeSelector: {pool: serving}}",
    "FINE placement: {zones: [us-east-1a], priorityClass: serving, tolerations: [{key: a, operator: Exists}]}",
    "FINE replicas: {min: 0, max: 3}\nautoscale: {query: 'sum(up)', target: 2, prometheus: 'http://prometheus:9090'}",
    "FINE replicas: {min: 1, max: 3}\nautoscale: {query: 'sum(up)', target: 2}",
    "FINE replicas: {min: 1, max: 3}\nautoscale: {on: queue-depth, target: 2, metric: waiting}",
    "FINE replicas: {min: 2, max: 3}\nautoscale: {on: cpu, target: 60}",
    "FINE replicas: {min: 2, max: 3}\nautoscale: {on: memory, target: 60}",
    "FINE expose: {host: churn.example.com}\nnetwork: {allowFrom: [search]}\nnamespace: models",
    "FINE rollout: {canary: 80}\nreplicas: 4",
    "FINE rollout: {canary: 10}\nreplicas: 1",
    "FINE model: {uri: 's3://models/llm', path: /opt/ml/model, size: 200Gi, loadSeconds: 600}",
    "FINE model: {uri: 's3://models/llm.tar.gz', path: /opt/ml/model, size: 300Gi, loadSeconds: 600}",
    "FINE targets: {sagemaker: {region: eu-west-1}}",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, env: {LOG.LEVEL: debug, A-B: x}}",
    "FINE replicas: {min: 0, max: 3}\nautoscale: {on: concurrency, target: 5, metric: inflight, prometheus: 'http://prometheus:9090'}\ntargets: {sagemaker: {mode: async, output: 's3://answers/churn'}}",
    "FINE rollout: {deadline: 10h}",
    "FINE security: {runAsUser: 1000}\nannotations: {example.com/owner: risk}\navailability: {spread: zone}",
    "FINE resources: {cpu: 2, memory: 4Gi, sharedMemory: 2Gi}",
    "FINE resources: {cpu: 2, memory: 8Gi}\ntargets: {sagemaker: {mode: serverless}}",
    "FINE resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}\ntargets: {sagemaker: {mode: serverless, instanceType: ml.g6.xlarge}}",
    "FINE model: {size: 2Gi, loadSeconds: 200}\ntargets: {sagemaker: {mode: serverless, subnets: [subnet-01234567], securityGroups: [sg-01234567]}}",
    "FINE replicas: {min: 1, max: 300}\ntargets: {sagemaker: {mode: serverless}}",
    "FINE resources: {cpu: 2, memory: 4Gi, disk: 600Gi}",
    "FINE resources: {cpu: 2, memory: 4Gi, disk: 60Gi, gpu: {type: nvidia-l4}}",
    "FINE resources: {cpu: 2, memory: 4Gi, disk: 60Gi}\ntargets: {sagemaker: {mode: serverless}}",
    "FINE labels: {team: '', kept: x}",
];

const AZUREML: &[&str] = &[
    "replicas: 3",
    "name: ab\nreplicas: 3",
    "name: a-name-that-is-longer-than-thirty-two-letters\nreplicas: 3",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: grpc}\nhealth: {}\nreplicas: 3",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', args: [--fast]}\nreplicas: 3",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', pullSecrets: [ghcr]}\nreplicas: 3",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', requestTimeout: 5m}\nreplicas: 3",
    "server: {image: 'ghcr.io/acme/churn:0.3.1', secretEnv: {HF_TOKEN: {secret: hf, key: token}}}\nreplicas: 3",
    "health: {}\nreplicas: 3",
    "model: {uri: 's3://models/churn', size: 2Gi}\nreplicas: 3",
    "model: {uri: 'https://acme.blob.core.windows.net/models/churn', size: 2Gi, credentials: storage}\nreplicas: 3",
    "identity: {azureClientId: 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0}\nreplicas: 3",
    "placement: {spot: true}\nreplicas: 3",
    "replicas: 60",
    "replicas: 1",
    "replicas: {min: 3, max: 6}\nautoscale: {on: memory, target: 70}",
    "replicas: {min: 3, max: 6}\nautoscale: {on: concurrency, target: 4, metric: inflight}",
    "resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}\nreplicas: 3",
    "resources: {cpu: 100, memory: 4Gi}\nreplicas: 3",
    "resources: {cpu: 4, memory: 4Gi}\nreplicas: 3\ntargets: {azureml: {instanceType: Standard_F2s_v2}}",
    "replicas: 3\ntargets: {azureml: {instanceType: Standard_FX4mds}}",
    "resources: {cpu: 2, memory: 4Gi, disk: 60Gi}\nreplicas: 3",
    "replicas: 3\nlabels: {example.com/team: risk, managed-by: us}",
    "replicas: 3\nlabels: {example.com/team: risk, example.com-team: search}",
    "replicas: 3\ntargets: {azureml: {mirror: 20}}",
    "replicas: 3\nrollout: {canary: 10}\ntargets: {azureml: {mirror: 20}}",
    "replicas: 3\nrollout: {surge: 2}\nexpose: {host: churn.example.com}\nnetwork: {allowFrom: [search]}",
];

/// Lines of an image that Vertex AI takes.
const IN_REGISTRY: &str =
    "server: {image: 'us-docker.pkg.dev/acme-models/serving/churn:0.3.1'}\nreplicas: 2\n";

const VERTEX: &[&str] = &[
    "replicas: 2",
    "IN_REGISTRY ",
    "replicas: 1",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', protocol: grpc}\nhealth: {}\nreplicas: 2",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', protocol: grpc}\nhealth: {}\nreplicas: 2\ntargets: {vertex: {predictRoute: /predict}}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', protocol: grpc}\nhealth: {}\nreplicas: 2\ntargets: {vertex: {dedicatedEndpoint: false, predictRoute: /predict}}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', requestTimeout: 2h}\nreplicas: 2",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', requestTimeout: 2m}\nreplicas: 2\ntargets: {vertex: {dedicatedEndpoint: false, predictRoute: /predict}}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', secretEnv: {HF_TOKEN: {secret: hf, key: token}}, env: {AIP_HTTP_PORT: '80'}}\nreplicas: 2",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', pullSecrets: [ghcr], metrics: {path: /metrics}, ports: {admin: 9000}}\nreplicas: 2",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', args: ['--model=/models']}\nmodel: {uri: 'gs://models/churn', path: /models, size: 2Gi, credentials: bucket}\nreplicas: 2",
    "IN_REGISTRY model: {uri: 's3://models/churn', size: 2Gi}",
    "IN_REGISTRY model: {uri: 'hf://acme/churn', size: 2Gi}",
    "IN_REGISTRY model: {size: 2Gi, loadSeconds: 2500}",
    "IN_REGISTRY resources: {cpu: 200, memory: 4Gi}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-a10}}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4, count: 16}}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-a100-40gb, mig: 1g.5gb}}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-l4}}\ntargets: {vertex: {machineType: n1-standard-8}}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-t4}}\ntargets: {vertex: {machineType: n1-standard-8}}",
    "IN_REGISTRY resources: {cpu: 2, memory: 4Gi, gpu: {type: nvidia-t4}}\ntargets: {vertex: {machineType: x1-huge-8}}",
    "IN_REGISTRY targets: {vertex: {machineType: c3-standard-8}}",
    "IN_REGISTRY resources: {cpu: 16, memory: 4Gi}\ntargets: {vertex: {machineType: n1-standard-8}}",
    "IN_REGISTRY resources: {cpu: {request: 2, limit: 4}, memory: 7800Mi, disk: 20Gi, sharedMemory: 1Gi}",
    "IN_REGISTRY targets: {vertex: {region: eu-west-1}}",
    "IN_REGISTRY state: {size: 10Gi, path: /data}",
    "IN_REGISTRY config: {path: /etc/churn, files: {a.yaml: 'x: 1'}}",
    "IN_REGISTRY identity: {serviceAccount: churn-reader}",
    "IN_REGISTRY identity: {awsRole: 'arn:aws:iam::123456789012:role/churn'}",
    "IN_REGISTRY placement: {spot: true}",
    "IN_REGISTRY placement: {nodeSelector: {pool: serving}, zones: [us-central1-a]}",
    "IN_REGISTRY expose: {host: churn.example.com}\nnetwork: {allowFrom: [search]}\nnamespace: models",
    "IN_REGISTRY rollout: {canary: 80, surge: 2}",
    "IN_REGISTRY labels: {Team: A_b, 7up: x}",
    "IN_REGISTRY labels: {example.com/team: risk}",
    "IN_REGISTRY labels: {Team: risk, team: search, managed-by: us}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1', env: {EMPTY: ''}}\nreplicas: 2",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 0, max: 3}\nautoscale: {query: 'sum(up)', target: 2, prometheus: 'http://prometheus:9090'}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nautoscale: {on: cpu, target: 60}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nautoscale: {on: memory, target: 60}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nautoscale: {on: rps, target: 2.5, metric: requests_total}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nautoscale: {on: concurrency, target: 4, metric: inflight}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nresources: {gpu: {type: nvidia-l4}}\nautoscale: {on: gpu, target: 70}",
    "server: {image: 'us-docker.pkg.dev/p/r/churn:1'}\nreplicas: {min: 2, max: 3}\nresources: {gpu: {type: nvidia-l4}}\nautoscale: {on: latency, target: 0.2, metric: seconds}",
];

fn all_told(target: &dyn Target, cases: &[&str]) -> String {
    let mut text = String::new();
    for case in cases {
        let lines = whole(case);
        let outcome = target.emit(&workload(&lines));
        let said = told(&outcome);
        let said = if said.is_empty() { "taken as it is\n".to_owned() } else { said };
        writeln!(text, "## {}\n{said}", case.replace('\n', "\n   ")).expect("a String takes any text");
    }
    text
}

/// A case with the lines that its first word stands for.
fn whole(case: &str) -> String {
    let fine = case.strip_prefix("FINE ").map(|rest| format!("{FINE}{rest}"));
    let in_registry = || case.strip_prefix("IN_REGISTRY ").map(|rest| format!("{IN_REGISTRY}{rest}"));
    fine.or_else(in_registry).unwrap_or_else(|| case.to_owned())
}

#[test]
fn there_are_enough_cases() {
    let refused_or_adapted = |target: &dyn Target, cases: &[&str]| {
        let is_one = |case: &&&str| match target.emit(&workload(&whole(case))) {
            Ok(emitted) => !emitted.adapted.is_empty(),
            Err(refusals) => !refusals.is_empty(),
        };
        cases.iter().filter(is_one).count()
    };
    let counts = [
        refused_or_adapted(&GkeAutopilotTarget::new(), AUTOPILOT),
        refused_or_adapted(&EksFargateTarget, FARGATE),
        refused_or_adapted(&AksVirtualNodesTarget, VIRTUAL_NODES),
        refused_or_adapted(&SagemakerTarget::new(), SAGEMAKER),
        refused_or_adapted(&VertexTarget::new(), VERTEX),
        refused_or_adapted(&AzuremlTarget::new(), AZUREML),
    ];
    assert!(counts.iter().sum::<usize>() >= 150, "{counts:?}");
}

#[test]
fn vertex_says_what_it_refuses_and_adapts() {
    insta::assert_snapshot!(all_told(&VertexTarget::new(), VERTEX));
}

#[test]
fn autopilot_says_what_it_refuses_and_adapts() {
    insta::assert_snapshot!(all_told(&GkeAutopilotTarget::new(), AUTOPILOT));
}

#[test]
fn fargate_says_what_it_refuses_and_adapts() {
    insta::assert_snapshot!(all_told(&EksFargateTarget, FARGATE));
}

#[test]
fn virtual_nodes_say_what_they_refuse_and_adapt() {
    insta::assert_snapshot!(all_told(&AksVirtualNodesTarget, VIRTUAL_NODES));
}

#[test]
fn azureml_says_what_it_refuses_and_adapts() {
    insta::assert_snapshot!(all_told(&AzuremlTarget::new(), AZUREML));
}

#[test]
fn sagemaker_says_what_it_refuses_and_adapts() {
    insta::assert_snapshot!(all_told(&SagemakerTarget::new(), SAGEMAKER));
}
