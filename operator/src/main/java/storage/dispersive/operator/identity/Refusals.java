package storage.dispersive.operator.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why somebody was refused last, to be logged once until it changes: pods ask each minute. Of so
 * many at most that memory is bounded.
 */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int MOST = 10_000;

    private final Map<String, String> last =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > MOST;
                }
            };

    /** Whether it was logged. */
    synchronized boolean refused(String who, String why) {
        if (why.equals(last.put(who, why))) {
            return false;
        }
        LOG.warn("{} gets no certificate: {}", who, why);
        return true;
    }

    synchronized void certified(String who) {
        last.remove(who);
    }
}
