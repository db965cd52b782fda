{{/* What values.schema.json cannot say. */}}
{{- define "dispersive.checks" -}}
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
{{- fail (printf "identity.certManager.renewBefore: %dh must be more than identity.certificateHours (%d), or certificates outlive the authority."
      $before (int .Values.identity.certificateHours)) }}
{{- end }}
{{- end }}
{{- with .Values.priorityClasses }}
{{- if and .create .storagePod.name (eq .storagePod.name .operator.name) (ne (int .storagePod.value) (int .operator.value)) }}
{{- fail (printf "priorityClasses: storagePod and operator are both named %s, with different values. Give them different names." .operator.name) }}
{{- end }}
{{- end }}
{{- end }}
