package storage.dispersive.volume;

import java.util.Set;
import storage.dispersive.volume.pods.RollPolicy;

/**
 * Bounds of an engine.
 *
 * @param maxStripesInFlight W of the protocol: stripes sent and not yet committed; at most {@value
 *     #MOST_STRIPES_IN_FLIGHT}
 * @param maxThinStripesInFlight how many may be in flight before a stripe that is not full waits
 *     for a commit (group commit)
 * @param blocksPerPortion where a stripe grows another data portion rather than a longer one
 * @param mapBudgetBytes memory for the map; writes that need more are refused as no space
 * @param ioTimeoutMillis how long a request waits for pods before it fails
 * @param appendTimeoutMillis how long a pod may take for an append before its stripe is dispersed
 *     again without it
 * @param hedgeFloorMillis the shortest wait before a late read is reconstructed from other pods
 * @param gatherMillis how long an attach waits for more than k pods
 * @param roll when sessions are replaced by new ones
 * @param rules those of the protocol that are in force; all of them, but in a simulation that shows
 *     what each is for
 */
public record EngineSettings(
        int maxStripesInFlight,
        int maxThinStripesInFlight,
        int blocksPerPortion,
        long mapBudgetBytes,
        long ioTimeoutMillis,
        long appendTimeoutMillis,
        long hedgeFloorMillis,
        long gatherMillis,
        RollPolicy roll,
        Set<EngineRule> rules) {

    public static final int MOST_STRIPES_IN_FLIGHT = 64;

    public EngineSettings {
        rules = Set.copyOf(rules);
        if (maxStripesInFlight < 1
                || maxStripesInFlight > MOST_STRIPES_IN_FLIGHT
                || maxThinStripesInFlight < 1
                || blocksPerPortion < 1
                || mapBudgetBytes < 1
                || ioTimeoutMillis < 1
                || appendTimeoutMillis < 1
                || hedgeFloorMillis < 1
                || gatherMillis < 0) {
            throw new IllegalArgumentException("a bound is out of its range");
        }
    }

    public static EngineSettings defaults() {
        return new EngineSettings(
                16, 2, 8, 96L << 20, 30_000, 500, 20, 1_000, RollPolicy.NEVER, EngineRule.all());
    }

    public EngineSettings withRules(Set<EngineRule> others) {
        return new EngineSettings(
                maxStripesInFlight,
                maxThinStripesInFlight,
                blocksPerPortion,
                mapBudgetBytes,
                ioTimeoutMillis,
                appendTimeoutMillis,
                hedgeFloorMillis,
                gatherMillis,
                roll,
                others);
    }

    public EngineSettings withRoll(RollPolicy policy) {
        return new EngineSettings(
                maxStripesInFlight,
                maxThinStripesInFlight,
                blocksPerPortion,
                mapBudgetBytes,
                ioTimeoutMillis,
                appendTimeoutMillis,
                hedgeFloorMillis,
                gatherMillis,
                policy,
                rules);
    }

    public EngineSettings withMapBudget(long bytes) {
        return new EngineSettings(
                maxStripesInFlight,
                maxThinStripesInFlight,
                blocksPerPortion,
                bytes,
                ioTimeoutMillis,
                appendTimeoutMillis,
                hedgeFloorMillis,
                gatherMillis,
                roll,
                rules);
    }

    public boolean enforces(EngineRule rule) {
        return rules.contains(rule);
    }
}
