{{/*
A probe of the server. Takes a dict: `context`, `timing` (a probe of the values), `asking` (the probe whose check is
asked), and `threshold`.
*/}}
{{- define "model-server.probe" -}}
periodSeconds: {{ int .timing.periodSeconds }}
timeoutSeconds: {{ int .timing.timeoutSeconds }}
failureThreshold: {{ int .threshold }}
{{- $port := include "model-server.portReference" (dict "context" .context "port" .asking.port) }}
{{- if eq .asking.check "http" }}
httpGet:
  path: {{ required "a probe that checks http needs a path" .asking.path | quote }}
  port: {{ $port }}
{{- else if eq .asking.check "grpc" }}
grpc:
  port: {{ int (.asking.port | default .context.Values.port) }}
{{- else }}
tcpSocket:
  port: {{ $port }}
{{- end }}
{{- end }}

{{/* Failures of the startup probe: three times the load time, since a busy node or a cold disk doubles it easily. */}}
{{- define "model-server.startupThreshold" -}}
{{- $probe := .Values.probes.startup -}}
{{- $budget := max 60 (mul 3 .Values.loadSeconds) -}}
{{- int ($probe.failureThreshold | default (div (add $budget (sub $probe.periodSeconds 1)) $probe.periodSeconds)) -}}
{{- end }}

{{/* The three probes of the server. */}}
{{- define "model-server.probes" -}}
{{- $probes := .Values.probes -}}
startupProbe:
  {{- $asking := empty $probes.startup.check | ternary $probes.readiness $probes.startup }}
  {{- $threshold := include "model-server.startupThreshold" . }}
  {{- include "model-server.probe" (dict "context" . "timing" $probes.startup "asking" $asking "threshold" $threshold) | nindent 2 }}
{{- range $name := list "liveness" "readiness" }}
{{ $name }}Probe:
  {{- $probe := index $probes $name }}
  {{- include "model-server.probe" (dict "context" $ "timing" $probe "asking" $probe "threshold" $probe.failureThreshold) | nindent 2 }}
{{- end }}
{{- end }}
