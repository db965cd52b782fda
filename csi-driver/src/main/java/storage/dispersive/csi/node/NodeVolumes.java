package storage.dispersive.csi.node;

import java.util.List;
import java.util.Map;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * The volumes on this node. Each call blocks until it is done or refused, on a thread of its own
 * (virtual) that may be interrupted when the process ends; who asked may have stopped waiting long
 * before. {@code csi.turns} sees to it that no two calls for one volume run at a time, but for
 * {@link #stats} and {@link #info}, which may run beside anything; calls for different volumes run
 * at a time. Each call may come again, also after this process was started anew, and is then done
 * if it was done before.
 *
 * <p>Hangs of devices and mounts must not hang callers for good: {@link #stats} and the calls that
 * take something back end by themselves, and say what hung.
 */
public interface NodeVolumes {

    /**
     * Makes a volume usable on this node: engine, device, and a mounted file system unless it is
     * wanted as a device.
     *
     * <p>Refused as {@code Different} if it is staged at another path, with another face, or for
     * another attachment; {@code Hindered} if it never was formatted and does not read as zeros, or
     * holds another file system than the one that is wanted; {@code NotYet} while storage pods or
     * the cluster do not answer.
     */
    Outcome<Staged> stage(StageRequest request);

    /** Takes back what {@link #stage} did, from what this node knows; done if there is nothing. */
    Outcome<Gone> unstage(UnstageRequest request);

    /**
     * Shows a staged volume to a workload.
     *
     * <p>Refused as {@code Hindered} if it is not staged there, or if it is published at another
     * target and the access mode allows one only; {@code Different} if it is at this target in
     * another way.
     */
    Outcome<Published> publish(PublishRequest request);

    /** Takes it back and deletes the target path; done if there is nothing. */
    Outcome<Gone> unpublish(UnpublishRequest request);

    /**
     * What is used of a volume, and how it is. Ends within some seconds: a mount that hangs is no
     * refusal, but has a condition that says so and no usage. {@code Missing} if the volume is not
     * at that path.
     */
    Outcome<Stats> stats(StatsRequest request);

    /**
     * Makes device and file system as large as the volume is. Done if they are; {@code Missing} if
     * it is not staged or another is at that path, {@code NotYet} if the volume is smaller than
     * what is required for now, {@code OutOfRange} if it is larger than the limit.
     */
    Outcome<Expanded> expand(ExpandRequest request);

    /** Who this node is. */
    NodeInfo info();

    /**
     * Volumes that are here and do not serve, and that another node has, or nobody any more. While
     * the cluster does not answer there are none.
     */
    Outcome<Lost> lost();

    /**
     * Takes a lost volume away, in use or not: mounts, targets and device go, and nothing more is
     * written. Nothing if it is not lost, or not here.
     */
    Outcome<Gone> evict(VolumeHandle volume);

    /**
     * To stage a volume.
     *
     * @param attachment that the controller gave this node; a stage with an older one than is
     *     attached now must be refused as {@code Hindered}
     * @param context what the controller said of the volume when it was made
     */
    record StageRequest(
            VolumeHandle volume,
            StagingPath staging,
            Capability capability,
            Attachment attachment,
            Map<String, String> context) {

        public StageRequest {
            context = Map.copyOf(context);
        }
    }

    /** To take a staged volume back. */
    record UnstageRequest(VolumeHandle volume, StagingPath staging) {}

    /**
     * To show a staged volume to a workload.
     *
     * @param writing whether the workload may write
     */
    record PublishRequest(
            VolumeHandle volume,
            StagingPath staging,
            TargetPath target,
            Capability capability,
            Writing writing) {}

    /** What a workload may do, within what the volume's access mode allows. */
    enum Writing {
        READ_WRITE,
        READ_ONLY
    }

    /** To take a published volume back. */
    record UnpublishRequest(VolumeHandle volume, TargetPath target) {}

    /**
     * To ask for usage.
     *
     * @param path where it is staged or published
     */
    record StatsRequest(VolumeHandle volume, VolumePath path) {}

    /**
     * To make it larger.
     *
     * @param path where it is staged or published
     * @param range which size the volume must have
     */
    record ExpandRequest(VolumeHandle volume, VolumePath path, SizeRange range) {}

    /** It is staged. */
    record Staged() {}

    /** Volumes that are here without right. */
    record Lost(List<VolumeHandle> volumes) {

        public Lost {
            volumes = List.copyOf(volumes);
        }
    }

    /** It is published. */
    record Published() {}

    /** There is nothing of it any more. */
    record Gone() {}

    /** How large the device is now. */
    record Expanded(ByteSize size) {}

    /**
     * What is used.
     *
     * @param usage bytes, and for a file system inodes; of a raw device the total alone; none if it
     *     could not be found out
     */
    record Stats(List<Usage> usage, Condition condition) {

        public Stats {
            usage = List.copyOf(usage);
        }
    }

    /** Of one kind of thing. */
    sealed interface Usage {

        /** Of a file system or device whose use is known. */
        record Counted(Unit unit, long total, long used, long available) implements Usage {}

        /** Of a device, of which nobody knows what is in use. */
        record Total(Unit unit, long total) implements Usage {}
    }

    /** What is counted. */
    enum Unit {
        BYTES,
        INODES
    }

    /**
     * Who this node is.
     *
     * @param name the Kubernetes node's
     * @param maxVolumes that can be here at a time; 0 if there is no limit
     * @param topology segments by which volumes are placed; none if volumes are reached from
     *     everywhere
     */
    record NodeInfo(String name, long maxVolumes, Map<String, String> topology) {

        public NodeInfo {
            topology = Map.copyOf(topology);
        }
    }
}
