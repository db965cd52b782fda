package storage.dispersive.csi.node;

import java.io.IOException;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineRequest;

/** The process that serves this node's volumes. Calls block. Safe for use by many threads. */
@FunctionalInterface
public interface Engines {

    /**
     * What it answers, a refusal too.
     *
     * @throws IOException if it does not answer; then the request may have been done
     */
    EngineAnswer ask(EngineRequest request) throws IOException;
}
