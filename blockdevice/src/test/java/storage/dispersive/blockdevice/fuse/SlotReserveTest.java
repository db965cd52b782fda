package storage.dispersive.blockdevice.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlotReserveTest {

    private static final int BYTES = 8192;
    private static final FuseSettings SETTINGS = new FuseSettings(1, 8, BYTES, 0);

    private final SlotReserve reserve = SlotReserve.of(8, BYTES);

    private static List<Slot> take(SlotPool pool, int count) {
        List<Slot> slots = new ArrayList<>();
        for (int taken = 0; taken < count; taken++) {
            slots.add(pool.take());
        }
        return slots;
    }

    /** Takes one on another thread. */
    private static CompletableFuture<Slot> begin(SlotPool pool) {
        return CompletableFuture.supplyAsync(
                pool::take, task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void aSessionThatKeepsAllItGetsLeavesHalfOfTheReserveAndItsOwnToAnother() {
        SlotPool greedy = new SlotPool(SETTINGS, reserve);
        SlotPool other = new SlotPool(SETTINGS, reserve);
        // One of its own, and four when four are left.
        take(greedy, 5);
        CompletableFuture<Slot> sixth = begin(greedy);
        assertThat(reserve.free()).isEqualTo(4);
        List<Slot> taken = take(other, 3);
        assertThat(reserve.free()).isEqualTo(2);
        assertThat(sixth).isNotDone();
        taken.forEach(other::give);
        assertThat(reserve.free()).isEqualTo(4);
        assertThat(sixth).isNotDone();
        greedy.close();
        await().until(sixth::isDone);
        assertThat(sixth).isCompletedWithValue(null);
    }

    @Test
    void whoWaitsForASlotGetsTheNextThatAnySessionGivesBack() {
        SlotPool first = new SlotPool(SETTINGS, reserve);
        SlotPool second = new SlotPool(SETTINGS, reserve);
        List<Slot> ofFirst = take(first, 4);
        List<Slot> ofSecond = take(second, 4);
        CompletableFuture<Slot> waiting = begin(second);
        assertThat(reserve.free()).isEqualTo(2);
        assertThat(waiting).isNotDone();
        first.give(ofFirst.removeLast());
        first.give(ofFirst.removeLast());
        await().until(waiting::isDone);
        ofSecond.add(waiting.join());
        assertThat(second.busy()).isEqualTo(5);
    }

    @Test
    void aSlotOfItsOwnIsThereWhateverOthersHave() {
        List<SlotPool> hanging = new ArrayList<>();
        for (int session = 0; session < 20; session++) {
            SlotPool pool = new SlotPool(SETTINGS, reserve);
            hanging.add(pool);
            take(pool, 1);
        }
        hanging.forEach(pool -> {
            var _ = begin(pool);
        });
        SlotPool late = new SlotPool(SETTINGS, reserve);
        assertThat(late.take()).isNotNull();
        hanging.forEach(SlotPool::close);
    }

    @Test
    void theLastThatComesBackEndsASessionAndTheReserveOutlivesIt() {
        SlotPool pool = new SlotPool(SETTINGS, reserve);
        List<Slot> taken = take(pool, 3);
        List<String> heard = new ArrayList<>();
        pool.close();
        pool.whenAllAreBack(() -> heard.add("all"));
        pool.give(taken.get(0));
        pool.give(taken.get(1));
        assertThat(heard).isEmpty();
        assertThatThrownBy(reserve::close).isInstanceOf(IllegalStateException.class);
        pool.give(taken.get(2));
        assertThat(heard).containsExactly("all");
        pool.release();
        reserve.close();
    }
}
