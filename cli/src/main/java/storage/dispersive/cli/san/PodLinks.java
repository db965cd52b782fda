package storage.dispersive.cli.san;

import java.util.List;
import storage.dispersive.cli.engine.SanLinks;
import storage.dispersive.cli.lan.Place;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.portion.VolumeId;

/** How commands reach pods: from the client's place. Thread-safe; who is given a link closes it. */
record PodLinks(SanRecord san, Identities identities, Place client) {

    /** As who creates, describes and deletes volumes; {@code pods} by slot. */
    VolumeLink asAdmin(VolumeId volume, List<String> pods) {
        return client.call(() -> SanLinks.asAdmin(san, identities, volume, pods));
    }
}
