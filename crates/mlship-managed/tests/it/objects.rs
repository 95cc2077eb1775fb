//! Single fields of what the targets print.

use mlship_managed::aks_virtual_nodes::AksVirtualNodesTarget;
use mlship_managed::azureml::AzuremlTarget;
use mlship_managed::eks_fargate::EksFargateTarget;
use mlship_managed::gke_autopilot::GkeAutopilotTarget;
use mlship_managed::sagemaker::SagemakerTarget;
use mlship_managed::vertex::VertexTarget;
use mlship_spec::target::{Emitted, File};
use serde_json::{Value, json};

use crate::support::{check, documents, emitted};

const SERVER: &str = "/spec/template/spec/containers/0";

fn of_server(rest: &str) -> String {
    format!("{SERVER}{rest}")
}

#[test]
fn autopilot_selects_nodes_by_labels_alone() {
    let lines =
        "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4, count: 2}}\nplacement: {spot: true}";
    let selector = r#"{"cloud.google.com/gke-accelerator": "nvidia-l4", "cloud.google.com/gke-accelerator-count": "2", "cloud.google.com/gke-spot": "true"}"#;
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "Deployment",
        &[("/spec/template/spec/nodeSelector", selector), ("/spec/template/spec/affinity", "absent")],
    );
    let slice = "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-a100-40gb, mig: 1g.5gb}}";
    let selector = r#"{"cloud.google.com/gke-accelerator": "nvidia-tesla-a100", "cloud.google.com/gke-gpu-partition-size": "1g.5gb"}"#;
    check(&GkeAutopilotTarget::new(), slice, "Deployment", &[("/spec/template/spec/nodeSelector", selector)]);
}

