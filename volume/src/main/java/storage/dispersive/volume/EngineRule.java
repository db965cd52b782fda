package storage.dispersive.volume;

import java.util.EnumSet;
import java.util.Set;

/**
 * Rules of {@code docs/protocol.md} that an engine holds. They can be switched off only to show, in
 * a simulation, that its checker finds what each of them prevents.
 */
public enum EngineRule {
    /** A stripe is committed only when every store that it names holds it. */
    COMMIT_NEEDS_ALL_NAMED,
    /** A write is answered only when all stripes before its own are committed, too. */
    ACK_IN_ORDER,
    /** A fence counts when k admitted stores have answered it. */
    FENCE_NEEDS_K_ANSWERS,
    /** A store that lost portions, or cannot read them, does not answer for what it lacks. */
    DAMAGE_IS_NO_ANSWER,
    /** The start of the highest epoch decides alone; other starts and their stripes are void. */
    HIGHEST_START_DECIDES,
    /**
     * What decodes above the committed seq, and no named store denies, is kept and dispersed again
     * before the start record.
     */
    KEEP_WHAT_MAY_BE_COMMITTED,
    /** The start record is sent only when what it adopts is committed. */
    START_AFTER_ADOPTED,
    /** Nothing is served before the start record is committed. */
    SERVE_AFTER_START;

    public static Set<EngineRule> all() {
        return EnumSet.allOf(EngineRule.class);
    }

    public static Set<EngineRule> allBut(EngineRule rule) {
        Set<EngineRule> rules = EnumSet.allOf(EngineRule.class);
        rules.remove(rule);
        return rules;
    }
}
