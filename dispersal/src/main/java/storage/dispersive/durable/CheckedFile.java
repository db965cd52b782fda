package storage.dispersive.durable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A small text file that is replaced as a whole and cannot be taken for another or a damaged one:
 * its first line is {@code dispersive-KIND VERSION CRC32C}, the rest its content. The fault model:
 * a crash leaves the old content or the new; what a disk or a person changed is noticed, and never
 * mended by guessing.
 *
 * @param kind what the file is
 * @param version of the content's format
 */
public record CheckedFile(Path path, String kind, int version) {

    private static final long MOST_BYTES = 1 << 20;

    public void replace(String content) throws IOException {
        byte[] bytes =
                (magic() + " " + version + " " + checksum(content) + "\n" + content)
                        .getBytes(StandardCharsets.UTF_8);
        DurableFile.replace(path, bytes);
    }

    /** The content; fails if it is not what was written. */
    public String read() throws IOException {
        if (Files.size(path) > MOST_BYTES) {
            throw damaged("is too long");
        }
        String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String[] words = text.substring(0, Math.max(0, end)).split(" ", -1);
        if (words.length != 3 || !words[0].equals(magic())) {
            throw damaged("is no " + magic());
        }
        if (!words[1].equals(Integer.toString(version))) {
            throw damaged("has version " + words[1] + " and not " + version);
        }
        String content = text.substring(end + 1);
        if (!words[2].equals(checksum(content))) {
            throw damaged("is damaged");
        }
        return content;
    }

    private String magic() {
        return "dispersive-" + kind;
    }

    private IOException damaged(String how) {
        return new IOException(path + " " + how);
    }

    private static String checksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }
}
