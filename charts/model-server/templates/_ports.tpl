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
{{- include "model-server.judgePorts" (dict "context" . "ports" $ports) -}}
{{- toJson $ports -}}
{{- end }}

{{/* Refuses ports that the API server would not take. Takes `context` and `ports`. */}}
{{- define "model-server.judgePorts" -}}
{{- $names := list -}}
{{- range .ports }}
  {{- if has .name $names }}
    {{- fail (printf "two ports are called `%s`: call that of extraPorts otherwise" .name) }}
  {{- end }}
  {{- $names = append $names .name }}
  {{- $of_service := or (eq .role "extra") (and (eq .role "metrics") (eq $.context.Values.metrics.scrape "serviceMonitor")) }}
  {{- if and $of_service (eq (toString .port) (include "model-server.servicePort" $.context)) }}
    {{- fail (printf "port %d of the Service leads to `port`, and `%s` can't have it too: set service.port" .port .name) }}
  {{- end }}
{{- end }}
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

{{/*
A port as YAML: by its name, so that its number is written once, or by its number when it has no name. Takes `context`
and `port`.
*/}}
{{- define "model-server.portReference" -}}
{{- $number := int (.port | default .context.Values.port) -}}
{{- $reference := $number -}}
{{- range include "model-server.ports" .context | fromJsonArray }}
  {{- if eq (int .port) $number }}{{ $reference = quote .name }}{{ end }}
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
- name: {{ .name | quote }}
  port: {{ .number }}
  targetPort: {{ .name | quote }}
  protocol: TCP
  {{- if and (eq .role "serving") (eq .protocol "grpc") }}
  appProtocol: kubernetes.io/h2c
  {{- else if ne .role "extra" }}
  appProtocol: http
  {{- end }}
{{- end }}
