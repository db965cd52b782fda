package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const imageProvisioner = "cluster.dispersive.storage/image"

// images makes a file system in a file a volume, so that a full volume is really full. It keeps the
// file systems of its node mounted, and grows those whose claim asks for more.
type images struct {
	node    string
	client  kubernetes.Interface
	volumes listers.PersistentVolumeLister
	claims  listers.PersistentVolumeClaimLister
	mutex   sync.Mutex // one at a time: provisioner and reconcile would meet at the same image
}

func (i *images) ShouldProvision(_ context.Context, claim *corev1.PersistentVolumeClaim) bool {
	return isClaimOf(i.node, claim)
}

func (i *images) Provision(_ context.Context, o controller.ProvisionOptions) (
	*corev1.PersistentVolume, controller.ProvisioningState, error) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	image := imageOf(o.PVName)
	err := image.create(o.PVC.Spec.Resources.Requests.Storage().Value())
	if err == nil {
		err = image.mount()
	}
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return newVolume(o, i.node, image.data()), controller.ProvisioningFinished, nil
}

func (i *images) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	if !isVolumeOf(i.node, volume) {
		return &controller.IgnoredError{Reason: "volume of another node"}
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	return imageOf(volume.Name).remove()
}

func (i *images) reconcile(ctx context.Context) error {
	volumes, err := i.volumes.List(labels.Everything())
	if err != nil {
		return err
	}
	var failures []error
	for _, volume := range volumes {
		// One that is released is about to be deleted, and nobody uses it any more.
		if volume.Annotations["pv.kubernetes.io/provisioned-by"] != imageProvisioner ||
			!isVolumeOf(i.node, volume) || volume.Status.Phase != corev1.VolumeBound {
			continue
		}
		if err := i.keep(ctx, volume); err != nil {
			failures = append(failures, fmt.Errorf("volume %s: %w", volume.Name, err))
		}
	}
	return errors.Join(failures...)
}

// keep does for one volume what a CSI driver's node plugin and external-resizer do together: the
// expand controller of Kubernetes leaves volumes that are neither CSI nor its own to others.
func (i *images) keep(ctx context.Context, volume *corev1.PersistentVolume) error {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	image := imageOf(volume.Name)
	if err := image.mount(); err != nil { // the node was restarted
		return err
	}
	claim, err := i.claims.PersistentVolumeClaims(volume.Spec.ClaimRef.Namespace).
		Get(volume.Spec.ClaimRef.Name)
	if apierrors.IsNotFound(err) || err == nil && claim.UID != volume.Spec.ClaimRef.UID {
		return nil
	} else if err != nil {
		return err
	}
	wanted := claim.Spec.Resources.Requests.Storage()
	if wanted.Cmp(*volume.Spec.Capacity.Storage()) > 0 {
		if err := image.grow(wanted.Value()); err != nil {
			return err
		}
		if _, err := i.client.CoreV1().PersistentVolumes().Patch(ctx, volume.Name,
			types.MergePatchType, capacity("spec", wanted), metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	// A step of its own, as the agent may have ended between the two.
	if wanted.Cmp(*claim.Status.Capacity.Storage()) > 0 {
		_, err = i.client.CoreV1().PersistentVolumeClaims(claim.Namespace).Patch(ctx, claim.Name,
			types.MergePatchType, capacity("status", wanted), metav1.PatchOptions{}, "status")
	}
	return err
}

func capacity(part string, size *resource.Quantity) []byte {
	return fmt.Appendf(nil, `{"%s":{"capacity":{"storage":"%s"}}}`, part, size)
}
