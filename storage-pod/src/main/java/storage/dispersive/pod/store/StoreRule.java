package storage.dispersive.pod.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The rules that a store keeps, one by one, so that a simulation can switch one off and show that
 * its checker finds the loss. Production keeps all.
 */
public enum StoreRule {
    /**
     * A fence is answered after every append accepted before it has ended. Otherwise: the old
     * writer's append is written and not yet synced; the new writer fences and lists, does not see
     * it, and truncates there; the sync ends, and the old writer hears that its stripe is durable.
     */
    FENCE_IS_A_BARRIER,
    /**
     * A list shows only what is durable. Otherwise: a recovery counts a portion that is written and
     * not synced, keeps its stripe and serves it; the pod crashes, and the stripe does not decode.
     */
    LIST_ONLY_DURABLE,
    /**
     * The epoch is compared before a duplicate is looked for. Otherwise: the old writer's append
     * was durable but its answer lost; the new writer fences and truncates there, for it did not
     * hear from enough pods; the old writer sends the portion again and is told that it is stored.
     */
    EPOCH_BEFORE_DUPLICATE,
    /**
     * What names another life of the disk is refused. Otherwise: a pod that was wiped answers for
     * portions that it lost, and makes up the number of those that "never had it".
     */
    INCARNATION_CHECKED,
    /**
     * A fence is durable before it is answered. Otherwise: a pod is fenced, crashes, comes back
     * without the fence, and accepts the old writer's append beside the new writer's history.
     */
    FENCE_DURABLE,
    /**
     * An equal epoch is accepted only from the run that set it. Otherwise: two engines that came by
     * the same epoch both hear that they are the writer, and give the same seq to two stripes.
     */
    EQUAL_FENCE_ONLY_SAME_RUN,
    /**
     * An append is answered after fdatasync. Otherwise: a stripe is committed, its pods lose power,
     * and an acknowledged write is gone.
     */
    SYNC_BEFORE_ACK,
    /**
     * A record of another use of the file is the end of the log. Otherwise: a segment is deleted
     * and its file used again; after a crash the old records behind the new ones come back, and
     * stand for stripes that are long void.
     */
    USE_ID_ENDS_LOG,
    /**
     * A duplicate is acknowledged only if equal to the byte. Otherwise: two different stripes with
     * one identity each get part of their acknowledgements, and both count as committed.
     */
    DUPLICATE_EQUAL_TO_THE_BYTE;

    /** All rules: what production enforces. */
    public static Set<StoreRule> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(StoreRule.class));
    }

    /** All rules but one. */
    public static Set<StoreRule> allBut(StoreRule rule) {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(rule)));
    }
}
