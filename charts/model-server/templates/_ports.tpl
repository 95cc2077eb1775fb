{{/*
The ports of the container as JSON, each number once, the serving port first: a list of `name`, `port` and `role`,
which is `serving`, `extra` or `metrics`.
*/}}
{{- define "model-server.ports" -}}
{{- $ports := list (dict "name" .Values.protocol "port" (int .Values.port) "role" "serving") -}}
{{- $numbers := list (int .Values.port) -}}
{{- range $name, $port := .Values.extraPorts }}
  {{- if not (has (int $port) $numbers) }}
    {{- $ports = append $ports (dict "name" $name "port" (int $port) "role" "extra") }}
    {{- $numbers = append $numbers (int $port) }}
  {{- end }}
{{- end }}
{{- if .Values.metrics.enabled }}
  {{- $port := include "model-server.metricsPort" . | int }}
  {{- if not (has $port $numbers) }}
    {{- $ports = append $ports (dict "name" "metrics" "port" $port "role" "metrics") }}
  {{- end }}
{{- end }}
{{- toJson $ports -}}
{{- end }}

{{/* The number of the port that Prometheus reads. */}}
{{- define "model-server.metricsPort" -}}
{{- int (.Values.metrics.port | default .Values.port) -}}
{{- end }}

{{/* The entry of the port that Prometheus reads, as JSON. */}}
{{- define "model-server.metricsEntry" -}}
{{- $port := include "model-server.metricsPort" . | int -}}
{{- range include "model-server.ports" . | fromJsonArray }}
  {{- if eq (int .port) $port }}{{ toJson . }}{{ end }}
{{- end }}
{{- end }}

{{/* A port by its name, so that its number is written once; by number when it has no name. Takes `context`, `port`. */}}
{{- define "model-server.portReference" -}}
{{- $number := int (.port | default .context.Values.port) -}}
{{- $reference := $number -}}
{{- range include "model-server.ports" .context | fromJsonArray }}
  {{- if eq (int .port) $number }}{{ $reference = .name }}{{ end }}
{{- end }}
{{- $reference -}}
{{- end }}

{{/* The port at which clients call the Service. gRPC clients always name one: the server's own. */}}
{{- define "model-server.servicePort" -}}
{{- $default := eq .Values.protocol "grpc" | ternary .Values.port 80 -}}
{{- int (.Values.service.port | default $default) -}}
{{- end }}

{{/*
A port of a Service. Takes the entry with `number`, the port of the Service, and `protocol`, what the server speaks.
*/}}
{{- define "model-server.servicePortEntry" -}}
- name: {{ .name }}
  port: {{ .number }}
  targetPort: {{ .name }}
  protocol: TCP
  {{- if and (eq .role "serving") (eq .protocol "grpc") }}
  appProtocol: kubernetes.io/h2c
  {{- else if ne .role "extra" }}
  appProtocol: http
  {{- end }}
{{- end }}