#[test]
fn autopilot_s_limits_equal_requests_unless_bursting_is_asked_for() {
    let amounts = r#"{"cpu": "500m", "ephemeral-storage": "2Gi", "memory": "3Gi"}"#;
    let lines = "resources: {cpu: {request: 500m, limit: 2}, memory: {request: 1Gi, limit: 3Gi}}";
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "Deployment",
        &[(&of_server("/resources/requests"), amounts), (&of_server("/resources/limits"), amounts)],
    );
    let burst = format!("{lines}\ntargets: {{gke-autopilot: {{burst: true}}}}");
    check(
        &GkeAutopilotTarget::new(),
        &burst,
        "Deployment",
        &[
            (&of_server("/resources/requests/memory"), r#""1Gi""#),
            (&of_server("/resources/limits/memory"), r#""3Gi""#),
            (&of_server("/resources/limits/cpu"), r#""2""#),
        ],
    );
}

#[test]
fn autopilot_mounts_large_weights_of_a_bucket() {
    let lines =
        "model: {uri: 'gs://models/large/v3', size: 30Gi, path: /models}\nresources: {cpu: 4, memory: 20Gi}";
    let attributes = r#"{"bucketName": "models", "mountOptions": "implicit-dirs,only-dir=large/v3"}"#;
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "Deployment",
        &[
            ("/spec/template/metadata/annotations/gke-gcsfuse~1volumes", r#""true""#),
            ("/spec/template/spec/volumes/0/csi/driver", r#""gcsfuse.csi.storage.gke.io""#),
            ("/spec/template/spec/volumes/0/csi/volumeAttributes", attributes),
            (&of_server("/volumeMounts/0/mountPath"), r#""/models""#),
            ("/spec/template/spec/initContainers", "absent"),
        ],
    );
}

#[test]
fn google_s_load_balancer_is_told_health_and_time_out() {
    let lines = "server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8080, requestTimeout: 2m}\nexpose: {host: churn.example.com}";
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "BackendConfig",
        &[
            ("/spec/timeoutSec", "120"),
            ("/spec/healthCheck/requestPath", r#""/readyz""#),
            ("/spec/healthCheck/port", "8080"),
        ],
    );
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "Ingress",
        &[
            ("/metadata/annotations/kubernetes.io~1ingress.class", r#""gce""#),
            ("/spec/ingressClassName", "absent"),
        ],
    );
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "Service",
        &[("/metadata/annotations/cloud.google.com~1backend-config", r#""{\"default\": \"churn\"}""#)],
    );
}

#[test]
fn autopilot_s_own_class_tries_spot_last() {
    let lines = "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4}}\nplacement: {spot: true}\ntargets: {gke-autopilot: {ownComputeClass: true}}";
    let priorities = r#"[{"gpu": {"type": "nvidia-l4", "count": 1, "driverVersion": "default"}, "spot": false},
        {"gpu": {"type": "nvidia-l4", "count": 1, "driverVersion": "default"}, "spot": true}]"#;
    check(
        &GkeAutopilotTarget::new(),
        lines,
        "ComputeClass",
        &[("/spec/priorities", priorities), ("/metadata/namespace", "absent")],
    );
    let selector = r#"{"cloud.google.com/compute-class": "churn"}"#;
    check(&GkeAutopilotTarget::new(), lines, "Deployment", &[("/spec/template/spec/nodeSelector", selector)]);
}

#[test]
fn fargate_s_pods_fill_what_is_billed() {
    let lines = "resources: {cpu: {request: 300m, limit: 4}, memory: {request: 1Gi, limit: 2Gi}}\nmodel: {uri: 's3://models/churn', size: 1Gi}";
    check(
        &EksFargateTarget,
        lines,
        "Deployment",
        &[
            (&of_server("/resources/requests/cpu"), r#""500m""#),
            (&of_server("/resources/limits/cpu"), r#""500m""#),
            (&of_server("/resources/limits/memory"), r#""2816Mi""#),
            ("/spec/template/spec/initContainers/0/resources/limits/memory", r#""2816Mi""#),
            ("/spec/template/spec/topologySpreadConstraints", "absent"),
        ],
    );
    let kinds: Vec<String> =
        documents(&emitted(&EksFargateTarget, lines)).iter().map(|it| it.kind().to_owned()).collect();
    assert!(!kinds.contains(&"NetworkPolicy".to_owned()));
}

#[test]
fn fargate_s_load_balancer_reaches_pods_by_address() {
    let lines = "expose: {host: churn.example.com, tls: {issuer: letsencrypt}, annotations: {alb.ingress.kubernetes.io/scheme: internal}}";
    check(
        &EksFargateTarget,
        lines,
        "Ingress",
        &[
            ("/spec/ingressClassName", r#""alb""#),
            ("/metadata/annotations/alb.ingress.kubernetes.io~1target-type", r#""ip""#),
            ("/metadata/annotations/alb.ingress.kubernetes.io~1scheme", r#""internal""#),
            ("/metadata/annotations/alb.ingress.kubernetes.io~1healthcheck-path", r#""/readyz""#),
            ("/metadata/annotations/cert-manager.io~1cluster-issuer", "absent"),
            ("/spec/tls/0/secretName", "absent"),
        ],
    );
}

#[test]
fn fargate_s_profile_selects_this_service_alone() {
    let lines = "namespace: models\ntargets: {eks-fargate: {cluster: prod, region: eu-west-1}}";
    let selectors = r#"[{"namespace": "models", "labels": {"app.kubernetes.io/instance": "churn", "app.kubernetes.io/name": "churn"}}]"#;
    check(
        &EksFargateTarget,
        lines,
        "ClusterConfig",
        &[("/fargateProfiles/0/selectors", selectors), ("/metadata/region", r#""eu-west-1""#)],
    );
}

#[test]
fn the_add_on_s_pods_have_what_it_knows_alone() {
    let lines = "targets: {aks-virtual-nodes: {generation: v1}}";
    check(
        &AksVirtualNodesTarget,
        lines,
        "Deployment",
        &[
            (&of_server("/startupProbe"), "absent"),
            (&of_server("/lifecycle"), "absent"),
            ("/spec/template/spec/nodeSelector/type", r#""virtual-kubelet""#),
            ("/spec/template/spec/tolerations/0/key", r#""virtual-kubelet.io/provider""#),
        ],
    );
    check(
        &AksVirtualNodesTarget,
        "replicas: 2",
        "Deployment",
        &[
            (&of_server("/resources/limits/memory"), r#""2200M""#),
            ("/spec/template/spec/nodeSelector/virtualization", r#""virtualnode2""#),
        ],
    );
}

#[test]
fn sagemaker_s_template_says_what_the_spec_says() {
    let lines = "server: {image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a/churn:1', port: 8080, env: {LITERAL: '${AWS::Region}'}}
health: {live: /ping, ready: /ping}
model: {uri: 's3://models/churn/v3', size: 2Gi}
resources: {cpu: 2, memory: 8Gi, gpu: {type: nvidia-l4}}
replicas: {min: 2, max: 6}
autoscale: {on: rps, target: 3, metric: http_requests_total}
rollout: {canary: 20}";
    check(
        &SagemakerTarget::new(),
        lines,
        "",
        &[
            (
                "/Resources/Model/Properties/PrimaryContainer/Environment/LITERAL",
                r#"{"Fn::Join": ["${", ["", "AWS::Region}"]]}"#,
            ),
            ("/Resources/EndpointConfig/Properties/ProductionVariants/0/InstanceType", r#""ml.g6.xlarge""#),
            ("/Resources/EndpointConfig/Properties/ProductionVariants/0/InitialInstanceCount", "2"),
            (
                "/Resources/Endpoint/Properties/DeploymentConfig/BlueGreenUpdatePolicy/TrafficRoutingConfiguration/CanarySize",
                r#"{"Type": "CAPACITY_PERCENT", "Value": 20}"#,
            ),
            (
                "/Resources/ScalingPolicy/Properties/TargetTrackingScalingPolicyConfiguration/TargetValue",
                "180.0",
            ),
            (
                "/Resources/ExecutionRole/Properties/Policies/0/PolicyDocument/Statement/4/Resource/0",
                r#"{"Fn::Sub": "arn:${AWS::Partition}:s3:::models/churn/v3/*"}"#,
            ),
            ("/Parameters", "absent"),
        ],
    );
    // The API refuses a deployment without a wait, which CloudFormation's schema does not say.
    let single = format!("{lines}\nnamespace: models")
        .replace("{min: 2, max: 6}", "{min: 1, max: 6}")
        .replace("rollout: {canary: 20}\n", "");
    check(
        &SagemakerTarget::new(),
        &single,
        "",
        &[(
            "/Resources/Endpoint/Properties/DeploymentConfig/BlueGreenUpdatePolicy/TrafficRoutingConfiguration",
            r#"{"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 300}"#,
        )],
    );
}

#[test]
fn azureml_s_script_is_as_committed() {
    let lines = "server: {image: 'acme.azurecr.io/churn:1.2.0', port: 8080}
replicas: {min: 3, max: 9}
autoscale: {on: cpu, target: 60}
rollout: {canary: 10}";
    let emitted = emitted(&AzuremlTarget::new(), lines);
    let Some(File::Text(script)) = emitted.bundle.files.get("churn.deploy.sh") else {
        panic!("there is no script")
    };
    insta::assert_snapshot!(&**script);
}

#[test]
fn azureml_s_deployment_says_what_the_spec_says() {
    let lines =
        "server: {image: 'acme.azurecr.io/churn:1.2.0', port: 5001, requestTimeout: 20s, concurrency: 8}
resources: {cpu: 4, memory: 20Gi, gpu: {type: nvidia-t4}}
replicas: 3";
    let emitted = emitted(&AzuremlTarget::new(), lines);
    let Some(File::Settings(deployment)) = emitted.bundle.files.get("churn.deployment.yaml") else {
        panic!("there is no deployment")
    };
    let deployment = deployment.value();
    assert!(deployment["name"].as_str().is_some_and(|name| name.starts_with("v-1-2-0-")));
    assert_eq!(deployment["instance_type"], "Standard_NC4as_T4_v3");
    assert_eq!(deployment["instance_count"], 3);
    assert_eq!(deployment["request_settings"]["request_timeout_ms"], 20_000);
    assert_eq!(deployment["request_settings"]["max_concurrent_requests_per_instance"], 8);
    assert_eq!(deployment["environment"]["inference_config"]["scoring_route"]["port"], 5001);
}

/// A body of Vertex AI's.
fn body(emitted: &Emitted, name: &str) -> Value {
    let Some(File::Text(text)) = emitted.bundle.files.get(name) else { panic!("there is no {name}") };
    serde_json::from_str(text).expect("a body is JSON")
}

#[test]
fn vertex_s_bodies_say_what_the_spec_says() {
    let lines = "server: {image: 'us-docker.pkg.dev/acme-models/serving/churn:1.2.0', port: 5001, requestTimeout: 20s, args: ['--at=/models']}
resources: {cpu: 4, memory: 20Gi, gpu: {type: nvidia-t4, count: 2}, sharedMemory: 1Gi}
model: {uri: 'gs://models/churn', path: /models, size: 2Gi, loadSeconds: 600}
replicas: {min: 2, max: 5}
autoscale: {on: rps, target: 1.5, metric: requests_total}
placement: {spot: true}
identity: {gcpServiceAccount: churn-reader@acme-models.iam.gserviceaccount.com}
targets: {vertex: {project: acme-models, region: europe-west4}}";
    let emitted = emitted(&VertexTarget::new(), lines);
    let (model, endpoint) = (body(&emitted, "churn.model.json"), body(&emitted, "churn.endpoint.json"));
    let (deploy, traffic) = (body(&emitted, "churn.deploy.json"), body(&emitted, "churn.traffic.json"));
    let container = &model["model"]["containerSpec"];
    assert_eq!(model["modelId"], "churn");
    assert_eq!(model["model"]["artifactUri"], "gs://models/churn");
    assert_eq!(container["ports"], json!([{"containerPort": 5001}]));
    assert_eq!(container["args"], json!(["--at=$(AIP_STORAGE_URI)"]));
    assert_eq!(
        (&container["invokeRoutePrefix"], &container["healthRoute"]),
        (&json!("/*"), &json!("/readyz"))
    );
    assert_eq!(container["sharedMemorySizeMb"], "1024");
    // Three times the time to load, and twenty minutes for machines and image.
    assert_eq!(container["deploymentTimeout"], "3000s");
    assert_eq!(endpoint["clientConnectionConfig"], json!({"inferenceTimeout": "20s"}));
    let deployed = &deploy["deployedModel"];
    let resources = &deployed["dedicatedResources"];
    let machine =
        json!({"machineType": "n1-standard-8", "acceleratorType": "NVIDIA_TESLA_T4", "acceleratorCount": 2});
    assert_eq!(resources["machineSpec"], machine);
    assert_eq!((&resources["minReplicaCount"], &resources["maxReplicaCount"]), (&json!(2), &json!(5)));
    assert_eq!(resources["spot"], true);
    assert_eq!(resources["autoscalingMetricSpecs"][0]["target"], 90);
    assert_eq!(deployed["serviceAccount"], "churn-reader@acme-models.iam.gserviceaccount.com");
    let alias = model["model"]["versionAliases"][0].as_str().expect("there is an alias");
    assert_eq!(
        deployed["model"],
        format!("projects/acme-models/locations/europe-west4/models/churn@{alias}")
    );
    let id = deployed["id"].as_str().expect("there is an id");
    assert!(id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    assert_eq!(traffic, json!({"trafficSplit": {id: 100}}));
}

/// What decides whether a second run uploads and deploys anew.
#[test]
fn vertex_knows_a_version_by_its_content() {
    let names = |lines: &str| {
        let emitted = emitted(&VertexTarget::new(), lines);
        let alias = body(&emitted, "churn.model.json")["model"]["versionAliases"][0].clone();
        (alias, body(&emitted, "churn.deploy.json")["deployedModel"]["id"].clone())
    };
    let first = names("replicas: 2");
    assert_eq!(first, names("replicas: 2\nrollout: {canary: 10}"));
    let scaled = names("replicas: 3");
    assert!(first.0 == scaled.0 && first.1 != scaled.1);
    let changed = names("replicas: 2\nhealth: {live: /alive, ready: /readyz}");
    assert!(first.0 != changed.0 && first.1 != changed.1);
}

#[test]
fn vertex_s_script_is_as_committed() {
    let lines = "replicas: 2\nrollout: {canary: 10}";
    let emitted = emitted(&VertexTarget::new(), lines);
    let Some(File::Text(script)) = emitted.bundle.files.get("churn.deploy.sh") else {
        panic!("there is no script")
    };
    insta::assert_snapshot!(&**script);
}
