//! `mlship init`.

use insta::assert_snapshot;

use crate::support::{Place, code, stderr, stdout};

/// One image of every row of the table, and some that nobody knows.
const IMAGES: &[&str] = &[
    "ghcr.io/example/churn-service:0.3.1",
    "localhost:5000/3d/on:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "vllm/vllm-openai:v0.11.0",
    "ghcr.io/huggingface/text-generation-inference:3.3.5",
    "ghcr.io/huggingface/text-embeddings-inference:cpu-1.8",
    "nvcr.io/nvidia/tritonserver:25.10-py3",
    "tensorflow/serving:2.19.1",
    "pytorch/torchserve:0.12.0-cpu",
    "kserve/sklearnserver:v0.15.2",
    "seldonio/mlserver:1.7.1",
    "ghcr.io/ggml-org/llama.cpp:server-b7000",
    "qdrant/qdrant:v1.15.5",
];

#[test]
fn a_first_spec_is_written_and_is_sound() {
    let place = Place::new();
    assert_snapshot!(place.run(&["init", "ghcr.io/example/churn-service:0.3.1"]));
    assert_snapshot!(place.read("mlship.yaml"));
    assert_eq!(code(&place.output(&["check"])), 0);
    assert_eq!(place.list("."), ["mlship.yaml"]);
}

#[test]
fn what_is_written_passes_the_check_for_every_known_server() {
    for image in IMAGES {
        for flags in [&[][..], &["--gpu=2"], &["--gpu=0", "--host", "*.example.com", "--name", "on"]] {
            let place = Place::new();
            let output = place.output(&[&["init", image], flags].concat());
            assert_eq!(code(&output), 0, "{image} {flags:?}: {}", stderr(&output));
            let output = place.output(&["check"]);
            assert_eq!(
                code(&output),
                0,
                "{image} {flags:?}: {}\n{}",
                place.read("mlship.yaml"),
                stderr(&output)
            );
            assert_eq!(code(&place.output(&["render"])), 0, "{image} {flags:?}");
        }
    }
}

#[test]
fn a_well_known_server_brings_its_port_and_health_check() {
    let place = Place::new();
    assert_snapshot!(place.run(&["init", "vllm/vllm-openai:v0.11.0", "-o", "-"]));
    assert_snapshot!(place.run(&["init", "qdrant/qdrant:v1.15.5", "-o", "-"]));
}

#[test]
fn flags_decide() {
    let place = Place::new();
    let flags = [
        "--name",
        "chat",
        "--port",
        "9000",
        "--protocol",
        "grpc",
        "--gpu=2",
        "--memory",
        "24Gi",
        "--cpu",
        "6",
    ];
    let arguments =
        [&["init", "ghcr.io/example/chat:1.2", "--host", "chat.example.com", "-o", "-"], &flags[..]].concat();
    assert_snapshot!(place.run(&arguments));
}

#[test]
fn every_bad_flag_is_told_at_once() {
    let place = Place::new().file("mlship.yaml", "");
    let flags = ["--name", "Chat", "--port", "0", "--memory", "lots", "--cpu", "one", "--host", "http://x"];
    assert_snapshot!(place.run(&[&["init", "ghcr.io/example/chat"], &flags[..]].concat()));
    assert_snapshot!(place.run(&["init", "ghcr.io/example/chat:latest", "-o", "-"]));
}

#[test]
fn a_file_that_is_there_stays() {
    let place =
        Place::new().file("mlship.yaml", "mine").file("folder/x", "").link("link.yaml", "mlship.yaml");
    let image = "ghcr.io/example/chat:1";
    let runs = [
        place.run(&["init", image]),
        place.run(&["init", image, "-o", "folder"]),
        place.run(&["init", image, "-o", "link.yaml", "--force"]),
        place.run(&["init", image, "-o", "no/where.yaml"]),
    ];
    assert_snapshot!(runs.join("\n"));
    assert_eq!(place.read("mlship.yaml"), "mine");
    assert_eq!(code(&place.output(&["init", image, "--force"])), 0);
    assert!(place.read("mlship.yaml").contains(image));
}

#[test]
fn it_pipes_into_render() {
    let place = Place::new();
    let spec = stdout(&place.output(&["init", "ghcr.io/example/churn-service:0.3.1", "-o", "-"]));
    assert!(
        place.run_with(&["render", "-f", "-"], spec.as_bytes()).starts_with("$ mlship render -f -\nexit 0\n")
    );
}
