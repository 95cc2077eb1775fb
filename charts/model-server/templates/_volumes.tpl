{{/* The folders that are writable although the root file system may not be: a list of `name` and `path`, as JSON. */}}
{{- define "model-server.scratch" -}}
{{- $folders := list -}}
{{- range $index, $path := .Values.writablePaths }}
  {{- $name := eq $path "/tmp" | ternary "tmp" (printf "scratch-%d" $index) }}
  {{- $folders = append $folders (dict "name" $name "path" $path) }}
{{- end }}
{{- toJson $folders -}}
{{- end }}

{{/* The volumes of the pod, without those that a StatefulSet claims for it. */}}
{{- define "model-server.volumes" -}}
{{- include "model-server.modelVolumes" . }}
{{- if .Values.config.files }}
- name: config
  configMap:
    name: {{ include "model-server.fullname" . | quote }}
{{- end }}
{{- with .Values.sharedMemory }}
- name: shm
  emptyDir:
    medium: Memory
    sizeLimit: {{ . | quote }}
{{- end }}
{{- range include "model-server.scratch" . | fromJsonArray }}
- name: {{ .name }}
  emptyDir: {}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where the server sees its volumes. */}}
{{- define "model-server.volumeMounts" -}}
{{- include "model-server.modelMount" . }}
{{- if .Values.config.files }}
- name: config
  mountPath: {{ .Values.config.mountPath | quote }}
  readOnly: true
{{- end }}
{{- if .Values.persistence.enabled }}
- name: state
  mountPath: {{ .Values.persistence.mountPath | quote }}
{{- end }}
{{- if .Values.sharedMemory }}
- name: shm
  mountPath: /dev/shm
{{- end }}
{{- range include "model-server.scratch" . | fromJsonArray }}
- name: {{ .name }}
  mountPath: {{ .path | quote }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
