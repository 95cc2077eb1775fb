{{/* Who may call: `namespace`, `cluster` or `anyone`. */}}
{{- define "model-server.allow" -}}
{{- $exposed := or .Values.ingress.enabled .Values.route.enabled -}}
{{- eq .Values.networkPolicy.allow "auto" | ternary ($exposed | ternary "anyone" "namespace") .Values.networkPolicy.allow -}}
{{- end }}

{{/* The peers that may call; nothing is anybody, also from outside the cluster. */}}
{{- define "model-server.callers" -}}
{{- $allow := include "model-server.allow" . -}}
{{- if eq $allow "namespace" }}
from:
  - podSelector: {}
  {{- with .Values.networkPolicy.namespaces }}
  - namespaceSelector:
      matchExpressions:
        # Every namespace has this label, and nobody can change it.
        - key: kubernetes.io/metadata.name
          operator: In
          values:
            {{- toYaml . | nindent 12 }}
  {{- end }}
{{- else if eq $allow "cluster" }}
from:
  - namespaceSelector: {}
{{- end }}
{{- end }}
