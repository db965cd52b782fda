package storage.dispersive.simulation;

import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;

/** Counts how requests ended. */
final class Ends implements DiskCompletion {

    private int succeeded;
    private int failed;

    int successes() {
        return succeeded;
    }

    /** Those that succeeded and those that did not. */
    int all() {
        return succeeded + failed;
    }

    @Override
    public void succeeded() {
        succeeded++;
    }

    @Override
    public void failed(DiskError error) {
        failed++;
    }
}
