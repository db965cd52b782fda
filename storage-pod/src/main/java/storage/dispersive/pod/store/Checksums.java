package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32C;
import storage.dispersive.portion.PortionFormat;

/** CRC32C over parts of buffers, without copying direct ones. */
final class Checksums {

    private Checksums() {}

    static int of(ByteBuf buffer, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.nioBuffer(at, length));
        return (int) crc.getValue();
    }

    /** Whether the units from {@code at} on are those of which {@code sumOf} speaks. */
    static boolean match(ByteBuf units, int at, IntUnaryOperator sumOf, int firstUnit, int count) {
        for (int unit = 0; unit < count; unit++) {
            int start = at + unit * PortionFormat.UNIT_BYTES;
            if (of(units, start, PortionFormat.UNIT_BYTES) != sumOf.applyAsInt(firstUnit + unit)) {
                return false;
            }
        }
        return true;
    }
}
