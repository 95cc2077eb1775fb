{{/* The annotations of the pods: a change of the files that a server reads at its start must start it again. */}}
{{- define "model-server.podAnnotations" -}}
{{- $annotations := mergeOverwrite (dict) (.Values.commonAnnotations | default dict) -}}
{{- if and .Values.metrics.enabled (eq .Values.metrics.scrape "annotations") }}
  {{- $_ := set $annotations "prometheus.io/scrape" "true" }}
  {{- $_ := set $annotations "prometheus.io/path" .Values.metrics.path }}
  {{- $_ := set $annotations "prometheus.io/port" (include "model-server.metricsPort" .) }}
{{- end }}
{{- with .Values.config.files }}
  {{- $_ := set $annotations "checksum/config" (toJson . | sha256sum) }}
{{- end }}
{{- include "model-server.strings" (mergeOverwrite $annotations (.Values.podAnnotations | default dict)) -}}
{{- end }}

{{/* How replicas are spread. */}}
{{- define "model-server.topologySpread" -}}
{{- range .Values.topologySpread }}
- topologyKey: {{ .topologyKey | quote }}
  whenUnsatisfiable: {{ .whenUnsatisfiable }}
  maxSkew: 1
  # Nodes that the pod could not run on must not count as empty ones.
  nodeTaintsPolicy: Honor
  {{- if not $.Values.persistence.enabled }}
  # Only pods of one version count, else those that leave push the new ones to the wrong nodes.
  matchLabelKeys:
    - pod-template-hash
  {{- end }}
  labelSelector:
    matchLabels:
      {{- include "model-server.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end }}

{{/* Taints that are put up with. GPU nodes are tainted, so that other pods stay away. */}}
{{- define "model-server.tolerations" -}}
{{- if gt (int .Values.gpu.count) 0 }}
- key: {{ hasPrefix "nvidia.com/" .Values.gpu.resource | ternary "nvidia.com/gpu" .Values.gpu.resource }}
  operator: Exists
  effect: NoSchedule
{{- end }}
{{- with .Values.tolerations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The name of the account that the pods run as. */}}
{{- define "model-server.serviceAccountName" -}}
{{- $default := .Values.serviceAccount.create | ternary (include "model-server.fullname" .) "default" -}}
{{- .Values.serviceAccount.name | default $default -}}
{{- end }}

{{/* What runs before the server. */}}
{{- define "model-server.initContainers" -}}
{{- if eq (include "model-server.delivery" .) "download" }}
{{- include "model-server.downloadContainer" . }}
{{- end }}
{{- with .Values.extraInitContainers }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The template of which a controller makes its pods. */}}
{{- define "model-server.podTemplate" -}}
metadata:
  labels:
    {{- $labels := mergeOverwrite (include "model-server.baseLabels" . | fromYaml) (include "model-server.versionLabel" . | fromYaml) (.Values.podLabels | default dict) }}
    {{- include "model-server.strings" $labels | nindent 4 }}
  {{- with include "model-server.podAnnotations" . }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "model-server.serviceAccountName" . | quote }}
  # The server talks to no API of Kubernetes; identities of clouds come in volumes of their own.
  automountServiceAccountToken: false
  # Variables of every Service in the namespace: slow to start with, and some servers read them as settings.
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ include "model-server.gracePeriod" . }}
  {{- with include "model-server.initContainers" . | trim }}
  initContainers:
    {{- . | nindent 4 }}
  {{- end }}
  containers:
    {{- include "model-server.container" . | nindent 4 }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "model-server.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
  {{- include "model-server.placement" . | trim | nindent 2 }}
{{- end }}

{{/* Which nodes may run a replica. */}}
{{- define "model-server.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- include "model-server.strings" . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "model-server.tolerations" . | trim }}
tolerations:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "model-server.topologySpread" . | trim }}
topologySpreadConstraints:
  {{- . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- end }}
