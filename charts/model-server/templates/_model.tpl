{{/*
How the weights reach the server: `none`, `claim`, `image` or `download`.
*/}}
{{- define "model-server.delivery" -}}
{{- if empty .Values.model.uri }}none
{{- else if hasPrefix "pvc://" .Values.model.uri }}claim
{{- else if hasPrefix "oci://" .Values.model.uri }}image
{{- else }}download
{{- end }}
{{- end }}

{{/* The folder of this model in the cache: another URI gets another folder. */}}
{{- define "model-server.cacheFolder" -}}
{{- .Values.model.cache.folder | default (printf "model-%s" (sha256sum .Values.model.uri | trunc 16)) -}}
{{- end }}

{{/* The name of the volume claim of the cache. */}}
{{- define "model-server.cacheName" -}}
{{- include "model-server.fullname" . }}-model-cache
{{- end }}

{{/* The volumes that have to do with the weights. */}}
{{- define "model-server.modelVolumes" -}}
{{- $delivery := include "model-server.delivery" . -}}
{{- $model := .Values.model -}}
{{- if eq $delivery "claim" }}
- name: model
  persistentVolumeClaim:
    claimName: {{ trimPrefix "pvc://" $model.uri | splitList "/" | first | quote }}
    readOnly: true
{{- else if eq $delivery "image" }}
{{- $image := trimPrefix "oci://" $model.uri }}
- name: model
  image:
    reference: {{ $image | quote }}
    pullPolicy: {{ $model.pullPolicy | default (contains "@" $image | ternary "IfNotPresent" "Always") }}
{{- else if eq $delivery "download" }}
- name: model
  {{- if $model.cache.enabled }}
  persistentVolumeClaim:
    claimName: {{ include "model-server.cacheName" . | quote }}
  {{- else if $model.download.sizeLimit }}
  emptyDir:
    sizeLimit: {{ $model.download.sizeLimit | quote }}
  {{- else }}
  emptyDir: {}
  {{- end }}
- name: download-tmp
  emptyDir: {}
{{- with $model.download.googleCredentialsSecret }}
- name: download-credentials
  secret:
    secretName: {{ . | quote }}
    defaultMode: 288
{{- end }}
{{- end }}
{{- end }}

{{/* Where the server sees the weights, which it can't change. */}}
{{- define "model-server.modelMount" -}}
{{- $delivery := include "model-server.delivery" . -}}
{{- if ne $delivery "none" }}
- name: model
  mountPath: {{ .Values.model.mountPath | quote }}
  readOnly: true
  {{- if eq $delivery "claim" }}
  {{- with trimPrefix "pvc://" .Values.model.uri | splitList "/" | rest | join "/" }}
  subPath: {{ . | quote }}
  {{- end }}
  {{- else if and (eq $delivery "download") .Values.model.cache.enabled }}
  subPath: {{ include "model-server.cacheFolder" . | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The environment of the download. Its libraries keep locks and part files under the home folder. */}}
{{- define "model-server.downloadEnv" -}}
- name: HOME
  value: /tmp
{{- if .Values.model.cache.enabled }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- end }}
{{- if .Values.model.download.googleCredentialsSecret }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /var/secrets/gcloud-application-credentials.json
{{- end }}
{{- include "model-server.env" .Values.model.download.env }}
{{- end }}

{{/*
The container that downloads the weights. Several replicas may fill a cache at once, and the initializer writes files
in place: each downloads into a folder of its own and renames it, so that the final folder is complete or absent.
*/}}
{{- define "model-server.downloadContainer" -}}
{{- $model := .Values.model -}}
- name: model-download
  image: {{ $model.download.image | quote }}
  imagePullPolicy: {{ include "model-server.pullPolicy" . }}
  {{- if $model.cache.enabled }}
  command:
    - /bin/sh
    - -ec
    - {{ .Files.Get "files/fill-cache.sh" | quote }}
    - model-download
  workingDir: /mnt/cache
  {{- end }}
  args:
    - {{ $model.uri | quote }}
    - {{ $model.cache.enabled | ternary (include "model-server.cacheFolder" .) "/mnt/models" | quote }}
  env:
    {{- include "model-server.downloadEnv" . | nindent 4 }}
  {{- with $model.download.credentialsSecret }}
  envFrom:
    - secretRef:
        name: {{ . | quote }}
  {{- end }}
  {{- with $model.download.resources | default .Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml (mergeOverwrite (deepCopy (.Values.securityContext | default dict)) (dict "readOnlyRootFilesystem" true)) | nindent 4 }}
  terminationMessagePolicy: FallbackToLogsOnError
  volumeMounts:
    - name: model
      mountPath: {{ $model.cache.enabled | ternary "/mnt/cache" "/mnt/models" }}
    - name: download-tmp
      mountPath: /tmp
    {{- if $model.download.googleCredentialsSecret }}
    - name: download-credentials
      mountPath: /var/secrets
      readOnly: true
    {{- end }}
{{- end }}
