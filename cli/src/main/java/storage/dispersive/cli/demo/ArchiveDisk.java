package storage.dispersive.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import storage.dispersive.blockdevice.nbd.client.NbdClient;

/**
 * Trees as archives on the bare disk, over NBD: what an ordinary user can have without any tools.
 *
 * <p>An archive is a run of entries, each of a head of one block (magic, length of the name, length
 * of the content, the name) and the content, filled up with zeros to whole blocks; an entry without
 * a name ends it. Numbers are big-endian.
 */
final class ArchiveDisk implements DemoDisk {

    private static final int BLOCK_BYTES = 4096;
    private static final long MAGIC = 0x4453_5044_454d_4f31L; // "DSPDEMO1"
    private static final int NAME_AT = 16;
    private static final int MAX_NAME_BYTES = BLOCK_BYTES - NAME_AT;

    /** Files are gathered until there is this much to write at once. */
    private static final int GATHER_BYTES = 8 << 20;

    private final NbdClient client;
    private final Map<String, Long> starts = new HashMap<>();
    private long end;

    private ArchiveDisk(NbdClient client) {
        this.client = client;
    }

    static ArchiveDisk open(Path socket, String export) throws IOException {
        return new ArchiveDisk(NbdClient.connect(socket, export));
    }

    @Override
    public String describe() {
        return "archives on the bare disk, over NBD";
    }

    @Override
    public void store(String copy, SourceTree tree) throws IOException {
        starts.put(copy, end);
        ByteBuffer gathered = ByteBuffer.allocateDirect(GATHER_BYTES);
        for (Path file : tree.files()) {
            byte[] content = Files.readAllBytes(file);
            byte[] name = tree.nameOf(file).getBytes(StandardCharsets.UTF_8);
            if (name.length > MAX_NAME_BYTES) {
                throw new IOException(file + " has too long a name");
            }
            gathered = add(gathered, head(name, content.length));
            gathered = add(gathered, content);
        }
        gathered = add(gathered, head(new byte[0], 0));
        write(gathered);
        client.flush();
    }

    private static byte[] head(byte[] name, int contentBytes) {
        return ByteBuffer.allocate(BLOCK_BYTES)
                .putLong(MAGIC)
                .putInt(name.length)
                .putInt(contentBytes)
                .put(name)
                .array();
    }

    private ByteBuffer add(ByteBuffer gathered, byte[] bytes) throws IOException {
        int whole = Math.ceilDiv(bytes.length, BLOCK_BYTES) * BLOCK_BYTES;
        if (gathered.remaining() < whole) {
            write(gathered);
        }
        ByteBuffer target =
                gathered.remaining() < whole ? ByteBuffer.allocateDirect(whole) : gathered;
        target.put(bytes);
        for (int filler = bytes.length; filler < whole; filler++) {
            target.put((byte) 0);
        }
        return target;
    }

    private void write(ByteBuffer gathered) throws IOException {
        gathered.flip();
        int length = gathered.remaining();
        client.write(end, gathered);
        end += length;
        gathered.clear();
    }

    @Override
    public Contents readBack(String copy, SourceTree tree) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        long at = starts.getOrDefault(copy, 0L);
        for (int entries = 0; entries <= tree.files().size(); entries++) {
            ByteBuffer head = read(at, BLOCK_BYTES);
            long magic = head.getLong();
            int nameBytes = head.getInt();
            int contentBytes = head.getInt();
            if (magic != MAGIC || nameBytes < 0 || nameBytes > MAX_NAME_BYTES || contentBytes < 0) {
                throw new DemoFailure("the archive '" + copy + "' is damaged at byte " + at);
            }
            if (nameBytes == 0) {
                return new Contents(digests);
            }
            byte[] name = new byte[nameBytes];
            head.get(name);
            int whole = Math.ceilDiv(contentBytes, BLOCK_BYTES) * BLOCK_BYTES;
            byte[] content = new byte[contentBytes];
            read(at + BLOCK_BYTES, whole).get(content);
            digests.put(new String(name, StandardCharsets.UTF_8), Contents.digest(content));
            at += BLOCK_BYTES + whole;
        }
        throw new DemoFailure("the archive '" + copy + "' has more files than were stored");
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(length);
        client.read(offset, bytes);
        return bytes.flip();
    }

    @Override
    public void close() {
        client.close();
    }
}
