package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MapRoomTest {

    private final MapRoom room = new MapRoom(1_000);

    @Test
    void oneMapAloneMayHaveFourFifths() {
        MapRoom.Share only = room.share();
        assertThat(only.mayGrow(799)).isTrue();
        assertThat(only.mayGrow(801)).isFalse();
    }

    @Test
    void whateverOthersTakeSomeIsLeftForWhoHasLittle() {
        MapRoom.Share greedy = room.share();
        long taken = 0;
        while (greedy.mayGrow(taken)) {
            taken++;
        }
        MapRoom.Share small = room.share();
        assertThat(small.mayGrow(100)).isTrue();
        assertThat(greedy.mayGrow(taken)).isFalse();
    }

    @Test
    void whatAVolumeHadIsFreeAfterItsEnd() {
        MapRoom.Share first = room.share();
        first.mayGrow(700);
        first.mayGrow(500);
        assertThat(room.usedBytes()).isEqualTo(500);
        first.close();
        first.close();
        assertThat(room.usedBytes()).isZero();
        assertThat(room.share().mayGrow(799)).isTrue();
    }
}
