{{/* The name of all objects. */}}
{{- define "model-server.fullname" -}}
{{- $name := .Values.fullnameOverride | default .Release.Name -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
  {{- fail (printf "`%s` can't be the name of a Service, which has letters, digits and `-` and starts with a letter: set fullnameOverride" $name) }}
{{- end }}
{{- $name -}}
{{- end }}

{{/* What selects the pods: it can't be changed once it is made, so nothing else is in it. */}}
{{- define "model-server.selectorLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: {{ .Values.nameOverride | default (include "model-server.fullname" .) | quote }}
{{- end }}

{{/* The labels of the pods but for their version: a new version of the chart alone must not restart them. */}}
{{- define "model-server.baseLabels" -}}
{{- $own := include "model-server.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $component := dict "app.kubernetes.io/component" "model-server" -}}
{{- include "model-server.strings" (mergeOverwrite $component (deepCopy (.Values.commonLabels | default dict)) $own) -}}
{{- end }}

{{/* The labels of every object: the user's, under our own. */}}
{{- define "model-server.labels" -}}
{{- $labels := include "model-server.baseLabels" . | fromYaml -}}
{{- $chart := printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") | trunc 63 | trimSuffix "-" -}}
{{- include "model-server.strings" (set $labels "helm.sh/chart" $chart) -}}
{{- end }}

{{/* The label of the version that runs, when the image's tag can be one. */}}
{{- define "model-server.versionLabel" -}}
{{- if regexMatch "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" .Values.image.tag -}}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
{{- end -}}
{{- end }}

{{/*
The metadata of an object. Takes a dict: `context`, and optionally `name` or a `suffix` of the usual one, `labels` and
`annotations` of this object alone.
*/}}
{{- define "model-server.metadata" -}}
{{- $name := printf "%s%s" (include "model-server.fullname" .context) (.suffix | default "") -}}
name: {{ .name | default $name | quote }}
namespace: {{ .context.Release.Namespace | quote }}
labels:
  {{- $labels := include "model-server.labels" .context | fromYaml }}
  {{- include "model-server.strings" (mergeOverwrite $labels (.labels | default dict)) | nindent 2 }}
{{- with mergeOverwrite (deepCopy (.context.Values.commonAnnotations | default dict)) (.annotations | default dict) }}
annotations:
  {{- include "model-server.strings" . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A map of strings, whatever is in them. Keys that nobody could take for something else stay bare. */}}
{{- define "model-server.strings" -}}
{{- $lines := list -}}
{{- range $key, $value := . }}
  {{- $bare := regexMatch "^[a-z][A-Za-z0-9.-]*[./][A-Za-z0-9._/-]*$" $key }}
  {{- $lines = append $lines (printf "%s: %s" ($bare | ternary $key (quote $key)) (quote $value)) }}
{{- end }}
{{- join "\n" $lines -}}
{{- end }}
