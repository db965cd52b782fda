{{/* What the operator does in each namespace where it may make storage pods. */}}
{{- define "dispersive.rules.namespace" -}}
# Kubernetes deletes them with their owner.
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [services, serviceaccounts]
  verbs: [list, watch, create, patch]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, patch]
# Pods are made by their StatefulSet; the operator replaces those that are out of date.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, delete]
- apiGroups: [""]
  resources: [pods/eviction]
  verbs: [create]
# Claims are made by the StatefulSet; the operator lets them grow, and deletes those of volumes
# whose reclaimPolicy says so.
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, list, watch, patch, delete]
# The authorities that storage pods trust. Kubernetes cannot restrict create to a name; list and
# watch must ask for that name (fieldSelector metadata.name).
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create]
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [dispersive-authority]
  verbs: [list, watch, patch]
{{- if .Values.identity.comparePods }}
# What a StatefulSet made its pods of before it was changed: these get certificates, too.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [get]
{{- end }}
# What happens to claims and pods. Making events is allowed in all namespaces, see the ClusterRole.
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
{{- end }}
