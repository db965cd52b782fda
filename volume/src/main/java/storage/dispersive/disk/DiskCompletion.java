package storage.dispersive.disk;

/** Hears the end of one request, exactly once, on any thread. Must not block and must not throw. */
public interface DiskCompletion {

    void succeeded();

    void failed(DiskError error);
}
