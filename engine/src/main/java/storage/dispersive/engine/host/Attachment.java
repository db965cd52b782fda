package storage.dispersive.engine.host;

import storage.dispersive.engine.description.VolumeDescription;
import storage.dispersive.portion.VolumeId;

/**
 * What was asked for with a volume, as it is kept on the node's disk.
 *
 * @param description JSON, as it came
 * @param descriptor what the mount's descriptor is called in the keepers
 * @param sizeBytes at least what the description says; more when it has grown
 * @param bytesPerSecond the bound of each connection, 0 for none
 * @param fencedBy the higher generation that has the volume elsewhere, 0 if none is known
 */
record Attachment(
        String description, String descriptor, long sizeBytes, long bytesPerSecond, long fencedBy) {

    /** The description with the size that the volume has now. */
    VolumeDescription volume() {
        return VolumeDescription.parse("the description", description).withSize(sizeBytes);
    }

    VolumeId id() {
        return volume().spec().id();
    }

    Attachment grown(long toBytes) {
        return new Attachment(description, descriptor, toBytes, bytesPerSecond, fencedBy);
    }

    Attachment limited(long toBytesPerSecond) {
        return new Attachment(description, descriptor, sizeBytes, toBytesPerSecond, fencedBy);
    }

    Attachment fenced(long byGeneration) {
        return new Attachment(description, descriptor, sizeBytes, bytesPerSecond, byGeneration);
    }
}
