package storage.dispersive.engine.host;

import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.engine.description.VolumeDescription;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.portion.Extent;
import storage.dispersive.portion.VolumeId;

/** A volume that is to be attached, with all checked that can be without its pods. */
record AttachRequest(
        Attachment attachment, VolumeId id, long generation, DescriptorName descriptor) {

    /** Checks it; whatever is wrong is a {@link DescriptionException}. */
    static AttachRequest parse(String text, String descriptor, Identities identities) {
        VolumeDescription volume = VolumeDescription.parse("the description", text);
        if (volume.run().isPresent()) {
            throw new DescriptionException(
                    "the description has a run", "remove it; starts are counted on the node");
        }
        volume.checkFiles();
        identities.check(volume);
        DescriptorName name;
        try {
            name = new DescriptorName(descriptor);
        } catch (IllegalArgumentException e) {
            throw new DescriptionException(
                    "the descriptor has no name that can be: " + e.getMessage(),
                    "name it as its keeper does",
                    e);
        }
        Attachment attachment = new Attachment(text, descriptor, volume.spec().sizeBytes(), 0, 0);
        return new AttachRequest(attachment, volume.spec().id(), volume.generation(), name);
    }

    static boolean isSize(long bytes) {
        return bytes > 0
                && bytes % VirtualDisk.BLOCK_BYTES == 0
                && bytes / VirtualDisk.BLOCK_BYTES <= Extent.MAX_LOGICAL_BLOCK;
    }

    /** Whether the same was asked before; it may have grown or been bounded since. */
    boolean isThatOf(Attachment before) {
        return before.descriptor().equals(attachment.descriptor())
                && before.volume().withSize(attachment.sizeBytes()).equals(attachment.volume());
    }
}
