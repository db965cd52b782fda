/** A real kube-apiserver and etcd for tests that need no kubelet. */
@NullMarked
package storage.dispersive.apiserver;

import org.jspecify.annotations.NullMarked;
