package storage.dispersive.vnet.sidecar;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Warnings and worse of all sidecars in this JVM, until it is closed. */
final class LoggedLines extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("storage.dispersive");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    static LoggedLines begin() {
        LoggedLines heard = new LoggedLines();
        heard.setLevel(Level.WARNING);
        heard.logger.addHandler(heard);
        return heard;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord logged) {
        if (isLoggable(logged)) {
            lines.add(logged.getLoggerName() + ": " + new SimpleFormatter().formatMessage(logged));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
