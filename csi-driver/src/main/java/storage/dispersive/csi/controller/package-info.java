/**
 * What the controller's service does with volumes: the rules of CSI about who may have which volume
 * when, over resources that somebody else keeps. Knows neither gRPC nor Kubernetes.
 */
@NullMarked
package storage.dispersive.csi.controller;

import org.jspecify.annotations.NullMarked;
