{{/* Replicas above the wanted number: none where GPUs are scarce, or where each replica has a volume of its own. */}}
{{- define "model-server.maxSurge" -}}
{{- $default := or (gt (int .Values.gpu.count) 0) .Values.persistence.enabled | ternary "0" "25%" -}}
{{- $surge := .Values.rollout.maxSurge | toString -}}
{{- empty $surge | ternary $default $surge -}}
{{- end }}

{{/* Replicas below the wanted number: a rollout needs room in one direction. */}}
{{- define "model-server.maxUnavailable" -}}
{{- $surge := include "model-server.maxSurge" . -}}
{{- $default := has $surge (list "0" "0%") | ternary "1" "0" -}}
{{- $unavailable := .Values.rollout.maxUnavailable | toString -}}
{{- empty $unavailable | ternary $default $unavailable -}}
{{- end }}

{{/* A number of replicas or a share of them, as YAML. */}}
{{- define "model-server.amount" -}}
{{- $text := toString . -}}
{{- hasSuffix "%" $text | ternary (quote $text) (int $text) -}}
{{- end }}

{{/* Seconds after which a rollout counts as failed: a node and an image may take five minutes, beside the start. */}}
{{- define "model-server.progressDeadline" -}}
{{- $start := mul .Values.probes.startup.periodSeconds (include "model-server.startupThreshold" . | int) -}}
{{- int (.Values.rollout.progressDeadlineSeconds | default (max 600 (add $start 300))) -}}
{{- end }}

{{/* Seconds until a server that leaves is killed. */}}
{{- define "model-server.gracePeriod" -}}
{{- $needed := add .Values.drainSeconds .Values.requestTimeoutSeconds 5 -}}
{{- int (.Values.terminationGracePeriodSeconds | default $needed) -}}
{{- end }}

{{/* Whether each replica has a volume of its own. */}}
{{- define "model-server.controllerKind" -}}
{{- .Values.persistence.enabled | ternary "StatefulSet" "Deployment" -}}
{{- end }}

{{/* The number of replicas; left to the autoscaler when there is one, since two owners undo each other's work. */}}
{{- define "model-server.replicas" -}}
{{- if not .Values.autoscaling.enabled -}}
replicas: {{ int .Values.replicaCount }}
{{- end -}}
{{- end }}
