{{/* The image of the server. */}}
{{- define "model-server.image" -}}
{{- $image := .Values.image -}}
{{- $repository := required "image.repository is required: the image of the server, without its tag" $image.repository -}}
{{- if not (or $image.tag $image.digest) }}
  {{- fail (printf "image.tag or image.digest is required: `%s` alone could be another image tomorrow" $repository) }}
{{- end }}
{{- $repository -}}
{{- with $image.tag }}:{{ . }}{{ end -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end }}

{{/* When the node asks the registry again: a digest never changes, a tag may. */}}
{{- define "model-server.pullPolicy" -}}
{{- .Values.image.pullPolicy | default (empty .Values.image.digest | ternary "Always" "IfNotPresent") -}}
{{- end }}
