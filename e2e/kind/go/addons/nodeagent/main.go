// nodeagent gives its node what kindnetd and local-path-provisioner give a stock kind node, as
// neither can be had as a Go module: a pod network (CNI configuration, routes to the other nodes)
// and volumes that live on this node, in a directory or in a file system of a limited size.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// hostRoot is where the root file system of the node is seen in this container.
const hostRoot = "/host"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	node := os.Getenv("NODE_NAME")
	client, err := connect()
	if err != nil {
		log.Fatal(err)
	}

	factory := informers.NewSharedInformerFactory(client, 5*time.Minute)
	core := factory.Core().V1()
	network := &network{node: node, nodes: core.Nodes().Lister()}
	images := &images{
		node: node, client: client,
		volumes: core.PersistentVolumes().Lister(), claims: core.PersistentVolumeClaims().Lister(),
	}
	nodeChanged := newBell(core.Nodes().Informer())
	volumeChanged := newBell(
		core.PersistentVolumes().Informer(), core.PersistentVolumeClaims().Informer())
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	go nodeChanged.repeat(ctx, network.reconcile)
	go volumeChanged.repeat(ctx, images.reconcile)
	go provision(ctx, client, directoryProvisioner, &directories{node})
	provision(ctx, client, imageProvisioner, images)
}

func connect() (kubernetes.Interface, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return nil, err
	}
	// The Service address of the API server works only after kube-proxy has started, the address
	// that the kubelet uses at once.
	kubelet, err := clientcmd.LoadFromFile(hostRoot + "/etc/kubernetes/kubelet.conf")
	if err != nil {
		return nil, err
	}
	for _, cluster := range kubelet.Clusters {
		config.Host = cluster.Server
	}
	config.UserAgent = "nodeagent"
	return kubernetes.NewForConfig(config)
}
