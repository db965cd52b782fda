package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	listers "k8s.io/client-go/listers/core/v1"
)

const (
	cniDirectory = hostRoot + "/etc/cni/net.d"
	cniFile      = cniDirectory + "/10-nodeagent.conflist"
	// ptp: each pod has its own veth and no bridge, so that all pod traffic is routed and seen by
	// the rules of kube-proxy.
	cniText = `{"cniVersion":"0.4.0","name":"pods","plugins":[
  {"type":"ptp","ipMasq":false,"ipam":{"type":"host-local","dataDir":"/run/cni-ipam",
    "ranges":[[{"subnet":"%s"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
  {"type":"portmap","capabilities":{"portMappings":true}}]}
`
)

// network is the pod network of one node.
type network struct {
	node  string
	nodes listers.NodeLister
}

func (n *network) reconcile(context.Context) error {
	nodes, err := n.nodes.List(labels.Everything())
	if err != nil {
		return err
	}
	var failures []error
	for _, node := range nodes {
		if node.Spec.PodCIDR == "" {
			continue
		}
		if node.Name == n.node {
			err = writeCNI(fmt.Sprintf(cniText, node.Spec.PodCIDR))
		} else {
			err = route(node)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("network of node %s: %w", node.Name, err))
		}
	}
	return errors.Join(failures...)
}

// writeCNI replaces the file in one step, as containerd reads it whenever it changes.
func writeCNI(text string) error {
	if old, err := os.ReadFile(cniFile); err == nil && string(old) == text {
		return nil
	}
	if err := os.MkdirAll(cniDirectory, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(cniFile+".new", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(cniFile+".new", cniFile)
}

func route(node *corev1.Node) error {
	_, pods, err := net.ParseCIDR(node.Spec.PodCIDR)
	if err != nil {
		return err
	}
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			gateway := net.ParseIP(address.Address)
			return netlink.RouteReplace(&netlink.Route{Dst: pods, Gw: gateway})
		}
	}
	return nil
}
