package storage.dispersive.simulation;

import java.util.EnumSet;
import java.util.Set;
import storage.dispersive.pod.store.StoreRule;
import storage.dispersive.portion.Code;
import storage.dispersive.volume.EngineRule;

/**
 * What a scenario is like.
 *
 * @param actions how many things are done before all is healed and checked
 */
public record ScenarioOptions(
        Code code,
        int actions,
        Set<EngineRule> engineRules,
        Set<StoreRule> storeRules,
        Set<ScenarioRule> scenarioRules) {

    /** What whoever runs engines has to do, and may leave out to see what it prevents. */
    public enum ScenarioRule {
        /** Every start of an engine takes an epoch that was never used. */
        NEW_EPOCH_AT_EVERY_START,
        /** No more disks are lost than may be, as nothing rebuilds them yet. */
        DISKS_LOST_WITHIN_BOUNDS
    }

    public ScenarioOptions {
        engineRules = Set.copyOf(engineRules);
        storeRules = Set.copyOf(storeRules);
        scenarioRules = Set.copyOf(scenarioRules);
    }

    /** All rules in force. */
    public static ScenarioOptions of(Code code, int actions) {
        return new ScenarioOptions(
                code,
                actions,
                EngineRule.all(),
                StoreRule.all(),
                EnumSet.allOf(ScenarioRule.class));
    }

    public ScenarioOptions without(EngineRule rule) {
        return new ScenarioOptions(
                code, actions, EngineRule.allBut(rule), storeRules, scenarioRules);
    }

    public ScenarioOptions without(StoreRule rule) {
        return new ScenarioOptions(
                code, actions, engineRules, StoreRule.allBut(rule), scenarioRules);
    }

    public ScenarioOptions without(ScenarioRule rule) {
        Set<ScenarioRule> rest = EnumSet.allOf(ScenarioRule.class);
        rest.remove(rule);
        return new ScenarioOptions(code, actions, engineRules, storeRules, rest);
    }

    /** Disks that may be lost while writes can go on: without rebuild they stay missing. */
    int disksThatMayBeLost() {
        int needed = Math.max(code.dataPortions(), code.parityPortions() + 1);
        return Math.min(code.parityPortions(), code.portions() - needed);
    }
}
