package storage.dispersive.cli.san;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;

/** Decides what a SAN consists of, once, and writes it down. Under the SAN's lock. */
record Founding(SanHome home) {

    private static final int USUAL_PODS = 6;

    /** Where every pod listens that is a host, at an address of its own. */
    private static final int PORTION_PORT = 7400;

    private static final int HEALTH_PORT = 8080;

    /** The SAN that is there, which must be as is asked for, or a new one. */
    SanRecord findOrMake(UpRequest request, Progress progress) {
        return home.exists() ? known(request) : make(request, progress);
    }

    private SanRecord known(UpRequest request) {
        SanRecord record = SanRecord.of(home);
        if (record.pods().size() != request.podCount().orElse(record.pods().size())
                || !record.storesDirectory()
                        .equals(request.stores().orElse(record.storesDirectory()))
                || !request.network().isMetBy(record.network())) {
            throw SanException.failed(
                    "there is a local SAN already, of "
                            + record.pods().size()
                            + " pods with stores in "
                            + record.storesDirectory()
                            + ", "
                            + record.network(),
                    "leave --pods, --stores, --isolation, --underlay and --paths away to start it,"
                            + " or remove it with 'dispersive down --delete-data'");
        }
        return record;
    }

    private SanRecord make(UpRequest request, Progress progress) {
        NetworkRecord network = request.network().forNewSan(Lan.obstacle(), progress);
        Path stores = request.stores().orElse(home.pods());
        int count = request.podCount().orElse(USUAL_PODS);
        List<Integer> ports =
                network.hasHosts() ? List.of() : new FreePorts(new SecureRandom()).pick(2 * count);
        List<PodRecord> pods = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            String name = "pod-" + index;
            Path store =
                    stores.equals(home.pods())
                            ? home.pod(name).resolve("store")
                            : stores.resolve(name);
            SanHome.directory(home.pod(name));
            SanHome.directory(store);
            pods.add(
                    network.hasHosts()
                            ? new PodRecord(
                                    name,
                                    store.toString(),
                                    Lan.podAddress(name, network.family()),
                                    PORTION_PORT,
                                    HEALTH_PORT)
                            : new PodRecord(
                                    name,
                                    store.toString(),
                                    PodRecord.LOOPBACK,
                                    ports.get(2 * index),
                                    ports.get(2 * index + 1)));
        }
        SanRecord record =
                new SanRecord(
                        SanRecord.FORMAT,
                        stores.toString(),
                        request.segmentSizeBytes(),
                        network,
                        pods);
        record.save(home);
        return record;
    }
}
