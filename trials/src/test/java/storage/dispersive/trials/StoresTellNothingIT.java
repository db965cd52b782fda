package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShareException;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;

/** Who has the disks of some pods has nothing; who has those of k pods has everything. */
class StoresTellNothingIT {

    private static final String VOLUME = "secret";
    private static final int PODS = 6;
    private static final int DATA = 4;
    private static final int WRITTEN_BYTES = 8 << 20;
    private static final Marker MARKER = new Marker(new SecureRandom().nextLong());

    private static TriedSan san;

    @BeforeAll
    static void writeTheMarker() throws IOException {
        san = TriedSan.create();
        san.run("up").orFail();
        san.run("volume", "create", VOLUME, "--size", "32MiB").orFail();
        MARKER.writeAndRead(san.attachNbd(VOLUME), VOLUME, WRITTEN_BYTES);
        // The stores are searched as they are after a power cut, and not only after a clean end.
        for (int pod = 0; pod < PODS; pod++) {
            san.run("pod", "kill", "pod-" + pod).orFail();
        }
    }

    @AfterAll
    static void end() throws IOException {
        san.close();
    }

    @Test
    void noFileOfAnyStoreHoldsAnyOfThePlaintext() throws IOException {
        for (int pod = 0; pod < PODS; pod++) {
            List<Path> files = store(pod).all();
            assertThat(files).hasSizeGreaterThanOrEqualTo(3);
            for (Path file : files) {
                assertThat(MARKER.occurrences(file)).as(file.toString()).isZero();
            }
        }
    }

    @Test
    void theKeyOfFourStoresOpensWhatWasFoundInThem() throws IOException {
        int opened = 0;
        for (int pod = 0; pod < PODS; pod++) {
            Optional<StoredBlock> block = blockIn(pod);
            if (block.isPresent()) {
                try (VolumeKey key = KeyShares.combine(shares(0b111100));
                        VolumeKey wrong = VolumeKey.random(new SecureRandom())) {
                    byte[] plain = block.get().open(key).orElseThrow();
                    assertThat(MARKER.occurrences(MemorySegment.ofArray(plain))).isPositive();
                    assertThat(block.get().open(wrong)).isEmpty();
                }
                opened++;
            }
        }
        assertThat(opened).as("stores in which a data block was found").isPositive();
    }

    @Test
    void anyFourSharesGiveTheKeyAndNoThreeDo() throws IOException {
        try (VolumeKey key = KeyShares.combine(shares(0b001111))) {
            for (int stores = 1; stores < 1 << PODS; stores++) {
                List<KeyShare> shares = shares(stores);
                if (shares.size() >= DATA) {
                    try (VolumeKey same = KeyShares.combine(shares)) {
                        assertThat(same).isEqualTo(key);
                    }
                } else {
                    assertThatThrownBy(() -> KeyShares.combine(shares))
                            .isInstanceOf(KeyShareException.class);
                }
            }
        }
    }

    @Test
    void noFileOfAnyStoreHoldsTheKey() throws IOException {
        try (VolumeKey key = KeyShares.combine(shares(0b001111))) {
            Marker first = new Marker(ByteBuffer.wrap(key.export()).getLong());
            for (int pod = 0; pod < PODS; pod++) {
                for (Path file : store(pod).all()) {
                    assertThat(first.occurrences(file)).as(file.toString()).isZero();
                }
            }
        }
    }

    private static StoreFiles store(int pod) {
        return StoreFiles.of(san, "pod-" + pod);
    }

    private static Optional<StoredBlock> blockIn(int pod) throws IOException {
        for (Path segment : store(pod).segments()) {
            Optional<StoredBlock> block = StoredBlock.first(segment);
            if (block.isPresent()) {
                return block;
            }
        }
        return Optional.empty();
    }

    /** Those of the stores whose bits are set. */
    private static List<KeyShare> shares(int stores) throws IOException {
        List<KeyShare> shares = new ArrayList<>();
        for (int pod = 0; pod < PODS; pod++) {
            if ((stores >> pod & 1) == 1) {
                shares.add(store(pod).share());
            }
        }
        return shares;
    }
}
