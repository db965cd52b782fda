package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinityBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.clustertests.OperatedCluster;

/**
 * What kubelets and a provisioner of claims say to an API server, without running or providing
 * anything: pods that the scheduler has placed become ready, claims are bound and grow. Images and
 * nodes can be made to fail. For any thread.
 */
public final class HollowNodes implements AutoCloseable {

    private static final Map<String, Quantity> PLENTY =
            Map.of(
                    "cpu", new Quantity("64"),
                    "memory", new Quantity("256Gi"),
                    "pods", new Quantity("500"));

    private final KubernetesClient client;
    private final Listener listener;
    private final Set<String> missingImages = ConcurrentHashMap.newKeySet();
    private final Set<String> deadNodes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastAddress = new AtomicInteger();
    private final ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor();
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<PersistentVolumeClaim> claims;
    private final SharedIndexInformer<StorageClass> classes;

    /** Somebody who listens where pods are. */
    @FunctionalInterface
    public interface Listener {
        /** Called before a pod is said to be ready, perhaps more than once. */
        void begin(Pod pod, String address);
    }

    private HollowNodes(KubernetesClient client, Listener listener) {
        this.client = client;
        this.listener = listener;
        this.pods = client.pods().inAnyNamespace().inform(handler(this::look));
        this.claims = client.persistentVolumeClaims().inAnyNamespace().inform(handler(this::bind));
        this.classes = client.storage().v1().storageClasses().inform(handler(_ -> lookAtClaims()));
    }

    /** Makes nodes, each a failure domain of its own. Nobody listens where their pods are. */
    public static HollowNodes start(KubernetesClient client, int count) {
        return start(client, count, (_, _) -> {});
    }

    /** The same, with somebody who listens. */
    public static HollowNodes start(KubernetesClient client, int count, Listener listener) {
        for (int node = 0; node < count; node++) {
            add(client, "node-" + node);
        }
        return new HollowNodes(client, listener);
    }

    private static void add(KubernetesClient client, String name) {
        client.resource(
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .addToLabels("kubernetes.io/hostname", name)
                                .endMetadata()
                                .build())
                .create();
        client.nodes()
                .withName(name)
                .editStatus(node ->
                        new NodeBuilder(node)
                                .withNewStatus()
                                .withCapacity(PLENTY)
                                .withAllocatable(PLENTY)
                                .addNewCondition()
                                .withType("Ready")
                                .withStatus("True")
                                .endCondition()
                                .endStatus()
                                .build());
        // An API server taints what is new; the controller that would end that does not run.
        client.nodes()
                .withName(name)
                .edit(node ->
                        new NodeBuilder(node).editSpec().withTaints(List.of()).endSpec().build());
    }

