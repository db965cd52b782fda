{{/* By which pods of nodes are found, by the identity service too; can never change. */}}
{{- define "dispersive.node.selector" -}}
app.kubernetes.io/name: dispersive-node
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "dispersive.node.labels" -}}
{{ include "dispersive.node.selector" . }}
app.kubernetes.io/component: csi-node
app.kubernetes.io/part-of: dispersive
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Who a pod is, for its arguments. */}}
{{- define "dispersive.node.who" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_UID
  valueFrom:
    fieldRef:
      fieldPath: metadata.uid
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}

{{/* What shows the identity service who asks, and whom to trust; called with the audience's first word. */}}
{{- define "dispersive.node.identity" -}}
projected:
  defaultMode: 0440
  sources:
    - serviceAccountToken:
        path: token
        audience: {{ . }}.dispersive.storage
        expirationSeconds: 3600
    - configMap:
        name: dispersive-authority
        items: [{key: ca.crt, path: ca.crt}]
{{- end }}
