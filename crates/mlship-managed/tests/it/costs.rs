//! What targets cost: computed by hand, and unknown where a price is.

use mlship_managed::aks_virtual_nodes::AksVirtualNodesTarget;
use mlship_managed::cost::{Cost, Priced};
use mlship_managed::eks_fargate::EksFargateTarget;
use mlship_managed::gke_autopilot::GkeAutopilotTarget;
use mlship_managed::prices::PriceBook;
use mlship_managed::sagemaker::SagemakerTarget;
use mlship_managed::vertex::VertexTarget;

use crate::support::workload;

fn cost(target: &dyn Priced, lines: &str) -> Cost {
    target.cost(&workload(lines), PriceBook::embedded())
}

#[track_caller]
fn check(target: &dyn Priced, lines: &str, hourly: Option<f64>) {
    let found = cost(target, lines).of_replica();
    match (found, hourly) {
        (Some(found), Some(hourly)) => assert!((found - hourly).abs() < 1e-6, "{found} is not {hourly}"),
        (found, hourly) => assert_eq!(found, hourly),
    }
}

#[test]
fn pods_are_paid_for_by_what_they_are_rounded_to() {
    let lines = "resources: {cpu: 1, memory: 4Gi, disk: 1Gi}";
    // 2 GiB of disk: what is asked for, and a gibibyte for the image's own files.
    check(&GkeAutopilotTarget::new(), lines, Some(0.0445 + 4.0 * 0.004_922_5 + 2.0 * 0.000_054_8));
    check(&EksFargateTarget, lines, Some(0.04048 + 5.0 * 0.004_445));
    check(&AksVirtualNodesTarget, lines, Some(0.0405 + 4.3 * 0.00445));
    let spot = format!("{lines}\nplacement: {{spot: true}}");
    check(&GkeAutopilotTarget::new(), &spot, Some(0.0133 + 4.0 * 0.001_476_7 + 2.0 * 0.000_054_8));
}

#[test]
fn gpus_are_paid_for_by_their_machine() {
    let lines = "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4}}";
    check(&GkeAutopilotTarget::new(), lines, Some(0.7068));
    let endpoint = format!("server: {{image: 'a.dkr.ecr.us-east-1.amazonaws.com/b:1', port: 8080}}\n{lines}");
    check(&SagemakerTarget::new(), &endpoint, Some(0.8048 * 1.25));
    check(&VertexTarget::new(), lines, Some(0.7068 * 1.15));
}

#[test]
fn what_is_not_known_is_not_nothing() {
    check(&GkeAutopilotTarget::new(), "resources: {cpu: 31, memory: 64Gi}", None);
    check(&EksFargateTarget, "targets: {eks-fargate: {region: eu-west-1}}", None);
    check(&SagemakerTarget::new(), "targets: {sagemaker: {mode: serverless}}", None);
    check(&SagemakerTarget::new(), "targets: {sagemaker: {instanceType: ml.inf2.xlarge}}", None);
    let spot = "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4}}\nplacement: {spot: true}";
    check(&GkeAutopilotTarget::new(), spot, Some(0.3973));
    // Vertex AI adds to the price of Spot what is not known.
    check(&VertexTarget::new(), spot, None);
    let rare = "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-t4}}\nplacement: {spot: true}";
    check(&GkeAutopilotTarget::new(), rare, None);
}

#[test]
fn a_month_is_730_hours_of_so_many_replicas() {
    let cost = cost(&EksFargateTarget, "resources: {cpu: 1, memory: 4Gi}\nreplicas: {min: 2, max: 7}");
    let replicas = cost.replicas;
    assert_eq!((replicas.least, replicas.expected, replicas.most), (2, 4, 7));
    let hourly = cost.of_replica().unwrap();
    assert_eq!(cost.hourly(2), Some(hourly * 2.0));
    assert_eq!(cost.monthly(7), cost.hourly(7).map(|hourly| hourly * 730.0));
    assert_eq!(cost.regions(), ["us-east-1"]);
    assert!(!cost.left_out.is_empty());
}
