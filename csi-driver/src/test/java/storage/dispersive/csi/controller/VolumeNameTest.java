package storage.dispersive.csi.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

class VolumeNameTest {

    @Test
    void aProvisionersNameStays() {
        String name = "pvc-6d6a3c5e-0c5a-4f0e-9d1c-2f9b8a7c6d5e";
        assertThat(VolumeName.of(name)).isEqualTo(name);
    }

    @Test
    void anyOtherNameBecomesOneThatAVolumeCanHave() {
        List<String> names =
                List.of(
                        "Photos",
                        "photos ",
                        "9lives",
                        "-",
                        "..",
                        "a/b",
                        "ÄÖÜ",
                        "日本",
                        "x".repeat(47),
                        "x".repeat(128),
                        "a-" + "-".repeat(60));
        Set<String> seen = new HashSet<>();
        assertThat(names)
                .allSatisfy(it -> {
                    String made = VolumeName.of(it);
                    assertThat(VolumeHandle.isName(made)).as(made).isTrue();
                    assertThat(seen.add(made)).isTrue();
                });
        assertThat(VolumeName.of("Photos")).startsWith("photos-");
    }

    @Test
    void namesThatDifferInCaseAreDifferentVolumes() {
        assertThat(VolumeName.of("Photos")).isNotEqualTo(VolumeName.of("photos"));
    }

    @Test
    void sizesAreRoundedUpToBlocks() {
        assertThat(size(1, 0)).isEqualTo(1 << 20);
        assertThat(size((1 << 20) + 1, 0)).isEqualTo((1 << 20) + 4096);
        assertThat(size(0, 0)).isEqualTo(1 << 30);
        assertThat(size(0, (2 << 20) + 1)).isEqualTo(2 << 20);
        assertThat(size(64L << 40, 64L << 40)).isEqualTo(64L << 40);
    }

    @Test
    void sizesThatCannotBeHadAreOutOfRange() {
        assertThat(size((64L << 40) + 1, 0)).isNegative();
        assertThat(size(Long.MAX_VALUE, 0)).isNegative();
        assertThat(size(0, 4096)).isNegative();
        assertThat(size((1 << 20) + 1, (1 << 20) + 2)).isNegative();
    }

    private static long size(long required, long limit) {
        SizeRange.Limit most = limit == 0 ? SizeRange.Limit.NONE : new SizeRange.Limit(limit);
        return switch (VolumeSize.within(new SizeRange(new ByteSize(required), most))) {
            case Outcome.Done<ByteSize>(ByteSize size) -> size.bytes();
            case Outcome.Refused<ByteSize>(Refusal why) -> {
                assertThat(why).isInstanceOf(Refusal.OutOfRange.class);
                yield -1;
            }
        };
    }
}
