{{- define "pms.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "pms.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "pms.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "pms.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pms.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pms.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "pms.labels" -}}
{{ include "pms.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "pms.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "pms.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* registry/repository:tag, or @sha256:… when a digest is given. */ -}}
{{- define "pms.image" -}}
{{- if .sha -}}
{{- printf "%s/%s@sha256:%s" .registry .repository (trimPrefix "sha256:" .sha) | quote -}}
{{- else -}}
{{- printf "%s/%s:%s" .registry .repository (default "latest" (.tag | toString)) | quote -}}
{{- end -}}
{{- end -}}

{{- /* What was asked for, and one accelerator for each that is switched on; a number given by hand wins. */ -}}
{{- define "pms.resources" -}}
{{- $limits := default dict .Values.pms.resources.limits -}}
{{- if .Values.pms.gpu.nvidia.enabled -}}
{{- $limits = merge (dict) $limits (dict "nvidia.com/gpu" 1) -}}
{{- end -}}
{{- if .Values.pms.gpu.intel.enabled -}}
{{- $limits = merge (dict) $limits (dict "gpu.intel.com/i915" 1) -}}
{{- end -}}
{{- if .Values.pms.gpu.amd.enabled -}}
{{- $limits = merge (dict) $limits (dict "amd.com/gpu" 1) -}}
{{- end -}}
{{- $resources := omit .Values.pms.resources "limits" -}}
{{- if $limits -}}
{{- $resources = merge (dict "limits" $limits) $resources -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{- define "pms.rcloneOn" -}}
{{- if .Values.rclone.enabled -}}
{{- required "rclone.configSecret: name the secret that holds rclone.conf" .Values.rclone.configSecret -}}
{{- end -}}
{{- end -}}
