//! What is sent to the clouds, against their own models of their APIs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_spec::target::File;
use serde_json::Value;
use xtask::tools::{self, Tool};

use crate::{made, written};

/// What a judge, a script for the Python of a tool, says of files: one object for each.
pub(crate) fn judged(tool: Tool, judge: &str, files: &[PathBuf]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/managed").join(judge);
    let mut command = Command::new(tools::path(tool).unwrap());
    let outcome = xtask::run(command.arg(script).args(files)).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
    let said: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), files.len(), "{}", outcome.stdout);
    said
}

#[test]
fn aws_s_own_model_and_moto_take_what_every_sagemaker_template_implies() {
    let folder = tempfile::tempdir().unwrap();
    let templates = written(folder.path(), |document| {
        let resources = document.value()["Resources"].as_object();
        resources.is_some_and(|resources| resources.contains_key("EndpointConfig"))
    });
    assert!(templates.len() >= 8, "there are only {} templates", templates.len());
    let said = judged(Tool::Moto, "sagemaker.py", &templates);
    let (mut policies, mut instances) = (0, BTreeSet::new());
    for said in &said {
        let path = &said["path"];
        assert_eq!(said["findings"], serde_json::json!([]), "{path}");
        assert_eq!(
            (&said["status"], &said["stack"]),
            (&"InService".into(), &"CREATE_COMPLETE".into()),
            "{path}"
        );
        assert_eq!(said["endpoints"], 1, "{path}");
        for kind in ["AWS::SageMaker::Endpoint", "AWS::SageMaker::EndpointConfig", "AWS::SageMaker::Model"] {
            assert!(said["made"].as_array().unwrap().contains(&kind.into()), "{path}: {kind}");
        }
        let text = fs::read_to_string(path.as_str().unwrap()).unwrap();
        let of_kind =
            |kind: &str| text.matches(&format!("Type: AWS::ApplicationAutoScaling::{kind}\n")).count();
        let (targets, scales) = (of_kind("ScalableTarget"), of_kind("ScalingPolicy"));
        assert_eq!((&said["targets"], &said["policies"]), (&targets.into(), &scales.into()), "{path}");
        policies += scales;
        instances.extend(said["replaced"].as_array().unwrap().iter().map(ToString::to_string));
    }
    assert!(policies >= 3, "only {policies} templates scale");
    eprintln!("instance types that moto does not know, and what stood in for them: {instances:?}");
}

#[test]
fn the_judge_of_sagemaker_finds_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let templates = written(folder.path(), |document| {
        document.value()["Resources"]["EndpointConfig"]["Properties"]["ProductionVariants"][0]["InstanceType"]
            .is_string()
    });
    let text = fs::read_to_string(&templates[0]).unwrap();
    let broken: Vec<_> = [
        ("VariantName: all", "VariantName: '-all-'"),
        ("VariantName: all", "Variant: all"),
        ("InitialVariantWeight: 1", "InitialVariantWeight: -1"),
        ("RoutingStrategy: LEAST_OUTSTANDING_REQUESTS", "RoutingStrategy: BEST"),
        ("InitialInstanceCount: 2", "InitialInstanceCount: two"),
    ]
    .into_iter()
    .enumerate()
    .filter(|(_, (from, _))| text.contains(from))
    .map(|(number, (from, to))| {
        let path = folder.path().join(format!("{number}.yaml"));
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        path
    })
    .collect();
    assert!(broken.len() >= 3, "{text}");
    for said in judged(Tool::Moto, "sagemaker.py", &broken) {
        assert_ne!(said["findings"], serde_json::json!([]), "{said}");
    }
}

#[test]
fn azure_ai_ml_loads_every_endpoint_and_deployment() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path(), |document| {
        document.value()["$schema"].as_str().is_some_and(|schema| schema.contains("azureml"))
    });
    assert!(files.len() >= 6, "there are only {} files", files.len());
    let mut entities = BTreeSet::new();
    for said in judged(Tool::AzureAiMl, "azureml.py", &files) {
        assert!(said["error"].is_null(), "{said}");
        entities.insert(said["entity"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        entities.into_iter().collect::<Vec<_>>(),
        ["ManagedOnlineDeployment", "ManagedOnlineEndpoint"]
    );

    let text = fs::read_to_string(files.iter().find(|file| is_deployment(file)).unwrap()).unwrap();
    let broken: Vec<_> = [
        text.replacen("instance_type:", "instance_kind:", 1),
        text.replacen("instance_count: ", "instance_count: many #", 1),
        format!("{text}\nliveness: {{}}\n"),
        text.replacen("type: default", "type: sometimes", 1),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, text)| {
        let path = folder.path().join(format!("{number}.deployment.yaml"));
        fs::write(&path, text).unwrap();
        path
    })
    .collect();
    for said in judged(Tool::AzureAiMl, "azureml.py", &broken) {
        assert!(said["error"].is_string(), "the judge lets it through: {said}");
    }
}

fn is_deployment(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".deployment.yaml")
}

#[test]
fn vertex_s_message_types_read_every_body() {
    let folder = tempfile::tempdir().unwrap();
    let mut bodies = Vec::new();
    for made in made() {
        let File::Text(text) = &made.file else { continue };
        if made.is("json") {
            let path = folder.path().join(format!("{}.{}", made.what, made.path));
            fs::write(&path, &**text).unwrap();
            bodies.push(path);
        }
    }
    assert!(bodies.len() >= 20, "there are only {} bodies", bodies.len());
    for said in judged(Tool::GoogleCloudAiplatform, "vertex.py", &bodies) {
        assert!(said["error"].is_null() && said["same"] == true, "{said}");
    }

    let model = bodies.iter().find(|path| path.to_string_lossy().ends_with(".model.json")).unwrap();
    let text = fs::read_to_string(model).unwrap();
    let broken: Vec<_> =
        [("\"ports\"", "\"port\""), ("\"periodSeconds\": ", "\"periodSeconds\": \"a\", \"x\": ")]
            .into_iter()
            .enumerate()
            .map(|(number, (from, to))| {
                let path = folder.path().join(format!("{number}.model.json"));
                fs::write(&path, text.replacen(from, to, 1)).unwrap();
                path
            })
            .collect();
    for said in judged(Tool::GoogleCloudAiplatform, "vertex.py", &broken) {
        assert!(said["error"].is_string(), "the judge lets it through: {said}");
    }
}
