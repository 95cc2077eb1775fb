{{/* Environment variables of a list, each text as it is. */}}
{{- define "model-server.env" -}}
{{- range . }}
- name: {{ .name | quote }}
  {{- with .valueFrom }}
  valueFrom:
    {{- toYaml . | nindent 4 }}
  {{- else }}
  value: {{ .value | default "" | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
The environment of the server. Libraries keep caches in the home folder, which must be one that can be written.
*/}}
{{- define "model-server.serverEnv" -}}
{{- $names := list }}
{{- range .Values.env }}{{ $names = append $names .name }}{{ end }}
{{- if and (.Values.securityContext | default dict).readOnlyRootFilesystem (not (has "HOME" $names)) }}
- name: HOME
  value: /tmp
{{- end }}
{{- include "model-server.env" .Values.env }}
{{- end }}

{{/* Requests and limits of the server, with its GPUs: a device's limit must be there and equal its request. */}}
{{- define "model-server.resources" -}}
{{- $resources := deepCopy (.Values.resources | default dict) -}}
{{- with int .Values.gpu.count }}
  {{- $devices := dict $.Values.gpu.resource (toString .) }}
  {{- $requests := merge (dict) ($resources.requests | default dict) $devices }}
  {{- $limits := merge (dict) ($resources.limits | default dict) $devices }}
  {{- $resources = mergeOverwrite $resources (dict "requests" $requests "limits" $limits) }}
{{- end }}
{{- with $resources }}{{ toYaml . }}{{ end }}
{{- end }}

{{/* The container that answers requests. */}}
{{- define "model-server.container" -}}
- name: server
  image: {{ include "model-server.image" . | quote }}
  imagePullPolicy: {{ include "model-server.pullPolicy" . }}
  {{- with .Values.command }}
  command:
    {{- range . }}
    - {{ . | quote }}
    {{- end }}
  {{- end }}
  {{- with .Values.args }}
  args:
    {{- range . }}
    - {{ . | quote }}
    {{- end }}
  {{- end }}
  {{- with include "model-server.serverEnv" . | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .Values.envFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    {{- range include "model-server.ports" . | fromJsonArray }}
    - name: {{ .name | quote }}
      containerPort: {{ .port }}
      protocol: TCP
    {{- end }}
  {{- with include "model-server.resources" . }}
  resources:
    {{- . | nindent 4 }}
  {{- end }}
  {{- include "model-server.probes" . | nindent 2 }}
  {{- with int .Values.drainSeconds }}
  # The kubelet itself waits, so that the image needs no shell.
  lifecycle:
    preStop:
      sleep:
        seconds: {{ . }}
  {{- end }}
  {{- with .Values.securityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationMessagePolicy: FallbackToLogsOnError
  {{- with include "model-server.volumeMounts" . | trim }}
  volumeMounts:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}
