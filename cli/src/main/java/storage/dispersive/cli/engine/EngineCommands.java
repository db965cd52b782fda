package storage.dispersive.cli.engine;

import java.util.concurrent.CompletableFuture;
import storage.dispersive.engine.EngineReport;

/** What can be asked of an engine over its control socket; each answers how it is afterwards. */
interface EngineCommands {

    CompletableFuture<EngineReport> status();

    /** Begins to replace all sessions; fails if there is no engine yet. */
    CompletableFuture<EngineReport> roll();

    /** Bounds each connection, each way; 0 for no bound. Fails if connections are plain sockets. */
    CompletableFuture<EngineReport> limit(long bytesPerSecond);
}
