//! Lines of specs for each rule.

/// The cases of one rule.
pub struct Case {
    /// The rule's code.
    pub code: &'static str,
    /// The environment that is laid over them.
    pub environment: Option<&'static str>,
    /// What breaks it.
    pub fires: &'static [&'static str],
    /// What does not.
    pub silent: &'static [&'static str],
}

const fn case(code: &'static str, fires: &'static [&'static str], silent: &'static [&'static str]) -> Case {
    Case { code, environment: None, fires, silent }
}

/// The cases, in the order of the codes. Nodes have L4s, T4s and slices of 10 GB.
pub const CASES: &[Case] = &[
    case(
        "ML106",
        &["resources: {gpu: 1}", "resources:\n  gpu: {count: 2}\n  cpu: 4"],
        &[
            "resources: {gpu: {type: nvidia-l4}}",
            "resources: {gpu: 1}\nplacement: {nodeSelector: {pool: l4}}",
            "resources: {cpu: 2}",
        ],
    ),
    case(
        "ML107",
        &[
            "server:\n  image: docker.io/vllm/vllm-openai:v0.11.0\n  args:\n    - --model=/mnt/models\n    - --tensor-parallel-size=4\nresources: {gpu: {count: 2, type: h100}}",
            "server:\n  image: docker.io/vllm/vllm-openai:v0.11.0\n  args: [--tensor-parallel-size, '2', --pipeline-parallel-size, '2']\nresources: {gpu: 2}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--model=/mnt/models]}\nmodel: {format: vllm}\nresources: {gpu: {count: 4, type: h100}}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', command: [sh, -c, 'exec vllm serve /mnt/models -tp 8']}\nresources: {gpu: 4}",
            "server: {image: 'docker.io/lmsysorg/sglang:v0.5.4', command: [python3, -m, sglang.launch_server], args: [--tp, 8]}\nhealth: {ready: /health_generate}\nresources: {gpu: 4}",
            "server: {image: 'ghcr.io/huggingface/text-generation-inference:3.3.5', env: {NUM_SHARD: 2}}\nresources: {gpu: 1}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--tensor-parallel-size=2]}",
        ],
        &[
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--tensor-parallel-size=4]}\nresources: {gpu: {count: 4, type: h100}}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--tensor_parallel_size, '2', -dp, '2']}\nresources: {gpu: 4}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--config, /etc/churn/vllm.yaml]}\nresources: {gpu: 4}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--tensor-parallel-size, $(GPUS)]}\nresources: {gpu: 4}",
            "server: {image: 'ghcr.io/huggingface/text-generation-inference:3.3.5'}\nresources: {gpu: 4}",
            "server: {image: 'ghcr.io/acme/vllm-cpu:1.0', args: [--tensor-parallel-size=2]}",
            "resources: {gpu: 2}",
        ],
    ),
    case(
        "ML108",
        &["resources: {gpu: {count: 16, type: nvidia-l4}}", "resources: {gpu: 32}"],
        &[
            "resources: {gpu: {count: 8, type: h100}}",
            "resources: {gpu: {count: 16, type: nvidia-a100-40gb}}",
            "resources: {gpu: {type: h100, mig: 1g.10gb, count: 14}}",
        ],
    ),
    case(
        "ML109",
        &[
            "resources: {gpu: {count: 4, type: h100}, sharedMemory: 64Mi}",
            "resources:\n  gpu: 2\n  sharedMemory: 32Mi",
        ],
        &[
            "resources: {gpu: {count: 4, type: h100}}",
            "resources: {gpu: 1, sharedMemory: 64Mi}",
            "resources: {gpu: 2, sharedMemory: 4Gi, memory: 16Gi}",
        ],
    ),
    case(
        "ML110",
        &[
            "model: {size: 60Gi}\nresources: {gpu: {count: 2, type: h100}, memory: 64Gi, sharedMemory: 16Gi}",
            "model: {size: 30Gi}\nresources: {gpu: {count: 2, type: h100}, memory: 32Gi}",
        ],
        &[
            "model: {size: 60Gi}\nresources: {gpu: {count: 2, type: h100}}",
            "model: {size: 60Gi}\nresources: {gpu: {count: 2, type: h100}, sharedMemory: 32Gi}",
            "model: {size: 60Gi}\nresources: {gpu: {count: 2, type: h100}, memory: 96Gi, sharedMemory: 16Gi}",
        ],
    ),
    case(
        "ML111",
        &[
            "resources:\n  gpu: 1\n  memory: {request: 1Gi, limit: 4Gi}",
            "resources: {gpu: {type: nvidia-l4}, memory: {request: 16Gi, limit: 32Gi}}",
        ],
        &[
            "resources: {gpu: 1, memory: 4Gi}",
            "resources: {gpu: 1, memory: {request: 4Gi, limit: 4096Mi}}",
            "resources: {memory: {request: 1Gi, limit: 4Gi}}",
        ],
    ),
    case(
        "ML112",
        &["resources:\n  gpu: 1\n  cpu: {request: 500m, limit: 2}", "resources: {gpu: 1, cpu: {limit: 4}}"],
        &["resources: {gpu: 1, cpu: 4}", "resources: {cpu: {request: 500m, limit: 2}}"],
    ),
    case(
        "ML113",
        &[
            "model:\n  size: 26Gi\nresources: {gpu: {type: nvidia-l4}}",
            "model: {size: 140Gi}\nresources: {gpu: {type: nvidia-a100-80gb, count: 1}}",
            "model: {size: 16Gi}\nresources: {gpu: {type: nvidia-t4}}",
            "model: {size: 12Gi}\nresources: {gpu: {type: h100, mig: 1g.10gb}}",
            "model: {size: 500Gi}\nresources: {gpu: 1}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [-dp, '2']}\nmodel: {size: 80Gi}\nresources: {gpu: {type: h100, count: 2}}",
        ],
        &[
            "model: {size: 16Gi}\nresources: {gpu: {type: nvidia-l4}}",
            "model: {size: 140Gi}\nresources: {gpu: {type: h100, count: 4}}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--quantization=fp8]}\nmodel: {size: 26Gi}\nresources: {gpu: {type: nvidia-l4}}",
            "model: {size: 26Gi}\nresources: {gpu: 1}",
            "model: {size: 26Gi}",
        ],
    ),
    case(
        "ML114",
        &[
            "model: {uri: 's3://models/churn/v3', size: 20Gi}\nresources: {disk: 5Gi}",
            "model: {uri: 'hf://Qwen/Qwen3-8B:b968826d9c46dd6066d109eabc6255188de91218', size: 16Gi}\nresources: {disk: {request: 2Gi, limit: 30Gi}}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--model, Qwen/Qwen3-8B]}\nmodel: {size: 16Gi}",
        ],
        &[
            "model: {uri: 's3://models/churn/v3', size: 20Gi}",
            "model: {uri: 's3://models/churn/v3', size: 20Gi, cache: {size: 30Gi}}\nresources: {disk: 5Gi}",
            "model: {uri: 'pvc://weights/churn', size: 20Gi}\nresources: {disk: 5Gi}",
            "model: {size: 20Gi}",
        ],
    ),
    case(
        "ML116",
        &["resources: {gpu: {type: h100, mig: 2g.20gb}}", "resources: {gpu: {timeSliced: true}}"],
        &[
            "resources: {gpu: {type: h100, mig: 1g.10gb}}",
            "resources: {gpu: 1}",
            "resources: {gpu: {type: mi300x}}",
        ],
    ),
    case(
        "ML201",
        &[
            "model:\n  size: 140Gi\n  loadSeconds: 10\nresources: {gpu: {type: h100, count: 4}}",
            "model: {size: 400Gi, loadSeconds: 60}\nresources: {gpu: {type: h200, count: 8}}",
        ],
        &[
            "model: {size: 140Gi}\nresources: {gpu: {type: h100, count: 4}}",
            "model: {size: 16Gi, loadSeconds: 15}",
            "model: {loadSeconds: 1}",
        ],
    ),
    case(
        "ML203",
        &[
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai}\nhealth: {live: /health, ready: /health}",
            "server: {image: 'ghcr.io/acme/a:1', protocol: open-inference}\nhealth: {ready: /v2/health/live}",
            "health: {ready: /livez}",
            "health: {live: /}",
            "server: {image: 'ghcr.io/acme/a:1', protocol: open-inference}\nmodel: {size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\nhealth: {ready: /v2/models/churn/ready}",
        ],
        &[
            "server: {image: 'ghcr.io/acme/a:1', protocol: open-inference}\nmodel: {size: 2Gi, uris: {churn: 's3://models/churn', fraud: 's3://models/fraud'}}\nhealth: {ready: /v2/health/ready}",
            "server: {image: 'ghcr.io/acme/a:1', protocol: open-inference}\nmodel: {size: 2Gi, uris: {churn: 's3://models/churn'}}\nhealth: {ready: /v2/models/churn/ready}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai}\nhealth: {live: /health, ready: /v1/models}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai}",
            "server: {image: 'ghcr.io/acme/a:1', protocol: open-inference}\nhealth: {live: /v2/health/live, ready: /v2/health/ready}",
            "health: {live: /health, ready: /health}",
            "health: {live: /ping, ready: /ping}",
            "health: {live: /livez, ready: /readyz}",
        ],
    ),
    case(
        "ML204",
        &[
            "model: {loadSeconds: 60}\nresources: {gpu: 1}\nrollout: {deadline: 4m}",
            "model: {loadSeconds: 20}\nrollout: {deadline: 90s}",
        ],
        &[
            "model: {loadSeconds: 60}\nresources: {gpu: 1}\nrollout: {deadline: 10m}",
            "model: {loadSeconds: 20}\nrollout: {deadline: 5m}",
            "model: {loadSeconds: 600}\nresources: {gpu: 1}",
        ],
    ),
    case(
        "ML301",
        &[
            "resources: {gpu: 1}\nreplicas: 3\nrollout: {surge: 1, unavailable: 0}",
            "resources: {gpu: {count: 4, type: h100}}\nrollout:\n  surge: 25%",
            "resources: {gpu: 1}\nreplicas: {min: 2, max: 4}\nautoscale: {on: gpu}\nrollout: {surge: 1, unavailable: 25%}",
        ],
        &[
            "resources: {gpu: 1}\nreplicas: 3",
            "resources: {gpu: 1}\nreplicas: 3\nrollout: {surge: 1, unavailable: 1}",
            "resources: {cpu: 2}\nrollout: {surge: 1}",
            "resources: {gpu: 1}\nreplicas: 2\nstate: {size: 10Gi, path: /data}",
        ],
    ),
    case(
        "ML306",
        &[
            "model: {loadSeconds: 120}\nreplicas: 1",
            "model: {loadSeconds: 90}\nresources: {gpu: 1}\nreplicas:\n  min: 1\n  max: 4\nautoscale: {on: gpu}",
        ],
        &[
            "model: {loadSeconds: 120}\nreplicas: 2",
            "model: {loadSeconds: 20}\nreplicas: 1",
            "model: {loadSeconds: 120}\nreplicas: 1\nannotations: {karpenter.sh/do-not-disrupt: \"true\"}",
            "model: {loadSeconds: 120}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090'}",
        ],
    ),
    case(
        "ML308",
        &[
            "model: {uri: 's3://models/churn/v3', size: 4Gi, cache: {access: ReadWriteOnce}}\nreplicas: 1\nrollout: {surge: 1}",
            "model:\n  uri: s3://models/churn/v3\n  size: 4Gi\n  cache: {access: ReadWriteOnce}\nreplicas: {min: 1, max: 1}\nrollout: {surge: 100%, unavailable: 0}",
        ],
        &[
            "model: {uri: 's3://models/churn/v3', size: 4Gi, cache: {access: ReadWriteOnce}}\nreplicas: 1",
            "model: {uri: 's3://models/churn/v3', size: 4Gi, cache: {access: ReadWriteMany}}\nrollout: {surge: 1}",
        ],
    ),
    case(
        "ML404",
        &[
            "model: {loadSeconds: 90}\nreplicas: {max: 8}\nautoscale: {query: sum(queue_length), target: 20, per: service}",
            "model: {loadSeconds: 40}\nreplicas: {max: 8}\nautoscale:\n  query: sum(queue_length)\n  target: 20\n  per: service",
        ],
        &[
            "model: {loadSeconds: 90}\nreplicas: {max: 8}\nautoscale: {query: sum(queue_length), target: 20}",
            "model: {loadSeconds: 10}\nreplicas: {max: 8}\nautoscale: {query: sum(queue_length), target: 20, per: service}",
            "server: {image: 'a/b:1', metrics: {}}\nmodel: {loadSeconds: 90}\nreplicas: {max: 8}\nautoscale: {on: latency, target: 2}",
        ],
    ),
    case(
        "ML405",
        &[
            "resources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: gpu, target: 95}",
            "resources: {cpu: {request: 2, limit: 2}}\nreplicas: {max: 8}\nautoscale: {on: cpu, target: 95}",
            "resources: {memory: 4Gi}\nreplicas: {max: 8}\nautoscale: {on: memory, target: 95}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, concurrency: 64}\nresources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 62}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai}\nresources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 0.95, metric: 'vllm:kv_cache_usage_perc'}",
        ],
        &[
            "resources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: gpu, target: 80}",
            "resources: {cpu: 2}\nreplicas: {max: 8}\nautoscale: {on: cpu, target: 95}",
            "resources: {cpu: {request: 1, limit: 2}}\nreplicas: {max: 8}\nautoscale: {on: cpu, target: 95}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, concurrency: 64}\nresources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: concurrency}",
        ],
    ),
    case(
        "ML406",
        &[
            "server: {image: 'a/b:1', metrics: {}, concurrency: 4}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 10, metric: http_requests_inprogress}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, args: [--max-num-seqs=32]}\nresources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 100}",
        ],
        &[
            "server: {image: 'a/b:1', metrics: {}, concurrency: 4}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 3, metric: http_requests_inprogress}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, concurrency: 4}\nresources: {gpu: 1}\nreplicas: {max: 8}\nautoscale: {on: queue-depth, target: 10}",
            "server: {image: 'a/b:1', metrics: {}, concurrency: 4}\nreplicas: {max: 8}\nautoscale: {on: rps, target: 10, metric: http_requests_total}",
            "server: {image: 'a/b:1', metrics: {}}\nreplicas: {max: 8}\nautoscale: {on: concurrency, target: 10, metric: http_requests_inprogress}",
        ],
    ),
    case(
        "ML407",
        &[
            "model: {loadSeconds: 120}\nreplicas: {min: 2, max: 8}\nautoscale: {on: cpu, downWindow: 30s}",
            "model: {loadSeconds: 300}\nresources: {gpu: 1}\nreplicas: {min: 1, max: 8}\nautoscale:\n  on: gpu\n  downWindow: 60s",
        ],
        &[
            "model: {loadSeconds: 120}\nreplicas: {min: 2, max: 8}\nautoscale: {on: cpu}",
            "model: {loadSeconds: 20}\nreplicas: {min: 2, max: 8}\nautoscale: {on: cpu, downWindow: 30s}",
            "model: {loadSeconds: 120}\nreplicas: 2",
        ],
    ),
    case(
        "ML409",
        &[
            "model: {loadSeconds: 120}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090'}",
            "server: {image: 'a/b:1', requestTimeout: 60s}\nmodel: {loadSeconds: 45}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090'}",
        ],
        &[
            "server: {image: 'a/b:1', requestTimeout: 5m}\nmodel: {loadSeconds: 120}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090'}",
            "model: {loadSeconds: 120}\nreplicas: {min: 1, max: 2}\nautoscale: {on: cpu}",
        ],
    ),
    case(
        "ML412",
        &[
            "model: {loadSeconds: 120}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090', downWindow: 1m}",
            "model: {loadSeconds: 60}\nreplicas: {min: 0, max: 2}\nautoscale:\n  query: sum(a)\n  target: 2\n  prometheus: http://p:9090\n  downWindow: 30s",
        ],
        &[
            "model: {loadSeconds: 120}\nreplicas: {min: 0, max: 2}\nautoscale: {query: sum(a), target: 2, prometheus: 'http://p:9090'}",
            "model: {loadSeconds: 120}\nreplicas: {min: 1, max: 2}\nautoscale: {on: cpu, downWindow: 30s}",
        ],
    ),
    Case {
        code: "ML502",
        environment: Some("production"),
        fires: &["replicas: 2", "server:\n  image: ghcr.io/acme/churn:0.3.1\nnamespace: team-prod"],
        silent: &[
            "server: {image: 'ghcr.io/acme/churn:0.3.1@sha256:9b2a3f1e8d7c6b5a493827160f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c'}",
            "server: {image: 'ghcr.io/acme/churn@sha256:9b2a3f1e8d7c6b5a493827160f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c'}",
        ],
    },
    case(
        "ML503",
        &[
            "model: {uri: 'hf://Qwen/Qwen3-8B', size: 16Gi}",
            "model:\n  uri: hf://Qwen/Qwen3-8B:main\n  size: 16Gi",
            "model: {size: 18Gi, uris: {base: 'hf://Qwen/Qwen3-8B', adapters: 's3://adapters/support'}}",
            "server:\n  image: docker.io/vllm/vllm-openai:v0.11.0\n  args:\n    - --max-num-seqs=8\n    - --model=Qwen/Qwen3-8B\nresources: {disk: 30Gi}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', command: [vllm, serve, Qwen/Qwen3-8B]}",
        ],
        &[
            "model: {uri: 'hf://Qwen/Qwen3-8B:b968826d9c46dd6066d109eabc6255188de91218', size: 16Gi}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--model=Qwen/Qwen3-8B, --revision=b968826d]}",
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--model=/mnt/models]}",
            "model: {uri: 's3://models/churn/v3', size: 1Gi}",
        ],
    ),
    case(
        "ML505",
        &[
            "server:\n  image: docker.io/vllm/vllm-openai:v0.11.0\n  args:\n    - --model=/mnt/models\n    - --trust-remote-code",
            "server: {image: 'a/b:1', env: {TRUST_REMOTE_CODE: 'true'}}",
        ],
        &[
            "server: {image: 'docker.io/vllm/vllm-openai:v0.11.0', args: [--model=/mnt/models]}",
            "server: {image: 'a/b:1', args: [--trust-remote-code=false], env: {TRUST_REMOTE_CODE: 'false'}}",
        ],
    ),
    case(
        "ML506",
        &[
            "model: {uri: 's3://models/churn/model.pt', size: 1Gi, format: pytorch}",
            "model:\n  uri: https://example.com/models/pytorch_model.bin\n  size: 1Gi",
        ],
        &[
            "model: {uri: 's3://models/churn/model.safetensors', size: 1Gi}",
            "model: {uri: 's3://models/churn/model.pkl', size: 1Mi, format: sklearn}",
            "model: {uri: 's3://models/churn/v3', size: 1Gi, format: pytorch}",
        ],
    ),
    case(
        "ML509",
        &[
            "server: {image: 'a/b:1', env: {HF_HOME: /data/hf}}",
            "server:\n  image: docker.io/vllm/vllm-openai:v0.11.0\n  args: [--download-dir, /models]",
            "server: {image: 'a/b:1', env: {XDG_CACHE_HOME: /mnt/models/cache}}\nmodel: {uri: 'pvc://weights/churn', size: 1Gi}",
        ],
        &[
            "server: {image: 'a/b:1', env: {HF_HOME: /data/hf}}\nsecurity: {writable: [/data]}",
            "server: {image: 'a/b:1', env: {HF_HOME: /tmp/hf}}",
            "server: {image: 'a/b:1', env: {HF_HOME: /data/hf}}\nsecurity: {readOnlyRootFilesystem: false}",
            "server: {image: 'a/b:1', env: {HF_HOME: /data/hf}}\nstate: {size: 10Gi, path: /data}",
        ],
    ),
    case(
        "ML510",
        &["expose: {host: churn.example.com}", "expose:\n  host: churn.example.com\n  class: nginx"],
        &[
            "expose: {host: churn.example.com, tls: {issuer: letsencrypt}}",
            "expose: {host: churn.example.com, gateway: {name: public}}",
            "expose: {host: churn.example.com, class: nginx-internal}",
            "expose: {host: churn.example.com, class: alb, annotations: {alb.ingress.kubernetes.io/certificate-arn: 'arn:aws:acm:a'}}",
            "replicas: 2",
        ],
    ),
];
