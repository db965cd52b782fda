package storage.dispersive.e2e;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** Takes and gives back the right to write a volume, as who attaches it does. */
final class Attachments {

    private Attachments() {}

    /** The next generation, for a node. */
    static long take(DispersiveVolume volume, String node) {
        var attachment = volume.getStatus().attachment();
        long generation = attachment == null ? 1 : attachment.generation() + 1;
        patch(
                volume,
                "{\"generation\":%d,\"node\":\"%s\",\"since\":\"2026-01-01T00:00:00Z\"}"
                        .formatted(generation, node));
        return generation;
    }

    /** No node uses it any more; the generation stays. */
    static void release(DispersiveVolume volume) {
        if (volume.getStatus() != null && volume.getStatus().attachment() != null) {
            patch(volume, "{\"node\":null,\"since\":null}");
        }
    }

    private static void patch(DispersiveVolume volume, String attachment) {
        Cluster.CLIENT
                .resources(DispersiveVolume.class)
                .inNamespace(volume.getMetadata().getNamespace())
                .withName(volume.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"attachment\":" + attachment + "}}");
    }
}
