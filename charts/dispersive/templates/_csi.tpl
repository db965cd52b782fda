{{/* The driver's name in Kubernetes. */}}
{{- define "dispersive.csi.driver" -}}
csi.dispersive.storage
{{- end }}

{{/* What the names of all objects of the CSI controller begin with. */}}
{{- define "dispersive.csi.name" -}}
{{ .Values.fullnameOverride | default "dispersive" }}-csi-controller
{{- end }}

{{- define "dispersive.csi.metrics" -}}
{{ .Values.fullnameOverride | default "dispersive" }}-csi-metrics
{{- end }}

{{/* By which pods of the CSI controller are found; can never change. */}}
{{- define "dispersive.csi.selector" -}}
app.kubernetes.io/name: dispersive-csi-controller
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "dispersive.csi.labels" -}}
{{ include "dispersive.csi.selector" . }}
app.kubernetes.io/component: csi-controller
app.kubernetes.io/part-of: dispersive
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Where claims get their volumes. */}}
{{- define "dispersive.csi.namespace" -}}
{{- if .Values.csi.namespace -}}
{{ .Values.csi.namespace }}
{{- else if include "dispersive.everywhere" . -}}
{{ .Release.Namespace }}
{{- else -}}
{{ .Values.allowedNamespaces | default (list .Release.Namespace) | first }}
{{- end }}
{{- end }}

{{/* The sidecars of Kubernetes: name, port of health and metrics, and the Lease by which replicas choose. */}}
{{- define "dispersive.csi.sidecars" -}}
{{- $driver := include "dispersive.csi.driver" . | replace "." "-" -}}
provisioner: {port: 8081, lease: {{ $driver }}}
attacher: {port: 8082, lease: external-attacher-leader-{{ $driver }}}
resizer: {port: 8083, lease: external-resizer-{{ $driver }}}
{{- end }}

{{/* Where the image of sidecar $1 is; called with a list: the root, then its name. */}}
{{- define "dispersive.csi.image" -}}
{{- $all := (index . 0).Values.image.sidecars }}
{{- $image := index $all (index . 1) }}
{{- $where := printf "%s/%s" $all.registry $image.repository }}
{{- if $image.digest -}}
{{ $where }}@{{ $image.digest }}
{{- else -}}
{{ $where }}:{{ $image.tag }}
{{- end }}
{{- end }}

{{/* What sidecar $1 is told besides what all are. */}}
{{- define "dispersive.csi.arguments" -}}
{{- if eq . "provisioner" -}}
# A call waits for the volume to be ready; one that must wait longer comes again, and joins it.
- --timeout=60s
- --retry-interval-max=1m
# The resource says for which claim it was made.
- --extra-create-metadata
- --default-fstype=ext4
{{- else if eq . "attacher" -}}
# Longer than a node may take to let go.
- --timeout=60s
- --retry-interval-max=1m
- --default-fstype=ext4
{{- else -}}
- --resize-timeout=60s
- --modify-timeout=30s
- --retry-interval-max=1m
# Volumes grow while they are used, so nobody needs to watch all pods for when one is not.
- --handle-volume-inuse-error=false
{{- end }}
{{- end }}

{{/* The securityContext of each container of the CSI controller. */}}
{{- define "dispersive.csi.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}
