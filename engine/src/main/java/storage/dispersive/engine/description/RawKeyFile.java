package storage.dispersive.engine.description;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import storage.dispersive.durable.FileFailure;
import storage.dispersive.engine.AttachedVolume;
import storage.dispersive.seal.VolumeKey;

/** A volume's key as the entry of a Secret: its 32 bytes and nothing else. */
record RawKeyFile(Path path) implements AttachedVolume.OwnKey {

    private static final String WHAT =
            "name a file of exactly " + VolumeKey.KEY_BYTES + " bytes, not hexadecimal digits";

    @Override
    public VolumeKey read() {
        byte[] bytes = new byte[0];
        try (InputStream file = Files.newInputStream(path)) {
            bytes = file.readNBytes(VolumeKey.KEY_BYTES + 1);
            if (bytes.length != VolumeKey.KEY_BYTES) {
                String count = bytes.length < VolumeKey.KEY_BYTES ? bytes.length + "" : "more";
                throw new DescriptionException(
                        path + " holds no key: it has " + count + " bytes of 32", WHAT);
            }
            return VolumeKey.of(bytes);
        } catch (IOException e) {
            throw new DescriptionException(
                    "the key cannot be read from " + path + ": " + FileFailure.reason(e), WHAT, e);
        } catch (IllegalArgumentException e) {
            throw new DescriptionException(path + " holds no key: " + e.getMessage(), WHAT, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
