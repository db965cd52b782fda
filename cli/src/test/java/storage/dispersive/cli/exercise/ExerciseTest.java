package storage.dispersive.cli.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.cli.exercise.FaultyDisk.Fate;
import storage.dispersive.disk.DiskError;

class ExerciseTest {

    private static final int BLOCKS = 48;
    private static final int DISK_BLOCKS = 1000;
    private static final int WRITES = 600;
    private static final int DEPTH = 4;

    private final FaultyDisk disk = new FaultyDisk(DISK_BLOCKS);
    private final BlockPlan plan = new BlockPlan(BLOCKS, DISK_BLOCKS);
    private final Exercise exercise = new Exercise(plan, settings());

    private static Exercise.Settings settings() {
        return new Exercise.Settings(DEPTH, 0, 0, new Random().nextLong());
    }

    private void write() {
        long until = disk.writes() + WRITES;
        exercise.run(disk, () -> disk.writes() >= until, _ -> {});
    }

    private List<String> wrong() {
        exercise.verify(disk);
        return exercise.ledger().takeStories();
    }

    @Test
    void onADiskThatIsRightNothingIsWrong() {
        write();
        assertThat(wrong()).isEmpty();
        assertThat(exercise.ledger().knownBlocks()).isEqualTo(BLOCKS);
        assertThat(exercise.failedOperations()).isZero();
    }

    @Test
    void aLostBlockIsNoticed() {
        write();
        disk.lose(plan.offset(17));
        assertThat(wrong()).singleElement().asString().matches("block 17: .*, it is empty");
        assertThat(exercise.ledger().wrongBlocks()).isEqualTo(1);
    }

    @Test
    void anOlderVersionOfABlockIsNoticed() {
        write();
        disk.revert(plan.offset(20));
        assertThat(wrong())
                .singleElement()
                .asString()
                .matches("block 20: version (\\d+) was acknowledged, it shows version \\d+");
    }

    @Test
    void twoBlocksThatHaveChangedPlacesAreNoticed() {
        write();
        disk.swap(plan.offset(3), plan.offset(40));
        assertThat(wrong()).hasSize(2);
        assertThat(exercise.ledger().wrongBlocks()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 17, 26, 31, 32, 2000, 4095})
    void aBitThatHasFlippedIsNoticed(int at) {
        write();
        disk.flipBit(plan.offset(BLOCKS - 1), at);
        assertThat(wrong()).singleElement().asString().contains("it is corrupt from byte ");
    }

    @Test
    void whatAnEarlierRunLeftIsNotTakenForWhatThisOneWrote() {
        MemorySegment block = Arena.ofAuto().allocate(NumberedBlock.BYTES);
        new NumberedBlock(1, 5, 1).writeTo(block);
        assertThat(new NumberedBlock(2, 5, 1).firstWrongByte(block)).isNotNegative();
        assertThat(new NumberedBlock(2, 5, 1).whatIsSeenIn(block))
                .isEqualTo("it shows what an earlier run wrote to block 5");
    }

    /** The last write goes wrong, so that nothing covers it. */
    @ParameterizedTest
    @EnumSource(names = {"FORGOTTEN", "MISDIRECTED"})
    void aWriteThatIsAcknowledgedAndNotThereIsNoticed(Fate fate) {
        write();
        long last = disk.writes() + 1;
        disk.decide(number -> number == last ? fate : Fate.DONE);
        exercise.run(disk, () -> disk.writes() >= last, _ -> {});
        assertThat(wrong()).isNotEmpty();
    }

    @Test
    void whatIsWrongWhileItIsWrittenAndReadIsNoticedThen() {
        write();
        for (int number = 0; number < BLOCKS; number++) {
            disk.flipBit(plan.offset(number), 100);
        }
        disk.decide(_ -> Fate.FAILED);
        write();
        assertThat(exercise.ledger().takeStories()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "FAILED_AND_DONE"})
    void aWriteThatFailedMayHaveTakenEffectOrNot(Fate fate) {
        write();
        disk.decide(number -> number % 3 == 0 ? fate : Fate.DONE);
        write();
        assertThat(wrong()).isEmpty();
        assertThat(exercise.failedOperations()).isPositive();
        assertThat(exercise.firstFailure()).startsWith("write of ").endsWith(": IO");
    }

    @Test
    void whatNoWriteWillSucceedOnIsLeftAtOnce() {
        disk.decide(number -> number > 100 ? Fate.NO_SPACE : Fate.DONE);
        List<Second> seconds = new ArrayList<>();
        exercise.run(disk, () -> false, seconds::add);
        assertThat(seconds.getLast().errors()).isPositive();
        assertThat(exercise.firstFailure()).endsWith("NO_SPACE");
        assertThat(wrong()).isEmpty();
    }

    @Test
    void aBlockThatCannotBeReadInTheEndIsWrong() {
        write();
        disk.failReads(DiskError.IO);
        assertThat(wrong()).first().asString().contains("it cannot be read: IO");
        assertThat(exercise.ledger().wrongBlocks()).isEqualTo(BLOCKS);
    }

    @Test
    void whatWasNeverAcknowledgedIsNotVerified() {
        disk.decide(_ -> Fate.FAILED);
        write();
        assertThat(wrong()).isEmpty();
        assertThat(exercise.ledger().knownBlocks()).isZero();
    }

    @Test
    void dataOfOthersIsFoundAndThatOfAnEarlierRunIsNot() throws IOException {
        assertThat(exercise.firstForeignBlock(disk)).isEqualTo(-1);
        write();
        assertThat(exercise.firstForeignBlock(disk)).isEqualTo(-1);
        disk.flipBit(plan.offset(30), 0);
        assertThat(exercise.firstForeignBlock(disk)).isEqualTo(30);
        disk.failReads(DiskError.IO);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> exercise.firstForeignBlock(disk))
                .withMessageContaining("cannot be read");
    }

    @Test
    void eachSecondIsToldAndWritesKeepTheirPace() {
        long rate = 512 << 10;
        Exercise paced = new Exercise(plan, new Exercise.Settings(DEPTH, rate, rate, 1));
        List<Second> seconds = new ArrayList<>();
        paced.run(disk, () -> seconds.size() == 2, seconds::add);
        assertThat(seconds).extracting(Second::number).startsWith(1L, 2L);
        assertThat(seconds.subList(0, 2))
                .allSatisfy(second -> {
                    assertThat(second.bytesWritten()).isBetween(rate / 4, 2 * rate);
                    assertThat(second.bytesRead()).isBetween(rate / 4, 2 * rate);
                    assertThat(second.operations()).isPositive();
                });
    }
}
