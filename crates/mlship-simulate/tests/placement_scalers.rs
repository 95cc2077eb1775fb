//! How many pods there are at least, where an autoscaler owns their number.

use mlship_simulate::placement::manifest::Reader;

const HPA: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: llm, namespace: ml}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: llm}
  minReplicas: 3
  maxReplicas: 10
";

fn deployment(replicas: &str, namespace: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: llm, namespace: {namespace}}}\nspec:\n  {replicas}\n  \
         selector: {{matchLabels: {{app: llm}}}}\n  template:\n    metadata: {{labels: {{app: llm}}}}\n    \
         spec: {{containers: [{{name: a, image: b}}]}}\n"
    )
}

#[track_caller]
fn check(files: &[&str], expected: usize) {
    let mut reader = Reader::default();
    for (number, file) in files.iter().enumerate() {
        reader.manifests(&number.to_string(), file);
    }
    let world = reader.finish().expect("the manifests are sound");
    assert_eq!(world.workloads[0].replicas, expected);
    assert_eq!(world.pending.len(), expected);
}

#[test]
fn an_autoscalers_minimum_counts_wherever_it_stands() {
    let without = deployment("", "ml");
    check(&[&without], 1);
    check(&[&without, HPA], 3);
    check(&[HPA, &without], 3);
    check(&[&format!("{without}---\n{HPA}")], 3);
    let keda =
        HPA.replace("HorizontalPodAutoscaler", "ScaledObject").replace("minReplicas", "minReplicaCount");
    check(&[&without, &keda], 3);
    check(&[&without, &keda.replace("minReplicaCount: 3", "minReplicaCount: 0")], 1);
}

#[test]
fn an_autoscaler_of_something_else_does_not_count() {
    check(&[&deployment("", "other"), HPA], 1);
    check(&[&deployment("", "ml"), &HPA.replace("name: llm}", "name: other}")], 1);
    check(&[&deployment("", "ml"), &HPA.replace("kind: Deployment", "kind: StatefulSet")], 1);
}

#[test]
fn written_replicas_are_raised_and_never_woken() {
    check(&[&deployment("replicas: 2", "ml"), HPA], 3);
    check(&[&deployment("replicas: 5", "ml"), HPA], 5);
    check(&[&deployment("replicas: 0", "ml"), HPA], 0);
}

/// A claim that comes with the manifests is made with them: what the cluster's storage does with it is not known.
#[test]
fn a_claim_among_manifests_says_nothing_of_storage() {
    let claim = "kind: PersistentVolumeClaim\nmetadata: {name: cache}\nspec: {storageClassName: fast}\n";
    let known = |as_pods: &str, as_manifests: &str| {
        let mut reader = Reader::default();
        reader.pods("pods", as_pods);
        reader.manifests("manifests", as_manifests);
        reader.finish().unwrap().storage.known
    };
    assert!(!known("", claim));
    assert!(known(claim, ""));
    assert!(known("kind: StorageClass\nmetadata: {name: fast}\nprovisioner: a\n", claim));
}
