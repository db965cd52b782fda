package storage.dispersive.operator.founding;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The rules of founding, one by one, so that a model can switch one off and show that its checker
 * finds the loss. Production keeps all.
 */
enum FoundingRule {
    /**
     * Each attempt has an id of its own. Otherwise: an operator was paused before it had the pods
     * forget its id, another founded the volume under the same id and it was written; the first
     * wakes up, and the pods forget it.
     */
    FRESH_ID,
    /**
     * An id is forgotten only when another one is recorded. Otherwise: the attempt that is taken
     * for dead records its members while its pods forget.
     */
    ABANDONED_BEFORE_FORGOTTEN,
    /**
     * Members are recorded only while their attempt's id is. Otherwise: an operator that was paused
     * records members that have been made to forget.
     */
    MEMBERS_OF_RECORDED_ID;

    static Set<FoundingRule> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(FoundingRule.class));
    }

    static Set<FoundingRule> allBut(FoundingRule rule) {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(rule)));
    }
}