    private <T> ResourceEventHandler<T> handler(Consumer<T> looker) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                kubelet.execute(() -> tolerantly(looker, added));
            }

            @Override
            public void onUpdate(T before, T now) {
                kubelet.execute(() -> tolerantly(looker, now));
            }

            @Override
            public void onDelete(T gone, boolean unknown) {}
        };
    }

    /** What has changed meanwhile comes again; what the server did not answer is asked again. */
    private <T> void tolerantly(Consumer<T> looker, T seen) {
        try {
            looker.accept(seen);
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null && !kubelet.isShutdown()) {
                kubelet.execute(() -> tolerantly(looker, seen));
            } else if (e.getStatus() != null
                    && e.getCode() != HttpURLConnection.HTTP_CONFLICT
                    && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    /** No node can pull this image from now on. */
    public void loseImage(String image) {
        missingImages.add(image);
        lookAtAll();
    }

    /** Nodes find it again. */
    public void findImage(String image) {
        missingImages.remove(image);
        lookAtAll();
    }

    /** Pods on it do not answer any more. */
    void kill(String node) {
        deadNodes.add(node);
        lookAtAll();
    }

    void revive(String node) {
        deadNodes.remove(node);
        lookAtAll();
    }

    /** Another node. */
    void add(String name) {
        add(client, name);
    }

    /** Looks at claims again, as provisioners do when StorageClasses change. */
    private void lookAtClaims() {
        client.persistentVolumeClaims()
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(claim -> kubelet.execute(() -> tolerantly(this::bind, claim)));
    }

    private void lookAtAll() {
        client.pods()
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(pod -> kubelet.execute(() -> tolerantly(this::look, pod)));
    }

    private void look(Pod seen) {
        if (seen.getSpec().getNodeName() == null) {
            return;
        }
        if (seen.getMetadata().getDeletionTimestamp() != null) {
            if (!deadNodes.contains(seen.getSpec().getNodeName())) {
                client.resource(seen).withGracePeriod(0).delete();
            }
            return;
        }
        boolean runs =
                !deadNodes.contains(seen.getSpec().getNodeName())
                        && images(seen).noneMatch(missingImages::contains);
        String ready = runs ? "True" : "False";
        if (isReady(seen).equals(ready) && (runs || isTold(seen))) {
            return;
        }
        client.resource(seen).editStatus(pod -> withStatus(pod, ready));
    }

    private static boolean isTold(Pod pod) {
        return !pod.getStatus().getContainerStatuses().isEmpty();
    }

    private static Stream<String> images(Pod pod) {
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream())
                .map(it -> it.getImage());
    }

    private static String isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(it -> it.getType().equals("Ready"))
                .map(it -> it.getStatus())
                .findFirst()
                .orElse("");
    }

    private Pod withStatus(Pod pod, String ready) {
        boolean runs = ready.equals("True");
        String address =
                pod.getStatus().getPodIP() == null
                        ? address(lastAddress.incrementAndGet())
                        : pod.getStatus().getPodIP();
        if (runs) {
            listener.begin(pod, address);
        }
        return new PodBuilder(pod)
                .editStatus()
                .withPhase(runs ? "Running" : "Pending")
                .withPodIP(address)
                .withPodIPs()
                .addNewPodIP(address)
                .withContainerStatuses(
                        pod.getSpec().getContainers().stream()
                                .map(it -> container(it.getName(), it.getImage()))
                                .toList())
                .removeMatchingFromConditions(it -> "Ready".equals(it.getType()))
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus()
                .build();
    }

    /** Of loopback: nothing that is sent there leaves this machine. */
    private static String address(int number) {
        return "127.1." + number / 250 + "." + (number % 250 + 1);
    }

    private ContainerStatus container(String name, String image) {
        ContainerStatusBuilder status =
                new ContainerStatusBuilder()
                        .withName(name)
                        .withImage(image)
                        .withImageID(image)
                        .withRestartCount(0);
        return missingImages.contains(image)
                ? status.withReady(false)
                        .withNewState()
                        .withNewWaiting()
                        .withReason("ImagePullBackOff")
                        .withMessage("no such image")
                        .endWaiting()
                        .endState()
                        .build()
                : status.withReady(true)
                        .withStarted(true)
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .build();
    }

    private void bind(PersistentVolumeClaim seen) {
        String className = seen.getSpec().getStorageClassName();
        if (className == null) {
            choose(seen);
            return;
        }
        StorageClass found = client.storage().v1().storageClasses().withName(className).get();
        if (found == null || seen.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        boolean isPinned = "WaitForFirstConsumer".equals(found.getVolumeBindingMode());
        if (isPinned && node(seen) == null) {
            return;
        }
        Quantity wanted =
                Objects.requireNonNull(seen.getSpec().getResources().getRequests().get("storage"));
        if (seen.getStatus() != null
                && seen.getStatus().getCapacity() != null
                && wanted.equals(seen.getStatus().getCapacity().get("storage"))) {
            return;
        }
        String volume = "pv-" + seen.getMetadata().getUid();
        if (seen.getSpec().getVolumeName() == null) {
            provide(seen, volume, wanted);
        }
        client.resource(seen)
                .editStatus(claim ->
                        new PersistentVolumeClaimBuilder(claim)
                                .editOrNewStatus()
                                .withPhase("Bound")
                                .withCapacity(Map.of("storage", wanted))
                                .endStatus()
                                .build());
    }

    /** The scheduler says where a claim's first pod runs, if the class waits for that. */
    private static @Nullable String node(PersistentVolumeClaim claim) {
        return claim.getMetadata().getAnnotations().get("volume.kubernetes.io/selected-node");
    }

    /** A claim without a class gets the default one, once there is one. */
    private void choose(PersistentVolumeClaim claim) {
        client.storage().v1().storageClasses().list().getItems().stream()
                .filter(it ->
                        "true"
                                .equals(
                                        it.getMetadata()
                                                .getAnnotations()
                                                .get(OperatedCluster.IS_DEFAULT)))
                .findFirst()
                .ifPresent(found ->
                        client.resource(claim)
                                .edit(it ->
                                        new PersistentVolumeClaimBuilder(it)
                                                .editSpec()
                                                .withStorageClassName(found.getMetadata().getName())
                                                .endSpec()
                                                .build()));
    }

    private void provide(PersistentVolumeClaim claim, String volume, Quantity size) {
        client.resource(
                        new PersistentVolumeBuilder()
                                .withNewMetadata()
                                .withName(volume)
                                .endMetadata()
                                .withNewSpec()
                                .withAccessModes("ReadWriteOnce")
                                .withCapacity(Map.of("storage", size))
                                .withStorageClassName(claim.getSpec().getStorageClassName())
                                .withNewClaimRef()
                                .withNamespace(claim.getMetadata().getNamespace())
                                .withName(claim.getMetadata().getName())
                                .withUid(claim.getMetadata().getUid())
                                .endClaimRef()
                                .withNewHostPath()
                                .withPath("/nowhere")
                                .endHostPath()
                                .withNodeAffinity(node(claim) == null ? null : pinned(claim))
                                .endSpec()
                                .build())
                .serverSideApply();
        client.resource(claim)
                .edit(it ->
                        new PersistentVolumeClaimBuilder(it)
                                .editMetadata()
                                .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                                .endMetadata()
                                .editSpec()
                                .withVolumeName(volume)
                                .endSpec()
                                .build());
    }

    private static VolumeNodeAffinity pinned(PersistentVolumeClaim claim) {
        return new VolumeNodeAffinityBuilder()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("kubernetes.io/hostname")
                .withOperator("In")
                .withValues(node(claim))
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequired()
                .build();
    }

    @Override
    public void close() {
        pods.stop();
        claims.stop();
        classes.stop();
        kubelet.shutdownNow();
    }
}
