/**
 * How a kubelet comes to know the driver: it finds a socket in its plugin directory, and asks there
 * who it is ({@code k8s.io/kubelet/pkg/apis/pluginregistration/v1}).
 */
@NullMarked
package storage.dispersive.csi.registration;

import org.jspecify.annotations.NullMarked;
