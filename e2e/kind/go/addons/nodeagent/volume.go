package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provision serves the claims of all StorageClasses that name the provisioner. Every node runs it,
// without a leader: each sees to its own claims and volumes.
func provision(
	ctx context.Context, client kubernetes.Interface, name string, by controller.Provisioner) {
	controller.NewProvisionController(
		ctx, client, name, by, controller.LeaderElection(false)).Run(ctx)
}

// isClaimOf says whether the scheduler chose the node for the first pod of the claim.
func isClaimOf(node string, claim *corev1.PersistentVolumeClaim) bool {
	return claim.Annotations["volume.kubernetes.io/selected-node"] == node
}

// newVolume describes the directory path of the node as what the options ask for.
func newVolume(o controller.ProvisionOptions, node, path string) *corev1.PersistentVolume {
	// It must be there: the kubelet would otherwise create it.
	mustExist := corev1.HostPathDirectory
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			VolumeMode:                    o.PVC.Spec.VolumeMode,
			Capacity: corev1.ResourceList{
				corev1.ResourceStorage: *o.PVC.Spec.Resources.Requests.Storage(),
			},
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: path, Type: &mustExist},
			},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{{
					MatchExpressions: []corev1.NodeSelectorRequirement{{
						Key:      corev1.LabelHostname,
						Operator: corev1.NodeSelectorOpIn,
						Values:   []string{node},
					}},
				}},
			}},
		},
	}
}

// isVolumeOf reads what newVolume wrote.
func isVolumeOf(node string, volume *corev1.PersistentVolume) bool {
	terms := volume.Spec.NodeAffinity.Required.NodeSelectorTerms
	return terms[0].MatchExpressions[0].Values[0] == node
}
