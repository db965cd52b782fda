{{/* What values.schema.json cannot say, or not so that one knows what to do. */}}
{{- define "dispersive.checks" -}}
{{- $image := .Values.image }}
{{- $tags := dict "tag" $image.tag "operator.tag" $image.operator.tag "storagePod.tag" $image.storagePod.tag "vnet.tag" $image.vnet.tag }}
{{- if .Values.csi.enabled }}
{{- range $part := list "csi" "mounter" "engine" }}
{{- $_ := set $tags (printf "%s.tag" $part) (index $image $part).tag }}
{{- end }}
{{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version }}
{{- fail (printf "csi.enabled: nodes need Kubernetes 1.30 or newer, which writes a pod's node into its token; this is %s. Set it to false for volumes without claims." .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- range $sidecar := list "provisioner" "attacher" "resizer" }}
{{- $_ := set $tags (printf "sidecars.%s.tag" $sidecar) (index $image.sidecars $sidecar).tag }}
{{- end }}
{{- $volumes := include "dispersive.csi.namespace" . }}
{{- $allowed := include "dispersive.namespaces" . | fromJsonArray }}
{{- if not (or (include "dispersive.everywhere" .) (has $volumes $allowed)) }}
{{- fail (printf "csi.namespace: %s is none of allowedNamespaces (%s), so its volumes would get no storage pods. Name one of them, or allow it."
      $volumes (join ", " $allowed)) }}
{{- end }}
{{- $classes := .Values.csi.storageClasses }}
{{- if and $classes.ownPods.create $classes.pool.create }}
{{- if eq $classes.ownPods.name $classes.pool.name }}
{{- fail (printf "csi.storageClasses: ownPods and pool are both named %s. Give each its own name." $classes.pool.name) }}
{{- end }}
{{- if and $classes.ownPods.isDefault $classes.pool.isDefault }}
{{- fail "csi.storageClasses: ownPods and pool are both the default. Choose one." }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $tag := $tags }}
{{- if eq $tag "latest" }}
{{- fail (printf "image.%s: latest is another image every day, and pods of one volume would differ. Name a version, or a digest." $name) }}
{{- end }}
{{- end }}
{{- $seen := list }}
{{- range .Values.extraEnv }}
{{- if or (hasPrefix "DISPERSIVE_" .name) (eq .name "QUARKUS_LOG_LEVEL") }}
{{- fail (printf "extraEnv: %s is set by the chart. Use the value that stands for it (README.md)." .name) }}
{{- end }}
{{- if has .name $seen }}
{{- fail (printf "extraEnv: %s is there twice. Leave one." .name) }}
{{- end }}
{{- $seen = append $seen .name }}
{{- end }}
{{- $ports := .Values.ports }}
{{- $first := int $ports.machines.first }}
{{- $last := int $ports.machines.last }}
{{- if gt $first $last }}
{{- fail (printf "ports.machines: first (%d) is after last (%d). Give the lower one as ports.machines.first." $first $last) }}
{{- end }}
{{- range $port, $user := dict "4789" "VXLAN" "6081" "Geneve" "8472" "VXLAN on Linux, flannel and others" }}
{{- if and (le $first (int $port)) (ge $last (int $port)) }}
{{- fail (printf "ports.machines: %d to %d contains %s, the port of %s. Choose a range without it, such as 20000 to 23999."
      $first $last $port $user) }}
{{- end }}
{{- end }}
{{- $taken := dict }}
{{- range $name := list "administration" "control" "http" }}
{{- $port := int (index $ports $name) | toString }}
{{- with get $taken $port }}
{{- fail (printf "ports.%s: %s is the port of ports.%s already. Give each of ports.administration, ports.control and ports.http its own."
      $name $port .) }}
{{- end }}
{{- $_ := set $taken $port $name }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection) }}
{{- fail (printf "leaderElection: false with replicas: %d, who would all work at once. Leave leaderElection at true, or set replicas to 1."
      (int .Values.replicas)) }}
{{- end }}
{{- if eq .Values.identity.issuer "cert-manager" }}
{{- $duration := .Values.identity.certManager.duration | trimSuffix "h" | int }}
{{- $before := .Values.identity.certManager.renewBefore | trimSuffix "h" | int }}
{{- if ge $before $duration }}
{{- fail (printf "identity.certManager.renewBefore: %dh must be less than identity.certManager.duration (%dh)." $before $duration) }}
{{- end }}
{{- if le $before (int .Values.identity.certificateHours) }}
{{- fail (printf "identity.certManager.renewBefore: %dh must be more than identity.certificateHours (%d), or these outlive the authority."
      $before (int .Values.identity.certificateHours)) }}
{{- end }}
{{- end }}
{{- with .Values.priorityClasses }}
{{- if and .create .storagePod.name (eq .storagePod.name .operator.name) (ne (int .storagePod.value) (int .operator.value)) }}
{{- fail (printf "priorityClasses: storagePod and operator are both named %s, but differ in value. Give them different names."
      .operator.name) }}
{{- end }}
{{- end }}
{{- end }}
