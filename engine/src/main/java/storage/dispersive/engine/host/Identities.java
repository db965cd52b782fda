package storage.dispersive.engine.host;

import storage.dispersive.engine.description.VolumeDescription;

/** Where identities of volumes come from. */
@FunctionalInterface
interface Identities {

    /** That of a volume, whose files are not looked at yet. */
    VolumeIdentity of(VolumeDescription volume);
}
