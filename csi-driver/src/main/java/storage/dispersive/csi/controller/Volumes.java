package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import storage.dispersive.csi.controller.VolumeResources.Page;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * The volumes of a cluster. Calls block, and may come again: what was done before is done. Those
 * that wait for others have a patience: when it ends, what they began goes on without them, and the
 * same call again waits for it. Safe for use by many threads; {@code csi.turns} lets one call at a
 * time change a volume.
 */
public interface Volumes {

    /**
     * Makes a volume, and waits until it can be used. {@code Different} if there is one of that
     * name that is not so; {@code Full} if there is no room for it, and then nothing of it stays.
     */
    Outcome<StoredVolume> create(CreateRequest request, Duration patience);

    /** Removes a volume and what is in it; {@code Hindered} while a node has it. */
    Outcome<Removed> delete(DeleteRequest request, Duration patience);

    /** Gives a node the right to use a volume; {@code Hindered} while another node has it. */
    Outcome<Attachment> publish(PublishRequest request);

    /** Takes it back: done when the node has let go, or cannot commit any more. */
    Outcome<Detached> unpublish(UnpublishRequest request, Duration patience);

    Outcome<StoredVolume> get(VolumeHandle volume);

    /** {@code Stale} if the token is none of ours, or too old. */
    Outcome<Page> list(PageWish wish);

    /** How much could be made of a kind of volume. */
    Outcome<Capacity> capacity(CapacityRequest request);

    /** Makes a volume larger, and waits until storage pods have room for that. Never smaller. */
    Outcome<ByteSize> expand(ExpandRequest request, Duration patience);

    /** Changes what may change while a volume is used. */
    Outcome<Modified> modify(ModifyRequest request);

    /** Whether a volume can be used in all of these ways. */
    Outcome<Confirmation> confirm(ConfirmRequest request);

    /**
     * To make a volume.
     *
     * @param name what the caller calls it; the same name is the same volume
     * @param capabilities how it is to be used; at least one
     * @param parameters of its class, by name
     */
    record CreateRequest(
            String name, SizeRange range, List<Capability> capabilities, Parameters parameters) {

        public CreateRequest {
            capabilities = List.copyOf(capabilities);
        }

        /**
         * As text, not looked at.
         *
         * @param lasting those that say how it is kept
         * @param changeable those that may change
         */
        public record Parameters(Map<String, String> lasting, Changeable changeable) {

            public Parameters {
                lasting = Map.copyOf(lasting);
            }
        }
    }

    /** Parameters that may change, as text, not looked at. */
    record Changeable(Map<String, String> byName) {

        public Changeable {
            byName = Map.copyOf(byName);
        }
    }

    record DeleteRequest(VolumeHandle volume) {}

    record PublishRequest(VolumeHandle volume, NodeName node, AccessMode mode) {}

    record UnpublishRequest(VolumeHandle volume, Leaver leaver) {}

    /**
     * Of a kind of volume.
     *
     * @param parameters of its class
     * @param modes how it is to be used; none means in any way
     */
    record CapacityRequest(Map<String, String> parameters, List<AccessMode> modes) {

        public CapacityRequest {
            parameters = Map.copyOf(parameters);
            modes = List.copyOf(modes);
        }
    }

    record ExpandRequest(VolumeHandle volume, SizeRange range) {}

    record ModifyRequest(VolumeHandle volume, Changeable parameters) {}

    /**
     * To ask whether a volume can be used so.
     *
     * @param parameters with which it is said to have been made; none means any
     */
    record ConfirmRequest(
            VolumeHandle volume, List<AccessMode> modes, Map<String, String> parameters) {

        public ConfirmRequest {
            modes = List.copyOf(modes);
            parameters = Map.copyOf(parameters);
        }
    }

    /** It is gone. */
    record Removed() {}

    /** The node cannot use it any more. */
    record Detached() {}

    /** It is so now. */
    record Modified() {}

    /**
     * What could be made.
     *
     * @param available all together
     * @param largest one volume
     * @param smallest one volume
     */
    record Capacity(Available available, Largest largest, Smallest smallest) {

        /** All together. */
        public record Available(ByteSize size) {}

        /** The largest volume that can be. */
        public record Largest(ByteSize size) {}

        /** The smallest volume that can be. */
        public record Smallest(ByteSize size) {}
    }

    /** Whether it can be used so. */
    sealed interface Confirmation {

        record Confirmed() implements Confirmation {}

        /** Not in all of these ways. */
        record Unsupported(String why) implements Confirmation {}
    }
}
