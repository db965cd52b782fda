{{/* The Deployment's name, and the beginning of all others. */}}
{{- define "dispersive.name" -}}
{{ .Values.fullnameOverride | default "dispersive-operator" }}
{{- end }}

{{/* By which pods of the operator are found; can never change. */}}
{{- define "dispersive.selector" -}}
app.kubernetes.io/name: dispersive-operator
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* The DaemonSet whose pods serve the volumes that are attached to nodes. */}}
{{- define "dispersive.node" -}}
dispersive-node
{{- end }}

{{- define "dispersive.labels" -}}
{{ include "dispersive.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: dispersive
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Where image $1 is; called with a list: the root, then operator, storagePod or vnet. */}}
{{- define "dispersive.image" -}}
{{- $root := index . 0 }}
{{- $all := $root.Values.image }}
{{- $image := index $all (index . 1) }}
{{- $where := printf "%s/%s" $all.registry $image.repository }}
{{- if $image.digest -}}
{{ $where }}@{{ $image.digest }}
{{- else -}}
{{ $where }}:{{ $image.tag | default $all.tag | default $root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* "true" where every namespace is allowed, else nothing. */}}
{{- define "dispersive.everywhere" -}}
{{- if has "*" .Values.allowedNamespaces }}true{{ end }}
{{- end }}

{{/* The namespaces that get a Role each, as a JSON list; none where every one is allowed. */}}
{{- define "dispersive.namespaces" -}}
{{- if include "dispersive.everywhere" . -}}
[]
{{- else -}}
{{ .Values.allowedNamespaces | default (list .Release.Namespace) | toJson }}
{{- end }}
{{- end }}
