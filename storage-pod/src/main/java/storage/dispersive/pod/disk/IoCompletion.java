package storage.dispersive.pod.disk;

import java.io.IOException;

/** Hears of the end of one operation: exactly one of its methods, once, on the loop's thread. */
public interface IoCompletion {

    void done();

    void failed(IOException cause);
}
