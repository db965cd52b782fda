package storage.dispersive.csi.kubernetes;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Api;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.csi.controller.Layout;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.ResourceException;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.VolumeResources;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Volumes as DispersiveVolumes. Those of all namespaces are served; new ones are made in one. */
public final class KubernetesVolumes implements VolumeResources {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** So many are asked for at a time when all are wanted. */
    private static final int PAGE = 500;

    /** Of a list of all, so that it ends; more than any cluster has. */
    private static final int MAX_PAGES = 1000;

    private final KubernetesClient client;
    private final Pools pools;
    private final Clock clock;

    /** Where pools are whose room is asked for. */
    public record Pools(String namespace) {}

    public KubernetesVolumes(KubernetesClient client, Pools pools, Clock clock) {
        this.client = client;
        this.pools = pools;
        this.clock = clock;
    }

    private Resource<DispersiveVolume> resource(VolumeHandle handle) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(handle.namespace())
                .withName(handle.name());
    }

    @Override
    public Optional<StoredVolume> find(VolumeHandle handle) {
        return asked(
                () -> Optional.ofNullable(resource(handle).get()).flatMap(ResourceReading::read));
    }

    @Override
    public Written insert(NewVolume volume) {
        try {
            return now(client.resource(ResourceWriting.resource(volume)).create());
        } catch (KubernetesClientException e) {
            if (ApiFailure.isConflict(e)) {
                return new Written.Overtaken();
            }
            if (ApiFailure.isMissing(e)) {
                throw new ResourceException(
                        new Refusal.Hindered(
                                "there is no namespace "
                                        + volume.handle().namespace()
                                        + ", or no DispersiveVolumes: make it, or install the"
                                        + " definitions"),
                        e);
            }
            throw ApiFailure.exception(e);
        }
    }

    @Override
    public Written change(StoredVolume seen, Change change) {
        Resource<DispersiveVolume> resource = resource(seen.handle());
        try {
            return now(
                    switch (change) {
                        case Change.Grow(ByteSize size) ->
                                resource.patch(MERGE, ResourceWriting.grow(seen, size));
                        case Change.Limit(var limits) ->
                                resource.patch(MERGE, ResourceWriting.limit(seen, limits));
                        case Change.Hold(var holding) ->
                                resource.subresource("status")
                                        .patch(
                                                MERGE,
                                                ResourceWriting.hold(
                                                        seen, holding, clock.instant()));
                    });
        } catch (KubernetesClientException e) {
            if (ApiFailure.isConflict(e) || ApiFailure.isMissing(e)) {
                return new Written.Overtaken();
            }
            throw ApiFailure.exception(e);
        }
    }

    private static Written now(DispersiveVolume resource) {
        return new Written.Now(
                ResourceReading.read(resource)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "the API server took a volume of a name that its"
                                                + " definition does not allow")));
    }

    @Override
    public void remove(StoredVolume seen) {
        try {
            client.raw(
                    "/apis/"
                            + Api.GROUP
                            + "/"
                            + Api.VERSION
                            + "/namespaces/"
                            + seen.handle().namespace()
                            + "/dispersivevolumes/"
                            + seen.handle().name(),
                    "DELETE",
                    new DeleteOptionsBuilder()
                            .withApiVersion("v1")
                            .withKind("DeleteOptions")
                            .withNewPreconditions()
                            .withUid(seen.version().uid().text())
                            .endPreconditions()
                            .build());
        } catch (KubernetesClientException e) {
            // Another one has its name now, or nobody has.
            if (!ApiFailure.isConflict(e) && !ApiFailure.isMissing(e)) {
                throw ApiFailure.exception(e);
            }
        }
    }

    @Override
    public Sight await(VolumeHandle handle, Predicate<StoredVolume> enough, Duration patience) {
        return asked(() -> new Watch(resource(handle), enough).await(patience));
    }

    @Override
    public Page list(PageWish wish) {
        if (wish.most() != 0) {
            return page(wish);
        }
        List<StoredVolume> all = new ArrayList<>();
        Page page = page(new PageWish(PAGE, wish.token()));
        all.addAll(page.volumes());
        for (int i = 1; i < MAX_PAGES && !page.next().isEmpty(); i++) {
            page = page(new PageWish(PAGE, page.next()));
            all.addAll(page.volumes());
        }
        return new Page(all, page.next());
    }

    private Page page(PageWish wish) {
        try {
            KubernetesResourceList<DispersiveVolume> found =
                    client.resources(DispersiveVolume.class)
                            .inAnyNamespace()
                            .list(
                                    new ListOptionsBuilder()
                                            .withLimit((long) wish.most())
                                            .withContinue(
                                                    wish.token().isEmpty() ? null : wish.token())
                                            .build());
            return new Page(
                    ResourceReading.readAll(found.getItems()),
                    Objects.requireNonNullElse(found.getMetadata().getContinue(), ""));
        } catch (KubernetesClientException e) {
            if (!wish.token().isEmpty() && ApiFailure.isBadToken(e)) {
                throw new ResourceException(
                        new Refusal.Stale(
                                "the token is none of this driver, or too old; begin anew without"
                                        + " one"),
                        e);
            }
            throw ApiFailure.exception(e);
        }
    }

    @Override
    public Room roomIn(Layout.InPool pool) {
        return asked(() -> {
            DispersivePool found =
                    client.resources(DispersivePool.class)
                            .inNamespace(pools.namespace())
                            .withName(pool.pool())
                            .get();
            return new Room(free(found == null ? null : found.getStatus()));
        });
    }

    /** None where nobody knows, as what is promised would be waited for. */
    private static ByteSize free(@Nullable DispersivePoolStatus status) {
        if (status == null || status.capacity() == null || status.used() == null) {
            return new ByteSize(0);
        }
        return new ByteSize(
                Math.max(
                        0,
                        ResourceReading.bytes(status.capacity())
                                - ResourceReading.bytes(status.used())));
    }

    @Override
    public boolean isNode(NodeName node) {
        return asked(() -> client.nodes().withName(node.text()).get() != null);
    }

    private static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw ApiFailure.exception(e);
        }
    }
}
