package main

import (
	"context"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const (
	directoryProvisioner = "cluster.dispersive.storage/directory"
	directoryRoot        = "/var/local-path-provisioner" // as in a stock kind cluster
)

// directories makes a directory of the node a volume: of any size, as nothing limits it.
type directories struct{ node string }

func (d *directories) ShouldProvision(
	_ context.Context, claim *corev1.PersistentVolumeClaim) bool {
	return isClaimOf(d.node, claim)
}

func (d *directories) Provision(_ context.Context, o controller.ProvisionOptions) (
	*corev1.PersistentVolume, controller.ProvisioningState, error) {
	path := filepath.Join(directoryRoot, o.PVName)
	if err := os.MkdirAll(hostRoot+path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(hostRoot+path, 0o777); err != nil { // whatever the umask
		return nil, controller.ProvisioningFinished, err
	}
	return newVolume(o, d.node, path), controller.ProvisioningFinished, nil
}

func (d *directories) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	if !isVolumeOf(d.node, volume) {
		return &controller.IgnoredError{Reason: "volume of another node"}
	}
	return os.RemoveAll(filepath.Join(hostRoot, directoryRoot, volume.Name))
}
