{{/* What is scaled. */}}
{{- define "model-server.scaleTarget" -}}
apiVersion: apps/v1
kind: {{ include "model-server.controllerKind" . }}
name: {{ include "model-server.fullname" . | quote }}
{{- end }}

{{/* How fast an autoscaler moves: up by four or double, down by any number, every 15 seconds. */}}
{{- define "model-server.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: {{ int .Values.autoscaling.scaleUpWindowSeconds }}
  selectPolicy: Max
  policies:
    - type: Pods
      value: 4
      periodSeconds: 15
    - type: Percent
      value: 100
      periodSeconds: 15
scaleDown:
  stabilizationWindowSeconds: {{ int .Values.autoscaling.scaleDownWindowSeconds }}
  selectPolicy: Max
  policies:
    - type: Percent
      value: 100
      periodSeconds: 15
{{- end }}
