package storage.dispersive.engine.host;

import storage.dispersive.engine.description.VolumeDescription;

/** Where identities of volumes come from. */
interface Identities {

    /** Finds out what is wrong with a description at once; a {@code DescriptionException}. */
    void check(VolumeDescription volume);

    /** That of a volume, whose files are not looked at yet. */
    VolumeIdentity of(VolumeDescription volume);
}
