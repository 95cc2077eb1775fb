//! Specs that KServe would refuse or ignore a part of, with the answer of each.

/// A spec, its answer, and the recordings that it stands for.
pub struct Asked {
    /// Lines of a spec; name and server are added where they are missing.
    pub lines: &'static str,
    /// What is said of it.
    pub answer: Answer,
    /// Ids of recordings.
    pub recorded: &'static [&'static str],
}

/// What is said of a spec.
pub enum Answer {
    /// The reader refuses it with a code.
    Reader(&'static str),
    /// The target refuses it, with a code and words of the message.
    Target(&'static str, &'static str),
    /// It is written so that it works: a JSON pointer and the value there.
    Written(&'static str, &'static str),
    /// It is written with a warning of a code, or an adaptation of a field, and words of it.
    Said(&'static str, &'static str),
}

/// All of them.
pub const SPECS: &[Asked] = &[
    Asked { lines: "name: 1churn", answer: Answer::Reader("ML006"), recorded: &["webhook-name-digit-first"] },
    Asked { lines: "name: churn.v1", answer: Answer::Reader("ML006"), recorded: &["webhook-name-dot"] },
    Asked {
        lines: "name: churn_model",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-metadata-name-underscore"],
    },
    Asked {
        lines: "name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-name-too-long"],
    },
    Asked {
        lines: "labels: {team: risk team}",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-label-invalid"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {PYTHONPATH: /app}}",
        answer: Answer::Target("ML012", "PYTHONPATH"),
        recorded: &["webhook-pythonpath-custom", "webhook-pythonpath-init"],
    },
    Asked {
        lines: "server: {image: 'docker.io/kserve/sklearnserver:v0.20.0', port: 8080, env: {PYTHONPATH: /app}}\nmodel: {format: sklearn, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML012", "PYTHONPATH"),
        recorded: &["webhook-pythonpath-model"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {PROTOCOL: openai}}",
        answer: Answer::Target("ML012", "must be `v1` or `v2`"),
        recorded: &["webhook-custom-protocol"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {PROTOCOL: grpc-v2}}",
        answer: Answer::Target("ML012", "must be `v1` or `v2`"),
        recorded: &["webhook-custom-protocol-grpc"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {PROTOCOL: v2}}",
        answer: Answer::Written("/spec/predictor/containers/0/env/1/value", r#""v2""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', secretEnv: {PROTOCOL: {secret: a, key: b}}}",
        answer: Answer::Target("ML012", "must be `v1` or `v2`"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {STORAGE_URI: 's3://models/b'}}",
        answer: Answer::Target("ML012", "place of the weights"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {INFERENCE_SERVICE_NAME: x}}",
        answer: Answer::Target("ML012", "service's name"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {A: 1, A: 2}}",
        answer: Answer::Reader("ML602"),
        recorded: &["schema-duplicate-env"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {A: 1}}",
        answer: Answer::Written("/spec/predictor/containers/0/env/1/value", r#""1""#),
        recorded: &["webhook-env-value-number"],
    },
    Asked {
        lines: "replicas: {min: -1, max: 3}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-minreplicas-negative"],
    },
    Asked {
        lines: "replicas: {min: 1, max: -3}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-maxreplicas-negative"],
    },
    Asked {
        lines: "replicas: {min: 4, max: 2}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-min-above-max"],
    },
    Asked {
        lines: "replicas: {min: \"2\", max: 3}",
        answer: Answer::Reader("ML003"),
        recorded: &["webhook-minreplicas-string"],
    },
    Asked {
        lines: "resources: {cpu: four}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-quantity-pattern"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu, target: 0}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-hpa-target-zero", "webhook-hpa-memory-target-zero"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu, target: 101}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["webhook-hpa-target-101"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: memory, target: 120}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["webhook-hpa-memory-target-101"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: concurrency, target: 4}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["webhook-hpa-concurrency", "scalemetric-concurrency-no-class"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: rps, target: 4}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["scalemetric-rps-no-class"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: query, query: 'sum(x)', target: 4}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["webhook-hpa-external", "external-metric-no-class"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: query, query: '', target: 4, prometheus: 'http://p:9090'}\ntargets: {kubernetes: {autoscaler: keda}}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-keda-external-query-empty"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: query, query: 'sum(x)', prometheus: 'http://p:9090'}\ntargets: {kubernetes: {autoscaler: keda}}",
        answer: Answer::Reader("ML004"),
        recorded: &["webhook-keda-external-no-value"],
    },
    Asked {
        lines: "replicas: {min: 0, max: 4}\nautoscale: {on: query, query: 'sum(x)', target: 4, prometheus: 'http://p:9090'}",
        answer: Answer::Written("/spec/predictor/maxReplicas", "4"),
        recorded: &["controller-keda-min-zero-no-max", "controller-keda-scaletarget-only"],
    },
    Asked {
        lines: "replicas: {min: 0}\nautoscale: {on: query, query: 'sum(x)', target: 4, prometheus: 'http://p:9090'}",
        answer: Answer::Reader("ML004"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu}\ntargets: {kubernetes: {autoscaler: keda}}",
        answer: Answer::Written(
            "/spec/predictor/autoScaling/metrics/0/resource/target/averageUtilization",
            "70",
        ),
        recorded: &["webhook-keda-cpu-no-value", "webhook-keda-cpu-type"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu}\ntargets: {kubernetes: {autoscaler: keda}}",
        answer: Answer::Written("/spec/predictor/scaleMetric", "nothing"),
        recorded: &["webhook-keda-scalemetric"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: memory}",
        answer: Answer::Written("/spec/predictor/scaleTarget", "80"),
        recorded: &["scalemetric-memory-no-target"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu, downWindow: 15m}",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""external""#),
        recorded: &["hpa-behavior"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu}\ntargets: {kubernetes: {autoscaler: keda}}",
        answer: Answer::Written(
            "/spec/predictor/autoScaling/behavior/scaleDown",
            r#"{"stabilizationWindowSeconds":300}"#,
        ),
        recorded: &["keda-behavior-policies"],
    },
    Asked {
        lines: "replicas: {min: 0, max: 3}\ntargets: {kubernetes: {autoscaler: hpa}}",
        answer: Answer::Reader("ML408"),
        recorded: &["minreplicas-zero-hpa"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 3}\nautoscale: {on: query, query: 'sum(x)', target: 4}",
        answer: Answer::Written("/spec/predictor/minReplicas", "nothing"),
        recorded: &["external-class-replicas"],
    },
    Asked {
        lines: "replicas: 3",
        answer: Answer::Written("/spec/predictor/maxReplicas", "nothing"),
        recorded: &["none-class-maxreplicas", "maxreplicas-below-min"],
    },
    Asked {
        lines: "replicas: 3",
        answer: Answer::Written("/metadata/annotations/serving.kserve.io~1autoscalerClass", r#""none""#),
        recorded: &[],
    },
    Asked {
        lines: "rollout: {canary: 10}",
        answer: Answer::Target("ML012", "splits no traffic"),
        recorded: &[
            "canarytrafficpercent",
            "canary-percent-ingress",
            "webhook-canary-knative",
            "schema-canary-percent-101",
            "webhook-canary-sum",
        ],
    },
    Asked {
        lines: "state: {size: 1Gi, path: /data}\nreplicas: 1",
        answer: Answer::Target("ML012", "Deployments only"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', concurrency: 8, requestTimeout: 2m}\nreplicas: 2",
        answer: Answer::Written("/spec/predictor/containerConcurrency", "nothing"),
        recorded: &["containerconcurrency-predictor"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', requestTimeout: 2m}\nreplicas: 2",
        answer: Answer::Written("/spec/predictor/timeout", "nothing"),
        recorded: &["timeout-ingress"],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/targetUtilizationPercentage: '70'}",
        answer: Answer::Target("ML007", "no controller of KServe"),
        recorded: &["target-utilization-annotation"],
    },
    Asked {
        lines: "annotations: {autoscaling.knative.dev/target: '70'}",
        answer: Answer::Target("ML007", "Knative mode only"),
        recorded: &["knative-autoscaling-annotations-standard"],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/enable-tag-routing: 'true'}",
        answer: Answer::Target("ML007", "Knative mode only"),
        recorded: &["enable-tag-routing-standard"],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/autoscalerClass: kpa}",
        answer: Answer::Target("ML007", "the class follows"),
        recorded: &[
            "webhook-autoscaler-class",
            "webhook-autoscaler-class-case",
            "webhook-autoscaler-class-empty",
            "knative-autoscalerclass-keda",
        ],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/deploymentMode: standard}",
        answer: Answer::Target("ML007", "targets.kserve.mode"),
        recorded: &[
            "controller-deploymentmode-lowercase",
            "controller-deploymentmode-typo",
            "webhook-typo-mode-cpu",
        ],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/stop: 'true'}",
        answer: Answer::Target("ML007", "it stops the service"),
        recorded: &[],
    },
    Asked {
        lines: "annotations: {modelFormat: sklearn}",
        answer: Answer::Target("ML007", "model.format"),
        recorded: &[],
    },
    Asked {
        lines: "labels: {app: mine}",
        answer: Answer::Target("ML007", "writes the label `app`"),
        recorded: &[],
    },
    Asked {
        lines: "labels: {component: mine}",
        answer: Answer::Target("ML007", "writes the label `component`"),
        recorded: &[],
    },
    Asked {
        lines: "labels: {networking.kserve.io/visibility: cluster-local}",
        answer: Answer::Target("ML007", "writes the label"),
        recorded: &[],
    },
    Asked { lines: "targets: {kserve: {mode: raw}}", answer: Answer::Reader("ML005"), recorded: &[] },
    Asked {
        lines: "name: customer-churn-weekly-batch-scoring-model-prod\nnamespace: ml-team",
        answer: Answer::Target("ML603", "one label of a host name"),
        recorded: &[
            "controller-name-one-above-limit",
            "controller-name-49-characters",
            "controller-name-55-characters",
        ],
    },
    Asked {
        lines: "name: customer-churn-weekly-batch-scoring\nnamespace: risk-and-compliance-production",
        answer: Answer::Target("ML603", "one label of a host name"),
        recorded: &["controller-name-and-namespace-too-long"],
    },
    Asked {
        lines: "name: ccccccccccccccccccccccccccccccccccccccccccccccccccccc",
        answer: Answer::Target("ML603", "one label of a host name"),
        recorded: &[],
    },
    Asked {
        lines: "name: ccccccccccccccccccccccccccccccccccccccccccc\nnamespace: ml-team",
        answer: Answer::Written("/metadata/name", r#""ccccccccccccccccccccccccccccccccccccccccccc""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', args: ['--t={{bos_token}}'], protocol: open-inference}\nmodel: {format: sklearn, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML012", "placeholder"),
        recorded: &["controller-template-braces-in-args"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', args: ['--t={{bos_token}}']}",
        answer: Answer::Written("/spec/predictor/containers/0/args/0", r#""--t={{bos_token}}""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: http}\nmodel: {format: sklearn, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-mlserver}}",
        answer: Answer::Target("ML012", "does not speak `http`"),
        recorded: &["controller-runtime-wrong-protocol"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: open-inference}\nmodel: {format: pytorch, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML012", "does not serve the format `pytorch`"),
        recorded: &["controller-runtime-wrong-format"],
    },
    Asked {
        lines: "model: {uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML004", "model.format"),
        recorded: &["controller-model-without-format"],
    },
    Asked {
        lines: "model: {format: sklearn}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML004", "model.uri"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: open-inference}\nmodel: {format: mlflow, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-mlserver}}",
        answer: Answer::Written("/spec/predictor/model/protocolVersion", r#""v2""#),
        recorded: &["controller-mlflow-no-protocol-refused-by-controller"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: open-inference}\nmodel: {format: onnx, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Written("/spec/predictor/model/protocolVersion", r#""v2""#),
        recorded: &["controller-onnx-no-protocol"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: open-inference}\nmodel: {format: sklearn, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Written("/spec/predictor/model/modelFormat", r#"{"name":"sklearn"}"#),
        recorded: &[
            "modelformat-version",
            "controller-version-not-string-equal",
            "webhook-modelformat-version-number",
            "webhook-modelformat-string",
            "model-beside-legacy-key",
            "sklearn-protocolversion-on-server",
            "webhook-model-container-name",
        ],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: http}\nmodel: {format: vllm, uri: 's3://models/x', size: 1Gi}\nresources: {gpu: 1}\ntargets: {kserve: {runtime: kserve-vllmserver}}",
        answer: Answer::Target("ML007", "can't be mixed"),
        recorded: &["controller-probe-handler-conflict"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1'}\nmodel: {format: vllm, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-vllmserver, version: '0.17'}}",
        answer: Answer::Target("ML012", "KServe 0.17 does not bring"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1'}\nmodel: {format: vllm, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-vllmserver}}",
        answer: Answer::Said("server.image", "-cpu"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 'ftp://m/x'}",
        answer: Answer::Reader("ML006"),
        recorded: &["controller-storage-scheme-unsupported"],
    },
    Asked {
        lines: "resources: {cpu: 4, memory: 8Gi}",
        answer: Answer::Written("/spec/predictor/containers/0/resources/limits/cpu", r#""4""#),
        recorded: &["controller-requests-above-runtime-limits"],
    },
    Asked {
        lines: "model: {uri: 'pvc://models/x', path: /models}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Target("ML012", "not `/models`"),
        recorded: &[],
    },
    Asked {
        lines: "model: {uri: 's3://models/x', size: 1Gi, cache: {size: 4Gi}}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Target("ML012", "no cache"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', secretEnv: {HF_TOKEN: {secret: hf, key: token}}}\nmodel: {uri: 'hf://o/m', size: 1Gi}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Target("ML012", "does not see `HF_TOKEN`"),
        recorded: &["hf-token-env-initializer"],
    },
    Asked {
        lines: "model: {uri: 's3://models/x', size: 1Gi, credentials: s3}\nidentity: {serviceAccount: models}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Target("ML012", "not mlship's to change"),
        recorded: &[],
    },
    Asked {
        lines: "model: {uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Said("ML710", "no security context"),
        recorded: &[],
    },
    Asked {
        lines: "model: {uri: 'oci://r.io/m:1', size: 1Gi}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Said("ML710", "1010"),
        recorded: &[],
    },
    Asked {
        lines: "model: {uri: 's3://models/x', size: 40Gi}\nresources: {memory: 64Gi}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Said("ML710", "1Gi"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', protocol: open-inference}\nmodel: {format: xgboost, uri: 'oci://r.io/m:1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-xgbserver, version: '0.17'}}",
        answer: Answer::Target("ML012", "no image volumes"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 1, max: 3}\nautoscale: {on: cpu}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "scales on requests"),
        recorded: &["webhook-knative-cpu", "webhook-knative-hpa-class-concurrency"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 3}\nautoscale: {on: rps, target: 0}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-knative-rps-zero"],
    },
    Asked {
        lines: "rollout: {surge: 1}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML007", "beside the old one"),
        recorded: &["webhook-knative-strategy"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 3}\nautoscale: {on: rps, target: 5, upWindow: 1m}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML007", "at once"),
        recorded: &["knative-autoscaling-block"],
    },
    Asked {
        lines: "replicas: {min: 1, max: 3}\nautoscale: {on: rps, target: 5}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Written("/spec/predictor/scaleMetric", r#""rps""#),
        recorded: &["knative-scalemetrictype", "scalemetrictype-hpa", "scaletarget-beside-autoscaling"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', ports: {admin: 9000}}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "has one port"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', requestTimeout: 20m}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "max-revision-timeout-seconds"),
        recorded: &[],
    },
    Asked {
        lines: "expose: {host: a.example.com, class: nginx}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "own ingress"),
        recorded: &[],
    },
    Asked {
        lines: "expose: {host: a.example.com, gateway: {name: public}}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "whatever Gateway"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 0\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Target("ML012", "no bound"),
        recorded: &[],
    },
    Asked {
        lines: "model: {loadSeconds: 400}\nreplicas: 2",
        answer: Answer::Said("ML710", "ten minutes"),
        recorded: &[],
    },
    Asked {
        lines: "rollout: {deadline: 30m}\nreplicas: 2",
        answer: Answer::Said("rollout.deadline", "10m"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 10\nrollout: {canary: 10}\nexpose: {host: a.example.com, gateway: {name: public}}",
        answer: Answer::Said("rollout.canary", "`churn-canary`"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 10\nrollout: {canary: 15}\nexpose: {host: a.example.com, gateway: {name: public}}",
        answer: Answer::Written("/spec/predictor/minReplicas", "2"),
        recorded: &[],
    },
    Asked {
        lines: "rollout: {canary: 100}\nexpose: {host: a.example.com, gateway: {name: public}}",
        answer: Answer::Target("ML012", "no trial"),
        recorded: &[],
    },
    Asked {
        lines: "rollout: {canary: 10}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Written("/spec/predictor/canaryTrafficPercent", "10"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 0, max: 3}\nautoscale: {on: concurrency, target: 4}\ntargets: {kserve: {mode: knative}}",
        answer: Answer::Written("/spec/predictor/minReplicas", "0"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nreplicas: {min: 2, max: 8}\nautoscale: {on: queue-depth, target: 5}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Written("/spec/replicas", "nothing"),
        recorded: &[
            "cel-llm-replicas-and-scaling",
            "cel-llm-scaling-without-wva",
            "cel-llm-min-above-max",
            "cel-llm-hpa-and-keda",
        ],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nreplicas: 3\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Written("/spec/replicas", "3"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {version: '0.15', llm: {}}}",
        answer: Answer::Target("ML012", "KServe 0.15 has no LLMInferenceService"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {version: '0.17', llm: {}}}",
        answer: Answer::Written("/spec/model/uri", r#""pvc://w/m""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {mode: knative, llm: {}}}",
        answer: Answer::Target("ML007", "whatever the mode"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {runtime: mlship-vllm, llm: {}}}",
        answer: Answer::Target("ML007", "has no runtime"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', port: 8080}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML012", "port 8000"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', ports: {admin: 9000}}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML012", "port 8000 alone"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/llm:1', protocol: openai}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML004", "script of its own"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/llm:1', protocol: openai, command: [serve]}\nmodel: {format: huggingface, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Written("/spec/template/containers/0/command/0", r#""serve""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: http, port: 8000}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nhealth: {ready: /health}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML007", "speaks the OpenAI protocol"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML004", "`model.uri` is missing"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: ['--chat-template={{x}}']}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML012", "placeholder"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nannotations: {example.com/a: '{{ b }}'}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML012", "placeholder"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nannotations: {serving.kserve.io/exp-dra-device-count: '2'}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML004", "not named"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {tensor: 4, pipeline: 2}}}}",
        answer: Answer::Target("ML012", "needs 8 accelerators"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {data: 8}}}}",
        answer: Answer::Target("ML012", "needs 8 accelerators"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {tensor: 2}}}}",
        answer: Answer::Target("ML115", "uses 2 accelerators"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {data: 2, pipeline: 2}}}}",
        answer: Answer::Target("ML007", "not both"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--tensor_parallel_size, '2']}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {tensor: 4}}}}",
        answer: Answer::Target("ML007", "arguments say"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [-tp, '4']}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Written("/spec/parallelism/tensor", "4"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 4}\ntargets: {kserve: {llm: {parallelism: {data: 4, expert: true}}}}",
        answer: Answer::Written("/spec/template/containers/0/args/1", r#""--enable-expert-parallel""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {scheduler: true}}}",
        answer: Answer::Target("ML012", "only a Gateway asks"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nexpose: {host: a.example.com, class: nginx}\ntargets: {kserve: {llm: {scheduler: true, route: true}}}",
        answer: Answer::Target("ML012", "past the scheduler"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {scheduler: true, route: true}}}",
        answer: Answer::Written("/spec/router/scheduler", "{}"),
        recorded: &[],
    },
    Asked {
        lines: "name: a-name-that-is-longer-than-forty-three-letters\nserver: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML603", "shortens"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'gs://weights/m', size: 16Gi}\ntargets: {kserve: {storage: kserve, llm: {}}}",
        answer: Answer::Target("ML012", "brings no weights"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nresources: {gpu: 1}\nreplicas: 2\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Said("ML710", "1 more accelerators"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nlabels: {team: x}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Said("labels", "selector"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\nrollout: {surge: 0, unavailable: 1}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Said("rollout.surge", "25%"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {}}}",
        answer: Answer::Reader("ML004"),
        recorded: &["webhook-empty-transformer"],
    },
    Asked {
        lines: "targets: {kserve: {explainer: {replicas: 1}}}",
        answer: Answer::Reader("ML004"),
        recorded: &["webhook-empty-explainer"],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: {min: 3, max: 2}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-transformer-min-above-max"],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', timeout: 60}}}",
        answer: Answer::Reader("ML002"),
        recorded: &["transformer-timeout-ingress"],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', env: {STORAGE_URI: 's3://b'}}}}",
        answer: Answer::Target("ML012", "place of the weights"),
        recorded: &["webhook-collocation-storage-uri"],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', env: {PYTHONPATH: /a}}}}",
        answer: Answer::Target("ML012", "PYTHONPATH"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', port: 9000}}}",
        answer: Answer::Target("ML012", "listen at 8080"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', port: 9000, args: ['--http_port=9000']}}}",
        answer: Answer::Written("/spec/transformer/containers/0/ports/0/containerPort", "9000"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {explainer: {image: 'ghcr.io/acme/t:1', port: 9000, args: ['--http_port=9000']}}}",
        answer: Answer::Target("ML012", "listen at 8080"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 3\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: 2}}}",
        answer: Answer::Written("/spec/transformer/minReplicas", "2"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 3\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: {min: 1, max: 4}}}}",
        answer: Answer::Written("/spec/predictor/maxReplicas", "3"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu, target: 120}\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: 2}}}",
        answer: Answer::Written("/spec/transformer/minReplicas", "nothing"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu}\ntargets: {kubernetes: {autoscaler: keda, metricScope: pod}, kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: 2}}}",
        answer: Answer::Written("/spec/transformer/autoScaling/metrics/0/resource/name", r#""cpu""#),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: {min: 0, max: 4}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: {min: 1, max: 4}\nautoscale: {on: cpu}\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: 0}}}",
        answer: Answer::Target("ML012", "keeps one transformer"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 0\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: {min: 1, max: 2}}}}",
        answer: Answer::Target("ML012", "one replica of the model"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {mode: knative, transformer: {image: 'ghcr.io/acme/t:1', replicas: {min: 1, max: 2}}}}",
        answer: Answer::Target("ML012", "on requests"),
        recorded: &[],
    },
    Asked {
        lines: "name: a-name-of-the-service-that-is-forty-five-long-x\nnamespace: production\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1'}}}",
        answer: Answer::Target("ML603", "`transformer`"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 4\nrollout: {canary: 50}\nexpose: {host: a.example.com, gateway: {name: g}}\ntargets: {kserve: {transformer: {image: 'ghcr.io/acme/t:1', replicas: 4}}}",
        answer: Answer::Written("/spec/transformer/minReplicas", "2"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 4\nrollout: {canary: 50}\nexpose: {host: a.example.com, gateway: {name: g}}\ntargets: {kserve: {explainer: {image: 'ghcr.io/acme/t:1'}}}",
        answer: Answer::Target("ML007", "no explainer"),
        recorded: &[],
    },
    Asked {
        lines: "expose: {host: a.example.com, class: nginx}\ntargets: {kserve: {explainer: {image: 'ghcr.io/acme/t:1'}}}",
        answer: Answer::Said("targets.kserve.explainer", "inside the cluster alone"),
        recorded: &[],
    },
    Asked { lines: "targets: {kserve: {logger: {}}}", answer: Answer::Reader("ML004"), recorded: &[] },
    Asked {
        lines: "targets: {kserve: {logger: {url: 'http://sink', mode: both}}}",
        answer: Answer::Reader("ML005"),
        recorded: &["schema-logger-mode-enum"],
    },
    Asked {
        lines: "targets: {kserve: {logger: {url: 'http://sink'}}}",
        answer: Answer::Written("/spec/predictor/logger/mode", r#""all""#),
        recorded: &["webhook-logger-no-mode"],
    },
    Asked {
        lines: "targets: {kserve: {logger: {url: 's3://b/p', storage: {path: /x}}}}",
        answer: Answer::Reader("ML002"),
        recorded: &["webhook-logger-storage-incomplete", "logger-storage-parameters-region"],
    },
    Asked {
        lines: "targets: {kserve: {logger: {url: 'http://sink', annotations: [example.com/a]}}}",
        answer: Answer::Target("ML012", "leaves `example.com/a` out"),
        recorded: &[],
    },
    Asked {
        lines: "health: {ready: /r}\ntargets: {kserve: {logger: {url: 'http://sink'}}}",
        answer: Answer::Written("/spec/predictor/containers/0/readinessProbe/httpGet/port", "8080"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/c:1', protocol: grpc}\ntargets: {kserve: {logger: {url: 'http://sink'}}}",
        answer: Answer::Target("ML012", "not gRPC"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/c:1', port: 9081}\ntargets: {kserve: {logger: {url: 'http://sink'}}}",
        answer: Answer::Target("ML007", "port 9081"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {batcher: {maxBatchSize: 8, timeout: 60}}}",
        answer: Answer::Reader("ML002"),
        recorded: &["batcher-timeout"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/c:1', protocol: open-inference}\ntargets: {kserve: {batcher: {maxBatchSize: 8}}}",
        answer: Answer::Target("ML012", "v1 alone"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}, transformer: {image: 'ghcr.io/acme/t:1'}}}",
        answer: Answer::Target("ML007", "has no transformer"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0'}\nmodel: {format: vllm, uri: 'pvc://w/m', size: 16Gi}\ntargets: {kserve: {llm: {}, logger: {url: 'http://sink'}}}",
        answer: Answer::Target("ML007", "no agent"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {first: {steps: [{service: churn}]}}}}}",
        answer: Answer::Reader("ML004"),
        recorded: &["webhook-graph-no-root"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {replicas: 2}}}",
        answer: Answer::Reader("ML004"),
        recorded: &["schema-graph-no-nodes"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {router: parallel, steps: [{service: churn}]}}}}}",
        answer: Answer::Reader("ML005"),
        recorded: &["schema-graph-routertype"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: churn, dependency: must}]}}}}}",
        answer: Answer::Reader("ML005"),
        recorded: &["schema-graph-dependency-enum"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{name: a, service: churn}, {name: a, service: b}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-graph-duplicate-step"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{name: a}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-graph-no-target"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: churn, url: 'http://a'}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-graph-two-targets"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {router: splitter, steps: [{service: a, weight: 50}, {service: b, weight: 40}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-graph-weight-sum"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {router: splitter, steps: [{service: a, weight: 50}, {service: b}]}}}}}",
        answer: Answer::Reader("ML004"),
        recorded: &["webhook-graph-weight-missing"],
    },
    Asked {
        lines: "name: 1churn\ntargets: {kserve: {graph: {nodes: {root: {steps: [{service: churn}]}}}}}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-graph-name"],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: churn, weight: 50}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: a}, {service: b, data: $response.predictions}]}}}}}",
        answer: Answer::Reader("ML006"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: a, data: $response}]}}}}}",
        answer: Answer::Reader("ML006"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: a, condition: b}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {router: switch, steps: [{service: a}]}}}}}",
        answer: Answer::Reader("ML004"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {router: ensemble, steps: [{service: a, data: $request}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{node: b}]}}}}}",
        answer: Answer::Reader("ML006"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{node: b}]}, b: {steps: [{node: root}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: a}]}, b: {steps: [{service: c}]}}}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: []}}}}}",
        answer: Answer::Reader("ML004"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: a}]}}, replicas: 0}}}",
        answer: Answer::Reader("ML007"),
        recorded: &[],
    },
    Asked {
        lines: "targets: {kserve: {graph: {nodes: {root: {steps: [{service: not-there}]}}}}}",
        answer: Answer::Said("ML710", "seccomp"),
        recorded: &["controller-inferencegraph-servicename-missing"],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/c:1', protocol: grpc}\ntargets: {kserve: {graph: {nodes: {root: {steps: [{service: churn}]}}}}}",
        answer: Answer::Target("ML012", "speaks HTTP"),
        recorded: &[],
    },
    Asked {
        lines: "replicas: 4\nrollout: {canary: 50}\nexpose: {host: a.example.com, gateway: {name: g}}\ntargets: {kserve: {graph: {nodes: {root: {steps: [{service: churn}]}}}}}",
        answer: Answer::Target("ML007", "leads to the graph"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 's3://models/iris/v1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver, storage: kserve, storageKey: warehouse}}",
        answer: Answer::Written("/spec/predictor/model/storage/parameters/bucket", r#""models""#),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 's3://models/iris/v1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver, storage: kserve, storageKey: warehouse}}",
        answer: Answer::Written("/spec/predictor/model/storageUri", "nothing"),
        recorded: &["controller-both-storageuri-and-path"],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 's3://models/iris/v1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver, storageKey: warehouse}}",
        answer: Answer::Target("ML012", "here the pod does"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 's3://models/iris/v1', size: 1Gi}\ntargets: {kserve: {storage: kserve, storageKey: warehouse}}",
        answer: Answer::Target("ML012", "that a runtime serves"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 'gs://models/iris/v1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-sklearnserver, storage: kserve, storageKey: warehouse}}",
        answer: Answer::Target("ML012", "buckets of S3"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, uri: 's3://models/iris/v1', size: 1Gi, credentials: s3}\ntargets: {kserve: {runtime: kserve-sklearnserver, storage: kserve, storageKey: warehouse}}",
        answer: Answer::Target("ML007", "twice"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/pytorch/torchserve-kfs:0.12.0', env: {PROTOCOL_VERSION: v2}}\nmodel: {format: pytorch, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-torchserve}}",
        answer: Answer::Target("ML012", "KServe writes it for this runtime"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/seldonio/mlserver:1.7.1', protocol: open-inference, env: {MLSERVER_MODEL_NAME: mine}}\nmodel: {format: mlflow, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-mlserver}}",
        answer: Answer::Written("/spec/predictor/model/env/1/value", r#""mine""#),
        recorded: &[],
    },
    Asked {
        lines: "labels: {serviceEnvelope: mine}\nserver: {image: 'docker.io/pytorch/torchserve-kfs:0.12.0'}\nmodel: {format: pytorch, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-torchserve}}",
        answer: Answer::Target("ML007", "writes the label `serviceEnvelope`"),
        recorded: &[],
    },
    Asked {
        lines: "labels: {modelClass: mine}\nserver: {image: 'docker.io/seldonio/mlserver:1.7.1', protocol: open-inference}\nmodel: {format: mlflow, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-mlserver}}",
        answer: Answer::Target("ML007", "writes the label `modelClass`"),
        recorded: &[],
    },
    Asked {
        lines: "labels: {modelClass: mine}",
        answer: Answer::Written("/metadata/labels/modelClass", r#""mine""#),
        recorded: &[],
    },
    Asked {
        lines: "security: {runAsUser: 2000}\nserver: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', protocol: open-inference}\nmodel: {format: onnx, uri: 's3://models/x', size: 1Gi}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Written("/spec/predictor/model/securityContext/runAsUser", "2000"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', protocol: open-inference}\nmodel: {format: onnx, uri: 'oci://ghcr.io/acme/model:1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Written("/spec/predictor/model/storageUri", r#""oci+native://ghcr.io/acme/model:1""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', protocol: open-inference}\nmodel: {format: onnx, uri: 'oci://ghcr.io/acme/model:1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Said("model.uri", "the folder `/models` of the image"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', protocol: open-inference, pullPolicy: Always}\nmodel: {format: onnx, uri: 'oci://ghcr.io/acme/model:1', size: 1Gi}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Said("server.pullPolicy", "KServe has no field for it"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'ghcr.io/acme/churn:0.3.1', env: {MODEL_INIT_MODE: sync}}\nmodel: {uri: 'oci://ghcr.io/acme/model:1'}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Target("ML012", "weights in an image"),
        recorded: &[],
    },
    Asked {
        lines: "annotations: {internal.serving.kserve.io/agent: 'true'}",
        answer: Answer::Target("ML007", "a word of its controller"),
        recorded: &[],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/enable-prometheus-scraping: 'true'}",
        answer: Answer::Target("ML007", "a port of its own"),
        recorded: &[],
    },
    Asked {
        lines: "name: ccccccccccccccccccccccccccccccccccccccccccccccccc",
        answer: Answer::Said("ML603", "such as `default`"),
        recorded: &[],
    },
    Asked {
        lines: "name: ccccccccccccccccccccccccccccccccccccccccccccc\nnamespace: default",
        answer: Answer::Written("/metadata/namespace", r#""default""#),
        recorded: &[],
    },
    Asked {
        lines: "name: cccccccccccccccccccccccccccccccccccccccccccccc\nnamespace: default",
        answer: Answer::Target("ML603", "one label of a host name"),
        recorded: &[],
    },
    Asked {
        lines: "annotations: {serving.kserve.io/gke-accelerator: nvidia-tesla-t4}",
        answer: Answer::Target("ML007", "where the server asks for `nvidia.com/gpu`"),
        recorded: &[],
    },
    Asked {
        lines: "expose: {host: a.example.com, gateway: {name: g}}\nrollout: {canary: 10}\nidentity: {awsRole: 'arn:aws:iam::123456789012:role/it'}",
        answer: Answer::Said("identity", "has to be applied first"),
        recorded: &[],
    },
    Asked {
        lines: "expose: {host: a.example.com, gateway: {name: g}}\nrollout: {canary: 10}",
        answer: Answer::Written("/spec/predictor/serviceAccountName", r#""churn-canary""#),
        recorded: &[],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {}}",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-storageuris-empty"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: ''}}",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-storageuris-no-uri"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: 's3://models/b'}, path: models}",
        answer: Answer::Reader("ML006"),
        recorded: &["schema-storageuris-relative-path"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: 's3://models/b'}, path: /}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-storageuris-root"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: 's3://models/b'}, path: /mnt/../etc}",
        answer: Answer::Reader("ML006"),
        recorded: &["webhook-storageuris-dotdot"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: 's3://models/b'}, uri: 's3://models/c'}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-storageuri-and-storageuris"],
    },
    Asked {
        lines: "model: {size: 1Gi, uris: {a: 's3://models/b', p: 'pvc://claim/c'}}",
        answer: Answer::Reader("ML007"),
        recorded: &["webhook-storageuris-pvc-not-unique"],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton}}",
        answer: Answer::Written("/spec/predictor/storageUris/1/mountPath", r#""/mnt/models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton}}",
        answer: Answer::Written("/spec/predictor/initContainers/0/name", r#""storage-initializer""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton}}",
        answer: Answer::Written("/spec/predictor/model/storageUri", "nothing"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, storage: kserve}}",
        answer: Answer::Written("/spec/predictor/storageUris/1/uri", r#""s3://models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, storage: kserve}}",
        answer: Answer::Written("/spec/predictor/initContainers", "nothing"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {storage: kserve}}",
        answer: Answer::Written("/spec/predictor/storageUris/1/uri", r#""s3://models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}",
        answer: Answer::Written("/spec/predictor/storageUris", "nothing"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {version: '0.15'}}",
        answer: Answer::Written("/spec/predictor/initContainers/0/args/3", r#""/mnt/models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, version: '0.15'}}",
        answer: Answer::Target("ML012", "KServe 0.15 is told of one place"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {storage: kserve, version: '0.15'}}",
        answer: Answer::Target("ML012", "KServe 0.15 is told of one place"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, version: '0.17'}}",
        answer: Answer::Written("/spec/predictor/storageUris/1/uri", r#""s3://models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, storage: kserve, version: '0.17'}}",
        answer: Answer::Target("ML012", "downloads one place for a pod"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}, path: /data/a..b}\ntargets: {kserve: {runtime: mlship-triton}}",
        answer: Answer::Target("ML012", "takes no `..`"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/kserve/sklearnserver:v0.20.0', port: 8080}\nmodel: {format: sklearn, size: 1Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Target("ML012", "serves one model"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/kserve/sklearnserver:v0.20.0', port: 8080, args: [--model_dir=/mnt/models/churn]}\nmodel: {format: sklearn, size: 1Gi, uris: {churn: 's3://models/churn'}}\ntargets: {kserve: {runtime: kserve-sklearnserver}}",
        answer: Answer::Written("/spec/predictor/storageUris/0/mountPath", r#""/mnt/models/churn""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/kserve/sklearnserver:v0.20.0', port: 8080, args: [--model_name=churn, --model_dir=/mnt/models, --http_port=8080]}\nmodel: {format: sklearn, size: 1Gi, uris: {churn: 's3://models/churn'}}",
        answer: Answer::Written("/spec/predictor/model", "nothing"),
        recorded: &[],
    },
    Asked {
        lines: "model: {format: sklearn, size: 1Gi, uris: {a: 's3://models/a'}}\ntargets: {kserve: {runtime: acme-many, storage: kserve, storageKey: warehouse}}",
        answer: Answer::Target("ML012", "buckets of S3"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, port: 8000}\nmodel: {format: vllm, size: 2Gi, uris: {base: 's3://models/base', lora: 's3://models/lora'}}\ntargets: {kserve: {llm: {}}}",
        answer: Answer::Target("ML012", "one place of weights"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, graph: {nodes: {root: {steps: [{service: churn}]}}}}}",
        answer: Answer::Target("ML004", "has several models"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\ntargets: {kserve: {runtime: mlship-triton, storage: kserve, mode: knative}}",
        answer: Answer::Written("/spec/predictor/storageUris/1/uri", r#""s3://models/fraud""#),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'nvcr.io/nvidia/tritonserver:25.09-py3', port: 8080, protocol: open-inference}\nmodel: {format: triton, size: 2Gi, uris: {churn: 's3://models/churn'}}\ntargets: {kserve: {runtime: kserve-tritonserver}}",
        answer: Answer::Target("ML012", "to load no model at its start"),
        recorded: &[],
    },
    Asked {
        lines: "server: {image: 'docker.io/seldonio/mlserver:1.7.1', port: 8080, protocol: open-inference}\nmodel: {format: mlflow, size: 2Gi, uris: {churn: 's3://models/churn'}}\ntargets: {kserve: {runtime: kserve-mlserver}}",
        answer: Answer::Target("ML012", "to load no model at its start"),
        recorded: &[],
    },
];
