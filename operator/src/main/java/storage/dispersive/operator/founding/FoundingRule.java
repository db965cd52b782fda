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
    MEMBERS_OF_RECORDED_ID,
    /**
     * An attempt forgets its own id only if it never sent its members to the record. Otherwise:
     * they were written and the answer was lost; the client sent them again and heard that the
     * resource has changed; a read that is older than both shows the id of another attempt, and the
     * pods forget what is founded.
     */
    FORGOTTEN_ONLY_IF_NEVER_WRITTEN;

    static Set<FoundingRule> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(FoundingRule.class));
    }

    static Set<FoundingRule> allBut(FoundingRule rule) {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(rule)));
    }
}
